"""Colours, type and icons by token. Widgets ask at paint time; nothing else holds a colour or a font.

Usage in a `paintEvent`: `theme().color("text-1")`, `theme().font("body")`, `theme().icon("lock", "text-2", 20)`.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from string import Template

from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QIcon, QPainter, QPixmap

from companion.resources import resource

TEXT_FACES = ("Inter", "Inter Display")
MONO_FACES = ("JetBrains Mono",)

# role: (pixel size, line height, letter spacing, weight, face)
TYPE: dict[str, tuple[int, int, float, int, str]] = {
    "hero": (104, 104, -4.0, 300, "display"),
    "big": (72, 76, -2.0, 300, "display"),
    "clock": (40, 44, -1.0, 300, "display"),
    "statement": (28, 34, -0.5, 600, "text"),
    "answer": (26, 32, -0.5, 600, "text"),
    "title": (20, 28, 0.0, 600, "text"),
    "stat": (20, 28, 0.0, 500, "text"),
    "panel-title": (16, 22, 0.0, 600, "text"),
    "section": (15, 22, 0.0, 600, "text"),
    "body": (13, 20, 0.0, 400, "text"),
    "name": (13, 20, 0.0, 500, "text"),
    "body-strong": (13, 20, 0.0, 600, "text"),
    "caption": (12, 16, 0.0, 400, "text"),
    "caption-strong": (12, 16, 0.0, 600, "text"),
    "micro": (11, 14, 0.0, 500, "text"),
    "bytes": (11, 17, 0.0, 400, "mono"),
}


@lru_cache(maxsize=1)
def _families() -> frozenset[str]:
    return frozenset(QFontDatabase.families())


@lru_cache(maxsize=8)
def _face(kind: str) -> str:
    wanted = {"display": ("Inter Display", "Inter"), "text": ("Inter",), "mono": MONO_FACES}[kind]
    for family in wanted:
        if family in _families():
            return family
    if kind == "mono":
        return QFontInfo(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)).family()
    return QGuiApplication.font().family()


class Theme(QObject):
    """One theme at a time.

    Signals:
        changed: another theme is in force; repaint.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._tables: dict[str, dict[str, str]] = tomllib.loads(resource("theme", "tokens.toml").read_text("utf-8"))
        self.name = "dark"
        self._fonts: dict[tuple[str, bool], QFont] = {}
        self._pixmaps: dict[tuple[str, str, int, float, float], QPixmap] = {}
        self.reduced_motion = False

    def use(self, name: str) -> None:
        """`dark` or `light`; the caller applies `stylesheet()` to the application."""
        if name not in self._tables:
            raise KeyError(name)
        self.name = name
        self._pixmaps.clear()
        self.changed.emit()

    def hex(self, token: str) -> str:
        return self._tables[self.name][token]

    def color(self, token: str, alpha: float = 1.0) -> QColor:
        color = QColor(self._tables[self.name][token])
        if alpha < 1.0:
            color.setAlphaF(alpha)
        return color

    def font(self, role: str, tabular: bool = False) -> QFont:
        """The face, size and weight of a role in `TYPE`; `tabular` for anything that ticks or stands in a column."""
        key = (role, tabular)
        if key not in self._fonts:
            size, _, spacing, weight, face = TYPE[role]
            font = QFont(_face(face))
            font.setPixelSize(size)
            # Whole-pixel stems make 400 look like 500 at these sizes.
            font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
            font.setWeight(QFont.Weight(weight))
            if spacing:
                font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spacing)
            if tabular:
                font.setFeature(QFont.Tag("tnum"), 1)
            self._fonts[key] = font
        return self._fonts[key]

    @staticmethod
    def line_height(role: str) -> int:
        return TYPE[role][1]

    def icon(self, name: str, token: str, size: int, ratio: float = 1.0, alpha: float = 1.0) -> QPixmap:
        """The icon `resources/icons/NAME.svg`, tinted by a token, `size` logical pixels square."""
        key = (name, token, size, ratio, alpha)
        if key not in self._pixmaps:
            self._pixmaps[key] = _render(name, self.color(token, alpha), size, ratio)
        return self._pixmaps[key]

    def qicon(self, name: str, token: str, size: int = 24) -> QIcon:
        icon = QIcon()
        for ratio in (1.0, 2.0):
            icon.addPixmap(self.icon(name, token, size, ratio))
        return icon

    def draw_icon(self, painter: QPainter, name: str, token: str, x: float, y: float, size: int) -> None:
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        painter.drawPixmap(QRectF(x, y, size, size), self.icon(name, token, size, ratio), QRectF())

    def stylesheet(self) -> str:
        """`app.qss` with `$token` replaced; an unknown token raises KeyError."""
        table = {key.replace("-", "_"): value for key, value in self._tables[self.name].items()}
        table["family"] = _face("text")
        return Template(resource("theme", "app.qss").read_text("utf-8")).substitute(table)


def _render(name: str, color: QColor, size: int, ratio: float) -> QPixmap:
    from PySide6.QtCore import QByteArray, Qt
    from PySide6.QtSvg import QSvgRenderer

    svg = resource("icons", f"{name}.svg").read_text("utf-8")
    tint = color.name(QColor.NameFormat.HexRgb)
    stroke = "3" if size <= 12 else "2" if size <= 16 else "1.75"
    svg = svg.replace("currentColor", tint).replace('stroke-width="1.75"', f'stroke-width="{stroke}"')
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setOpacity(color.alphaF())
    renderer.render(painter, QRectF(0, 0, size * ratio, size * ratio))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


_theme: Theme | None = None


def theme() -> Theme:
    global _theme
    if _theme is None:
        _theme = Theme()
    return _theme
