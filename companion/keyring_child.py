"""The system's keyring in a program of its own: one question on standard input, one answer on standard output, then it ends.

Its libraries take four megabytes, twelve with those of a Secret Service; asked at a start and a sign-in, they are gone again.

    {"do": "load" | "save" | "forget", "name": NAME, "token": TOKEN}  ->  {"token": TOKEN | null, "saved": true | false}
"""

from __future__ import annotations

import contextlib
import json
import sys

SERVICE = "Companion"


def answer(question: dict[str, str]) -> dict[str, object]:
    import keyring
    from keyring.errors import KeyringError

    broken = (KeyringError, OSError, RuntimeError)
    name, token = question["name"], question.get("token", "")
    if question["do"] == "forget":
        with contextlib.suppress(*broken):
            keyring.delete_password(SERVICE, name)
        return {"token": None, "saved": False}
    try:
        if question["do"] == "save":
            keyring.set_password(SERVICE, name, token)
        found = keyring.get_password(SERVICE, name)
    except broken:
        return {"token": None, "saved": False}
    # Some backends accept and forget.
    return {"token": found, "saved": question["do"] == "save" and found == token}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(answer(json.loads(sys.stdin.readline()))))
