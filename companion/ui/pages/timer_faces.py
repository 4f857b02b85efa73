"""What a departure timer says: no widgets here."""

from __future__ import annotations

from PySide6.QtCore import QDate, QLocale, QTime

from companion.model.charging import DAYS, Timer
from companion.ui import format as fmt
from companion.ui.text import text


def clock(one: Timer) -> str:
    return QTime(one.at.hour, one.at.minute).toString("HH:mm")


def days(one: Timer) -> str:
    """As a person says it; for once: the date."""
    if not one.days:
        date = QDate(one.at.year, one.at.month, one.at.day)
        return text("timers.once", date=fmt.written(date, "ddd d MMM"))
    if one.days == DAYS:
        return text("timers.daily")
    places = sorted(DAYS.index(day) for day in one.days)
    names = [QLocale().dayName(place + 1, QLocale.FormatType.ShortFormat) for place in places]
    is_run = len(places) > 2 and places[-1] - places[0] == len(places) - 1
    return text("timers.run", first=names[0], last=names[-1]) if is_run else ", ".join(names)


def week(one: Timer) -> list[tuple[str, bool]]:
    """Each day's letter from Monday, and whether it repeats then."""
    format_ = QLocale.FormatType.NarrowFormat
    return [(QLocale().dayName(place + 1, format_), day in one.days) for place, day in enumerate(DAYS)]


def does(one: Timer) -> str:
    key = (
        "both"
        if one.charges and one.climatises
        else "charge"
        if one.charges
        else "climate"
        if one.climatises
        else "nothing"
    )
    words = text(f"timers.{key}")
    return f"{words}, {fmt.percent(one.target)}" if one.charges and one.target is not None else words
