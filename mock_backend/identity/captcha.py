"""A picture with letters to copy: strokes, no font, so that it looks the same everywhere and no script reads it off."""

from __future__ import annotations

import base64
import random
import secrets

WIDTH, HEIGHT, LENGTH = 150, 50, 5
STROKES = {
    "A": "M0 20L6 0L12 20M3 13L9 13", "C": "M12 3L3 0L0 10L3 20L12 17", "E": "M12 0L0 0L0 20L12 20M0 10L9 10",
    "F": "M12 0L0 0L0 20M0 10L9 10", "H": "M0 0L0 20M12 0L12 20M0 10L12 10", "K": "M0 0L0 20M12 0L0 11L12 20",
    "L": "M0 0L0 20L12 20", "M": "M0 20L0 0L6 12L12 0L12 20", "N": "M0 20L0 0L12 20L12 0", "P": "M0 20L0 0L11 2L11 9L0 11",
    "T": "M0 0L12 0M6 0L6 20", "X": "M0 0L12 20M12 0L0 20", "Y": "M0 0L6 10L12 0M6 10L6 20", "Z": "M0 0L12 0L0 20L12 20",
    "3": "M0 0L12 0L6 8L12 13L9 20L0 18", "4": "M9 20L9 0L0 14L12 14", "7": "M0 0L12 0L4 20",
}  # fmt: skip
"""Only what cannot be taken for another: no O and 0, no I and 1."""


def new_text() -> str:
    return "".join(secrets.choice(tuple(STROKES)) for _ in range(LENGTH))


def matches(given: str, wanted: str) -> bool:
    """Small letters and blanks around are forgiven."""
    return bool(wanted) and secrets.compare_digest(given.strip().upper().encode(), wanted.encode())


def page(text: str) -> str:
    """What the sign-in page shows. The address holds one comma: clients split it there."""
    picture = base64.b64encode(svg(text).encode()).decode()
    return f'<p>Copy the letters</p><img alt="captcha" src="data:image/svg+xml;base64,{picture}">'


def svg(text: str) -> str:
    """Clients replace the words `width="150" height="50"` to enlarge it."""
    shake = random.Random(text)
    letters = "".join(_letter(letter, place, shake) for place, letter in enumerate(text))
    lines = [(shake.randint(5, 45), shake.randint(5, 45)) for _ in range(3)]
    noise = "".join(f'<path d="M0 {left}L{WIDTH} {right}" stroke="#8a8a8a" stroke-width="1"/>' for left, right in lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" fill="none">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#f4f4f4"/>{noise}{letters}</svg>'
    )


def _letter(letter: str, place: int, shake: random.Random) -> str:
    x, y, turn = 14 + place * 26 + shake.randint(-2, 2), 15 + shake.randint(-4, 4), shake.randint(-18, 18)
    return (
        f'<path d="{STROKES[letter]}" transform="translate({x} {y}) rotate({turn} 6 10)" stroke="#222222"'
        ' stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/>'
    )
