"""Nothing of the notice is lost: every section, activity, data use, rule and gap is there, and can be written as one file."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from whole_catalogue import whole, written

ROOT = Path(__file__).resolve().parents[2]
PRIVACY = ROOT / "resources" / "privacy"
COUNTS = tomllib.loads((PRIVACY / "source.toml").read_text("utf-8"))["counts"]
IDS = "147ab72776f64989"
"""Of all ids of activities, sorted, a line each."""
USES = "101fea83f2aa37ea"
"""Of every data use: activity, item and line."""
RULES = "f3a9044683cd132b"
"""Of every rule: activity, kind, duration, holder and lines."""


@pytest.fixture
def table() -> dict[str, Any]:
    return whole(PRIVACY)


def activities(table: dict[str, Any]) -> list[dict[str, Any]]:
    return [activity for section in table["service"] for activity in section["activity"]]


def counted(table: dict[str, Any]) -> dict[str, Any]:
    kinds = Counter(section["kind"] for section in table["service"])
    rows = activities(table)
    silent = [row for row in rows if any(rule["kind"] == "unspecified" for rule in row["retention"])]
    return {
        "groups": kinds["group"], "services": kinds["service"], "sub_services": kinds["sub_service"], "activities": len(rows),
        "activities_sent_by_the_app": sum(row["companion_app_sends"] for row in rows),
        "activities_without_a_period": len(silent),
        "activities_without_a_legal_basis": sum(row["legal_basis"][0]["basis"] == "not_stated" for row in rows),
        "data_items": len(table["data_item"]), "data_uses": sum(len(row["data"]) for row in rows), "gaps": len(table["gap"]),
        "rules": dict(Counter(rule["kind"] for row in rows for rule in row["retention"])),
    }  # fmt: skip


def digests(table: dict[str, Any]) -> tuple[str, str, str]:
    rows = activities(table)
    ids = sorted(row["id"] for row in rows)
    uses = sorted(f"{row['id']} {one['item']} {one['line']}" for row in rows for one in row["data"])
    rules = sorted(
        f"{row['id']} {one['kind']} {one.get('duration')} {one['holder']} {one['lines']}"
        for row in rows for one in row["retention"]
    )  # fmt: skip
    first, second, third = (sha256("\n".join(lines).encode()).hexdigest()[:16] for lines in (ids, uses, rules))
    return first, second, third


def test_every_count_is_that_of_the_notice(table: dict[str, Any]) -> None:
    assert counted(table) == COUNTS


def test_every_activity_data_use_and_rule_is_the_one_that_was_checked_against_the_text(table: dict[str, Any]) -> None:
    assert digests(table) == (IDS, USES, RULES)


def test_what_is_taken_out_is_missed(table: dict[str, Any]) -> None:
    """An activity, a data use, a rule, a gap: each alone changes what is compared."""
    lost = []
    for take in (
        lambda t: t["service"][3]["activity"].pop(),
        lambda t: t["service"][3]["activity"][0]["data"].pop(),
        lambda t: t["service"][0]["activity"][0]["retention"].pop(),
        lambda t: t["gap"].pop(),
    ):
        less = whole(PRIVACY)
        take(less)
        lost.append(counted(less) != COUNTS or digests(less) != (IDS, USES, RULES))
    assert lost == [True] * 4


def test_the_whole_can_be_written_as_one_file_and_read_again(tmp_path: Path, table: dict[str, Any]) -> None:
    out = tmp_path / "whole.toml"
    command = [sys.executable, str(ROOT / "tests" / "whole_catalogue.py"), str(out)]
    assert subprocess.run(command, check=False).returncode == 0
    assert tomllib.loads(out.read_text("utf-8")) == table == tomllib.loads(written(table))


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end in another way there")
def test_the_printed_catalogue_can_be_cut_short() -> None:
    """As by `| head`: whoever reads goes away in the middle."""
    command = [sys.executable, "-m", "companion", "notice", "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as printing:
        assert printing.stdout is not None
        assert printing.stderr is not None
        assert printing.stdout.readline() == b"{\n"
        printing.stdout.close()
        assert printing.stderr.read() == b""
        assert printing.wait(20) == 0
