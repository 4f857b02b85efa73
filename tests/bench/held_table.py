"""The app's side of what is held: a table of a million rows against one of a thousand."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from PySide6.QtWidgets import QApplication

from companion.api.holdings import _kind
from companion.model.held import HeldRecord, HeldTable
from companion.model.settings import Settings
from companion.model.state import State
from companion.net.catalogue import Catalogue
from companion.ui.pages.held_card import HeldCard
from companion.ui.start import dress
from tests.bench.measure import Finding, Ratio, Sample, in_turns

MANY, FEW, PAGE = 1_000_000, 1000, 500
LIMIT = 2.0
NOW = datetime.now(UTC)


def held_table(times: int = 15, many: int = MANY) -> list[Finding]:
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    dress(application, Settings(language="en", theme="dark", reduced_motion=True))
    large, small = _table(many), _table(FEW)
    return [
        _ratio("first paint, a page read", _first_paint, _begun(large, many), _begun(small, FEW), times, many),
        _ratio("a page more", _next_page, large, small, times, many),
        _ratio("scrolled to the last row and painted", _scrolled, large, small, times, many),
    ]


def _ratio(
    name: str, measured: Callable[[HeldTable], Callable[[], float]], large: HeldTable, small: HeldTable, times: int, many: int
) -> Ratio:  # fmt: skip
    ours, base = in_turns(times, measured(large), measured(small))
    return Ratio(name, Sample(f"{many} rows", ours), Sample(f"{FEW} rows", base), LIMIT)


def _table(rows: int) -> HeldTable:
    """All of it read, as after much scrolling."""
    kind = _kind(Catalogue(), {
        "party": "porsche_system", "service": "lock_unlock", "activity": "lock_unlock.usage_statistics", "items": ["vin"],
        "rule": "duration", "duration": "P12M", "line": 539, "choice": False,
    })  # fmt: skip
    end = NOW + timedelta(days=200)
    pages = tuple(
        tuple(HeldRecord(f"porsche_system-{n}", kind, "WP0", NOW, end) for n in range(first, first + PAGE))
        for first in range(0, rows, PAGE)
    )
    return HeldTable(number=1, pages=pages, total=rows, rules={"duration": rows}, everything=rows, is_read=True)


def _begun(table: HeldTable, rows: int) -> HeldTable:
    """As the page opens: the server has that many rows, one page of them is here."""
    return HeldTable(
        number=1, pages=table.pages[:1], total=rows, after="x", rules={"duration": rows}, everything=rows, is_read=True
    )


def _card(table: HeldTable) -> HeldCard:
    card = HeldCard()
    card.resize(1192, card.height())
    card.show_state(State(held=table), NOW)
    return card


def _first_paint(table: HeldTable) -> Callable[[], float]:
    def timed() -> float:
        started = time.perf_counter()
        card = _card(table)
        card.grab()
        took = (time.perf_counter() - started) * 1000
        card.deleteLater()
        return took

    return timed


def _next_page(table: HeldTable) -> Callable[[], float]:
    """The last page comes to all those before it."""
    before = HeldTable(number=1, pages=table.pages[:-1], total=table.total, after="x", is_read=True)

    def timed() -> float:
        card = _card(before)
        card.grab()
        started = time.perf_counter()
        card.show_state(State(held=table), NOW)
        card.grab()
        took = (time.perf_counter() - started) * 1000
        card.deleteLater()
        return took

    return timed


def _scrolled(table: HeldTable) -> Callable[[], float]:
    card = _card(table)
    card.grab()

    def timed() -> float:
        bar = card.view.verticalScrollBar()
        bar.setValue(0)
        card.grab()
        started = time.perf_counter()
        bar.setValue(bar.maximum())
        card.grab()
        return (time.perf_counter() - started) * 1000

    return timed
