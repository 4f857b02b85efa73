"""Map and alarms: where the car is, the rings around it, what happened, and what each of it sends."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from PySide6.QtCore import QMargins, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from companion.model.alarms import Alarms, Ring, RingsWish, SpeedAlarm, SpeedsWish, trouble
from companion.model.command import Kind
from companion.model.mercator import TileId
from companion.model.state import State
from companion.ui.pages import map_faces as faces
from companion.ui.pages.alarm_list import AlarmList
from companion.ui.pages.car_card import CarCard
from companion.ui.pages.command_faces import command_face, press
from companion.ui.pages.place_search import MapSearch
from companion.ui.pages.ring_card import RingCard
from companion.ui.pages.unsent import Unsent
from companion.ui.parts.command_button import CommandButton
from companion.ui.parts.labels import Label
from companion.ui.parts.map.view import MapView
from companion.ui.text import text

PRESSED = ("read_current", "flash", "rings_set", "speeds_set")
LIST, MARGIN = 280, 12
SMALL = 500
"""Metres of a new ring."""


class MapPage(QWidget):
    """
    Signals:
        wished(Kind, RingsWish | SpeedsWish): what a command would ask for now.
        command_requested(Kind), read_current_requested(): pressed.
        check_command_requested(Kind): how an unknown command went.
        map_looked(Look), map_retry_requested(), map_spoilt(TileId): which pictures are looked at; once more; one is none.
        place_drafted(str, place), place_wanted(str, place), places_cleared(): what is searched for, around the map's middle.
        focus_requested(str): the panel should follow this action.
    """

    wished = Signal(object, object)
    command_requested = Signal(object)
    read_current_requested = Signal()
    check_command_requested = Signal(object)
    map_looked = Signal(object)
    map_retry_requested = Signal()
    map_spoilt = Signal(object)
    place_drafted = Signal(str, object)
    place_wanted = Signal(str, object)
    places_cleared = Signal()
    focus_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(text("page.map"))
        self._state, self._now, self._of = State(), datetime.now().astimezone(), ""
        self._draft: tuple[int | None, Ring] | None = None
        """The ring in hand and its place in the list; None: a new one."""
        self._event = ""
        self._buttons = {action: CommandButton(action) for action in PRESSED}
        self.rings: Unsent[RingsWish] = Unsent(Kind.RINGS_SET)
        self.speeds: Unsent[SpeedsWish] = Unsent(Kind.SPEEDS_SET)
        self.list = AlarmList(self._buttons["rings_set"], self._buttons["speeds_set"])
        self.view = MapView()
        self.search = MapSearch(self.view)
        self._car = CarCard(self.view, (self._buttons["read_current"], self._buttons["flash"]))
        self.card = RingCard(self.view)
        self._shut = Label("", "body", "text-2", wrap=True, parent=self.view)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.list.setFixedWidth(LIST)
        row.addWidget(self.list)
        row.addWidget(self.view, 1)
        self._wire()

    def _wire(self) -> None:
        for action, button in self._buttons.items():
            button.looked_at.connect(self.focus_requested)
            button.clicked.connect(lambda _=False, action=action: self._press(action))
        self.search.drafted.connect(self.place_drafted)
        self.search.wanted.connect(self.place_wanted)
        self.search.cleared.connect(self.places_cleared)
        self.search.picked.connect(self._again)
        self.search.focus_requested.connect(self.focus_requested)
        view, rows, card = self.view, self.list, self.card
        view.looked.connect(self.map_looked)
        view.retry_requested.connect(self.map_retry_requested)
        view.spoilt.connect(self.map_spoilt)
        view.ring_clicked.connect(lambda ring: self.edit(int(ring)))
        view.ring_moved.connect(lambda _, latitude, longitude: self._shape(latitude=latitude, longitude=longitude))
        view.ring_resized.connect(lambda _, radius: self._shape(radius=round(radius)))
        rows.ring_picked.connect(self.edit)
        rows.ring_wanted.connect(self.add)
        rows.ring_switched.connect(self._switch_ring)
        rows.speed_switched.connect(self._switch_speed)
        rows.valet_switched.connect(self._switch_valet)
        rows.event_picked.connect(self._replay)
        rows.discarded.connect(self._discard)
        card.changed.connect(lambda ring: self._shape(**_shape_of(ring)))
        card.taken.connect(self._take)
        card.cancelled.connect(self._cancel)
        card.deleted.connect(self._delete)

    # -- state --------------------------------------------------------------------------------------------------

    def show_state(self, state: State, now: datetime) -> None:
        self._state, self._now = state, now
        self.rings.settle(state)
        self.speeds.settle(state)
        vehicle = state.vehicle
        moved = state.selected != self._of
        if moved:
            self._of, self._draft, self._event = state.selected or "", None, ""
        hidden = vehicle is None or vehicle.switches.private_mode
        alarms = Alarms() if hidden or vehicle is None else vehicle.alarms
        enabled = not faces.why_not(state, faces.RINGS) and not self.rings.runs(state)
        for action, button in self._buttons.items():
            button.show_face(command_face(action, state), state.privacy.focus == action)
        rings = self._shown()
        self.list.show_alarms(alarms, rings, self._picked(), enabled=enabled, stale=self._is_stale(alarms))
        speeds = tuple((faces.speed(one), one.enabled) for one in self._speeds())
        self.list.show_others(alarms, speeds, now, enabled=enabled)
        self.list.show_unsent(self.rings.is_open(state), self.speeds.is_open(state))
        self.list.setVisible(alarms.rings is not None)
        self.list.show_events(alarms.events, self._event, now, has=alarms.rings is not None)
        self.view.show_supply(state.map_supply)
        self.search.show_state(state)
        self._show_map(moved)

    def _show_map(self, moved: bool) -> None:
        vehicle = self._state.vehicle
        known = vehicle is not None and vehicle.position is not None and not vehicle.switches.private_mode
        rings, picked = self._shown() or (), self._picked()
        edited = "" if picked is None else str(picked)
        self.view.show_content(self.search.on_map(faces.content(vehicle, rings, edited, self._now)))
        if moved and known:
            self.view.locate()
        self._car.setVisible(vehicle is not None and self._draft is None and not vehicle.switches.private_mode)
        self.card.setVisible(self._draft is not None)
        if vehicle is not None and self._car.isVisibleTo(self):
            self._car.show_car(vehicle, rings, self._now)
        if self._draft is not None:
            place, ring = self._draft
            self.card.show_ring(ring, self._wrong(), place is None)
        self._place()

    def show_picture(self, number: int, tile: TileId, is_light: bool, content: bytes | None) -> None:
        self.view.show_picture(number, tile, is_light, content)

    def _alarms(self) -> Alarms:
        vehicle = self._state.vehicle
        return vehicle.alarms if vehicle is not None and not vehicle.switches.private_mode else Alarms()

    def _rings(self) -> tuple[Ring, ...] | None:
        """As they were changed, or as the car has them."""
        return self.rings.wish.rings if self.rings.wish is not None else self._alarms().rings

    def _shown(self) -> tuple[Ring, ...] | None:
        """With the one in hand."""
        rings = self._rings()
        if rings is None or self._draft is None:
            return rings
        place, ring = self._draft
        return (*rings, ring) if place is None else (*rings[:place], ring, *rings[place + 1 :])

    def _speeds(self) -> tuple[SpeedAlarm, ...]:
        return self.speeds.wish.speeds if self.speeds.wish is not None else self._alarms().speeds or ()

    def _picked(self) -> int | None:
        if self._draft is None:
            return None
        place = self._draft[0]
        return len(self._rings() or ()) if place is None else place

    def _is_stale(self, alarms: Alarms) -> bool:
        wish = self.rings.wish
        return wish is not None and not self.rings.is_sent and wish.based_on != alarms.rings_as_of

    # -- a ring in hand -----------------------------------------------------------------------------------------

    def edit(self, place: int) -> None:
        rings = self._rings() or ()
        if place < len(rings) and not faces.why_not(self._state, faces.RINGS):
            self._draft = place, rings[place]
            self._again()
            circle = self.view.content.edited_ring
            if circle is not None:
                self.view.look_at_ring(circle)

    def add(self) -> None:
        """Around the middle of what is seen."""
        if self._rings() is None or faces.why_not(self._state, faces.RINGS):
            return
        latitude, longitude = self.view.camera.place
        self._draft = None, Ring(0, text("alarms.new_name"), round(latitude, 6), round(longitude, 6), SMALL)
        self._again()
        if (circle := self.view.content.edited_ring) is not None:
            self.view.look_at_ring(circle)
        self.card.name.setFocus()
        self.card.name.selectAll()

    def _shape(self, **change: object) -> None:
        if self._draft is not None:
            place, ring = self._draft
            self._draft = place, replace(ring, **change)  # type: ignore[arg-type]
            self._again()

    def _wrong(self) -> str:
        found = trouble(self._shown() or ())
        return "" if found is None else text(f"alarms.wrong_{found[0].removeprefix('rings.')}")

    def _take(self) -> None:
        rings = self._shown()
        if rings is not None and not self._wrong():
            self._draft = None
            self._wish(rings)

    def _cancel(self) -> None:
        self._draft = None
        self._again()

    def _delete(self) -> None:
        rings, picked = self._rings() or (), self._picked()
        self._draft = None
        if picked is not None:
            self._wish((*rings[:picked], *rings[picked + 1 :]))

    def _switch_ring(self, place: int, on: bool) -> None:
        rings = self._rings() or ()
        self._wish(tuple(replace(one, enabled=on) if at == place else one for at, one in enumerate(rings)))

    def _wish(self, rings: tuple[Ring, ...]) -> None:
        if rings == self._alarms().rings:
            self.rings.forget()
            self._again()
            return
        before = self.rings.wish
        wish = RingsWish(rings, before.based_on if before is not None else self._alarms().rings_as_of)
        self.rings.take(wish, self._state)
        self._send_up(Kind.RINGS_SET, wish)

    def _switch_speed(self, place: int, on: bool) -> None:
        speeds = tuple(replace(one, enabled=on) if at == place else one for at, one in enumerate(self._speeds()))
        before = self.speeds.wish
        wish = SpeedsWish(speeds, before.based_on if before is not None else self._alarms().speeds_as_of)
        self.speeds.take(wish, self._state)
        self._send_up(Kind.SPEEDS_SET, wish)

    def _send_up(self, kind: Kind, wish: RingsWish | SpeedsWish) -> None:
        self.wished.emit(kind, wish)
        self.focus_requested.emit(kind.value)
        self._again()

    def _switch_valet(self, on: bool) -> None:
        """Sent at once: it has no more to it than on and off."""
        kind = Kind.VALET_ON if on else Kind.VALET_OFF
        self.focus_requested.emit(kind.value)
        self.command_requested.emit(kind)
        self._again()

    def _discard(self) -> None:
        self.rings.forget()
        self.speeds.forget()
        self._again()

    def _replay(self, event: str) -> None:
        """Where it happened."""
        self._event = event
        one = next((each for each in self._alarms().events if each.id == event), None)
        self._again()
        if one is not None and one.place is not None:
            self.view.look_at(*one.place, max(self.view.camera.zoom, 14.0))

    def _again(self) -> None:
        self.show_state(self._state, self._now)

    # -- pressed ------------------------------------------------------------------------------------------------

    def _press(self, action: str) -> None:
        drafts: dict[str, Unsent[Any]] = {"rings_set": self.rings, "speeds_set": self.speeds}
        unsent = drafts.get(action)
        go = self.read_current_requested if action == "read_current" else None
        if press(self, self._buttons[action], self._state, go, unsent):
            self._again()

    def take_focus(self) -> None:
        self.view.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """The card at the foot of the map; the map keeps clear of it."""
        card = self.card if self._draft is not None else self._car
        wide = self.view.width() - 2 * MARGIN
        layout = card.layout()
        # Words that fold take as much as they need at this width.
        high = max(layout.sizeHint().height(), layout.totalHeightForWidth(wide)) if layout is not None else 0
        card.setGeometry(MARGIN, self.view.height() - high - MARGIN, wide, high)
        shown = not card.isHidden()
        self.view.keep_clear(QMargins(0, 0, 0, high + MARGIN if shown else 0))


def _shape_of(ring: Ring) -> dict[str, object]:
    return {"name": ring.name, "enters": ring.enters, "leaves": ring.leaves, "radius": ring.radius}
