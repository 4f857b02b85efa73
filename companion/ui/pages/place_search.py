"""The place search of the map page: its field on the map, what it found among what lies there, and the middle it asks around."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from companion.model.place import FoundPlace, tidy
from companion.model.state import State
from companion.ui import place_faces as faces
from companion.ui.parts.map.content import MapContent
from companion.ui.parts.map.search import PlaceSearch
from companion.ui.parts.map.view import MapView

ACTION = "find_place"


class MapSearch(QObject):
    """
    Signals:
        drafted(str, place), wanted(str, place): what is typed so far, and what should be searched for, around the map's middle.
        cleared(): nothing is looked for any more.
        picked(): another place is the one that is meant.
        focus_requested(str): the panel should follow.
    """

    drafted = Signal(str, object)
    wanted = Signal(str, object)
    cleared = Signal()
    picked = Signal()
    focus_requested = Signal(str)

    def __init__(self, view: MapView) -> None:
        super().__init__(view)
        self._view, self._state, self._picked = view, State(), ""
        self.field = PlaceSearch(view)
        self.field.drafted.connect(self._draft)
        self.field.asked.connect(lambda words: self.wanted.emit(words, view.middle_place))
        self.field.picked.connect(self._pick)
        self.field.cleared.connect(self.cleared)
        self.field.focus_requested.connect(lambda: self.focus_requested.emit(ACTION))
        view.place_clicked.connect(self._click)
        # The map has stood still at another place: what would be sent is another.
        view.looked.connect(lambda _: self._redraft())

    def show_state(self, state: State) -> None:
        self._state = state
        self.field.show_found(state.found, faces.why_not(state))

    def on_map(self, content: MapContent) -> MapContent:
        """With the places that were found."""
        if faces.is_shut(self._state):
            return content
        return replace(content, places=(*content.places, *faces.marks(self._state.found, self._picked)))

    def _draft(self, words: str) -> None:
        if self._state.privacy.focus != ACTION:
            self.focus_requested.emit(ACTION)
        self.drafted.emit(words, self._view.middle_place)

    def _redraft(self) -> None:
        if tidy(self.field.line.text()):
            self.drafted.emit(self.field.line.text(), self._view.middle_place)

    def _pick(self, place: FoundPlace) -> None:
        self._picked = place.id
        self._view.look_at(place.latitude, place.longitude, faces.zoom(place))
        self.picked.emit()

    def _click(self, name: str) -> None:
        """On the map, where one need not be taken to it."""
        if any(one.id == name for one in self._state.found.places):
            self._picked = name
            self.picked.emit()
