"""The check of the catalogue's citations, on a small text of our own: the notice itself is not shipped."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from notice_check import check

TEXT = "Titre\n\nL’adresse\u00a0du véhicule, 12\u00a0mois\nselon le contrat"
SECTION = """
id = "a"
name_fr = "Titre"
lines = [1, 4]
[[activity]]
lines = [3]
trigger_lines = [3]
data = [{ item = "x", fr = "l'adresse du véhicule", line = 3 }]
retention = [{ kind = "duration", duration = "P12M", lines = [3] }]
legal_basis = [{ basis = "A6-1-b", as_written = "our words", lines = [4] }]
"""


@pytest.fixture
def privacy(tmp_path: Path) -> Path:
    (tmp_path / "sections").mkdir()
    (tmp_path / "sections" / "a.toml").write_text(SECTION, "utf-8")
    source = f'sha256 = "{hashlib.sha256(TEXT.encode()).hexdigest()}"\nlines = 4\n'
    (tmp_path / "source.toml").write_text(source, "utf-8")
    return tmp_path


def test_spaces_and_apostrophes_of_the_typesetter_do_not_matter(privacy: Path) -> None:
    assert check(TEXT.encode(), privacy) == (8, [])


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("l'adresse du", "l'adresse de", "l'adresse de véhicule is not on line 3"),
        ("line = 3", "line = 4", "l'adresse du véhicule is not on line 4"),
        ("trigger_lines = [3]", "trigger_lines = [2]", "line 2 is empty"),
        ("trigger_lines = [3]", "trigger_lines = [9]", "line 9 is empty"),
        ("P12M", "P30D", "30 jours is not on line 3"),
        ("A6-1-b", "A6-1-f", "intérêt is not on line 4"),
        ('"Titre"', '"Autre"', "Autre is not on line 1"),
    ],
)
def test_a_wrong_citation_is_named(privacy: Path, old: str, new: str, fault: str) -> None:
    (privacy / "sections" / "a.toml").write_text(SECTION.replace(old, new), "utf-8")
    assert check(TEXT.encode(), privacy) == (8, [f"a.toml: {fault}"])


def test_another_text_is_refused(privacy: Path) -> None:
    _, faults = check((TEXT + " ").encode(), privacy)
    assert faults == ["source.toml: this is not the text that the catalogue was made from"]
