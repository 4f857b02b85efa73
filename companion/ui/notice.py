"""The one place where keys of errors and notices become sentences.

With a parameter `of` (what was being done) a failure is told as: what happened, why, what to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from companion.model.state import Notice
from companion.ui import format as fmt
from companion.ui.text import has, plural, text

Params = Iterable[tuple[str, str]]
PRESSED = ("lock", "unlock", "flash", "horn")
"""What can simply be pressed again."""


class _Blanks(dict[str, str]):
    """A value that an error did not bring must not take the window down."""

    def __missing__(self, name: str) -> str:
        return "?"


def sentence(key: str, params: Params = ()) -> str:
    """What happened, why, and what to do. An unknown key shows as a general one with the key in it."""
    given = dict(params)
    if has(f"of.{given.get('of')}"):
        return _of(given["of"], given.get("why", key), given)
    if key == "code.wrong":
        tries = given.get("tries", "")
        return plural("notice.code.wrong", int(tries)) if tries.isdecimal() else text("notice.code.wrong_uncounted")
    name = f"notice.{key}"
    if not has(name):
        return text("notice.unknown", key=key)
    return _filled(name, _words(given))


def of(notice: Notice) -> str:
    return sentence(notice.key, notice.params)


def at_sign_in(key: str, params: Params = ()) -> str:
    """An error on the sign-in page: no car is known there, and a password is called wrong only if it was."""
    whole = key.startswith(("sign_in.", "access.", "session.")) and key != "sign_in.failed"
    return sentence(key, params if whole else (*params, ("of", "sign_in")))


def because(key: str, params: Params = ()) -> str:
    """Why, in a sentence."""
    given = dict(params)
    name = f"because.{_special(key, given)}"
    return _filled(name, _words(given)) if has(name) else text("notice.unknown", key=key)


def short(key: str | None, params: Params = ()) -> str:
    """The second line of a failed command: "Failed: door open"."""
    name = f"failed.{_special(key, dict(params))}" if key else ""
    return _filled(name, _words(dict(params))) if key and has(name) else text("command.failed")


def _of(doing: str, why: str, given: Mapping[str, str]) -> str:
    words, special = _words(given), _special(why, given)
    then = f"then.{special.removesuffix('_some')}"
    usual = "then.press_again" if doing in PRESSED else "then.password_fine" if doing == "sign_in" else ""
    way_on = _filled(then, words) if has(then) else text(usual) if usual else ""
    words |= {"because": because(why, tuple(given.items())), "then": way_on}
    if why.startswith("door.") and has(f"command.{doing}"):
        # What never left changed nothing: "Not locked" would be a word about the car, which may stand locked.
        return _filled("of.stopped", {**words, "what": text(f"command.{doing}")}).strip()
    return _filled(f"of.{doing}", words).strip()


def _special(key: str, given: Mapping[str, str]) -> str:
    """A refusal by its own reason where there are words for it, an open part by its name where it was told."""
    if key == "car.refused" and has(f"because.refused.{given.get('reason', '').lower()}"):
        return f"refused.{given['reason'].lower()}"
    if key in ("car.door_open", "car.lid_open") and "part" not in given and "of" in given:
        return f"{key}_some"
    return key


def _filled(name: str, words: Mapping[str, str]) -> str:
    return text(name).format_map(_Blanks(words))


def _words(given: Mapping[str, str]) -> dict[str, str]:
    """Values as a person reads them: parts of the car by name, times as the time of day."""
    found = {"part": text("part.some"), "party": text("party.backend"), "seconds": "60", "minutes": "15"}
    for name, value in given.items():
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
