"""The place search against a running backend: sign-on, answers, refusals, and what of a search stays in which file."""

from __future__ import annotations

from typing import Any

import pytest

from backend_process import Backend
from canary import copies
from owner_client import COMBUSTION, EMAIL, HYBRID, VIN, Answer, Owner, ask, stage

SIGN_ON, PLACES = "/app/companion/v1/services/finder/sign-on", "/app/companion/v1/places"
NEAR = {"latitude": 48.8, "longitude": 9.01}


def signed_on(owner: Owner) -> Owner:
    assert owner.post(SIGN_ON, {"porsche_id": EMAIL}).status == 200
    return owner


def search(owner: Owner, term: str, near: Any = NEAR) -> Answer:
    return owner.post(PLACES, {"term": term, "near": near})


def test_words_bring_places_the_same_each_time(owner: Owner) -> None:
    signed_on(owner)
    first, again = search(owner, "boblingen"), search(owner, "BÖBLINGEN")
    assert (first.status, first.headers["cache-control"]) == (200, "no-store")
    assert first.json == again.json
    place = first.json["places"][0]
    assert set(place) == {"id", "kind", "name", "town", "latitude", "longitude"}
    assert (place["kind"], place["name"]) == ("town", "Böblingen")
    assert search(owner, "nowhere at all").json == {"places": []}


def test_without_a_sign_on_there_is_no_search(own_backend: Backend) -> None:
    owner = Owner(own_backend)
    assert search(owner, "Ludwigsburg").status == 409
    assert owner.post(SIGN_ON, {"porsche_id": "other@demo.example"}).status == 403
    assert search(owner, "Ludwigsburg").status == 409
    assert search(signed_on(owner), "Ludwigsburg").status == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"term": "", "near": NEAR}, 400), ({"term": " ", "near": NEAR}, 400), ({"term": "x" * 81, "near": NEAR}, 400),
        ({"term": "x"}, 400), ({"near": NEAR}, 400), ({"term": "x", "near": NEAR, "vehicle": "car-taycan"}, 400),
        ({"term": "x", "near": {"latitude": 91, "longitude": 9}}, 400), ({"term": ["x"], "near": NEAR}, 400),
        ({"term": "x", "near": {"latitude": 48, "longitude": "9"}}, 400), (b"[]", 400), (b"{", 400),
    ],
)  # fmt: skip
def test_what_is_no_search_is_refused_with_what_is_wrong(owner: Owner, body: Any, status: int) -> None:
    answer = signed_on(owner).post(PLACES, body)
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json["title"]


def test_nobody_searches_without_a_token(backend: Backend) -> None:
    for path in (SIGN_ON, PLACES):
        answer = ask(backend.parties["porsche_system"], "POST", path, b"{}", {"Content-Type": "application/json"})
        assert answer.status == 401


def test_private_mode_and_the_service_s_own_switch_close_it_where_they_close_it_in_every_car(
    owner: Owner, backend: Backend
) -> None:
    signed_on(owner)

    def flip(vin: str, verb: str, **body: Any) -> None:
        assert stage(backend, "POST", f"/demo/vehicles/{vin}/{verb}", body).status == 200

    flip(VIN, "private_mode", on=True)
    flip(HYBRID, "service", id="finder", on=False)
    # Remote access shuts the app out of the car, and no car is asked here.
    flip(COMBUSTION, "remote_access", on=False)
    assert search(owner, "Ludwigsburg").status == 200
    flip(COMBUSTION, "private_mode", on=True)
    answer = search(owner, "Ludwigsburg")
    assert (answer.status, answer.json["reason"], answer.json["service"]) == (405, "PRIVATE_MODE", "finder")
    assert owner.post(SIGN_ON, {"porsche_id": EMAIL}).status == 405
    flip(VIN, "private_mode", on=False)
    assert search(owner, "Ludwigsburg").status == 200


def test_nothing_of_a_search_is_in_any_file(own_backend: Backend) -> None:
    """Two people ask the same thing before it can be: only then its words lie in the shared store."""
    owner, words = signed_on(Owner(own_backend)), "Zwiefaltendorf-Canary"
    assert search(owner, words).status == 200
    for party in ("poi_provider", "request_cache_provider"):
        assert owner.held(party) == []
    assert copies(own_backend.data_dir, words) == {}
    assert stage(own_backend, "POST", "/demo/places", {"term": words, "near": NEAR}).status == 200
    assert search(owner, words).status == 200
    (row,) = owner.held("request_cache_provider")
    assert (row["activity"], row["duration"], row["line"]) == ("finder.shared_request_cache", "P30D", 295)
    assert copies(own_backend.data_dir, words) != {}
    assert stage(own_backend, "POST", "/demo/clock", {"advance": "P31D"}).status == 200
    assert owner.held("request_cache_provider") == []
    assert copies(own_backend.data_dir, words) == {}
