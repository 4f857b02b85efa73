"""Distances and places, judged by an exact geodesic of somebody else's making."""

from __future__ import annotations

import math
import random

import pytest
from geographiclib.geodesic import Geodesic

from companion.model import geo

EXACT = Geodesic.WGS84
RANDOM = random.Random(20261125)
NAN = float("nan")


def anywhere() -> geo.Point:
    return math.degrees(math.asin(RANDOM.uniform(-1, 1))), RANDOM.uniform(-180, 180)


def off(one: geo.Point, other: geo.Point) -> float:
    return float(EXACT.Inverse(*one, *other)["s12"])


def angle(one: float, other: float) -> float:
    return abs((one - other + 180) % 360 - 180)


def test_distances_all_over_the_earth_are_right_to_a_millimetre() -> None:
    for _ in range(4000):
        one, other = anywhere(), anywhere()
        assert abs(geo.distance(one, other) - off(one, other)) < 1e-3, (one, other)


def test_distances_in_town_are_right_to_a_centimetre() -> None:
    for _ in range(4000):
        start = RANDOM.uniform(-90, 90), RANDOM.uniform(-180, 180)
        found = EXACT.Direct(*start, RANDOM.uniform(0, 360), 10 ** RANDOM.uniform(-1, 4))
        end = found["lat2"], geo.wrapped(found["lon2"])
        assert abs(geo.distance(start, end) - found["s12"]) < 1e-2, (start, end)


def test_the_plane_and_the_ellipsoid_meet_without_a_step() -> None:
    start = (48.8, 9.0)
    for azimuth in range(0, 360, 15):
        below, above = (geo.direct(start, azimuth, metres) for metres in (geo.NEAR - 0.01, geo.NEAR + 0.01))
        assert 0 < geo.distance(start, above) - geo.distance(start, below) < 0.05


def test_nearly_opposite_places_have_a_distance_too() -> None:
    for _ in range(120):
        one = anywhere()
        other = (
            max(-90.0, min(90.0, -one[0] + RANDOM.uniform(-0.5, 0.5))),
            geo.wrapped(one[1] + 180 + RANDOM.uniform(-0.6, 0.6)),
        )
        assert abs(geo.distance(one, other) - off(one, other)) < 1e-3, (one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((0, 0), (0, 180)), ((0, 0), (0, 179.5)), ((90, 0), (-90, 50)), ((90, 0), (90, 77)), ((30, 0), (-30, 180)),
        ((0, 0), (0, 0)), ((0, 179.9999), (0, -179.9999)), ((48.8, 179.99), (48.8, -179.99)), ((90, 10), (89.999, -40)),
        ((-90, 0), (89.9, 3)), ((80, 179.999), (80, -179.999)), ((89.9999, 0), (89.9999, 180)), ((0, -180), (0, 180)),
    ],
)  # fmt: skip
def test_poles_and_the_antimeridian_are_places_like_others(one: geo.Point, other: geo.Point) -> None:
    assert abs(geo.distance(one, other) - off(one, other)) < 1e-3
    metres, azimuth = off(one, other), geo.bearing(one, other)
    if 0 < metres < 1.9e7:
        assert off(geo.direct(one, azimuth, metres), other) < 1e-2


def test_going_and_looking_back_is_the_same_way() -> None:
    for _ in range(2000):
        start, azimuth, metres = anywhere(), RANDOM.uniform(0, 360), 10 ** RANDOM.uniform(0, 7)
        end = geo.direct(start, azimuth, metres)
        exact = EXACT.Direct(*start, azimuth, metres)
        assert off(end, (exact["lat2"], exact["lon2"])) < 1e-3
        assert -180 <= end[1] < 180
        assert abs(geo.distance(start, end) - metres) < 1e-2 + metres * 1e-8
        if metres > 100:
            assert angle(geo.bearing(start, end), azimuth) < 1e-4 or abs(start[0]) > 89


def test_a_way_over_the_pole_comes_down_on_the_other_side() -> None:
    latitude, longitude = geo.direct((89.9, 20), 0, 30_000)
    assert latitude == pytest.approx(89.83, abs=0.01)
    assert angle(longitude, -160) < 1e-6


@pytest.mark.parametrize("radius", [200, 850, 20_000, 100_000])
@pytest.mark.parametrize("centre", [(48.8, 9.0), (0, 179.99), (-89.9, 0), (90, 0)])
def test_every_point_of_a_ring_is_its_radius_away(centre: geo.Point, radius: float) -> None:
    points = geo.ring(centre, radius, 96)
    assert len(points) == 96
    for point in points:
        assert abs(off(centre, point) - radius) < 1e-3


@pytest.mark.parametrize("wrong", [(NAN, 0), (0, NAN), (math.inf, 0), (0, -math.inf), (90.001, 0), (-91, 0)])
def test_what_is_no_place_is_refused(wrong: geo.Point) -> None:
    for use in (
        lambda: geo.distance((0, 0), wrong), lambda: geo.distance(wrong, (0, 0)), lambda: geo.bearing(wrong, (0, 0)),
        lambda: geo.direct(wrong, 0, 1), lambda: geo.ring(wrong, 1, 3), lambda: geo.checked(*wrong),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"not a number|no such latitude"):
            use()


def test_a_way_without_length_or_direction_is_refused() -> None:
    for azimuth, metres in ((NAN, 1.0), (0.0, NAN), (0.0, math.inf)):
        with pytest.raises(ValueError, match="not a number"):
            geo.direct((0, 0), azimuth, metres)


def test_a_longitude_is_told_in_one_way() -> None:
    assert [geo.wrapped(one) for one in (180, -180, 540, 190, -190, 359)] == [-180, -180, -180, -170, 170, -1]
    assert geo.checked(1, 361) == (1, 1)
