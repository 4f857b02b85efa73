"""Filled shapes as a PNG, with the standard library: smooth edges by the share of a pixel that a shape covers."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Sequence

Point = tuple[float, float]
Colour = tuple[int, int, int]
LINES = 4
"""Scan lines in a row of pixels."""
ALL = 0.999


class Drawing:
    """Transparent at first; shapes are painted one over the other."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._rows = [[(0.0, 0.0, 0.0, 0.0)] * width for _ in range(height)]

    def fill(self, shape: Sequence[Point], colour: Colour) -> None:
        solid = (float(colour[0]), float(colour[1]), float(colour[2]), 1.0)
        edges = [(a, b) for a, b in zip(shape, [*shape[1:], shape[0]], strict=True) if a[1] != b[1]]
        top, bottom = min(y for _, y in shape), max(y for _, y in shape)
        for row in range(max(0, int(top)), min(self.height, math.ceil(bottom))):
            pixels = self._rows[row]
            for column, share in self._cover(edges, row).items():
                pixels[column] = solid if share > ALL else _over(pixels[column], colour, share)

    def _cover(self, edges: list[tuple[Point, Point]], row: int) -> dict[int, float]:
        """Share of each pixel of a row inside the edges."""
        cover: dict[int, float] = {}
        for line in range(LINES):
            y = row + (line + 0.5) / LINES
            crossings = sorted(_at(a, b, y) for a, b in edges if min(a[1], b[1]) <= y < max(a[1], b[1]))
            for left, right in zip(crossings[::2], crossings[1::2], strict=True):
                first, last = max(0, int(left)), min(self.width - 1, int(right))
                for column in range(first, last + 1):
                    cover[column] = cover.get(column, 0.0) + 1 / LINES
                cover[first] -= max(0.0, left - first) / LINES
                cover[last] -= max(0.0, last + 1 - right) / LINES
        return cover

    def png(self) -> bytes:
        rows = b"".join(b"\0" + bytes(byte for pixel in row for byte in _bytes(pixel)) for row in self._rows)
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 6, 0, 0, 0)
        parts = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows, 9)), _chunk(b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def rounded(left: float, top: float, right: float, bottom: float, radius: float) -> list[Point]:
    """A rectangle with round corners."""
    corners = ((right - radius, top + radius, -90), (right - radius, bottom - radius, 0),
               (left + radius, bottom - radius, 90), (left + radius, top + radius, 180))  # fmt: skip
    return [
        (x + radius * math.cos(math.radians(start + step)), y + radius * math.sin(math.radians(start + step)))
        for x, y, start in corners
        for step in range(0, 91, 15)
    ]


def _at(a: Point, b: Point, y: float) -> float:
    return a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1])


def _over(below: tuple[float, float, float, float], colour: Colour, share: float) -> tuple[float, float, float, float]:
    """Colours are kept multiplied by their opacity."""
    left = 1 - share
    red, green, blue, opacity = below
    return (
        colour[0] * share + red * left, colour[1] * share + green * left, colour[2] * share + blue * left,
        share + opacity * left,
    )  # fmt: skip


def _bytes(pixel: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    red, green, blue, opacity = pixel
    if opacity <= 0:
        return 0, 0, 0, 0
    if opacity == 1:
        return int(red), int(green), int(blue), 255
    return (
        min(255, round(red / opacity)), min(255, round(green / opacity)), min(255, round(blue / opacity)),
        min(255, round(opacity * 255)),
    )  # fmt: skip


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
