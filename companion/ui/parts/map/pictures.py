"""The map's decoded pictures: decoded beside the window's thread, kept within a bound, the least lately used go first."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QRunnable, QSize, QThreadPool, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

from companion.model.mercator import TileId

ROOM = 96 * 1024 * 1024
"""Bytes of all pixmaps: some four windows' worth on a fine screen."""
LARGEST = 2048
"""Pixels a side: a small file can unfold to gigabytes."""


class Key(NamedTuple):
    """`number` is that of the supply: another source, other pictures."""

    number: int
    is_light: bool
    tile: TileId


class Pictures(QObject):
    """
    Signals:
        decoded(Key): a picture is there, or it is known that there is none.
        spoilt(TileId): what was given for it is no picture.
    """

    decoded = Signal(object)
    spoilt = Signal(object)

    def __init__(self, room: int = ROOM) -> None:
        super().__init__()
        self._room = room
        self._held: OrderedDict[Key, QPixmap | None] = OrderedDict()
        self._size = 0
        self._under_way: set[Key] = set()
        self._newest = 0
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(2)
        self._done = _Done()
        self._done.decoded.connect(self._take)

    def get(self, key: Key) -> QPixmap | None:
        """None: not there, or there is none."""
        found = self._held.get(key)
        if found is not None:
            self._held.move_to_end(key)
        return found

    def is_known(self, key: Key) -> bool:
        return key in self._held or key in self._under_way

    @property
    def size(self) -> int:
        return self._size

    def give(self, key: Key, content: bytes | None) -> None:
        """Of another source than the last, all before go."""
        if key.number != self._newest:
            self.clear()
            self._newest = key.number
        if content is None:
            self._put(key, None)
            self.decoded.emit(key)
        else:
            self._under_way.add(key)
            self._pool.start(_Decoding(self._done, key, content))

    def forget_missing(self) -> None:
        """What could not be had may be there now."""
        for key in [key for key, pixmap in self._held.items() if pixmap is None]:
            del self._held[key]

    def clear(self) -> None:
        self._held.clear()
        self._size = 0

    def close(self) -> None:
        self._pool.clear()
        self._pool.waitForDone(2000)

    def _take(self, key: Key, image: QImage) -> None:
        self._under_way.discard(key)
        if key.number != self._newest:
            return
        self._put(key, None if image.isNull() else QPixmap.fromImage(image))
        if image.isNull():
            self.spoilt.emit(key.tile)
        self.decoded.emit(key)

    def _put(self, key: Key, pixmap: QPixmap | None) -> None:
        before = self._held.get(key)
        if before is not None and pixmap is None:
            # An old picture is better than none.
            return
        self._held[key] = pixmap
        self._held.move_to_end(key)
        self._size += _bytes(pixmap) - _bytes(before)
        while self._size > self._room and len(self._held) > 1:
            _, gone = self._held.popitem(last=False)
            self._size -= _bytes(gone)


class _Done(QObject):
    decoded = Signal(object, object)


class _Decoding(QRunnable):
    def __init__(self, done: _Done, key: Key, content: bytes) -> None:
        super().__init__()
        self._done, self._key, self._content = done, key, content

    def run(self) -> None:
        self._done.decoded.emit(self._key, decode(self._content))


def decode(content: bytes) -> QImage:
    """A null image for what is no picture of a map."""
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    size: QSize = reader.size()
    if size.isValid() and max(size.width(), size.height()) > LARGEST:
        return QImage()
    image = reader.read()
    if image.isNull():
        return image
    form = QImage.Format.Format_ARGB32_Premultiplied if image.hasAlphaChannel() else QImage.Format.Format_RGB32
    return image.convertToFormat(form)


def _bytes(pixmap: QPixmap | None) -> int:
    return 0 if pixmap is None else pixmap.width() * pixmap.height() * 4
