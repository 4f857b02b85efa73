"""The overview: is all well with the car? Statement, range, the car from above, commands and tiles."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from companion.model.state import State
from companion.model.vehicle import Vehicle
from companion.ui import format as fmt
from companion.ui.pages import overview_faces as faces
from companion.ui.pages.command_faces import command_face, press
from companion.ui.parts import paint
from companion.ui.parts.buttons import ROOM
from companion.ui.parts.car import Car
from companion.ui.parts.command_button import CommandButton
from companion.ui.parts.details import show_details
from companion.ui.parts.labels import Label
from companion.ui.parts.tile import Tile, TileFace
from companion.ui.text import text
from companion.ui.theme import theme

ACTIONS = ("lock", "unlock", "flash", "horn", "read_stored", "read_current")
GUTTER, WIDEST = 32, 1080


class Hero(QWidget):
    """The statement, where the car is, the range as the page's one large number, and the charge."""

    def __init__(self) -> None:
        super().__init__()
        self._vehicle: Vehicle | None = None
        self._now: datetime | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setFixedWidth(300)

    def sizeHint(self) -> QSize:
        return QSize(300, 330)

    def show_vehicle(self, vehicle: Vehicle | None, now: datetime) -> None:
        self._vehicle, self._now = vehicle, now
        self.setAccessibleName(self.spoken())
        self.update()

    def spoken(self) -> str:
        vehicle = self._vehicle
        if vehicle is None or vehicle.reported_at is None:
            return text("overview.unknown")
        reach = vehicle.energy.range_km
        return f"{faces.statement(vehicle)} {fmt.kilometres(reach) if reach is not None else ''}"

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, vehicle = paint.begin(self), self._vehicle
        if vehicle is None or vehicle.reported_at is None:
            for top, wide, high in ((8, 200, 26), (44, 250, 26), (190, 170, 64), (276, 190, 6)):
                paint.surface(painter, QRectF(0, top, wide, high), min(6, high / 2), "raised")
            return
        y = 0.0
        for line in faces.statement(vehicle).split("\n"):
            if y == 0 and vehicle.body.is_locked is False and not vehicle.switches.private_mode:
                theme().draw_icon(painter, "unlock", "text-1", paint.width_of(line, "statement") + 12, 5, 24)
            y += paint.paragraph(painter, 0, y, line, "statement", "text-1", self.width(), 3)
        if not vehicle.switches.private_mode:
            self._parked(painter, vehicle, y + 8)
            self._range(painter, vehicle, min(max(y + 60, self.height() * 0.54), self.height() - 128))

    def _parked(self, painter: QPainter, vehicle: Vehicle, y: float) -> None:
        place = vehicle.position
        if place is None or place.since is None:
            return
        theme().draw_icon(painter, "map", "text-2", 0, y + 2, 16)
        words = text("overview.parked", since=fmt.since(place.since, self._now))
        paint.write(painter, 25, y, words, "body", "text-2", self.width() - 25)

    def _range(self, painter: QPainter, vehicle: Vehicle, y: float) -> None:
        reach, energy = vehicle.energy.range_km, vehicle.energy
        number = "–" if reach is None else fmt.number(reach)
        wide = paint.write(painter, -3, y, number, "big", "text-1")
        paint.write(painter, wide + 5, y + 38, "km", "stat", "text-2")
        level = energy.charge_percent if energy.charge_percent is not None else energy.fuel_percent
        if level is None:
            return
        bar = QRectF(0, y + 90, 188, 6)
        paint.surface(painter, bar, 3, "raised" if theme().name == "dark" else "hairline")
        paint.surface(
            painter, QRectF(0, bar.y(), max(6.0, 188 * level / 100), 6), 3, "text-1" if level > 15 else "warn"
        )
        if energy.target_percent is not None:
            paint.surface(painter, QRectF(188 * energy.target_percent / 100 - 1, bar.y() - 4, 2, 14), 1, "text-3")
        paint.write(painter, 200, y + 82, fmt.percent(level), "section", "text-1")
        paint.write(painter, 0, y + 108, faces.below_level(energy), "caption", "text-3", self.width())


class OverviewPage(QScrollArea):
    """
    Signals:
        command_requested(Kind), unlock_asked(): the command was pressed; unlocking still wants the code.
        read_stored_requested(), read_current_requested(): look again; wake the car.
        check_command_requested(Kind): how an unknown command went.
        page_requested(str): a tile leads to a page of its own.
        focus_requested(str): the panel should follow this action.
    """

    page_requested = Signal(str)
    unlock_asked = Signal()
    read_stored_requested = Signal()
    read_current_requested = Signal()
    command_requested = Signal(object)
    check_command_requested = Signal(object)
    focus_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._state = State()
        self._now = datetime.now().astimezone()
        self.setAccessibleName(text("page.overview"))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._hero, self._car = Hero(), Car()
        self._buttons = {action: CommandButton(action) for action in ACTIONS}
        self._tiles = [Tile() for _ in range(faces.TILES)]
        self._names: tuple[str, ...] = ()
        """What each tile is about."""
        self._reported = Label("", "caption", "text-3")
        self._grid, self._commands = QGridLayout(), QGridLayout()
        self._columns = (0, 0)
        self._build()
        self._wire()

    def _build(self) -> None:
        holder = QWidget()
        holder.setObjectName("page")
        outer = QHBoxLayout(holder)
        outer.setContentsMargins(GUTTER - ROOM, 0, GUTTER - ROOM, 24)
        page = QWidget()
        page.setMaximumWidth(WIDEST + 2 * ROOM)
        outer.addStretch()
        outer.addWidget(page, 1000)
        outer.addStretch()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(ROOM, 4, 0, 0)
        top.addWidget(self._hero)
        top.addWidget(self._car, 1)
        column.addLayout(top, 1)
        column.addSpacing(20)
        self._commands.setSpacing(4)
        column.addLayout(self._commands)
        column.addSpacing(20)
        column.addLayout(self._heading())
        column.addSpacing(4)
        self._grid.setSpacing(4)
        column.addLayout(self._grid)
        self.setWidget(holder)
        self._arrange(4, 6)

    def _heading(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(ROOM, 0, ROOM, 0)
        row.addWidget(Label(text("overview.your_car"), "section"))
        row.addStretch()
        row.addWidget(self._reported)
        return row

    def _wire(self) -> None:
        for button in self._buttons.values():
            button.looked_at.connect(self.focus_requested)
            button.clicked.connect(lambda _=False, action=button.action: self._press(action))
        for place, tile in enumerate(self._tiles):
            tile.clicked.connect(lambda _=False, place=place: self._open(place))

    # -- state --------------------------------------------------------------------------------------------------

    def take_focus(self) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_state(self, state: State, now: datetime) -> None:
        self._state, self._now = state, now
        vehicle = state.vehicle
        self._hero.show_vehicle(vehicle, now)
        self._car.show_vehicle(vehicle, now)
        for action, button in self._buttons.items():
            button.show_face(command_face(action, state), state.privacy.focus == action)
        known = vehicle is not None and vehicle.reported_at is not None
        self._names = faces.tiles(vehicle) if known and vehicle is not None else ()
        for place, tile in enumerate(self._tiles):
            tile.show_face(self._face(self._names[place], vehicle, now) if self._names and vehicle else None)
        reported = vehicle.reported_at if vehicle else None
        self._reported.setText(text("overview.reported", when=fmt.at(reported, now)) if reported else "")

    @staticmethod
    def _face(name: str, vehicle: Vehicle, now: datetime) -> TileFace:
        face = faces.tile_face(name, vehicle, now)
        if vehicle.switches.private_mode:
            return TileFace(face.icon, face.label, text("tile.private"), text("tile.private_note"))
        return face

    def _press(self, action: str) -> None:
        others = {
            "unlock": self.unlock_asked, "read_stored": self.read_stored_requested,
            "read_current": self.read_current_requested,
        }  # fmt: skip
        press(self, self._buttons[action], self._state, others.get(action))

    def _open(self, place: int) -> None:
        """What stands behind a tile; what has a page of its own leads there."""
        vehicle, name = self._state.vehicle, self._names[place]
        if name in faces.PLACES:
            self.page_requested.emit(faces.PLACES[name])
            return
        rows = faces.details(name, vehicle, self._now) if vehicle and not vehicle.switches.private_mode else []
        if rows and vehicle is not None:
            title = faces.tile_face(name, vehicle, self._now).label
            show_details(self.window(), self._tiles[place], title, rows)

    # -- geometry -----------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.viewport().width()
        self._arrange(4 if wide >= 700 else 2, 6 if wide >= 900 else 3)
        below = (len(self._tiles) // self._columns[0]) * 124 + (len(ACTIONS) // self._columns[1]) * 84 + 98
        self._car.setMinimumHeight(max(264, min(380, self.viewport().height() - below)))
        self._hero.setFixedWidth(300 if wide >= 820 else 260)

    def _arrange(self, tiles: int, commands: int) -> None:
        if (tiles, commands) == self._columns:
            return
        self._columns = (tiles, commands)
        for grid, widgets, columns in (
            (self._grid, self._tiles, tiles), (self._commands, list(self._buttons.values()), commands),
        ):  # fmt: skip
            for place, widget in enumerate(widgets):
                grid.addWidget(widget, place // columns, place % columns)
            for column in range(6):
                grid.setColumnStretch(column, 1 if column < columns else 0)
