"""The least that PySide6 can show: how long until it is painted, and how much memory it takes then."""

from __future__ import annotations

import json
import os
import time

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

STARTED = float(os.environ["BENCH_STARTED"])


class Bare(QWidget):
    painted: float | None = None

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.painted is None:
            self.painted = (time.monotonic() - STARTED) * 1000


application = QApplication([])
window = Bare()
window.resize(1280, 800)
window.show()
while window.painted is None:
    application.processEvents()
with open("/proc/self/statm", encoding="ascii") as file:
    resident = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
print(json.dumps({"ms": window.painted, "mb": resident}))
