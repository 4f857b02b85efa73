"""A plot taken along: its picture into the clipboard or a file, its points into a file."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtWidgets import QFileDialog

from companion.ui.parts.plot import Content, Plot
from companion.ui.text import text
from companion.ui.theme import theme

SCALE = 2.0
"""Of a picture, whatever the screen's."""


def picture(plot: Plot) -> QPixmap:
    """As it is on screen, without what the pointer reads."""
    plot.read(None)
    pixmap = QPixmap(plot.size() * SCALE)
    pixmap.setDevicePixelRatio(SCALE)
    pixmap.fill(theme().color("surface"))
    plot.render(pixmap)
    return pixmap


def copy_picture(plot: Plot) -> None:
    QGuiApplication.clipboard().setPixmap(picture(plot))


def choose(plot: Plot, name: str, done: Callable[[str, bool], None]) -> QFileDialog:
    """Asks for a file; `done` gets its name and whether it was written."""
    dialog = QFileDialog(plot.window(), text("plot.export"))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    kinds = {text("plot.png"): "png", text("plot.csv"): "csv"}
    dialog.setNameFilters(list(kinds))
    dialog.setDefaultSuffix("png")
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(kinds[chosen]))
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda file: done(Path(file).name, write(plot, Path(file))))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def write(plot: Plot, file: Path) -> bool:
    """By the file's name its points or its picture; written beside it first, so that a file under its name is a whole one."""
    part = file.with_name(file.name + ".part")
    try:
        if file.suffix.lower() == ".csv":
            with part.open("w", encoding="utf-8", newline="") as opened:
                csv.writer(opened).writerows(rows(plot.content))
        elif not picture(plot).save(str(part), "PNG"):
            return False
        part.replace(file)
    except OSError:
        return False
    finally:
        part.unlink(missing_ok=True)
    return True


def rows(content: Content) -> list[tuple[str, str, str]]:
    """Every point of every line: its line, its x, its y with a decimal point whatever the language."""
    head = ("line", content.x_axis.name, content.y_axis.name)
    points = [
        (line.name, content.x_axis.plain(x), f"{y:.1f}")
        for line in content.lines for x, y in zip(line.samples.x, line.samples.y, strict=True)
    ]  # fmt: skip
    return [head, *points]
