"""How the panel's part of the snapshot follows previews and the ledger's entries."""

from __future__ import annotations

from dataclasses import replace

from companion.model.privacy import ActionView, Outcome, Privacy, Stage, Transmission

RECENT, MOST = 100, 600
"""Rows of the list, and entries behind them."""
ORDER = (Stage.BEFORE, Stage.LEFT, Stage.RECEIVED, Stage.HELD)
REACHED = {
    Outcome.SENDING: Stage.LEFT,
    Outcome.BLOCKED: Stage.LEFT,
    Outcome.FAILED: Stage.LEFT,
    Outcome.CUT: Stage.LEFT,
    Outcome.LOST: Stage.LEFT,
    Outcome.DONE: Stage.HELD,
}


def previewed(privacy: Privacy, view: ActionView) -> Privacy:
    """A new preview of an action that is not under way; what a finished press showed stays until the next press."""
    known = privacy.actions.get(view.action)
    if known is not None and known.entries and not view.entries:
        view = replace(known, previews=view.previews)
    return replace(privacy, actions={**privacy.actions, view.action: view})


def entry_moved(privacy: Privacy, entry: Transmission, frame: ActionView) -> Privacy:
    """Takes an entry that opened or settled into its press, the recent list and the count of what is leaving."""
    known = privacy.actions.get(entry.action, frame)
    if known.action_id != entry.action_id or not known.entries:
        known = replace(frame, previews=known.previews, action_id=entry.action_id)
    entries = _with(known.entries, entry)
    reached = max((REACHED.get(one.outcome, Stage.LEFT) for one in entries), key=ORDER.index)
    view = replace(known, entries=entries, stage=reached)
    recent = _newest(_with(privacy.recent[::-1], entry)[::-1])
    leaving = sum(len(one.raw) for one in recent if one.outcome is Outcome.SENDING)
    return replace(privacy, actions={**privacy.actions, entry.action: view}, recent=recent, leaving=leaving)


def _newest(entries: tuple[Transmission, ...]) -> tuple[Transmission, ...]:
    """As many as make `RECENT` rows: many alike of one look are one, or a map would push everything else out."""
    if len(entries) <= RECENT:
        return entries
    rows: set[str] = set()
    for place, one in enumerate(entries):
        rows.add(f"{one.action_id} {one.request}" if one.many else one.id)
        if len(rows) > RECENT or place >= MOST:
            return entries[:place]
    return entries


def _with(entries: tuple[Transmission, ...], entry: Transmission) -> tuple[Transmission, ...]:
    """Oldest first; an entry that is there already is replaced in its place."""
    if any(one.id == entry.id for one in entries):
        return tuple(entry if one.id == entry.id else one for one in entries)
    return (*entries, entry)
