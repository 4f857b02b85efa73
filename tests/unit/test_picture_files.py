"""Pictures in files: the store of what was asked for, and MBTiles that an owner has; good ones, other ones and broken ones."""

from __future__ import annotations

import gzip
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from companion.api.mbtiles import FilePictures
from companion.api.picture_store import PictureStore
from companion.errors import AnswerError, CompanionError, RefusedError
from companion.model.map_pictures import Look, Picture, SourceKind
from companion.model.mercator import TileId
from map_server import mbtiles, png

NORTH, SOUTH = png(256, 256, (1, 2, 3)), png(256, 256, (9, 9, 9))


def picture(fill: int, size: int = 1000, **more: Any) -> Picture:
    return Picture(b"\x89PNG\r\n\x1a\n" + bytes([fill]) * (size - 8), **{"mark": '"m"', "fresh_for": 60.0, **more})


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Any:
    store = PictureStore(tmp_path / "map.db", limit=10_000, now=Clock())
    store.begin()
    yield store
    store.close()


def test_a_picture_is_there_until_another_takes_its_place(store: PictureStore) -> None:
    store.put("a", picture(1))
    store.put("a", picture(2, 500, mark='"n"'))
    found = store.get("a")
    assert found is not None
    assert (found.content, found.mark, found.is_fresh) == (picture(2, 500).content, '"n"', True)
    assert store.size == 500
    assert store.get("b") is None


def test_it_grows_old_and_young_again(store: PictureStore) -> None:
    store.put("a", picture(1))
    clock: Any = store._now
    clock.now += 61
    assert (found := store.get("a")) is not None
    assert not found.is_fresh
    store.confirm("a", 10)
    assert (found := store.get("a")) is not None
    assert found.is_fresh


def test_the_least_lately_used_go_when_it_is_full(store: PictureStore) -> None:
    clock: Any = store._now
    for number in range(10):
        clock.now += 1
        store.put(str(number), picture(number))
    clock.now += 1
    store.get("0")
    store.put("new", picture(99))
    kept = [name for name in (*map(str, range(10)), "new") if store.get(name)]
    assert kept == ["0", "3", "4", "5", "6", "7", "8", "9", "new"]
    assert store.size == 9000


def test_what_goes_is_not_left_in_the_file(store: PictureStore, tmp_path: Path) -> None:
    store.put("a", picture(0xA7, 5000))
    assert b"\xa7" * 100 in (tmp_path / "map.db").read_bytes()
    store.drop("a")
    assert b"\xa7" * 100 not in (tmp_path / "map.db").read_bytes()


def test_erased_means_no_file_and_another_key(store: PictureStore, tmp_path: Path) -> None:
    store.put("a", picture(1))
    before = store._salt
    store.erase()
    assert list(tmp_path.iterdir()) == []
    store.put("a", picture(1))
    assert store.get("a") is None
    assert list(tmp_path.iterdir()) == []
    store.begin()
    assert store.get("a") is None
    assert store._salt != before


def test_it_is_for_its_owner_only(store: PictureStore, tmp_path: Path) -> None:
    assert os.stat(tmp_path / "map.db").st_mode & 0o077 == 0


def test_it_survives_the_end_of_the_app(store: PictureStore, tmp_path: Path) -> None:
    store.put("a", picture(1))
    store.close()
    again = PictureStore(tmp_path / "map.db")
    again.begin()
    assert again.get("a") is not None
    assert again.size == 1000
    again.close()


@pytest.mark.parametrize("damage", ["noise", "cut", "other"])
def test_a_damaged_store_is_thrown_away(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "map.db"
    store = PictureStore(path)
    store.begin()
    for number in range(30):
        store.put(str(number), picture(number, 4000))
    store.close()
    if damage == "noise":
        path.write_bytes(b"no database at all" * 100)
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:9000])
    else:
        path.unlink()
        other = sqlite3.connect(path)
        other.executescript("CREATE TABLE picture (x); PRAGMA user_version = 1;")
        other.close()
    store = PictureStore(path)
    store.begin()
    for number in range(30):
        store.get(str(number))
    store.put("new", picture(7))
    store.begin()
    store.put("newer", picture(8))
    assert store.get("newer") is not None
    store.close()


def test_without_a_place_nothing_is_kept() -> None:
    store = PictureStore(None)
    store.begin()
    store.put("a", picture(1))
    assert store.get("a") is None
    store.erase()


# -- MBTiles --------------------------------------------------------------------------------------------------------------


def test_a_file_is_read_from_the_south(tmp_path: Path, aio: Callable[..., Any]) -> None:
    # Rows count from the south: row 3 of zoom 2 is the northernmost.
    tiles = {(2, 1, 3): NORTH, (2, 1, 0): SOUTH, (4, 0, 0): SOUTH}
    words = {"format": "png", "attribution": '<a href="x">© Some &amp; others</a>'}
    giver = FilePictures(mbtiles(tmp_path / "a.mbtiles", tiles, **words))
    supply = giver.supply
    assert (supply.kind, supply.min_zoom, supply.max_zoom, supply.tile_size) == (SourceKind.FILE, 2, 4, 256)
    assert supply.attribution == "© Some & others"
    north = aio(giver.picture(TileId(2, 1, 0), Look(), "", ""))
    south = aio(giver.picture(TileId(2, 1, 3), Look(), "", ""))
    assert (north.content, south.content) == (NORTH, SOUTH)
    with pytest.raises(RefusedError, match=r"map\.none"):
        aio(giver.picture(TileId(2, 0, 0), Look(), "", ""))


def test_a_file_with_an_odd_name_and_no_metadata_is_read_too(tmp_path: Path) -> None:
    folder = tmp_path / "ä ?#%41 &mode=rwc"
    folder.mkdir()
    assert FilePictures(mbtiles(folder / "b.mbtiles", {(0, 0, 0): png(512, 512)})).supply.tile_size == 512


def broken(path: Path) -> str:
    file = Path(mbtiles(path, {(9, x, 0): NORTH * 20 for x in range(40)}, format="png"))
    content = file.read_bytes()
    file.write_bytes(content[:6000] + b"\xff" * 2000)
    return str(file)


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (lambda p: str(p / "none.mbtiles"), "missing"),
        (lambda p: str(p), "missing"),
        (lambda p: str((p / "text").write_text("hello, no database") and p / "text"), "damaged"),
        (lambda p: str((p / "empty").write_bytes(b"") or p / "empty"), "damaged"),
        (lambda p: broken(p / "b.mbtiles"), "damaged"),
        (lambda p: mbtiles(p / "v.mbtiles", {(0, 0, 0): gzip.compress(b"\x1a")}, format="pbf"), "vector"),
        (lambda p: mbtiles(p / "w.mbtiles", {(0, 0, 0): gzip.compress(b"\x1a")}), "vector"),
        (lambda p: mbtiles(p / "n.mbtiles", {}, format="png"), "no_pictures"),
        (lambda p: mbtiles(p / "t.mbtiles", {(0, 0, 0): b"tiff"}, format="tiff"), "no_pictures"),
    ],
)  # fmt: skip
def test_another_file_is_refused_with_its_reason(tmp_path: Path, make: Callable[[Path], str], key: str) -> None:
    with pytest.raises(CompanionError) as caught:
        FilePictures(make(tmp_path))
    assert caught.value.key == f"map_file.{key}"


def test_what_breaks_later_is_said_for_the_picture(tmp_path: Path, aio: Callable[..., Any]) -> None:
    path = tmp_path / "a.mbtiles"
    giver = FilePictures(mbtiles(path, {(0, 0, 0): NORTH, (1, 0, 0): b"no picture"}, format="png"))
    with pytest.raises(AnswerError, match="no_picture"):
        aio(giver.picture(TileId(1, 0, 1), Look(), "", ""))
    path.write_bytes(b"gone" * 1000)
    with pytest.raises(AnswerError, match="damaged"):
        aio(giver.picture(TileId(0, 0, 0), Look(), "", ""))
