"""Whence the map's pictures come: the maker's provider, a server of the owner's own, or a file on this computer."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from companion.model.map_pictures import MapSource, SourceKind
from companion.model.map_server import TemplateError, parse
from companion.ui.parts.buttons import Button
from companion.ui.parts.column import Column
from companion.ui.parts.field import Field
from companion.ui.parts.labels import Label
from companion.ui.parts.segmented import Segmented
from companion.ui.text import text


class MapSourceCard(QWidget):
    """
    Signals:
        map_source_requested(MapSource, str | None): another one, and the key of a server; None: the one that is known.
    """

    map_source_requested = Signal(object, object)

    def __init__(self, source: MapSource) -> None:
        super().__init__()
        self._source = source
        column = Column(self)
        column.setSpacing(8)
        self.kind = Segmented()
        self.kind.setAccessibleName(text("map_source.title"))
        self.kind.show_parts([(kind.value, text(f"map_source.{kind}")) for kind in SourceKind], source.kind.value)
        self.kind.chosen.connect(self._choose)
        column.put(self.kind)
        self._note = Label("", "caption", "text-3", wrap=True)
        column.put(self._note)
        self._server = self._fields(source)
        column.addWidget(self._server)
        self._file = QWidget()
        row = QHBoxLayout(self._file)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.pick, self._name = Button(text("map_source.pick"), "secondary"), Label("", "caption", "text-2", wrap=True)
        self.pick.clicked.connect(self._pick)
        row.addWidget(self.pick)
        row.addWidget(self._name, 1)
        column.addWidget(self._file)
        self._show(source.kind)

    def _fields(self, source: MapSource) -> QWidget:
        holder = QWidget()
        column = Column(holder)
        column.setSpacing(8)
        self.address, self.key = Field(text("map_source.address"), source.template), Field(text("map_source.key"))
        self.credit = Field(text("map_source.credit"), source.attribution)
        self.address.line.setPlaceholderText("https://tiles.example.org/{z}/{x}/{y}{r}.png")
        self.key.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.address.line.textEdited.connect(lambda _: self.address.say(""))
        self.use = Button(text("map_source.use"), "secondary")
        self.use.clicked.connect(self._use)
        for widget in (self.address, self.key, self.credit):
            column.put(widget)
        column.put(self.use)
        return holder

    def _show(self, kind: SourceKind) -> None:
        self._note.setText(text(f"map_source.{kind}_note"))
        self._server.setVisible(kind is SourceKind.SERVER)
        self._file.setVisible(kind is SourceKind.FILE)
        self._name.setText(self._source.file)

    def _choose(self, chosen: str) -> None:
        """The provider at once; the others once it is said which."""
        kind = SourceKind(chosen)
        self._show(kind)
        if kind is SourceKind.PROVIDER:
            self._ask(MapSource(), None)

    def _use(self) -> None:
        """What is wrong with the address is said below it, and nothing is asked of anybody."""
        address = self.address.line.text().strip()
        try:
            wants_key = "key" in parse(address).names
        except TemplateError as error:
            self.address.say(text(f"notice.{error.key}", name=error.name))
            return
        key = self.key.line.text()
        source = MapSource(SourceKind.SERVER, address, self.credit.line.text().strip())
        self.key.line.clear()
        self._ask(source, key if wants_key and key else None)

    def _pick(self) -> None:
        dialog = QFileDialog(self.window(), text("map_source.pick"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([text("map_source.filter")])
        dialog.fileSelected.connect(lambda file: self._ask(MapSource(SourceKind.FILE, file=file), None))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask(self, source: MapSource, key: str | None) -> None:
        self._source = source
        self._name.setText(source.file)
        self.map_source_requested.emit(source, key)
