"""Sentences -> `.qm`: `resources/text/{en,fr,de}.toml` through an id-based `.ts` and Qt's lrelease. Not used at run time.

A leaf is a string, or for plurals a table of exactly `one` and `other`, in which `%n` is the number.
`python3 dev.py texts` runs it; the `.qm` files are committed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

LANGUAGES = ("en", "fr", "de")
FORMS = {"one", "other"}

Sentence = str | tuple[str, str]
"""A string, or the pair (one, other)."""


def read(file: Path) -> dict[str, Sentence]:
    """Dotted key -> sentence. Raises ValueError for a leaf that is neither kind of sentence."""
    return dict(_leaves(tomllib.loads(file.read_text("utf-8")), ""))


def _leaves(table: dict[str, Any], prefix: str) -> Iterator[tuple[str, Sentence]]:
    for name, value in table.items():
        key = prefix + name
        if isinstance(value, str):
            yield key, value
        elif not isinstance(value, dict) or not value:
            raise ValueError(f"{key}: a sentence is a string or a table of `one` and `other`")
        elif FORMS & value.keys():
            yield key, _plural(key, value)
        else:
            yield from _leaves(value, key + ".")


def _plural(key: str, forms: dict[str, Any]) -> tuple[str, str]:
    if forms.keys() != FORMS or not all(isinstance(form, str) for form in forms.values()):
        raise ValueError(f"{key}: a plural has exactly the strings `one` and `other`")
    return forms["one"], forms["other"]


def to_ts(sentences: dict[str, Sentence], language: str) -> bytes:
    """The id-based Linguist source; English, French and German have two plural forms, in Qt's order one, other."""
    root = Xml.Element("TS", version="2.1", language=language)
    context = Xml.SubElement(root, "context")
    Xml.SubElement(context, "name")
    for key, sentence in sentences.items():
        message = Xml.SubElement(context, "message", id=key)
        translation = Xml.SubElement(message, "translation")
        if isinstance(sentence, str):
            translation.text = sentence
            continue
        message.set("numerus", "yes")
        for form in sentence:
            Xml.SubElement(translation, "numerusform").text = form
    written: bytes = Xml.tostring(root, "utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n' + written


def compile_texts(source: Path, target: Path) -> list[Path]:
    """Writes `companion_{language}.qm` into `target` for each language; returns the files."""
    return [_compile(source / f"{language}.toml", target, language) for language in LANGUAGES]


def _compile(file: Path, target: Path, language: str) -> Path:
    qm = target / f"companion_{language}.qm"
    try:
        sentences = read(file)
    except ValueError as error:
        raise ValueError(f"{file.name}: {error}") from error
    with tempfile.TemporaryDirectory() as place:
        ts = Path(place) / f"companion_{language}.ts"
        ts.write_bytes(to_ts(sentences, language))
        program = Path(sys.executable).with_name("pyside6-lrelease" + (".exe" if sys.platform == "win32" else ""))
        command = [str(program), "-silent", "-idbased", str(ts), "-qm", str(qm)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0 or done.stderr:
        raise ValueError(f"{file.name}: lrelease: {done.stderr.strip() or done.stdout.strip()}")
    return qm


def main() -> int:
    place = Path(__file__).resolve().parents[2] / "resources" / "text"
    try:
        written = compile_texts(place, place)
    except (OSError, ValueError) as error:
        print(f"texts: {error}", file=sys.stderr)
        return 1
    for file in written:
        print(f"texts: {file.name}, {file.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
