"""The relay as a process, and the comparison of what it saw with an exported ledger. Nothing here is the app's own code."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
ITEMS = HERE.parent / "resources" / "privacy" / "items.toml"
NOTHING: Mapping[str, int] = {}
PARTIES = ("identity", "porsche_system", "console")


class Witness:
    """`origins` are the relay's addresses: what an app is told instead of the parties' own."""

    def __init__(self, folder: Path, parties: Mapping[str, str], names: Iterable[str] = PARTIES) -> None:
        folder.mkdir()
        self._folder = folder
        ports = [f"{name}={urlsplit(parties[name]).port}" for name in names]
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "real" / "relay.py"), str(folder), *ports],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        table = json.loads(self._process.stdout.readline())
        self.origins = {name: f"http://127.0.0.1:{port}" for name, port in table.items()}

    def __enter__(self) -> Witness:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def open(self, name: str) -> int:
        """How many connections there are to a party."""
        return int(self._ask("open", name))

    def tell(self, word: str, name: str) -> None:
        assert self._ask(word, name) == "ok"

    def _ask(self, word: str, name: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{word} {name}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def seen(self) -> dict[int, bytes]:
        """The client's port -> every byte it sent, of the connections on which there were any."""
        found: dict[int, bytes] = {}
        for file in sorted(self._folder.glob("*.bin")):
            port = int(file.stem.rpartition("-")[2])
            assert port not in found, "a port was used again: the connections cannot be told apart"
            found[port] = file.read_bytes()
        return {port: data for port, data in found.items() if data}

    def sizes(self) -> dict[str, int]:
        """File -> bytes that passed so far, in one direction of one connection."""
        return {file.name: file.stat().st_size for file in self._folder.iterdir()}

    def passed(self, since: Mapping[str, int] = NOTHING) -> dict[str, bytes]:
        """Party -> every byte that went to it or came back from it since then, one connection after the other."""
        found: dict[str, bytes] = {}
        for file in sorted(self._folder.iterdir()):
            if new := file.read_bytes()[since.get(file.name, 0) :]:
                party = file.stem.split("-")[1]
                found[party] = found.get(party, b"") + new
        return found

    def all_bytes(self, party: str = "*") -> bytes:
        return b"\n".join(file.read_bytes() for file in sorted(self._folder.glob(f"*-{party}-*.bin")))


def secret_items() -> set[str]:
    return {row["id"] for row in tomllib.loads(ITEMS.read_text("utf-8"))["item"] if row.get("secret")}


def differences(lines: Iterable[str], wire: Mapping[int, bytes], secret: set[str]) -> list[str]:
    """How an exported ledger and the relay's bytes differ, a sentence each; none if they are the same byte for byte.

    In the ledger each byte of a secret is `*`; such bytes are compared by their number only.
    """
    connections: dict[int, list[dict[str, Any]]] = {}
    wrong: list[str] = []
    for entry in map(json.loads, lines):
        entry["bytes"] = base64.b64decode(entry["bytes_b64"])
        wrong += _span_faults(entry)
        if entry["bytes"]:
            connections.setdefault(int(entry["connection"]["local"].rpartition(":")[2]), []).append(entry)
    for port in sorted({*connections, *wire}):
        entries = sorted(connections.get(port, []), key=lambda entry: entry["connection"]["seq"])
        wrong += _connection_faults(port, entries, wire.get(port, b""), secret)
    return wrong


def _span_faults(entry: Mapping[str, Any]) -> list[str]:
    at = 0
    for span in entry["spans"]:
        if span["start"] != at or span["end"] <= at:
            return [f"{entry['request']}: spans do not follow each other at {at}"]
        at = span["end"]
    size = len(entry["bytes"])
    return [] if at == size else [f"{entry['request']}: spans add up to {at}, not {size}"]


def _connection_faults(port: int, entries: list[dict[str, Any]], seen: bytes, secret: set[str]) -> list[str]:
    numbers = [entry["connection"]["seq"] for entry in entries]
    wrong = [] if numbers == list(range(1, len(numbers) + 1)) else [f"port {port}: requests are numbered {numbers}"]
    at = 0
    for entry in entries:
        wrong += _entry_faults(entry, seen[at : at + len(entry["bytes"])], secret)
        at += len(entry["bytes"])
    return wrong if at == len(seen) else [*wrong, f"port {port}: {at} bytes in the ledger, {len(seen)} on the wire"]


def _entry_faults(entry: Mapping[str, Any], seen: bytes, secret: set[str]) -> list[str]:
    for span in entry["spans"]:
        start, end = span["start"], span["end"]
        said = entry["bytes"][start:end]
        masked = span["item"] in secret
        if said != (b"*" * (end - start) if masked else seen[start:end]) or (masked and seen[start:end] == said):
            return [f"{entry['request']}: bytes {start} to {end} differ"]
    return []


SECRETS = (
    rb"Authorization: Bearer ([^\r]+)\r\n",
    rb"Cookie: sign_in=([^\r]+)\r\n",
    rb"(?:[?&]|\n)(?:state|password|code|code_verifier|refresh_token|token)=([^&\s]+)",
    rb'"(?:challenge|hash)":"([^"]+)"',
)


def secrets_in(data: bytes) -> set[bytes]:
    """Values on the wire that nobody may find again elsewhere."""
    return {value for pattern in SECRETS for value in re.findall(pattern, data)}
