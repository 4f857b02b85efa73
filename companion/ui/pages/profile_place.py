"""The place of a charging profile: where the car stands, or typed; and that it leaves this computer."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from companion.model.position import Position
from companion.ui.pages import profile_faces as faces
from companion.ui.parts.field import Field
from companion.ui.parts.labels import Label, Link
from companion.ui.text import text

Place = tuple[float, float, float]
PARTS = ("latitude", "longitude", "radius")
USUAL = 200.0
"""Metres around a new place."""
FINE = 6
"""Decimals of a degree: a decimetre."""


class PlaceEditor(QWidget):
    """`here`: where the car stands, and how old that is."""

    def __init__(self, place: Place | None, here: Position | None, age: str) -> None:
        super().__init__()
        self._here = here
        self._given = dict(zip(PARTS, place, strict=True)) if place is not None else {"radius": USUAL}
        self.fields = {part: Field(text(f"profiles.{part}"), _shown(self._given.get(part))) for part in PARTS}
        column, pair = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(self._head(age))
        pair.setSpacing(12)
        for part in PARTS[:2]:
            pair.addWidget(self.fields[part], 1, Qt.AlignmentFlag.AlignTop)
        column.addLayout(pair)
        column.addWidget(self.fields["radius"])
        column.addWidget(Label(text("profiles.leaves"), "caption", "text-2", wrap=True))

    def _head(self, age: str) -> QVBoxLayout:
        """What is set here, a way to fill it in, and how old that is."""
        head, row = QVBoxLayout(), QHBoxLayout()
        head.setSpacing(4)
        row.setSpacing(12)
        row.addWidget(Label(text("profiles.place"), "section"), 1)
        if self._here is not None:
            self.take_here = Link(text("profiles.here"), "name")
            self.take_here.setAccessibleName(f"{text('profiles.here')}. {age}")
            self.take_here.activated_by_user.connect(self.stand_here)
            row.addWidget(self.take_here)
        head.addLayout(row)
        head.addWidget(Label(age or text("profiles.here_unknown"), "caption", "text-3", wrap=True))
        return head

    def stand_here(self) -> None:
        assert self._here is not None
        for part, value in (("latitude", self._here.latitude), ("longitude", self._here.longitude)):
            self._given[part] = value
            self.fields[part].line.setText(_shown(value))
            self.fields[part].say("")

    @property
    def place(self) -> Place:
        """What is no number is not a number; what was not touched is exactly what was given."""
        latitude, longitude, radius = (self._value(part) for part in PARTS)
        return latitude, longitude, radius

    def _value(self, part: str) -> float:
        words = self.fields[part].line.text().strip()
        given = self._given.get(part)
        return given if given is not None and words == _shown(given) else number(words)

    def say(self, trouble: dict[str, str]) -> None:
        for part, field in self.fields.items():
            field.say(faces.wrong(trouble[part]) if part in trouble else "")


def number(words: str) -> float:
    """As the region writes it, or with a point; nan for what is none. Between thousands there is nothing."""
    locale = QLocale()
    locale.setNumberOptions(QLocale.NumberOption.RejectGroupSeparator)
    value, good = locale.toDouble(words)
    if not good:
        value, good = QLocale.c().toDouble(words)
    return value if good else float("nan")


def _shown(value: float | None) -> str:
    if value is None:
        return ""
    locale = QLocale()
    locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
    return locale.toString(value, "f", FINE).rstrip("0").rstrip(locale.decimalPoint())
