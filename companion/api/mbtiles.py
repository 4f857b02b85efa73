"""Map pictures from an MBTiles file on this computer: nothing is sent, nobody is asked."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import struct
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from companion.errors import AnswerError, RefusedError
from companion.model.map_pictures import KINDS, Look, Picture, SourceKind, Supply, is_picture
from companion.model.mercator import TileId

FORMATS = {*KINDS, "jpeg"}
VECTOR = {"pbf", "mvt"}
ZIPPED = b"\x1f\x8b"
ONE = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"


class FilePictures:
    """Raises RefusedError, with what is wrong with the file."""

    action = ""

    def __init__(self, file: str) -> None:
        self._path = Path(file)
        self.supply = self._read()

    def name(self, tile: TileId, look: Look) -> str:
        return ""

    def forget(self) -> None:
        pass

    async def picture(
        self, tile: TileId, look: Look, mark: str, action_id: str, before: object = None
    ) -> Picture | None:
        """Nothing is sent, so nothing is seen before."""
        return await asyncio.to_thread(self._picture, tile)

    def _picture(self, tile: TileId) -> Picture:
        try:
            with closing(self._open()) as file:
                # Rows are counted from the south.
                row = file.execute(ONE, (tile.zoom, tile.x, 2**tile.zoom - 1 - tile.y)).fetchone()
        except sqlite3.Error as error:
            raise AnswerError("map_file.damaged") from error
        if row is None:
            raise RefusedError("map.none")
        content = bytes(row[0]) if isinstance(row[0], bytes) else b""
        if not is_picture(content):
            raise AnswerError("map.no_picture")
        return Picture(content, may_keep=False)

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{quote(str(self._path.absolute()))}?mode=ro", uri=True)

    def _read(self) -> Supply:
        if not self._path.is_file():
            raise RefusedError("map_file.missing")
        try:
            with closing(self._open()) as file:
                told = {str(key): str(value) for key, value in file.execute("SELECT name, value FROM metadata")}
                low, high = file.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles").fetchone()
                sample = file.execute("SELECT tile_data FROM tiles LIMIT 1").fetchone()
        except sqlite3.Error as error:
            raise RefusedError("map_file.damaged") from error
        content = sample[0] if sample is not None and isinstance(sample[0], bytes) else b""
        kind = told.get("format", "").lower()
        if kind in VECTOR or content.startswith(ZIPPED):
            raise RefusedError("map_file.vector")
        if not is_picture(content) or (kind and kind not in FORMATS) or not _are_zooms(low, high):
            raise RefusedError("map_file.no_pictures")
        return Supply(SourceKind.FILE, _plain(told.get("attribution", "")), low, high, _size(content), False, False)


def _are_zooms(low: object, high: object) -> bool:
    return isinstance(low, int) and isinstance(high, int) and 0 <= low <= high <= 30


def _plain(words: str) -> str:
    """Such files have links in their attribution."""
    # Every entity that HTML knows: a megabyte, for those who have such a file.
    import html

    return html.unescape(re.sub(r"<[^>]*>", "", words)).strip()[:200]


def _size(content: bytes) -> int:
    """512 only where a PNG says so."""
    is_large = KINDS["png"].match(content) and len(content) > 24 and struct.unpack(">I", content[16:20])[0] == 512
    return 512 if is_large else 256
