"""`python3 dev.py whole-catalogue OUT`: the catalogue as one file, for checkers outside this project. Standard library only.

The schema is that of a single-file catalogue of the notice: `data_item`, `gap`, `party`, and `service` with its `activity`
tables; texts in English.
"""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

PRIVACY = Path(__file__).resolve().parent.parent / "resources" / "privacy"


def main(argv: list[str]) -> int:
    if len(argv) != 1:
        print("whole-catalogue OUT", file=sys.stderr)
        return 2
    Path(argv[0]).write_text(written(whole(PRIVACY)), "utf-8")
    return 0


def whole(privacy: Path) -> dict[str, Any]:
    def read(*parts: str) -> dict[str, Any]:
        return tomllib.loads(privacy.joinpath(*parts).read_text("utf-8"))

    sections = [read("sections", file.name) for file in privacy.glob("sections/*.toml")]
    sections.sort(key=lambda one: (one["lines"][0], -one["lines"][1]))
    listed = {row["item"] for section in sections for activity in section["activity"] for row in activity["data"]}
    return {
        "schema": "privacy-catalogue/1",
        "source": read("source.toml"),
        "party": [english(row) for row in read("parties.toml")["party"] if "fr" in row],
        "retention_kind": english(read("retention.toml")["kind"]),
        "data_item": [english(row) for row in read("items.toml")["item"] if row["id"] in listed],
        "gap": [english(row) for row in read("gaps.toml")["gap"]],
        "service": [english(section) for section in sections],
    }


def english(value: Any) -> Any:
    if isinstance(value, dict):
        return value["en"] if value.keys() == {"en", "fr", "de"} else {key: english(one) for key, one in value.items()}
    return [english(one) for one in value] if isinstance(value, list) else value


def written(table: dict[str, Any]) -> str:
    """TOML: tables of tables as headed tables, everything deeper inline."""
    lines: list[str] = []
    for key, value in table.items():
        if isinstance(value, list):
            for row in value:
                lines += ["", f"[[{key}]]", *_rows(row, key)]
        elif isinstance(value, dict):
            lines += ["", f"[{key}]", *_rows(value, key)]
        else:
            lines.append(f"{key} = {_inline(value)}")
    return "\n".join(lines) + "\n"


def _rows(row: dict[str, Any], path: str) -> list[str]:
    flat = [f"{key} = {_inline(value)}" for key, value in row.items() if key != "activity"]
    for activity in row.get("activity", ()):
        flat += ["", f"[[{path}.activity]]", *(f"{key} = {_inline(value)}" for key, value in activity.items())]
    return flat


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_inline(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
