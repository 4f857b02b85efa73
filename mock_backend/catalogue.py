"""The catalogue's activities and their storage rules, read from the shared data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

_SOURCE = Path(__file__).resolve().parent.parent / "resources"
LONGEST = ("unspecified", "until_next_status", "until_user_reset", "until_replaced", "until_account_deletion",
           "until_unused_for", "duration", "request", "transient_on_device")  # fmt: skip
"""Of several rules the first of these is in force. What is replaced goes with the account as well, where the notice says so."""
NOBODY = "not_stated"


def resource(*parts: str) -> Traversable:
    """Shared data: beside the code in a source tree, in `companion_resources` when installed."""
    root: Traversable = _SOURCE if _SOURCE.is_dir() else files("companion_resources")
    return root.joinpath(*parts)


@dataclass(frozen=True, slots=True)
class Rule:
    """`choice`: the period is ours, because the activity is or because the notice states none for `holder`."""

    kind: str
    duration: str | None
    line: int | None
    choice: bool
    holder: str = NOBODY


@dataclass(frozen=True, slots=True)
class Activity:
    id: str
    service: str
    items: tuple[str, ...]
    rules: tuple[Rule, ...]
    kind: str = "product"
    """Of its section: group, service, sub_service."""
    words: tuple[str, ...] = ()
    """Its names and its section's, in every language: what a search finds it by."""

    @property
    def rule(self) -> Rule:
        """Of several printed rules the longer-lived one is in force."""
        return _longest(self.rules)

    def rule_at(self, party: str) -> Rule:
        """What a party keeps it by: the rule of that holder, else one for no holder in particular.

        A rule that the notice prints for another holder is applied too, but that is then our choice.
        """
        for holder in (party, NOBODY):
            if own := [rule for rule in self.rules if rule.holder == holder]:
                return _longest(own)
        return replace(self.rule, choice=True)

    @property
    def erased_with_account(self) -> int | None:
        """The line of the notice that promises it."""
        return next(
            (rule.line for rule in self.rules if rule.kind == "until_account_deletion" and not rule.choice), None
        )

    @property
    def is_statistics(self) -> bool:
        """A record that anonymous statistics are built from."""
        return self.id.endswith(".usage_statistics")


def load() -> dict[str, Activity]:
    found: dict[str, Activity] = {}
    for file in resource("privacy", "sections").iterdir():
        if file.name.endswith(".toml"):
            section = tomllib.loads(file.read_text("utf-8"))
            for row in section["activity"]:
                items = tuple(one["item"] for one in row["data"])
                found[row["id"]] = Activity(
                    row["id"], section["id"], items, _rules(row["retention"], own=False), section["kind"],
                    (*row["name"].values(), *section["name"].values()),
                )  # fmt: skip
    for row in tomllib.loads(resource("privacy", "product.toml").read_text("utf-8"))["activity"]:
        rules, words = _rules(row["retention"], own=True), tuple(row["name"].values())
        found[row["id"]] = Activity(row["id"], "product", tuple(row["data"]), rules, words=words)
    return found


def _rules(rows: list[dict[str, Any]], own: bool) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            row["kind"], row.get("duration"), (row.get("lines") or [None])[0], own or row["kind"] == "unspecified",
            row.get("holder", NOBODY),
        )
        for row in rows
    )  # fmt: skip


def _longest(rules: tuple[Rule, ...] | list[Rule]) -> Rule:
    return min(rules, key=lambda one: LONGEST.index(one.kind))
