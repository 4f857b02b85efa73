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
LEDGER = "product.ledger"


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
            action, row["title"], service["name"] if service else NOT_DESCRIBED, row["icon"], lines, action_id=action_id
        )

    @staticmethod
    def past(frame: ActionView, entries: tuple[Transmission, ...]) -> ActionView:
        """A press of the past with all four stages open; what is held now is read when it is shown."""
        return replace(frame, entries=entries, stage=Stage.HELD)

    def kept_here(self, entries: tuple[Transmission, ...], days: int) -> tuple[Holding, ...]:
        """The copies that this app's own ledger keeps, as records among the others'."""
        activity = self._catalogue.activities[LEDGER]
        period = self._catalogue.period(LEDGER, {"kind": "duration", "duration": f"P{days}D"})
        name: Localized = self._catalogue.parties["companion_app"]["name"]
        return tuple(
            Holding(
                f"ledger-{entry.id}", "companion_app", name, LEDGER, activity["name"], NOT_DESCRIBED, ("sent_bytes",),
                (self._catalogue.items["sent_bytes"]["name"],), period, entry.started_at,
                entry.started_at + timedelta(days=days), None, entry.trace,
            )  # fmt: skip
            for entry in entries[:1]
            if entry.started_at is not None
        )
