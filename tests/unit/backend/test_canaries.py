"""The receipt's own search, judged by values planted in every form and at every border of what is read at once."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from mock_backend import canaries
from mock_backend.canaries import forms, search

VALUES = ("WP0ZZZY1ZSSA10001", "owner@demo.example", "48.8003", "Zuffenhausen-Straße 1", 'a "quoted" value')


def written(value: str) -> list[bytes]:
    """As programs write it: base64 of a text that it is in the middle of."""
    plain = value.encode()
    found = [
        plain,
        value.encode("utf-16-le"),
        value.encode("utf-16-be"),
        plain.hex().encode(),
        plain.hex().upper().encode(),
    ]
    found += [quote(value).encode(), quote_plus(value).encode(), "".join(f"%{byte:02X}" for byte in plain).encode()]
    found += [json.dumps(value).encode(), json.dumps(value, ensure_ascii=False).encode()]
    found += [value.upper().encode(), value.lower().encode()]
    found.append("".join(f"\\u{ord(one):04X}" for one in value).encode())
    return found + [base64.b64encode(b"?" * skip + plain + b"??") for skip in range(6)]


@pytest.mark.parametrize("value", VALUES)
def test_a_value_is_found_once_in_each_form(tmp_path: Path, value: str) -> None:
    file = tmp_path / "a.db"
    for content in written(value):
        if value.isascii() or content.lower() != value.upper().encode().lower():
            file.write_bytes(b"\xfe noise " + content + b" noise \xfe")
            assert search(file, (value,)).occurrences[value] == 1, content
    file.write_bytes(b"noise" + value[:-1].encode() + b"noise")
    assert search(file, (value,)).occurrences[value] == 0


@pytest.mark.parametrize("block", [1, 2, 7, 64, 1 << 20])
def test_it_is_found_wherever_the_blocks_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(canaries, "BLOCK", block)
    value, content = VALUES[0], b""
    for gap in range(40):
        content += b"\0" * gap + value.encode() + b"." + value.lower().encode("utf-16-le")
    file = tmp_path / "a.db"
    file.write_bytes(content)
    found = search(file, (value, "another"))
    assert found.occurrences == {value: 80, "another": 0}
    assert (found.size, found.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert found.settled


def test_no_form_lies_within_another() -> None:
    for value in VALUES:
        for one in forms(value):
            assert [other for other in forms(value) if one in other] == [one]


def test_a_file_that_changes_while_it_is_read_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, read, rounds = tmp_path / "a.db", canaries._read, [0]
    file.write_bytes(b"first")

    def writing(*given: object) -> object:
        rounds[0] += 1
        answer = read(*given)  # type: ignore[arg-type]
        if rounds[0] < still:
            file.write_bytes(b"x" * (rounds[0] + 10) + b"canary")
        return answer

    monkeypatch.setattr(canaries, "_read", writing)
    still = 3
    found = search(file, ("canary",))
    assert (found.settled, rounds[0], found.occurrences["canary"]) == (True, 3, 1)
    rounds[0], still = 0, 1000
    assert (search(file, ("canary",)).settled, rounds[0]) == (False, canaries.TRIES)


def test_short_values_are_not_looked_for_in_letters_that_come_by_chance() -> None:
    assert all(len(one) >= canaries.LETTERS or not re.fullmatch(rb"[a-z]{4}", one) for one in forms("48.8"))
