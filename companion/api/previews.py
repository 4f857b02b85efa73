"""What the catalogue and the door know, as the panel's values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from companion.model.privacy import ActionView, Holding, Localized, Stage, Transmission
from companion.net.catalogue import Catalogue
from companion.net.door import Door, Frozen

Prepared = Frozen
"""A request frozen for sending; opaque outside `api`."""

NOT_DESCRIBED: Localized = {}
TOLD_FOR = {
    "ENTERED": ("location_alarm.crossing_event", "locate"), "LEFT": ("location_alarm.crossing_event", "locate"),
    "VALET_RADIUS": ("valet_alarm.breach_event", "valet"), "VALET_SPEED": ("valet_alarm.breach_event", "valet"),
    "SPEED": ("product.speed_event", "speed"),
}  # fmt: skip
"""Kind of an alarm -> the activity that the car told it for, and its icon; a break-in by the theft alarm's."""
LEDGER, REMEMBERED, MESSAGES = "product.ledger", "product.last_known", "product.inbox"


class PreviewsApi:
    def __init__(self, door: Door) -> None:
        self._door = door
        self._catalogue: Catalogue = door.catalogue

    def show(self, prepared: Prepared) -> Transmission:
        return self._door.preview(prepared)

    @staticmethod
    def is_valid(prepared: Prepared) -> bool:
        return datetime.now(UTC) < prepared.valid_until

    def frame(self, action: str, action_id: str = "") -> ActionView:
        """An action's head as the catalogue has it; an unknown action shows under its own name."""
        row = self._catalogue.actions.get(action)
        if row is None:
            return ActionView(action, {"en": action}, NOT_DESCRIBED, "question", action_id=action_id)
        service = self._catalogue.services.get(row["service"])
        lines = tuple(service["lines"]) if service else None
        return ActionView(
            action, row["title"], service["name"] if service else NOT_DESCRIBED, row["icon"], lines, action_id=action_id,
            note=row.get("note", NOT_DESCRIBED), note_line=row.get("note_line"),
        )  # fmt: skip

    def told(self, action: str, kind: str, trace: str) -> ActionView:
        """What a car told by itself, under the activity of the notice that it told it for. `kind`: of an alarm."""
        activity, icon = TOLD_FOR.get(kind, ("vehicle_alarm.alarm_notification", "warning"))
        service = self._catalogue.service_of(activity)
        name, lines = (service["name"], tuple(service["lines"])) if service else (NOT_DESCRIBED, None)
        return ActionView(
            action, self._catalogue.activity_name(activity), name, icon, lines, stage=Stage.HELD, told_by=(trace,)
        )

    @staticmethod
    def past(frame: ActionView, entries: tuple[Transmission, ...]) -> ActionView:
        """A press of the past with all four stages open; what is held now is read when it is shown."""
        return replace(frame, entries=entries, stage=Stage.HELD)

    def kept_here(
        self, entries: tuple[Transmission, ...], days: int, remembered_at: datetime | None = None,
        heard_at: datetime | None = None,
    ) -> tuple[Holding, ...]:  # fmt: skip
        """What this app itself keeps of a press, as records among the others': the ledger's copy, the car's last state, and
        the message that the press brought about.
        """
        kept: list[Holding] = []
        sent = next((entry for entry in entries if entry.started_at is not None), None)
        rule, period = {"kind": "duration", "duration": f"P{days}D"}, timedelta(days=days)
        if sent is not None and sent.started_at is not None:
            kept.append(self._own(LEDGER, rule, sent.started_at, sent.started_at + period, sent.trace))
        if heard_at is not None:
            kept.append(self._own(MESSAGES, rule, heard_at, heard_at + period, None))
        if remembered_at is not None:
            kept.append(self._own(REMEMBERED, {"kind": "until_user_reset"}, remembered_at, None, None))
        return tuple(kept)

    def _own(
        self, name: str, rule: dict[str, str], stored: datetime, ends: datetime | None, trace: str | None
    ) -> Holding:
        activity, items = self._catalogue.activities[name], self._catalogue.items
        held = tuple(activity["data"])
        return Holding(
            f"{name}-{trace}", "companion_app", self._catalogue.parties["companion_app"]["name"], name, activity["name"],
            NOT_DESCRIBED, held, tuple(items[one]["name"] for one in held), self._catalogue.period(name, rule), stored, ends,
            None, trace,
        )  # fmt: skip
