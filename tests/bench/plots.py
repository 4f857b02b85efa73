"""A plot of a year of samples, one every five minutes, panned: the time of a frame."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from math import sin

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from companion.model.settings import Settings
from companion.ui.parts.plot import Content, Line, Plot
from companion.ui.parts.plot_axis import NumberAxis, TimeAxis
from companion.ui.parts.samples import Samples
from companion.ui.start import dress
from tests.bench.measure import Amount, Finding, Sample

FRAME = 16.0
"""Milliseconds that a frame may take."""
FIVE_MINUTES, YEAR = 300.0, 365 * 86400.0
START = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
VIEWS = {"the year": YEAR, "a month": YEAR / 12, "a week": 7 * 86400.0, "a day": 86400.0}


def plots(frames: int = 60) -> list[Finding]:
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    dress(application, Settings(language="en", theme="dark", reduced_motion=True))
    plot, count = _plot(), round(YEAR / FIVE_MINUTES)
    found: list[Finding] = []
    for name, wide in VIEWS.items():
        taken = Sample(name, tuple(_frames(plot, wide, frames)))
        found.append(Amount(f"plot of {count} samples, {name} in view", taken.middle, FRAME, "ms a frame", str(taken)))
    return found


def _plot() -> Plot:
    samples = Samples(
        (START + n * FIVE_MINUTES, 55 + 40 * sin(n / 91) * sin(n / 7)) for n in range(round(YEAR / FIVE_MINUTES))
    )
    plot = Plot("Charge")
    plot.resize(1000, 300)
    line = Line("Charge", samples, filled=True)
    plot.show_content(Content(TimeAxis("Europe/Berlin"), NumberAxis("%"), (START, START + YEAR), (0.0, 100.0), (line,)))
    return plot


def _frames(plot: Plot, wide: float, frames: int) -> list[float]:
    """Milliseconds of each frame while it is panned and read."""
    image = QImage(plot.size(), QImage.Format.Format_ARGB32_Premultiplied)
    plot.look_at(START + YEAR / 3, START + YEAR / 3 + wide)
    times = []
    for number in range(frames):
        started = time.perf_counter()
        plot.pan(0.01)
        plot.read(plot.at(100.0 + 10 * number))
        plot.render(image)
        times.append((time.perf_counter() - started) * 1000)
    return times
