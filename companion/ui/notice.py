"""The one place where keys of errors and notices become sentences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from companion.model.state import Notice
from companion.ui import format as fmt
from companion.ui.text import has, text

Params = Iterable[tuple[str, str]]


def sentence(key: str, params: Params = ()) -> str:
    """What happened, as one or two sentences. An unknown key shows as a general one with the key in it."""
    name = f"notice.{key}"
    if not has(name):
        return text("notice.unknown", key=key)
    return text(name, **_words(params))


def of(notice: Notice) -> str:
    return sentence(notice.key, notice.params)


def short(key: str | None, params: Params = ()) -> str:
    """The second line of a failed command: "Failed: door open"."""
    name = f"failed.{key}"
    return text(name, **_words(params)) if key and has(name) else text("command.failed")


def _words(params: Params) -> dict[str, str]:
    """Values as a person reads them: parts of the car by name, times as the time of day."""
    found = {"part": text("part.some"), "party": text("party.backend"), "seconds": "60", "minutes": "15"}
    for name, value in params:
        if name == "part":
            found[name] = text(f"part.{value}") if has(f"part.{value}") else value
        elif name == "time":
            found[name] = fmt.clock(datetime.fromisoformat(value))
        elif name == "moment":
            found[name] = fmt.date_time(datetime.fromisoformat(value))
        elif name == "party":
            found[name] = text(f"party.{value}") if has(f"party.{value}") else value
        else:
            found[name] = value
    return found
