"""What the app makes of the place search's answers, and how a term is sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.api.places import MOST, PlacesApi
from companion.core import happenings as h
from companion.core.reduce import reduce
from companion.errors import AnswerError, CompanionError
from companion.model.place import LONGEST, FoundPlace, Search, tidy
from companion.model.state import State
from companion.net.auth import TokenBox
from companion.net.client import Client
from unit.test_api import Answering

Aio = Callable[..., Any]
ROW = {"id": "a", "kind": "city", "name": "Ulm", "town": "", "latitude": 48.4, "longitude": 9.99}
NEAR = (48.804999, -9.0)
JSON = {"content-type": "application/json"}


@pytest.fixture
def door() -> Answering:
    tokens = TokenBox()
    tokens.put("a" * 43, 3600, "r" * 43)
    return Answering(tokens)


@pytest.fixture
def api(door: Answering) -> PlacesApi:
    return PlacesApi(Client(door, door._tokens))  # type: ignore[arg-type]


def answer(door: Answering, aio: Aio, api: PlacesApi, table: Any, status: int = 200) -> tuple[FoundPlace, ...]:
    """To a search of a session that has signed on."""
    api._is_signed_on = True
    door.answers = [(status, JSON, json.dumps(table).encode())]
    found: tuple[FoundPlace, ...] = aio(api.find(api.prepare("me", "Ulm", NEAR, "press")))
    return found


def test_places_are_read_in_their_order_and_unknown_kinds_too(door: Answering, aio: Aio, api: PlacesApi) -> None:
    rows = [ROW, {**ROW, "id": "b", "kind": "castle", "more": 1}]
    assert [(one.id, one.kind, one.name) for one in answer(door, aio, api, {"places": rows})] == [
        ("a", "city", "Ulm"), ("b", "castle", "Ulm"),
    ]  # fmt: skip
    assert answer(door, aio, api, {"places": []}) == ()
    assert len(answer(door, aio, api, {"places": [ROW] * 99})) == MOST


@pytest.mark.parametrize(
    "table",
    [
        [], {}, {"places": None}, {"places": {"0": ROW}}, {"places": [None]}, {"places": [[]]},
        *({"places": [{**ROW, **wrong}]} for wrong in (
            {"latitude": 91}, {"latitude": None}, {"longitude": -180.1}, {"longitude": "9"}, {"name": ""}, {"name": None},
            {"kind": None}, {"town": []}, {"id": {}},
        )),
        {"places": [{key: value for key, value in ROW.items() if key != "town"}]},
    ],
)  # fmt: skip
def test_an_answer_of_another_shape_is_not_read_in_part(door: Answering, aio: Aio, api: PlacesApi, table: Any) -> None:
    with pytest.raises(AnswerError) as error:
        answer(door, aio, api, {"places": [ROW, *table["places"]]} if _is_list(table) else table)
    assert error.value.key == "answer.malformed"


def _is_list(table: Any) -> bool:
    return isinstance(table, dict) and isinstance(table.get("places"), list)


@pytest.mark.parametrize(
    ("status", "key"),
    [
        (504, "places.unavailable"), (409, "places.signed_off"), (404, "places.no_car"), (503, "server.maintenance"),
        (429, "server.too_many_requests"), (400, "answer.unexpected"), (500, "server.error"),
    ],
)  # fmt: skip
def test_a_refusal_is_that_of_a_search_and_not_of_a_car(
    door: Answering, aio: Aio, api: PlacesApi, status: int, key: str
) -> None:
    with pytest.raises(CompanionError) as error:
        answer(door, aio, api, {}, status)
    assert error.value.key == key
    # Whom the service does not know any more signs on with the next search.
    assert len(api.prepare("me", "Ulm", NEAR, "press")) == (2 if status == 409 else 1)


def test_a_sign_on_that_fails_is_tried_again_with_the_next_search(door: Answering, aio: Aio, api: PlacesApi) -> None:
    door.answers = [(500, JSON, b"{}")]
    with pytest.raises(CompanionError):
        aio(api.find(api.prepare("me", "Ulm", NEAR, "press")))
    assert len(door.sent) == 1
    assert len(api.prepare("me", "Ulm", NEAR, "press")) == 2


def test_a_place_leaves_to_a_hundredth_of_a_degree(api: PlacesApi) -> None:
    (*_, search) = api.prepare("me", "Ulm", NEAR, "press")
    assert search.call.body == {"term": "Ulm", "near": {"latitude": 48.8, "longitude": -9.0}}


@given(st.text(max_size=200))
def test_a_tidy_term_is_short_has_single_spaces_and_stays_as_it_is(words: str) -> None:
    term = tidy(words)
    assert len(term) <= LONGEST
    assert term == " ".join(term.split()) == tidy(term)
    assert bool(term) == bool(words.split())


def test_a_search_is_in_the_snapshot_until_the_account_is_left() -> None:
    search = Search("Ulm", NEAR, is_running=True)
    state = reduce(State(), h.PlacesSought(search))
    assert state.found == search
    assert reduce(state, h.SignedOut()).found == Search()
