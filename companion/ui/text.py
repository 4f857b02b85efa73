"""Words of the interface. Keys in code; sentences in `resources/text/*.toml`, compiled to one `.qm` a language.

`text("overview.locked")`, `text("command.done_at", time="14:36")`, `plural("overview.windows_open", 2)`.
`python3 dev.py texts` compiles; a missing key shows as itself and fails the tests.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QLocale, QTranslator, qtTrId

from companion.resources import resource

LANGUAGES = ("en", "fr", "de")
REGIONS = {
    "en": (QLocale.Language.English, QLocale.Country.UnitedKingdom), "fr": (QLocale.Language.French, QLocale.Country.France),
    "de": (QLocale.Language.German, QLocale.Country.Germany),
}  # fmt: skip
_installed: list[QTranslator] = []
_language = "en"


def system_language() -> str:
    code = QLocale.system().name()[:2]
    return code if code in LANGUAGES else "en"


def set_language(language: str) -> None:
    """`en`, `fr` or `de`. Widgets re-read their words in `changeEvent(LanguageChange)`."""
    global _language
    _language = language
    app = QCoreApplication.instance()
    assert app is not None
    old = list(_installed)
    _installed.clear()
    translator = QTranslator(app)
    if not translator.load(str(resource("text", f"companion_{language}.qm"))):
        raise FileNotFoundError(f"companion_{language}.qm")
    _installed.append(translator)
    QLocale.setDefault(region(language, QLocale.system()))
    app.installTranslator(translator)
    for one in old:
        app.removeTranslator(one)


def region(language: str, system: QLocale) -> QLocale:
    """Where the system speaks the language, its region says how dates and degrees are written there."""
    tongue, usual = REGIONS[language]
    return QLocale(tongue, system.territory() if system.language() is tongue else usual)


def language() -> str:
    return _language


def text(key: str, /, **params: object) -> str:
    return qtTrId(key).format(**params) if params else qtTrId(key)


def has(key: str) -> bool:
    """Whether the language in force has a sentence for a key."""
    return qtTrId(key) != key


def plural(key: str, n: int, /, **params: object) -> str:
    """The form of `key` for `n`; `%n` in the sentence is the number."""
    sentence = qtTrId(key, n)
    return sentence.format(**params) if params else sentence


def localized(words: Mapping[str, str]) -> str:
    """A text of the catalogue in the language in force."""
    return words.get(_language) or words.get("en", "")
