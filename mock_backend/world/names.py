"""Invented names: villages, streets, and what stands on a sign."""

from __future__ import annotations

from mock_backend.world.dice import Dice

HEADS = (
    "Ach", "Alt", "Auer", "Bern", "Birk", "Bruck", "Buchen", "Dachs", "Dorn", "Eber", "Eich", "Eller", "Erlen",
    "Eschen", "Falken", "Finken", "Gerst", "Grafen", "Hagen", "Hasel", "Heiden", "Hirsch", "Holz", "Horn", "Igel",
    "Kalten", "Kessel", "Kirch", "Kling", "Lauter", "Linden", "Mauer", "Mittel", "Moos", "Mühl", "Neu", "Nieder",
    "Ober", "Otter", "Raben", "Reichen", "Rieden", "Rot", "Salm", "Schön", "Schwarzen", "Sieben", "Sonnen", "Stein",
    "Tannen", "Unter", "Wald", "Wasser", "Weiden", "Weiler", "Wiesen", "Wolfs",
)  # fmt: skip
TAILS = (
    "ach", "au", "bach", "berg", "born", "bronn", "brunn", "burg", "dorf", "eck", "feld", "hausen", "heim", "hof",
    "hofen", "ingen", "lingen", "reut", "stadt", "stetten", "tal", "wangen", "weiler", "zell",
)  # fmt: skip
PARTS = ("Ober", "Unter", "Groß", "Klein", "Hinter", "Vorder", "Alt", "Neu")
TREES = (
    "Ahorn", "Amsel", "Apfel", "Birken", "Blumen", "Brunnen", "Buchen", "Burg", "Drossel", "Eichen", "Erlen",
    "Falken", "Finken", "Flieder", "Garten", "Hirten", "Holunder", "Kasernen", "Kastanien", "Keller", "Kiefern",
    "Kirch", "Kirschen", "Lerchen", "Linden", "Markt", "Mühl", "Nelken", "Quellen", "Ring", "Rosen", "Schiller",
    "Schloss", "Schul", "Silcher", "Sonnen", "Stein", "Tal", "Tannen", "Tulpen", "Uhland", "Ulmen", "Wald", "Wein",
    "Weinberg", "Wiesen", "Winkel", "Ziegel",
)  # fmt: skip
KINDS = ("straße", "straße", "weg", "weg", "gasse", "ring", "allee")
WIDE = ("straße", "straße", "allee", "ring")


def village(dice: Dice) -> str:
    head, tail = dice.pick(HEADS), dice.pick(TAILS)
    return head + (tail[1:] if tail[0] == head[-1] else tail)


def part(dice: Dice, village: str) -> str:
    """One of two villages of a name."""
    return dice.pick(PARTS) + village.lower()


def street(dice: Dice, wide: bool = False) -> str:
    name = dice.pick(TREES) + dice.pick(WIDE if wide else KINDS)
    return name.replace("Ringring", "Ringstraße")


def towards(town: str) -> str:
    """The street that leads there."""
    words = town.split(" ")
    base = words[1 if words[0] == "Bad" else 0].rpartition("-")[2]
    ending = "er" if base.endswith("en") else "r" if base.endswith("e") else "er"
    return f"{base.removesuffix('en')}{ending} Straße"


def minor_ref(dice: Dice, is_county: bool) -> str:
    return f"K{dice.between(1001, 6999)}" if is_county else f"L{dice.between(1001, 1299)}"
