"""Looks for a value in every file of a folder, however it is written there. Shares no code with what it judges."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from urllib.parse import quote


def encodings(value: str) -> list[bytes]:
    """How a value may lie in a file; base64 at each of its three offsets."""
    plain = value.encode()
    found = [plain, value.encode("utf-16-le"), value.encode("utf-16-be"), plain.hex().encode(), plain[::-1]]
    found += ["".join(f"%{byte:02X}" for byte in plain).encode(), quote(value, safe="").encode()]
    found += ["".join(f"\\u{ord(one):04x}" for one in value).encode(), json.dumps(value)[1:-1].encode()]
    for skip in range(3):
        found.append(base64.b64encode(b"\0" * skip + plain)[4 if skip else 0 : -4])
    return [one.lower() for one in dict.fromkeys(found)]


def copies(place: Path, value: str) -> dict[str, int]:
    """File -> occurrences, whatever the case."""
    found = {}
    for file in sorted(place.rglob("*")):
        if file.is_file():
            content = file.read_bytes().lower()
            count = sum(len(re.findall(re.escape(one), content)) for one in encodings(value))
            if count:
                found[file.name] = count
    return found
