"""The four answers of the Privacy page, computed from the snapshot: no widgets here."""

from __future__ import annotations

from companion.model.state import State
from companion.model.today import Today
from companion.ui import format as fmt
from companion.ui.parts.question import Answer
from companion.ui.text import plural, text

UNSTATED = "unspecified"
ENDING = ("duration", "until_unused_for")
SWITCHES = 3


def answers(state: State) -> tuple[Answer, Answer, Answer, Answer]:
    today = state.today
    return left(today), whom(today), held(today), stop(state)


def left(today: Today) -> Answer:
    ours = sum(flow.requests for flow in today.flows if flow.observed)
    car = sum(flow.requests for flow in today.flows if flow.source.id in ("vehicle", "pcm"))
    second = text("privacy.left_second", ours=plural("privacy.requests", ours), car=fmt.number(car))
    return Answer(text("privacy.left"), fmt.size(today.sent_here), second, bars=today.hours)


def whom(today: Today) -> Answer:
    """The owner's own devices are no receivers."""
    receivers = [party for party in today.receivers if party.id not in ("companion_app", "vehicle", "pcm")]
    unnamed = sum(party.line is None for party in receivers)
    second = plural("privacy.unnamed", unnamed) if unnamed else text("privacy.all_named")
    return Answer(
        text("privacy.whom"), plural("privacy.receivers", len(receivers)), second, tuple(party.icon for party in receivers)
    )


def held(today: Today) -> Answer:
    silent = today.rules.get(UNSTATED, 0)
    ending = sum(today.rules.get(rule, 0) for rule in ENDING)
    shares = (("accent", ending), ("text-3", today.total - ending - silent), ("", silent))
    return Answer(
        text("privacy.held"), plural("privacy.records", today.total), plural("privacy.silent", silent),
        shares=shares if today.total else (),
    )  # fmt: skip


def stop(state: State) -> Answer:
    switches = state.vehicle.switches if state.vehicle is not None else None
    private = _word(switches.private_mode if switches else None)
    remote = _word(switches.remote_access if switches else None)
    second = text("privacy.switches_second", private=private, remote=remote)
    return Answer(text("privacy.stop"), plural("privacy.switches", SWITCHES), second)


def _word(on: bool | None) -> str:
    return text("privacy.unknown" if on is None else "privacy.on" if on else "privacy.off")
