"""`python3 dev.py check-notice FILE`: every citation of the catalogue against the text of the notice, which is not shipped.

Standard library only. Faults are printed a line each; exit code 1 if there are any.
"""

from __future__ import annotations

import hashlib
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PRIVACY = Path(__file__).resolve().parent.parent / "resources" / "privacy"
PERIODS = {
    "P12M": "12 mois",
    "P30D": "30 jours",
    "P90D": "90 jours",
    "P10Y": "10 ans",
    "P30Y": "30 ans",
    "P1Y": "un an",
}
BASES = {"A6-1-b": "contrat", "A6-1-f": "intérêt"}
"""The word by which a line is known to state a legal basis."""


def main(argv: list[str]) -> int:
    if len(argv) != 1:
        print("check-notice FILE", file=sys.stderr)
        return 2
    cited, faults = check(Path(argv[0]).read_bytes(), PRIVACY)
    print("\n".join([*faults, f"{cited} citations, {len(faults)} faults"]))
    return 1 if faults else 0


def check(text: bytes, privacy: Path) -> tuple[int, list[str]]:
    """(how many citations there are, what is wrong with them)."""
    lines = ["", *map(fold, text.decode("utf-8").split("\n"))]
    source = tomllib.loads((privacy / "source.toml").read_text("utf-8"))
    faults, cited = [], 0
    if hashlib.sha256(text).hexdigest() != source["sha256"] or len(lines) - 1 != source["lines"]:
        faults.append("source.toml: this is not the text that the catalogue was made from")
    for file in sorted(privacy.glob("sections/*.toml")):
        for term, number in citations(tomllib.loads(file.read_text("utf-8"))):
            cited += 1
            line = lines[number] if 0 < number < len(lines) else ""
            if not line or fold(term) not in line:
                wrong = f"{term} is not on line {number}" if term else f"line {number} is empty"
                faults.append(f"{file.name}: {wrong}")
    return cited, faults


def citations(value: Any) -> Iterator[tuple[str, int]]:
    """(the notice's own words, or none where a line is only pointed at; the line), through a whole section."""
    if isinstance(value, list):
        for one in value:
            yield from citations(one)
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        if key in ("line", "lines") or key.endswith(("_line", "_lines")):
            for number in inner if isinstance(inner, list) else [inner]:
                yield _words(value) if key in ("line", "lines") else "", number
        else:
            yield from citations(inner)
    if "name_fr" in value:
        yield value["name_fr"], value["lines"][0]


def _words(table: dict[str, Any]) -> str:
    """What must be on the lines of this table: a term, a period or the word of a legal basis."""
    if "basis" in table:
        return BASES[table["basis"]]
    return PERIODS[table["duration"]] if "duration" in table else str(table.get("fr", ""))


def fold(text: str) -> str:
    """Without what only typesetting adds: no-break spaces, curled apostrophes."""
    plain = text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2019", "'")
    return re.sub(r"\s+", " ", plain).strip().casefold()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
