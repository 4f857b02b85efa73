from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from companion.core import settings_file
from companion.model.message import MessageKind
from companion.model.settings import Settings

CHOSEN = Settings("de", "light", 7, True, False, False, ("charging_started", "climate_stopped"))


def test_settings_come_back_as_they_were_saved(tmp_path: Path) -> None:
    place = tmp_path / "deep" / "settings.json"
    settings_file.save(place, CHOSEN)
    assert settings_file.load(place) == CHOSEN
    assert [file.name for file in place.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"{}", b'{"theme": 7}', b"[" * 100_000]
)
def test_a_damaged_file_is_passed_over(tmp_path: Path, content: bytes) -> None:
    place = tmp_path / "settings.json"
    place.write_bytes(content)
    assert settings_file.load(place) == Settings()


def test_a_missing_file_or_a_folder_in_its_place_is_passed_over(tmp_path: Path) -> None:
    assert settings_file.load(tmp_path / "none.json") == Settings()
    assert settings_file.load(tmp_path) == Settings()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("language", "la"), ("language", []), ("theme", None), ("ledger_days", 0), ("ledger_days", 366), ("ledger_days", True),
     ("ledger_days", "30"), ("ledger_days", 1.5), ("reduced_motion", 1), ("panel_open", "yes"),
     ("desktop_notices", "no"), ("muted", "charging_started"), ("muted", 7), ("muted", None),
     ("muted", {"charging_started": 1})],
)  # fmt: skip
def test_a_wrong_value_falls_back_alone(name: str, wrong: Any) -> None:
    found = Settings.from_dict({**CHOSEN.to_dict(), name: wrong})
    assert getattr(found, name) == getattr(Settings(), name)
    others = [one for one in CHOSEN.to_dict() if one != name]
    assert [getattr(found, one) for one in others] == [getattr(CHOSEN, one) for one in others]


def test_unknown_names_are_passed_over() -> None:
    assert Settings.from_dict({"theme": "dark", "password": "x"}) == Settings(theme="dark")
    assert "password" not in Settings.from_dict({"password": "x"}).to_dict()


def test_of_muted_messages_kinds_of_a_later_version_stay_and_what_is_none_is_passed_over() -> None:
    found = Settings.from_dict(
        {"muted": ["climate_stopped", "location_alarm", 7, [], "charging_started", "climate_stopped"]}
    )
    assert found.muted == ("climate_stopped", "location_alarm", "charging_started")
    silent = [kind for kind in MessageKind if not found.says(kind)]
    assert silent == [MessageKind.CHARGING_STARTED, MessageKind.CLIMATE_STOPPED]


@pytest.mark.parametrize("days", [1, 30, 365])
def test_the_ledgers_period_goes_from_a_day_to_a_year(days: int) -> None:
    assert Settings.from_dict({"ledger_days": days}).ledger_days == days
