"""Plots: what a line of many points shows, where the marks of an axis stand, and reading, moving and taking one along."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from companion.model.settings import Settings
from companion.ui.parts import paint, plot_export
from companion.ui.parts.plot import Band, Content, Level, Line, Mark, Plot
from companion.ui.parts.plot_axis import NumberAxis, TimeAxis
from companion.ui.parts.samples import Samples
from companion.ui.start import dress
from companion.ui.theme import theme

START = datetime(2026, 3, 28, 12, tzinfo=UTC).timestamp()
HOUR = 3600.0


def content(**more: object) -> Content:
    line = Line(
        "Planned",
        Samples([(START, 40.0), (START + 4 * HOUR, 40.0), (START + 8 * HOUR, 80.0)]),
        dotted=True,
        filled=True,
    )
    usual = {
        "x_axis": TimeAxis("Europe/Berlin"), "y_axis": NumberAxis("%"), "x": (START, START + 8 * HOUR), "y": (0.0, 100.0),
        "lines": (line,), "bands": (Band(START + 4 * HOUR, START + 8 * HOUR, "Charging 4 h"),),
        "marks": (Mark(START + HOUR, "Now 40 %"), Mark(START + 8 * HOUR, "Departure", is_end=True)),
        "levels": (Level(80, "Target"),),
    }  # fmt: skip
    return Content(**{**usual, **more})  # type: ignore[arg-type]


@pytest.fixture
def plot(qapp: QApplication, qtbot: QtBot) -> Plot:
    dress(qapp, Settings(language="en", theme="dark", reduced_motion=True))
    made = Plot("Plan")
    qtbot.addWidget(made)
    made.resize(640, 218)
    made.show_content(content(), "In words")
    made.show()
    qtbot.waitExposed(made)
    return made


# -- samples ----------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(-1e3, 1e3)), max_size=900), st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_thinned_line_keeps_every_peak_and_no_more_points_than_can_be_seen(
    points: list[tuple[float, float]], first: float, last: float
) -> None:
    first, last = sorted((first, last))
    last += 1
    found = Samples(points).columns(first, last, 50)
    inside = [y for x, y in points if first + 1e4 <= x < last - 1e4]
    if inside:
        assert min(low for _, low, _ in found) <= min(inside)
        assert max(high for _, _, high in found) >= max(inside)
    assert len(found) <= 50
    assert all(a[2] >= b[1] and b[2] >= a[1] for a, b in pairwise(found))


def test_a_thinned_line_says_nothing_that_is_not_so() -> None:
    line = Samples((float(x), float(x % 7)) for x in range(100_000))
    assert {(low, high) for _, low, high in line.columns(0, 100_000, 300)} == {(0.0, 6.0)}
    assert [n for n, _, _ in line.columns(0, 100_000, 300)] == list(range(300))


def test_between_two_points_a_line_is_straight_and_outside_there_is_none() -> None:
    line = Samples([(0, 10), (10, 20), (10, 50), (20, 60)])
    assert [line.at(x) for x in (-1, 0, 5, 10, 15, 20, 21)] == [None, 10, 15, 50, 55, 60, None]
    assert (Samples([]).at(0), Samples([]).between(0, 1), Samples([]).columns(0, 1, 10)) == (None, [], [])


# -- axes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [0.25, 1, 5, 9, 24, 24 * 9, 24 * 365])
def test_the_marks_of_a_day_of_a_year_stand_apart_and_are_round(plot: Plot, hours: float) -> None:
    ticks = TimeAxis("Europe/Berlin").ticks(START, START + hours * HOUR, 574)
    assert 1 <= len(ticks) <= 8
    assert all((after - before) / (hours * HOUR) * 574 > 60 for (before, _), (after, _) in pairwise(ticks))


def test_marks_are_those_of_the_clock_that_goes_forward(plot: Plot) -> None:
    """On the night of 29 March 2026, 02:00 does not come."""
    midnight = datetime(2026, 3, 28, 23, tzinfo=UTC).timestamp()
    assert [words for _, words in TimeAxis("Europe/Berlin").ticks(midnight, midnight + 4 * HOUR, 500)] == [
        "Sun 29", "01:00", "03:00", "04:00", "05:00",
    ]  # fmt: skip
    assert TimeAxis("Europe/Berlin").plain(midnight + 2 * HOUR) == "2026-03-29T03:00:00+02:00"


def test_numbers_are_marked_at_round_steps(plot: Plot) -> None:
    assert [words for _, words in NumberAxis("%").ticks(0, 100, 270)] == ["0", "50", "100"]
    assert [words for _, words in NumberAxis("kW", 1).ticks(0, 12, 400)] == ["0", "5", "10"]


# -- hands ------------------------------------------------------------------------------------------------------------


def test_the_pointer_reads_a_value(plot: Plot, qtbot: QtBot) -> None:
    at = QPoint(round(plot.x_of(START + 6 * HOUR)), 100)
    qtbot.mouseMove(plot, at)
    head, rows = plot.reading() or ("", [])
    assert head.startswith("Sat 28 Mar 18:")
    assert rows[0][0] == "Planned"
    assert abs(float(rows[0][1].removesuffix("\u202f%")) - 60) <= 1
    qtbot.mouseMove(plot, QPoint(2, 2))
    assert plot.reading() is None


def test_keys_read_zoom_and_move_it(plot: Plot, qtbot: QtBot) -> None:
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.reading() is not None
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    first, last = plot._view
    assert last - first < 8 * HOUR
    QTest.keyClick(plot, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert plot._view[0] < first
    QTest.keyClick(plot, Qt.Key.Key_Home)
    assert plot._view == (START, START + 8 * HOUR)
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert plot.reading() is None


def test_dragging_and_zooming_never_leave_what_there_is(plot: Plot, qtbot: QtBot) -> None:
    for _ in range(40):
        plot.zoom(1.5, START + HOUR)
    assert plot._view[1] - plot._view[0] == pytest.approx(60)
    plot.pan(-1e6)
    assert plot._view[0] == START
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=QPoint(300, 80))
    qtbot.mouseMove(plot, QPoint(200, 80))
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=QPoint(200, 80))
    assert plot._view[0] > START
    plot.zoom(1e-9, START)
    assert plot._view == (START, START + 8 * HOUR)


def test_a_new_content_does_not_take_away_what_is_looked_at(plot: Plot) -> None:
    plot.look_at(START + HOUR, START + 2 * HOUR)
    plot.show_content(content())
    assert plot._view == (START + HOUR, START + 2 * HOUR)
    plot.look_at(START, START + 8 * HOUR)
    plot.show_content(content(x=(START, START + 10 * HOUR)))
    assert plot._view == (START, START + 10 * HOUR)


def test_the_words_of_two_marks_close_together_do_not_cover_each_other(
    plot: Plot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from companion.ui.parts import paint

    boxes: list[tuple[float, float]] = []
    write = paint.write

    def noting(painter: object, x: float, y: float, words: str, *more: object, **named: object) -> float:
        used = write(painter, x, y, words, *more, **named)  # type: ignore[arg-type]
        if y == 2:
            boxes.append((x, x + used))
        return used

    monkeypatch.setattr(paint, "write", noting)
    plot.show_content(
        content(marks=(Mark(START + 4 * HOUR, "Now 40 %"), Mark(START + 4.5 * HOUR, "Departure", is_end=True)))
    )
    plot.grab()
    boxes.sort()
    assert len(boxes) >= 1
    assert all(after[0] >= before[1] for before, after in pairwise(boxes))


# -- taken along ------------------------------------------------------------------------------------------------------


def test_the_picture_is_copied_without_what_the_pointer_reads(plot: Plot) -> None:
    plot.read(START + HOUR)
    plot_export.copy_picture(plot)
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (1280, 436)
    assert plot.reading() is None


def test_the_points_are_written_for_other_programs(plot: Plot, tmp_path: Path) -> None:
    assert plot_export.write(plot, tmp_path / "plan.csv")
    with (tmp_path / "plan.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["line", "time", "%"]
    assert rows[1] == ["Planned", "2026-03-28T13:00:00+01:00", "40.0"]
    assert len(rows) == 4
    assert plot_export.write(plot, tmp_path / "plan.png")
    assert QImage(str(tmp_path / "plan.png")).width() == 1280
    assert sorted(one.name for one in tmp_path.iterdir()) == ["plan.csv", "plan.png"]


def test_a_file_that_cannot_be_written_is_said_and_leaves_nothing(plot: Plot, tmp_path: Path) -> None:
    assert not plot_export.write(plot, tmp_path / "none" / "plan.csv")
    assert not plot_export.write(plot, tmp_path / "none" / "plan.png")
    assert list(tmp_path.iterdir()) == []


def test_a_line_is_where_its_points_are(plot: Plot) -> None:
    """The picture, not the numbers: at 80 % there is the line's colour, at 20 % there is not."""
    at = plot.x_of(START + 8 * HOUR) - 1
    plot.show_content(
        content(marks=(), levels=(), lines=(Line("P", Samples([(START, 80.0), (START + 8 * HOUR, 80.0)])),))
    )
    image = plot.grab().toImage()
    there, elsewhere = (image.pixelColor(round(at) - 40, round(plot.y_of(y))).name() for y in (80, 20))
    assert (there, elsewhere != there) == (theme().color("accent").name(), True)
    assert plot.at(plot.x_of(START + timedelta(hours=3).total_seconds())) == pytest.approx(START + 3 * HOUR)
    assert plot.area().contains(QPointF(plot.x_of(START + HOUR), plot.y_of(50)))


@pytest.mark.parametrize(("begins", "is_read"), [(7.0, True), (4.5, False)])
def test_the_words_of_a_band_stand_before_the_strip_that_lies_over_it(
    plot: Plot, monkeypatch: pytest.MonkeyPatch, begins: float, is_read: bool
) -> None:
    written: list[tuple[str, float, float]] = []
    real = paint.write

    def write(painter: QPainter, x: float, y: float, words: str, role: str, *more: Any, **most: Any) -> float:
        written.append((words, x, x + paint.width_of(words, role)))
        return real(painter, x, y, words, role, *more, **most)

    monkeypatch.setattr(paint, "write", write)
    strip = START + begins * HOUR
    long = Band(START + 4 * HOUR, START + 8 * HOUR, "Charging 4 h")
    plot.show_content(content(bands=(long, Band(strip, START + 8 * HOUR, "Climate", "warn"))), "In words")
    plot.grab()
    found = [right for words, _, right in written if words == "Charging 4 h"]
    assert bool(found) is is_read
    assert all(right <= plot.x_of(strip) for right in found)
