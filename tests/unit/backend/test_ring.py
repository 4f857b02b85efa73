"""A circle as the car judges it: against an oracle of geodesics, with noise, at the seams of the map, on fast ways through."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator

import pytest
from geographiclib.geodesic import Geodesic

from mock_backend.vehicle import geodesy
from mock_backend.vehicle.geodesy import Point, degrees, point
from mock_backend.vehicle.ring import BAND, Ring

LARGEST = 100_000
CLOSE = 0.05
"""Metres by which ours may be wrong."""
HERE = (48.8, 9.01)
WGS = Geodesic.WGS84


def around(centre: tuple[float, float], metres: float, azimuth: float = 90.0) -> Point:
    there = WGS.Direct(*centre, azimuth, metres)
    return point(there["lat2"], there["lon2"])


def told(ring: Ring, fixes: Iterable[Point], reach: float = 1e6) -> list[str]:
    fixes = list(fixes)
    sides = [ring.cross(before, fix, reach) for before, fix in zip([fixes[0], *fixes], fixes, strict=False)]
    return [side for side in sides if side]


def passing(centre: tuple[float, float], offset: float, step: float, start: float = -2000.0) -> Iterator[Point]:
    """Fixes of a way straight to the north that passes the centre at an offset to the east."""
    along = start
    while along < 2000:
        yield point(centre[0] + along / 111_195, centre[1] + offset / (111_195 * math.cos(math.radians(centre[0]))))
        along += step


# -- the oracle -------------------------------------------------------------------------------------------------------


def check_against_the_oracle(number: int, seed: int) -> None:
    """Circles and places anywhere, the poles and the antimeridian among them, most places near the edge."""
    draw = random.Random(seed)
    wrong = []
    for _ in range(number):
        latitude = math.degrees(math.asin(draw.uniform(-1, 1)))
        latitude = latitude if draw.random() < 0.8 else draw.choice((-1, 1)) * draw.uniform(89, 90)
        longitude = (
            draw.uniform(-180, 180) if draw.random() < 0.8 else draw.choice((-180.0, 180.0, 179.9999, -179.9999))
        )
        radius = round(math.exp(draw.uniform(math.log(200), math.log(LARGEST))))
        true = radius + draw.uniform(-1, 1) if draw.random() < 0.7 else draw.uniform(0, 3 * radius)
        there = WGS.Direct(latitude, longitude, draw.uniform(0, 360), true)
        ring, fix = Ring(latitude, longitude, radius), point(there["lat2"], there["lon2"])
        is_close = true > 1.02 * LARGEST or abs(ring.distance(fix) - true) <= CLOSE
        if not is_close or (abs(true - radius) > CLOSE and ring.side(fix) != (true <= radius)):
            wrong.append((latitude, longitude, radius, true, ring.distance(fix)))
    assert wrong == []


def test_the_side_is_that_of_the_geodesic() -> None:
    check_against_the_oracle(3000, 449)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_side_is_that_of_the_geodesic_a_hundred_thousand_times() -> None:
    check_against_the_oracle(100_000, 455)


def test_degrees_come_back_as_they_were() -> None:
    draw = random.Random(1)
    for _ in range(1000):
        given = (draw.uniform(-90, 90), draw.uniform(-180, 180))
        assert degrees(point(*given)) == pytest.approx(given, abs=1e-9)


@pytest.mark.parametrize(
    ("end", "wanted"), [((49.8, 9.01), 0), ((48.8, 9.02), 90), ((47.8, 9.01), 180), ((48.8, 9.0), 270)]
)
def test_a_heading_is_counted_from_north_clockwise(end: tuple[float, float], wanted: float) -> None:
    assert geodesy.heading(HERE, end) == pytest.approx(wanted, abs=0.1)
    assert geodesy.heading((10, 179.99), (10, -179.99)) == pytest.approx(90, abs=0.1)


# -- entering and leaving ---------------------------------------------------------------------------------------------


def test_a_circle_is_entered_by_the_second_fix_inside_and_left_by_the_second_beyond_the_band() -> None:
    ring = Ring(*HERE, 500, inside=False)
    fixes = [around(HERE, metres) for metres in (600, 490, 480)]
    assert [ring.cross(fix, fix, 200) for fix in fixes] == ["", "", "ENTERED"]
    fixes = [around(HERE, metres) for metres in (510, 529, 535, 529, 535, 536)]
    assert [ring.cross(fix, fix, 200) for fix in fixes] == ["", "", "", "", "", "LEFT"]


def test_the_band_of_a_wide_circle_is_a_share_of_it() -> None:
    ring = Ring(*HERE, 10_000, inside=True)
    assert told(ring, [around(HERE, 10_190)] * 5) == []
    assert told(ring, [around(HERE, 10_210)] * 5) == ["LEFT"]


@pytest.mark.parametrize("distance", [470, 485, 500, 515, 530])
@pytest.mark.parametrize("inside", [False, True])
def test_noise_at_the_edge_does_not_flap(distance: float, inside: bool) -> None:
    """A car that stands at the edge for half a day, its position wrong by 7 m most of the time."""
    for seed in range(5):
        draw, ring = random.Random(seed), Ring(*HERE, 500, inside=inside)
        fixes = [around(HERE, max(0.0, draw.gauss(distance, 7)), draw.gauss(90, 0.8)) for _ in range(1000)]
        assert len(told(ring, fixes, reach=0.0)) <= 1


def test_a_circle_begins_with_the_side_that_the_car_is_on() -> None:
    for metres in (0, 499, 501, 5000):
        ring = Ring(*HERE, 500)
        assert told(ring, [around(HERE, metres)] * 10) == []
        assert ring.inside is (metres < 500)


# -- on the way between two fixes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [10, 70, 181, 417])
def test_a_fast_way_through_a_small_circle_enters_and_leaves_it(step: float) -> None:
    for start in range(-2000, -2000 + step, max(1, step // 7)):
        ring = Ring(*HERE, 200, inside=False)
        assert told(ring, passing(HERE, 60, step, start), reach=step) == ["ENTERED", "LEFT"], start


@pytest.mark.parametrize("offset", [230.0, 201.0, 190.0])
def test_a_way_that_only_grazes_a_circle_is_no_passage_between_fixes(offset: float) -> None:
    ring = Ring(*HERE, 200, inside=False)
    assert told(ring, passing(HERE, offset, 417), reach=417) == []


def test_what_a_car_cannot_have_driven_is_no_passage() -> None:
    """One wrong position, far on the other side."""
    ring = Ring(*HERE, 200, inside=False)
    west, east = around(HERE, 3000, 270), around(HERE, 3000, 90)
    assert told(ring, [west, west, east, west, west], reach=70) == []


def test_turning_back_in_front_of_a_circle_is_no_passage() -> None:
    ring = Ring(*HERE, 200, inside=False)
    assert told(ring, [around(HERE, metres, 0) for metres in (900, 600, 260, 240, 600, 900)], reach=400) == []


# -- seams and nonsense -----------------------------------------------------------------------------------------------


def test_over_the_antimeridian() -> None:
    ring = Ring(-16.8, 179.999, 5000, inside=True)
    assert told(
        ring, [point(-16.8, 179.999 + step / 1000 - (360 if step > 1 else 0)) for step in range(0, 100, 5)]
    ) == ["LEFT"]
    ring = Ring(-16.8, -179.999, 5000, inside=True)
    assert told(ring, [point(-16.8, 179.99), point(-16.8, 179.98)]) == []


@pytest.mark.parametrize("pole", [90.0, -90.0])
def test_over_a_pole(pole: float) -> None:
    ring = Ring(pole, 0.0, 20_000, inside=True)
    sign = math.copysign(1, pole)
    over = [point(sign * (90 - abs(step) / 10), 10.0 if step < 0 else -170.0) for step in range(-1, 2)]
    assert told(ring, over) == []
    assert told(ring, [point(sign * 89.8, 77.0), point(sign * 89.7, 77.0)]) == ["LEFT"]


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_a_position_that_is_none_changes_nothing(wrong: float) -> None:
    for inside in (True, False, None):
        ring = Ring(*HERE, 500, inside=inside)
        here, nowhere = around(HERE, 100 if inside else 5000), (wrong, wrong, wrong)
        assert told(ring, [here, nowhere, nowhere, nowhere, here]) == []
        assert ring.inside is bool(inside)


def test_the_band_is_wider_than_positions_are_wrong() -> None:
    assert BAND >= 30
