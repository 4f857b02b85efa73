"""Values -> what a person reads, in the language and region in force. Model to text happens here and nowhere earlier."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QDate, QDateTime, QLocale, QTime

from companion.ui.text import plural, text

THIN = "\u202f"
POINTS = ("n", "ne", "e", "se", "s", "sw", "w", "nw")
"""No-break thin space between a number and its unit."""


def number(value: float, decimals: int = 0) -> str:
    return QLocale().toString(float(value), "f", decimals)


def unit(value: float, sign: str, decimals: int = 0) -> str:
    return f"{number(value, decimals)}{THIN}{sign}"


def kilometres(value: float) -> str:
    return unit(value, "km")


def is_fahrenheit() -> bool:
    return QLocale().measurementSystem() == QLocale.MeasurementSystem.ImperialUSSystem


def degrees(celsius: float) -> tuple[str, str]:
    """Number and sign of a temperature as the region writes it; whole degrees are fine enough in Fahrenheit."""
    return (number(fahrenheit(celsius)), "°F") if is_fahrenheit() else (number(celsius, 1), "°C")


def temperature(celsius: float) -> str:
    return THIN.join(degrees(celsius))


def fahrenheit(celsius: float) -> float:
    return celsius * 1.8 + 32


def distance(metres: float) -> str:
    return unit(metres, "m") if metres < 1000 else unit(metres / 1000, "km", 1 if metres < 20_000 else 0)


def speed(value: float) -> str:
    return unit(value, "km/h")


def percent(value: float) -> str:
    return unit(value, "%")


def size(count: int) -> str:
    """Bytes, as "542 B" or "21.4 kB"."""
    return unit(count, text("unit.byte")) if count < 10_000 else unit(count / 1000, text("unit.kilobyte"), 1)


def clock(moment: datetime, seconds: bool = False) -> str:
    """The time of day where the owner is."""
    local = moment.astimezone()
    return QTime(local.hour, local.minute, local.second).toString("HH:mm:ss" if seconds else "HH:mm")


def day(moment: datetime, now: datetime | None = None) -> str:
    """ "today" words where they help: "14:36", "23 Nov 14:36", "23 Nov 2024"."""
    return " ".join(filter(None, _date_and_time(moment, now)))


def since(moment: datetime, now: datetime | None = None) -> str:
    """A day in a sentence: "since 14:36", "since 23 Nov 14:36"."""
    return _in_words("since", moment, now)


def at(moment: datetime, now: datetime | None = None) -> str:
    """A day in a sentence: "at 14:36", "on 23 Nov at 14:36"."""
    return _in_words("at", moment, now)


def _in_words(word: str, moment: datetime, now: datetime | None) -> str:
    date, time = _date_and_time(moment, now)
    kind = "clock" if not date else "day" if time else "date"
    return text(f"age.{word}_{kind}", date=date, time=time)


def _date_and_time(moment: datetime, now: datetime | None) -> tuple[str, str]:
    """Today has no date, another year no time."""
    local, here = moment.astimezone(), (now or datetime.now(UTC)).astimezone()
    if local.date() == here.date():
        return "", clock(moment)
    date = QDate(local.year, local.month, local.day)
    if local.year == here.year:
        return written(date, "d MMM"), clock(moment)
    return written(date, "d MMM yyyy"), ""


def written(date: QDate, pattern: str) -> str:
    """A date by a pattern with `d MMM` in it; German sets a full stop after the day."""
    is_german = QLocale().language() is QLocale.Language.German
    return QLocale().toString(date, pattern.replace("d MMM", "d. MMM") if is_german else pattern)


def date_time(moment: datetime) -> str:
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(moment.timestamp())), QLocale.FormatType.ShortFormat)


def span(length: timedelta) -> str:
    """A length of time in its two largest units: "5 h 23 min", "9 days"."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:
        return text("span.seconds", n=seconds)
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if minutes < 60:
        return text("span.minutes", n=minutes)
    if days < 1:
        rest = minutes % 60
        return text("span.hours_minutes", h=hours, m=rest) if rest else text("span.hours", n=hours)
    if days < 800:
        return plural("span.days", days)
    return plural("span.years", int(days / 365.2425))


def left(length: timedelta) -> str:
    """Time left, whole days counted up: a record of 30 days that was just stored has 30 days left."""
    days = -(-length // timedelta(days=1))
    return span(timedelta(days=days)) if days > 1 else span(length)


def ago(length: timedelta) -> str:
    """How old something is: "just now", "3 min old"."""
    return text("age.now") if length < timedelta(seconds=60) else text("age.old", span=span(length))


def capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def lines(numbers: Iterable[int]) -> str:
    """Lines of the notice in their order: "line 345", "lines 345, 415"."""
    found = sorted(numbers)
    return plural("line.many", len(found), lines=", ".join(map(str, found)))


def coordinates(latitude: float, longitude: float, decimals: int = 4) -> str:
    north = text("compass.n") if latitude >= 0 else text("compass.s")
    east = text("compass.e") if longitude >= 0 else text("compass.w")
    return f"{number(abs(latitude), decimals)}°{THIN}{north}, {number(abs(longitude), decimals)}°{THIN}{east}"


def point(degrees: float) -> str:
    """The nearest of eight, as in the keys of texts: "nw"."""
    return POINTS[round(degrees / 45) % 8]


def heading(degrees: float) -> str:
    """A compass point with its degrees: "north-west, 312°"."""
    return f"{text('heading.' + point(degrees))}, {number(degrees % 360)}°"
