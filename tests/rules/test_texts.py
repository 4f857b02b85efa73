"""The sentences: the same in three languages, compiled, and there wherever the code asks for one."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from companion.ui.compile_texts import LANGUAGES, Sentence, compile_texts, read

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ROOT / "resources" / "text"
NEVER_ZERO = {"overview.doors_open", "overview.windows_open", "overview.lids_open", "overview.parts_open"}
"""Said only where something is open."""


@pytest.fixture(scope="module")
def sentences() -> dict[str, dict[str, Sentence]]:
    return {language: read(TEXTS / f"{language}.toml") for language in LANGUAGES}


@dataclass(frozen=True)
class Use:
    """A call of `text` or `plural` in the code. `key` is a pattern: an f-string's fields stand for anything."""

    where: str
    function: str
    key: str
    params: frozenset[str] | None
    """None: not known, as the call has `**`."""


def placeholders(sentence: Sentence) -> set[str]:
    """Names in braces, and `%n`, of the form that has most of them."""
    form = sentence if isinstance(sentence, str) else sentence[1]
    names = {name for _, name, _, _ in string.Formatter().parse(form) if name is not None}
    return names | ({"%n"} if "%n" in form else set())


def uses(source: str, where: str) -> Iterator[Use]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and (function := _name(node.func)) in ("text", "plural"):
            named = [keyword.arg for keyword in node.keywords]
            params = None if None in named else frozenset(name for name in named if name)
            for key in _keys(node.args[0]):
                yield Use(f"{where}:{node.lineno}", function, key, params)


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else ""


def _keys(argument: ast.expr) -> Iterator[str]:
    """The keys that a literal, either branch of a choice, an f-string or a sum can be."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield re.escape(argument.value)
    elif isinstance(argument, ast.IfExp):
        yield from _keys(argument.body)
        yield from _keys(argument.orelse)
    elif isinstance(argument, ast.BinOp):
        for left in _keys(argument.left):
            yield left + ".+"
    elif isinstance(argument, ast.JoinedStr):
        yield "".join(
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in argument.values
        )


def wrong_uses(source: str, where: str, known: dict[str, Sentence]) -> list[str]:
    """What is wrong with the calls in one module, a line each."""
    return [f"{use.where}: {wrong}" for use in uses(source, where) if (wrong := _wrong(use, known))]


def _wrong(use: Use, known: dict[str, Sentence]) -> str:
    meant = {key: sentence for key, sentence in known.items() if re.fullmatch(use.key, key)}
    if not meant:
        return f"no sentence {use.key}"
    right = [key for key, sentence in meant.items() if isinstance(sentence, tuple) == (use.function == "plural")]
    if not right:
        return f"{use.function}() of {', '.join(meant)}: the other kind of sentence"
    asked = placeholders(meant[right[0]]) - {"%n"}
    if len(meant) == 1 and use.params is not None and use.params != asked:
        return f"{right[0]} wants {sorted(asked)}, is given {sorted(use.params)}"
    return ""


def test_three_languages_have_the_same_sentences(sentences: dict[str, dict[str, Sentence]]) -> None:
    english = sentences["en"]
    for language in LANGUAGES:
        assert sorted(sentences[language]) == sorted(english), language


def test_a_sentence_has_the_same_placeholders_and_forms_in_each_language(
    sentences: dict[str, dict[str, Sentence]],
) -> None:
    for key, english in sentences["en"].items():
        for language in LANGUAGES:
            other = sentences[language][key]
            assert isinstance(other, str) == isinstance(english, str), (language, key)
            assert placeholders(other) == placeholders(english), (language, key)


def test_the_singular_asks_for_nothing_the_plural_lacks(sentences: dict[str, dict[str, Sentence]]) -> None:
    for language in LANGUAGES:
        for key, sentence in sentences[language].items():
            if isinstance(sentence, tuple):
                one, other = placeholders(sentence[0]), placeholders(sentence)
                assert other - one <= {"%n"}, (language, key)
                assert one <= other, (language, key)


def test_the_french_singular_shows_its_number_because_it_is_for_zero_too(
    sentences: dict[str, dict[str, Sentence]],
) -> None:
    for key, sentence in sentences["fr"].items():
        if isinstance(sentence, tuple) and key not in NEVER_ZERO:
            assert ("%n" in sentence[0]) == ("%n" in sentence[1]), key


def words_of_the_catalogue(value: object, where: str) -> Iterator[tuple[str, str, str]]:
    """(where, language, words) of what is written in the product's own words: a table of exactly three languages."""
    if isinstance(value, dict):
        if value.keys() == set(LANGUAGES):
            yield from ((where, language, words) for language, words in value.items())
        for name, one in value.items():
            yield from words_of_the_catalogue(one, f"{where}.{name}")
    elif isinstance(value, list):
        for one in value:
            yield from words_of_the_catalogue(one, where)


def badly_set(language: str, words: str) -> bool:
    """A typewriter's apostrophe; in French a sign that could begin a line, as only a plain space stands before it."""
    return (
        "'" in words
        or bool(re.search("[ \u00a0]»|«[ \u00a0]", words))
        or (language == "fr" and bool(re.search("[ \u00a0][;:!?]", words)))
    )


def test_apostrophes_and_spaces_are_those_of_print(sentences: dict[str, dict[str, Sentence]]) -> None:
    found = [
        (f"{language}: {key}", language, form)
        for language, table in sentences.items()
        for key, sentence in table.items()
        for form in ([sentence] if isinstance(sentence, str) else sentence)
    ]
    for file in (ROOT / "resources" / "privacy").rglob("*.toml"):
        found += words_of_the_catalogue(tomllib.loads(file.read_text("utf-8")), file.name)
    assert len(found) > 6000
    assert [where for where, language, words in found if badly_set(language, words)] == []


@pytest.mark.parametrize(
    ("language", "words", "bad"),
    [
        ("en", "the car's", True), ("en", "the car’s", False), ("fr", "vu : non", True), ("fr", "vu\u202f: non", False),
        ("fr", "« non\u202f»", True), ("de", "Zeit : 3", False), ("fr", "à 14:36", False),
    ],
)  # fmt: skip
def test_the_typewriter_is_noticed(language: str, words: str, bad: bool) -> None:
    assert badly_set(language, words) == bad


def test_no_sentence_is_empty(sentences: dict[str, dict[str, Sentence]]) -> None:
    for language in LANGUAGES:
        for key, sentence in sentences[language].items():
            assert all(form.strip() for form in ([sentence] if isinstance(sentence, str) else sentence)), (
                language,
                key,
            )


def test_the_compiled_files_are_those_of_the_sentences(tmp_path: Path) -> None:
    for file in compile_texts(TEXTS, tmp_path):
        assert (TEXTS / file.name).read_bytes() == file.read_bytes(), f"{file.name} is old: python3 dev.py texts"


def test_every_sentence_the_code_asks_for_is_there_with_its_params(sentences: dict[str, dict[str, Sentence]]) -> None:
    wrong: list[str] = []
    for module in sorted((ROOT / "companion").rglob("*.py")):
        wrong += wrong_uses(module.read_text("utf-8"), module.relative_to(ROOT).as_posix(), sentences["en"])
    assert wrong == []


def test_the_scan_of_the_code_sees_each_kind_of_mistake() -> None:
    known: dict[str, Sentence] = {"a.b": "at {time}", "a.c": ("%n door", "%n doors"), "kind.x": "x"}
    right = (
        'text("a.b", time=1)\nplural("a.c", 2)\ntext(f"kind.{k}")\ntext("a.b", **more)\nself.text("other")\ntext(key)'
    )
    assert wrong_uses(right, "m", known) == []
    for mistake in ('text("a.x")', 'text("sort." + k)',
                    'text("a.b")', 'text("a.b", time=1, day=2)', 'plural("a.b", 1)', 'text("a.c")',
                    'text(f"sort.{k}")', 'text("kind.x" if y else "kind.y")'):  # fmt: skip
        assert len(wrong_uses(mistake, "m", known)) == 1, mistake


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_and_signs_survive_the_compiler(tmp_path: Path, language: str, qapp: object) -> None:
    from PySide6.QtCore import QTranslator, qtTrId

    odd = 'a < b & "c" {name}\u00a0: \u202f100 %'
    for each in LANGUAGES:
        quoted = odd.replace('"', '\\"')
        (tmp_path / f"{each}.toml").write_text(
            f'[x]\nodd = "{quoted}"\nn = {{one = "%n one", other = "%n other"}}\n', "utf-8"
        )
    compile_texts(tmp_path, tmp_path)
    translator = QTranslator()
    assert translator.load(str(tmp_path / f"companion_{language}.qm"))
    qapp.installTranslator(translator)  # type: ignore[attr-defined]
    try:
        zero = "0 one" if language == "fr" else "0 other"
        assert [qtTrId("x.n", n) for n in (0, 1, 2)] == [zero, "1 one", "2 other"]
        assert qtTrId("x.odd") == odd
    finally:
        qapp.removeTranslator(translator)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "leaf",
    ["n = 3", 'n = {one = "x"}', 'n = {one = "x", other = "y", few = "z"}', "n = {one = 1, other = 2}", "n = {}"],
)
def test_a_leaf_that_is_no_sentence_is_refused_by_its_key(tmp_path: Path, leaf: str) -> None:
    (tmp_path / "en.toml").write_text(f"[page]\n{leaf}\n", "utf-8")
    with pytest.raises(ValueError, match=r"^page\.n: "):
        read(tmp_path / "en.toml")
