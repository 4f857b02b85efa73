"""Map and alarms: where the car is, the rings around it, what happened, and what each of it sends."""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter
from typing import Any

from PySide6.QtCore import QMargins, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from companion.model.alarms import AlarmEvent, Alarms, Ring, RingsWish, SpeedAlarm, SpeedsWish, speed_trouble, trouble
from companion.model.command import Kind
from companion.model.mercator import TileId
from companion.model.state import State
from companion.ui.pages import map_faces as faces
from companion.ui.pages.alarm_list import AlarmList
from companion.ui.pages.car_card import CarCard
from companion.ui.pages.command_faces import command_face, press
from companion.ui.pages.event_card import EventCard
from companion.ui.pages.hand import Hand
from companion.ui.pages.place_search import MapSearch
from companion.ui.pages.ring_card import RingCard
from companion.ui.pages.shut_card import ShutCard
from companion.ui.pages.speed_card import SpeedCard
from companion.ui.pages.unsent import Edits
from companion.ui.parts.command_button import CommandButton
from companion.ui.parts.map.view import MapView
from companion.ui.text import text

PRESSED = ("read_current", "flash", "rings_set", "speeds_set", "acknowledge")
PRIMARY = ("rings_set", "speeds_set", "acknowledge")
LIST, MARGIN, SCALE = 280, 12, 24
SMALL = 500
"""Metres of a new ring."""
FAST = (130, 100, 70, 50, 30)
"""km/h of a new speed alarm: the first that there is none for."""


class MapPage(QWidget):
    """
    Signals:
        wished(Kind, RingsWish | SpeedsWish | None): what a command would ask for now; None: nothing.
        command_requested(Kind), read_current_requested(): pressed.
        check_command_requested(Kind): how an unknown command went.
        event_picked(str): what happened is looked at, by its number; acknowledge_requested(): it is seen.
        map_looked(Look), map_retry_requested(), map_spoilt(TileId): which pictures are looked at; once more; one is none.
        place_drafted(str, place), place_wanted(str, place), places_cleared(): what is searched for, around the map's middle.
        focus_requested(str): the panel should follow this action.
        edges_moved(int, int): what stands beside the map and at its foot is so many pixels wide and high.
    """

    edges_moved = Signal(int, int)
    wished = Signal(object, object)
    command_requested = Signal(object)
    read_current_requested = Signal()
    check_command_requested = Signal(object)
    event_picked = Signal(str)
    acknowledge_requested = Signal()
    map_looked = Signal(object)
    map_retry_requested = Signal()
    map_spoilt = Signal(object)
    place_drafted = Signal(str, object)
    place_wanted = Signal(str, object)
    places_cleared = Signal()
    focus_requested = Signal(str)

    def __init__(self, edits: Edits) -> None:
        """`edits`: what was changed and not sent."""
        super().__init__()
        self.setAccessibleName(text("page.map"))
        self._state, self._now, self._of = State(), datetime.now().astimezone(), ""
        self._located = ""
        """The car that the map was moved to."""
        self._event = ""
        """The one that is looked at, by its number."""
        self._flown = ""
        """The one that the map was moved to."""
        self.edges = 0, 0
        self._buttons = {action: CommandButton(action, is_primary=action in PRIMARY) for action in PRESSED}
        self.rings: Hand[Ring, RingsWish] = Hand(edits.of(Kind.RINGS_SET), RingsWish, attrgetter("rings"))
        self.speeds: Hand[SpeedAlarm, SpeedsWish] = Hand(edits.of(Kind.SPEEDS_SET), SpeedsWish, attrgetter("speeds"))
        self.list = AlarmList(self._buttons["rings_set"], self._buttons["speeds_set"])
        self.view = MapView()
        self.search = MapSearch(self.view)
        self.car = CarCard(self.view, (self._buttons["read_current"], self._buttons["flash"]))
        self.card, self.speed = RingCard(self.view), SpeedCard(self.view)
        self.event_card = EventCard(self.view, self._buttons["acknowledge"])
        self.shut = ShutCard(self.view, text("shut.private"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.list.setFixedWidth(LIST)
        row.addWidget(self.list)
        row.addWidget(self.view, 1)
        self._wire()
        self._wire_cards()

    def _wire(self) -> None:
        for action, button in self._buttons.items():
            button.looked_at.connect(self.focus_requested)
            button.clicked.connect(lambda _=False, action=action: self._press(action))
        self.search.drafted.connect(self.place_drafted)
        self.search.wanted.connect(self.place_wanted)
        self.search.cleared.connect(self.places_cleared)
        self.search.picked.connect(self._again)
        self.search.focus_requested.connect(self.focus_requested)
        view, rows = self.view, self.list
        view.looked.connect(self.map_looked)
        view.retry_requested.connect(self.map_retry_requested)
        view.spoilt.connect(self.map_spoilt)
        view.ring_clicked.connect(lambda ring: self._show_valet() if ring == faces.VALET_RING else self.edit(int(ring)))
        view.ring_moved.connect(lambda _, latitude, longitude: self._shape(latitude=latitude, longitude=longitude))
        view.ring_resized.connect(lambda _, radius: self._shape(radius=round(radius)))
        rows.ring_picked.connect(self.edit)
        rows.ring_wanted.connect(self.add)
        rows.ring_switched.connect(lambda place, on: self._send_up(self.rings, self.rings.switch(place, on)))
        rows.speed_picked.connect(self.edit_speed)
        rows.speed_wanted.connect(self.add_speed)
        rows.speed_switched.connect(lambda place, on: self._send_up(self.speeds, self.speeds.switch(place, on)))
        rows.valet_picked.connect(self._show_valet)
        rows.valet_looked_at.connect(self._look_at_valet)
        rows.valet_switched.connect(self._switch_valet)
        rows.event_picked.connect(self.replay)
        rows.rings_undone.connect(lambda: self._send_up(self.rings, self.rings.undo()))
        rows.speeds_undone.connect(lambda: self._send_up(self.speeds, self.speeds.undo()))
        rows.rings_discarded.connect(lambda: self._forget(self.rings))
        rows.speeds_discarded.connect(lambda: self._forget(self.speeds))

    def _wire_cards(self) -> None:
        self.card.changed.connect(lambda ring: self._shape(**_shape_of(ring)))
        self.speed.changed.connect(lambda one: self._shape(speed=one.speed))
        hands: tuple[tuple[RingCard | SpeedCard, Hand[Any, Any]], ...] = (
            (self.card, self.rings), (self.speed, self.speeds),
        )  # fmt: skip
        for card, hand in hands:
            card.taken.connect(lambda hand=hand: self._take(hand))
            card.cancelled.connect(self._put_down)
            card.deleted.connect(lambda hand=hand: self._send_up(hand, hand.delete()))
        self.event_card.stepped.connect(self._step)
        self.event_card.closed.connect(self._put_down)

    # -- state --------------------------------------------------------------------------------------------------

    def show_state(self, state: State, now: datetime) -> None:
        self._state, self._now = state, now
        alarms = self._alarms()
        self.rings.know(state, alarms.rings, alarms.rings_as_of)
        self.speeds.know(state, alarms.speeds, alarms.speeds_as_of)
        if state.selected != self._of:
            self._of = state.selected or ""
            self._drop()
            # No picture of where another car is is asked for in this one's name.
            self.view.wait()
        for action, button in self._buttons.items():
            face = (
                faces.acknowledge_face(self._event, state) if action == "acknowledge" else command_face(action, state)
            )
            button.show_face(face, state.privacy.focus == action)
        self._show_list(alarms)
        self.view.show_supply(state.map_supply)
        self.search.show_state(state)
        self._show_map()
        self._locate()
        self._fly()

    def _show_list(self, alarms: Alarms) -> None:
        state, rows = self._state, self.list
        can_rings, can_speeds = (
            self._can(key, hand) for key, hand in ((faces.RINGS, self.rings), (faces.SPEEDS, self.speeds))
        )
        rows.show_rings(self.rings.shown, self.rings.picked, enabled=can_rings, stale=self.rings.is_stale)
        rows.show_valet(alarms.valet, self._now, enabled=not faces.why_not(state, faces.VALET))
        rows.show_speeds(self.speeds.shown, self.speeds.picked, enabled=can_speeds, stale=self.speeds.is_stale)
        rows.show_unsent(*(self._unsent(hand) for hand in (self.rings, self.speeds)))
        rows.setVisible(alarms.rings is not None)
        new = frozenset(one.event for one in state.messages if one.event is not None and not one.is_read)
        rows.show_events(alarms.events, self._event, new, self._now, has=alarms.rings is not None)

    def _unsent(self, hand: Hand[Any, Any]) -> tuple[bool, bool, bool]:
        """Whether there is something to send or to tell of, whether it can be given up, and its last change taken back."""
        can_discard = hand.unsent.can_be_discarded(self._state)
        return hand.unsent.is_open(self._state), can_discard, can_discard and hand.can_undo

    def _can(self, key: str, hand: Hand[Any, Any]) -> bool:
        return not faces.why_not(self._state, key) and not hand.unsent.runs(self._state)

    def _locate(self) -> None:
        """Once for each car, as soon as it is known where it is."""
        vehicle = self._state.vehicle
        known = vehicle is not None and vehicle.position is not None and not vehicle.switches.private_mode
        if known and self._located != self._of:
            self._located = self._of
            self.view.locate()

    def _show_map(self) -> None:
        vehicle, rings, event = self._state.vehicle, self.rings.shown or (), self._picked_event()
        edited = "" if self.rings.picked is None else str(self.rings.picked)
        self.view.show_content(self.search.on_map(faces.content(vehicle, rings, edited, self._now, event)))
        foot = self._foot()
        for card in (self.car, self.card, self.speed, self.event_card, self.shut):
            card.setVisible(card is foot and vehicle is not None)
        if vehicle is not None and foot is self.car:
            self.car.show_car(vehicle, faces.around(vehicle, rings), self._now)
        elif event is not None and foot is self.event_card:
            self._show_event(event)
        elif self.rings.draft is not None:
            self.card.show_ring(self.rings.draft[1], self._wrong(self.rings), self.rings.draft[0] is None)
        elif self.speeds.draft is not None:
            self.speed.show_speed(self.speeds.draft[1], self._wrong(self.speeds), self.speeds.draft[0] is None)
        self._place()

    def _foot(self) -> QWidget:
        """What stands at the foot of the map."""
        if self._state.vehicle is not None and self._state.vehicle.switches.private_mode:
            return self.shut
        if self.rings.draft is not None:
            return self.card
        if self.speeds.draft is not None:
            return self.speed
        return self.car if self._picked_event() is None else self.event_card

    def show_picture(self, number: int, tile: TileId, is_light: bool, content: bytes | None) -> None:
        self.view.show_picture(number, tile, is_light, content)

    def _alarms(self) -> Alarms:
        vehicle = self._state.vehicle
        return vehicle.alarms if vehicle is not None and not vehicle.switches.private_mode else Alarms()

    # -- an alarm in hand ---------------------------------------------------------------------------------------

    def edit(self, place: int) -> None:
        if self._may_edit(faces.RINGS) and self.rings.pick(place):
            self._look_at_ring()

    def add(self) -> None:
        """Around the middle of what is seen."""
        if self.rings.rows is None or not self._may_edit(faces.RINGS):
            return
        latitude, longitude = self.view.middle_place
        self.rings.add(Ring(0, text("alarms.new_name"), round(latitude, 6), round(longitude, 6), SMALL))
        self._look_at_ring()
        self.card.name.setFocus()
        self.card.name.selectAll()

    def edit_speed(self, place: int) -> None:
        if self._may_edit(faces.SPEEDS) and self.speeds.pick(place):
            self._again()
            self.speed.speed.setFocus()

    def add_speed(self) -> None:
        if self.speeds.rows is None or not self._may_edit(faces.SPEEDS):
            return
        taken = {one.speed for one in self.speeds.rows}
        self.speeds.add(SpeedAlarm(0, next(speed for speed in FAST if speed not in taken)))
        self._again()
        self.speed.speed.setFocus()
        self.speed.speed.selectAll()

    def _may_edit(self, key: str) -> bool:
        """One thing in hand at a time."""
        if faces.why_not(self._state, key):
            return False
        self._keep()
        return True

    def _look_at_ring(self) -> None:
        """The panel follows what the map sends for this ring."""
        self._again()
        if (circle := self.view.content.edited_ring) is not None:
            self.view.look_at_ring(circle)
        if action := faces.sends(self.view.content, self._state.map_supply):
            self.focus_requested.emit(action)

    def _shape(self, **change: object) -> None:
        hand: Hand[Any, Any] = self.rings if self.rings.draft is not None else self.speeds
        hand.shape(**change)
        self._again()

    def _wrong(self, hand: Hand[Any, Any]) -> str:
        """What stands against the one in hand, as a sentence."""
        found = (trouble if hand.kind is Kind.RINGS_SET else speed_trouble)(hand.shown or ())
        return "" if found is None else text(f"alarms.wrong_{found[0].partition('.')[2]}")

    def _take(self, hand: Hand[Any, Any]) -> None:
        if not self._wrong(hand):
            self._send_up(hand, hand.take())

    def _send_up(self, hand: Hand[Any, Any], wish: RingsWish | SpeedsWish | None) -> None:
        self.wished.emit(hand.kind, wish)
        if wish is not None:
            self.focus_requested.emit(hand.kind.value)
        self._again()

    def _forget(self, hand: Hand[Any, Any]) -> None:
        hand.unsent.forget()
        self.wished.emit(hand.kind, None)
        self._put_down()

    def _undo(self) -> None:
        """Of the list that has changes, the rings first."""
        for hand in (self.rings, self.speeds):
            if hand.unsent.can_be_discarded(self._state):
                self._drop()
                self._send_up(hand, hand.undo())
                return

    def _drop(self) -> None:
        self.rings.draft = self.speeds.draft = None
        self._event = ""

    def _keep(self) -> None:
        """Something else is looked at: what was changed and can be as it is stays, unsent."""
        for hand in (self.rings, self.speeds):
            if hand.is_changed and not self._wrong(hand):
                self.wished.emit(hand.kind, hand.take())
        self._drop()

    def _put_down(self) -> None:
        self._drop()
        self._again()

    # -- the valet ----------------------------------------------------------------------------------------------

    def _switch_valet(self, on: bool) -> None:
        """Sent at once: it has no more to it than on and off."""
        kind = Kind.VALET_ON if on else Kind.VALET_OFF
        self.focus_requested.emit(kind.value)
        self.command_requested.emit(kind)
        self._again()

    def _look_at_valet(self) -> None:
        """What switching it would send."""
        valet = self._alarms().valet
        if valet is not None:
            self.focus_requested.emit((Kind.VALET_OFF if valet.is_active else Kind.VALET_ON).value)

    def _show_valet(self) -> None:
        """Around what it watches, too, while it does."""
        self._look_at_valet()
        valet = self._alarms().valet
        if valet is not None:
            for ring in faces.valet_ring(valet):
                self.view.look_at_ring(ring)

    # -- what happened ------------------------------------------------------------------------------------------

    def replay(self, event: str) -> None:
        """Where it happened, and all that is known of it: now, or when the car's history has it."""
        self._keep()
        self._event, self._flown = event, ""
        self._again()

    def _fly(self) -> None:
        """Once for each event that is picked; what the panel then follows is not asked for inside the snapshot's own signal."""
        one = self._picked_event()
        if one is None or self._flown == one.id:
            return
        self._flown = one.id
        if one.place is not None:
            self.view.look_at(*one.place, max(self.view.camera.zoom, 14.0))
        QTimer.singleShot(0, lambda: self._tell_of(one.id))

    def _tell_of(self, event: str) -> None:
        if event == self._event:
            self.event_picked.emit(event)

    def _picked_event(self) -> AlarmEvent | None:
        return next((one for one in self._alarms().events if one.id == self._event), None)

    def _step(self, by: int) -> None:
        events = [one.id for one in self._alarms().events]
        if self._event in events and 0 <= (at := events.index(self._event) + by) < len(events):
            self.replay(events[at])

    def _show_event(self, one: AlarmEvent) -> None:
        events = self._alarms().events
        self.event_card.show_event(one, self._now, has_newer=one is not events[0], has_older=one is not events[-1])

    def _again(self) -> None:
        self.show_state(self._state, self._now)

    # -- pressed ------------------------------------------------------------------------------------------------

    def _press(self, action: str) -> None:
        hands: dict[str, Hand[Any, Any]] = {"rings_set": self.rings, "speeds_set": self.speeds}
        hand = hands.get(action)
        go = {"read_current": self.read_current_requested, "acknowledge": self.acknowledge_requested}.get(action)
        if press(self, self._buttons[action], self._state, go, hand.unsent if hand is not None else None):
            self._again()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape puts down what is in hand; Ctrl+Z takes back the last change of the list that is not sent."""
        if event.matches(QKeySequence.StandardKey.Undo):
            self._undo()
        elif event.key() == Qt.Key.Key_Escape and self._foot() not in (self.car, self.shut):
            self._put_down()
            self.view.setFocus()
        else:
            super().keyPressEvent(event)

    def take_focus(self) -> None:
        """The panel follows what the map sends."""
        self.view.setFocus()
        if (action := faces.sends(self.view.content, self._state.map_supply)) and not self._state.privacy.focus:
            self.focus_requested.emit(action)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """The card at the foot of the map; the map keeps clear of it."""
        card = self._foot()
        wide = self.view.width() - 2 * MARGIN
        layout = card.layout()
        if layout is not None:
            layout.activate()
        # Words that fold take as much as they need at this width.
        high = max(layout.sizeHint().height(), layout.totalHeightForWidth(wide)) if layout is not None else 0
        card.setGeometry(MARGIN, self.view.height() - high - MARGIN, wide, high)
        shown = not card.isHidden()
        foot = high + MARGIN if shown else 0
        self.view.keep_clear(QMargins(0, 0, 0, foot))
        # A notice leaves the scale and who made the map to be read, too.
        self.edges = self.view.x() + MARGIN, foot + SCALE
        self.edges_moved.emit(*self.edges)


def _shape_of(ring: Ring) -> dict[str, object]:
    return {"name": ring.name, "enters": ring.enters, "leaves": ring.leaves, "radius": ring.radius}
