"""The four answers of the Privacy page, computed from the snapshot: no widgets here."""

from __future__ import annotations

from companion.model.privacy import ON_BOARD
from companion.model.state import State
from companion.model.today import Today
from companion.ui import format as fmt
from companion.ui import notice as words_of
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
    if today.read_at is None:
        second = (
            text("privacy.left_ours", ours=plural("privacy.requests", ours))
            if today.failed
            else text("privacy.reading")
        )
        return Answer(
            text("privacy.left"), fmt.size(today.sent_here) if today.failed else "–", second, bars=today.hours
        )
    # What was seen and what is reported are never added up.
    second = text("privacy.left_second", ours=plural("privacy.requests", ours), car=fmt.size(today.sent_by_car))
    return Answer(text("privacy.left"), fmt.size(today.sent_here), second, bars=today.hours)


def whom(today: Today) -> Answer:
    """The owner's own devices are no receivers."""
    receivers = [party for party in today.receivers if party.id not in ("companion_app", *ON_BOARD)]
    unnamed = sum(party.line is None for party in receivers)
    named = text("privacy.all_named" if receivers else "privacy.nobody")
    second = plural("privacy.unnamed", unnamed) if unnamed else named
    if today.read_at is None:
        if not today.failed:
            return Answer(text("privacy.whom"), "–", text("privacy.reading"))
        second = text("privacy.whom_ours")
    return Answer(
        text("privacy.whom"),
        plural("privacy.receivers", len(receivers)),
        second,
        tuple(party.icon for party in receivers),
    )


def held(today: Today) -> Answer:
    if today.read_at is None:
        return Answer(text("privacy.held"), "–", text("privacy.not_known" if today.failed else "privacy.reading"))
    silent = today.rules.get(UNSTATED, 0)
    ending = sum(today.rules.get(rule, 0) for rule in ENDING)
    shares = (("accent", ending), ("text-3", today.total - ending - silent), ("", silent))
    return Answer(
        text("privacy.held"), plural("privacy.records", today.total), plural("privacy.silent", silent),
        shares=shares if today.total else (),
    )  # fmt: skip


def trouble(today: Today) -> str:
    """Why the page may not say what it should; empty when all was read."""
    if today.failed is None:
        return ""
    because = words_of.because(today.failed, today.failed_params)
    if today.read_at is None:
        return text("privacy.failed", because=because)
    return text("privacy.old", because=because, time=fmt.clock(today.read_at))


def stop(state: State) -> Answer:
    switches = state.vehicle.switches if state.vehicle is not None else None
    private = _word(switches.private_mode if switches else None)
    remote = _word(switches.remote_access if switches else None)
    second = text("privacy.switches_second", private=private, remote=remote)
    return Answer(text("privacy.stop"), plural("privacy.switches", SWITCHES), second)


def _word(on: bool | None) -> str:
    return text("privacy.unknown" if on is None else "privacy.on" if on else "privacy.off")
