"""The catalogue agrees with itself: every name in it is known, every text is there in three languages, every line exists."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from companion.model.privacy import SpanKind
from companion.net.catalogue import Catalogue
from mock_backend import catalogue as other_side
from mock_backend.clock import add

ROOT = Path(__file__).resolve().parents[2]
PRIVACY = ROOT / "resources" / "privacy"
LANGUAGES = {"en", "fr", "de"}
LINES = 641
KINDS = {
    "request", "until_next_status", "duration", "until_replaced", "until_account_deletion", "until_unused_for",
    "until_user_reset", "transient_on_device", "unspecified",
}  # fmt: skip
PASSIVE = {"not_stated", "owner_device", "contracted_provider", "web_portal"}
"""Words of the notice for parties that are no address of their own."""
SLOTS = {"token", "from_server", "from_code", "at_sending"}
GROUPS = {"action", "background", "observation"}
HIGHEST_GAP = 43

FILES = sorted(PRIVACY.rglob("*.toml"))
TABLES: dict[str, Any] = {
    file.relative_to(PRIVACY).as_posix(): tomllib.loads(file.read_text("utf-8")) for file in FILES
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue()


def walk(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every table and scalar below a value, with its path."""
    yield path, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from walk(one, f"{path}.{key}")


def everything() -> Iterator[tuple[str, Any]]:
    for name, table in TABLES.items():
        yield from walk(table, name)


def notice_activities(catalogue: Catalogue) -> Iterator[Any]:
    for service in catalogue.services.values():
        yield from service["activity"]


# -- texts ------------------------------------------------------------------------------------------------------------


def test_every_text_is_there_in_three_languages_and_says_something() -> None:
    # A data item's `fr` alone is the notice's own term.
    texts = [(path, value) for path, value in everything() if isinstance(value, dict) and {"en", "de"} & value.keys()]
    assert len(texts) > 150
    wrong = [
        path
        for path, value in texts
        if not value.keys() >= LANGUAGES
        or not all(isinstance(value[one], str) and value[one].strip() for one in LANGUAGES)
    ]
    assert wrong == []


def test_every_named_thing_has_a_text() -> None:
    """Where a text is expected there is one, not a plain word."""
    names = {"name", "title", "label", "label_upper_bound", "show", "why", "summary", "effect", "trigger", "purpose", "covers",
             "note", "interest", "data_note", "choice", "values"}  # fmt: skip
    wrong = [
        path
        for path, value in everything()
        # A declared field may be called so too.
        if path.rpartition(".")[2] in names and not path.endswith("[].name")
        and not (isinstance(value, dict) and value.keys() >= LANGUAGES)
    ]  # fmt: skip
    assert wrong == []


def test_the_three_languages_are_not_copies(catalogue: Catalogue) -> None:
    """Sentences of four words and more differ; names of products may be the same."""
    wrong = [
        path
        for path, value in everything()
        if isinstance(value, dict) and value.keys() >= LANGUAGES and len(value["en"].split()) > 3
        and len({value[one] for one in LANGUAGES}) < 3
    ]  # fmt: skip
    assert wrong == []


# -- the notice -------------------------------------------------------------------------------------------------------


def test_the_notice_is_named_by_hash_and_length() -> None:
    source = TABLES["source.toml"]
    assert re.fullmatch("[0-9a-f]{64}", source["sha256"])
    assert source["sha256"].startswith("f04559c47cbedc28")
    assert source["lines"] == LINES
    assert source["notice_language"] == "fr"


def test_every_line_number_is_a_line_of_the_notice() -> None:
    numbers = [
        (path, value)
        for path, value in everything()
        if isinstance(value, int) and not isinstance(value, bool)
        and re.search(r"(^|\.|_)lines?(\.\d+)?$", path) and path != "source.toml.lines"
    ]  # fmt: skip
    assert len(numbers) > 100
    assert [one for one in numbers if not 1 <= one[1] <= LINES] == []


def test_lines_of_an_activity_lie_in_its_section(catalogue: Catalogue) -> None:
    for service in catalogue.services.values():
        assert service["lines"][0] < service["lines"][1]
        group = catalogue.services[service.get("parent", service["id"])]
        for path, value in walk(service["activity"], service["id"]):
            if isinstance(value, int) and not isinstance(value, bool) and re.search(r"lines?(\.\d+)?$", path):
                # The group states the legal basis once for all its parts.
                first, last = (group if ".legal_basis." in path else service)["lines"]
                assert first <= value <= last, path


def test_every_fact_of_a_data_item_is_cited(catalogue: Catalogue) -> None:
    for activity in notice_activities(catalogue):
        assert bool(activity["data"]) != ("data_note" in activity), activity["id"]
        for row in activity["data"]:
            assert row["fr"].strip()
            assert row["line"]
        assert activity["lines"]


# -- names ------------------------------------------------------------------------------------------------------------


def test_ids_are_unique_and_say_where_they_belong(catalogue: Catalogue) -> None:
    for file, key in (("items.toml", "item"), ("parties.toml", "party"), ("gaps.toml", "gap"), ("actions.toml", "action"),
                      ("product.toml", "activity"), ("requests/app.toml", "request")):  # fmt: skip
        names = [row["id"] for row in TABLES[file][key]]
        assert len(names) == len(set(names)), file
    for service in catalogue.services.values():
        assert all(activity["id"].startswith(f"{service['id']}.") for activity in service["activity"])
    assert all(activity["id"].startswith("product.") for activity in catalogue.product)
    assert all(re.fullmatch(r"G\d\d", name) and int(name[1:]) <= HIGHEST_GAP for name in catalogue.gaps)


def test_every_item_is_known(catalogue: Catalogue) -> None:
    used = {row["item"] for activity in notice_activities(catalogue) for row in activity["data"]}
    used |= {item for activity in catalogue.product for item in activity["data"]}
    for request in catalogue.requests.values():
        used |= {rule.item for rule in request.rules.values() if rule.kind is not SpanKind.SYNTAX}
    used |= {row["same_as"] for row in catalogue.items.values() if "same_as" in row}
    assert used - catalogue.items.keys() == set()
    assert "" not in used


def test_no_item_is_there_for_nothing(catalogue: Catalogue) -> None:
    used = {value for path, value in everything() if isinstance(value, str) and not path.startswith("items.toml")}
    used |= {row["same_as"] for row in catalogue.items.values() if "same_as" in row}
    assert catalogue.items.keys() - used == set()


def test_every_activity_is_known(catalogue: Catalogue) -> None:
    used = {name for request in catalogue.requests.values() for name in (request.activity, *request.causes)}
    assert used - catalogue.activities.keys() == set()


def test_every_party_is_known(catalogue: Catalogue) -> None:
    used = {request.party for request in catalogue.requests.values()}
    used |= {activity["holder"] for activity in catalogue.product}
    used |= {one for activity in notice_activities(catalogue) for step in activity["flow"] for one in step}
    used |= {rule["holder"] for activity in notice_activities(catalogue) for rule in activity["retention"]}
    assert used - catalogue.parties.keys() - PASSIVE == set()


def test_every_gap_is_known_and_none_is_there_for_nothing(catalogue: Catalogue) -> None:
    used = {gap for path, value in everything() if path.endswith(".gaps") and isinstance(value, list) for gap in value}
    # About the whole text, or about every connection: no single activity names them.
    assert used | {"G29", "G30", "G36", "G38", "G41"} == catalogue.gaps.keys()


def test_every_icon_is_drawn(catalogue: Catalogue) -> None:
    icons = {path.stem for path in (ROOT / "resources" / "icons").glob("*.svg")}
    used = {value for path, value in everything() if path.endswith(".icon")}
    assert used
    assert used - icons == set()


def test_every_service_of_an_action_is_known(catalogue: Catalogue) -> None:
    used = {row["service"] for row in catalogue.actions.values()}
    assert used - catalogue.services.keys() == {"product"}


# -- periods ----------------------------------------------------------------------------------------------------------


def test_every_kind_of_period_has_a_rule_and_words(catalogue: Catalogue) -> None:
    used = {rule["kind"] for activity in catalogue.activities.values() for rule in activity["retention"]}
    assert used <= KINDS
    assert set(TABLES["retention.toml"]["kind"]) == KINDS
    assert set(other_side.LONGEST) == KINDS
    assert all(activity["retention"] for activity in catalogue.activities.values())


def test_a_duration_has_a_period_that_can_be_added_and_said(catalogue: Catalogue) -> None:

    words = TABLES["retention.toml"]["period"]
    for name, activity in catalogue.activities.items():
        for rule in activity["retention"]:
            timed = rule["kind"] in ("duration", "until_unused_for")
            assert timed == ("duration" in rule), name
            if timed:
                assert rule["duration"] in words, name
                assert add(datetime(2024, 2, 29, tzinfo=UTC), rule["duration"]) > datetime(2024, 2, 29, tzinfo=UTC)


def test_what_is_not_stated_has_no_period_and_says_so(catalogue: Catalogue) -> None:
    for activity in notice_activities(catalogue):
        for rule in activity["retention"]:
            assert (rule["kind"] == "unspecified") == (rule["status"] == "not_stated"), activity["id"]
            assert rule["lines"], activity["id"]


def test_what_is_ours_says_why_and_never_that_it_is_unspecified(catalogue: Catalogue) -> None:
    for activity in catalogue.product:
        assert activity["why"].keys() >= LANGUAGES
        assert all(rule["kind"] != "unspecified" and "lines" not in rule for rule in activity["retention"]), activity[
            "id"
        ]


def test_both_sides_read_the_same_catalogue(catalogue: Catalogue) -> None:
    theirs = other_side.load()
    assert theirs.keys() == catalogue.activities.keys()
    for name, activity in theirs.items():
        ours = [(rule["kind"], rule.get("duration")) for rule in catalogue.activities[name]["retention"]]
        assert (activity.rule.kind, activity.rule.duration) in ours
        assert set(activity.items) <= catalogue.items.keys()


# -- requests ---------------------------------------------------------------------------------------------------------


def test_every_field_of_a_request_is_an_item_envelope_or_fixed_words(catalogue: Catalogue) -> None:
    """Syntax without one allowed value or pattern would let anything out as if it were nothing."""
    for request in catalogue.requests.values():
        for rule in request.rules.values():
            where = f"{request.id} {rule.locator}"
            if rule.kind is SpanKind.SYNTAX:
                assert rule.equals is not None or rule.pattern is not None, where
                assert not rule.item, where
            else:
                assert rule.item in catalogue.items, where
            assert rule.slot is None or rule.slot in SLOTS, where
            assert rule.locator.partition(".")[0] in ("path", "query", "header", "cookie", "form", "body"), where


def test_every_path_value_is_declared_and_no_other(catalogue: Catalogue) -> None:
    for request in catalogue.requests.values():
        values = {f"path.{name}" for part in request.template for name in re.findall(r"\{(\w+)\}", part)}
        assert values == {locator for locator in request.rules if locator.startswith("path.")}, request.id
        assert request.group in GROUPS, request.id


def test_credentials_are_secret(catalogue: Catalogue) -> None:
    for name in ("access_token", "refresh_token", "password", "sign_in_code", "pkce_verifier", "sign_in_state",
                 "sign_in_cookie", "challenge", "code_proof"):  # fmt: skip
        assert catalogue.is_secret(name), name


def test_the_panels_own_looks_are_a_group_of_their_own(catalogue: Catalogue) -> None:
    for request in catalogue.requests.values():
        own = request.activity in ("product.observation", "product.stage")
        assert (request.group == "observation") == (request.party == "console") == own


def test_what_the_app_sends_for_an_activity_of_the_notice_is_declared_there(catalogue: Catalogue) -> None:
    """A request that stands for an activity of the notice goes to a party of that activity's flow."""
    for request in catalogue.requests.values():
        if catalogue.service_of(request.activity) is not None:
            flow = catalogue.activities[request.activity]["flow"]
            assert request.party in {one for step in flow for one in step}, request.id
