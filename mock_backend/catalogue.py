"""The catalogue's activities and their storage rules, read from the shared data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

_SOURCE = Path(__file__).resolve().parent.parent / "resources"
LONGEST = ("unspecified", "until_account_deletion", "until_next_status", "until_user_reset", "until_replaced",
           "until_unused_for", "duration", "request", "transient_on_device")  # fmt: skip


def resource(*parts: str) -> Traversable:
    """Shared data: beside the code in a source tree, in `companion_resources` when installed."""
    root: Traversable = _SOURCE if _SOURCE.is_dir() else files("companion_resources")
    return root.joinpath(*parts)


@dataclass(frozen=True, slots=True)
class Rule:
    """`choice`: the period is ours, because the activity is or because the notice states none."""

    kind: str
    duration: str | None
    line: int | None
    choice: bool


@dataclass(frozen=True, slots=True)
class Activity:
    id: str
    service: str
    items: tuple[str, ...]
    rule: Rule


def load() -> dict[str, Activity]:
    found: dict[str, Activity] = {}
    for file in resource("privacy", "sections").iterdir():
        if file.name.endswith(".toml"):
            section = tomllib.loads(file.read_text("utf-8"))
            for row in section["activity"]:
                items = tuple(one["item"] for one in row["data"])
                found[row["id"]] = Activity(row["id"], section["id"], items, _rule(row["retention"], own=False))
    for row in tomllib.loads(resource("privacy", "product.toml").read_text("utf-8"))["activity"]:
        found[row["id"]] = Activity(row["id"], "product", tuple(row["data"]), _rule(row["retention"], own=True))
    return found


def _rule(rules: list[dict[str, Any]], own: bool) -> Rule:
    """Of several printed rules the longer-lived one is in force."""
    row = min(rules, key=lambda one: LONGEST.index(one["kind"]))
    lines = row.get("lines") or [None]
    return Rule(row["kind"], row.get("duration"), lines[0], own or row["kind"] == "unspecified")
