"""Numbers, times and dates to type: as roomy as a line of text, a number's unit at the right."""

from __future__ import annotations

from PySide6.QtCore import QDate, QLocale, QRectF, QTime
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractSpinBox, QDateEdit, QSpinBox, QTimeEdit, QVBoxLayout, QWidget

from companion.ui.parts import paint
from companion.ui.parts.labels import Label

INSET = 13
"""Between the frame and what is typed; the line has two more by itself, and so it is a text field's."""


class NumberEntry(QSpinBox):
    def __init__(self, low: int, high: int, unit: str, step: int = 1, wide: int = 112) -> None:
        super().__init__()
        self._unit = unit
        self.setRange(low, high)
        self.setSingleStep(step)
        self.setFixedWidth(wide)
        _roomy(self, paint.width_of(unit, "body") + 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter, token = paint.begin(self), "text-2" if self.isEnabled() else "text-3"
        box = QRectF(self.rect()).adjusted(0, 0, -INSET - 2, 0)
        paint.write(painter, 0, box.center().y() - 10, self._unit, "body", token, box.right(), paint.RIGHT)


class TimeEntry(QTimeEdit):
    def __init__(self, time: QTime) -> None:
        super().__init__(time)
        self.setDisplayFormat("HH:mm")
        _roomy(self)


class DateEntry(QDateEdit):
    def __init__(self, date: QDate) -> None:
        super().__init__(date)
        self.setCalendarPopup(False)
        self.setDisplayFormat(QLocale().dateFormat(QLocale.FormatType.ShortFormat))
        _roomy(self)


def _roomy(entry: QAbstractSpinBox, right: float = 0) -> None:
    """A style sheet's padding does not reach the line inside."""
    entry.setFixedHeight(40)
    entry.lineEdit().setTextMargins(INSET, 0, INSET + round(right), 0)


class Named(QWidget):
    """A control under its name."""

    def __init__(self, name: str, control: QWidget) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.label = Label(name, "caption", "text-2")
        self.label.setBuddy(control)
        name_it(control, name)
        column.addWidget(self.label)
        column.addWidget(control)


def name_it(control: QWidget, name: str) -> None:
    """For who hears it: the line inside an entry too."""
    control.setAccessibleName(name)
    if isinstance(control, QAbstractSpinBox):
        control.lineEdit().setAccessibleName(name)
