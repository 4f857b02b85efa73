"""The last few results of a costly question, forgotten when there are too many: they come out the same again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Kept(Generic[K, V]):
    def __init__(self, make: Callable[[K], V], most: int) -> None:
        self._make = make
        self._most = most
        self._known: OrderedDict[K, V] = OrderedDict()

    def __call__(self, key: K) -> V:
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        found = self._known[key] = self._make(key)
        if len(self._known) > self._most:
            self._known.popitem(last=False)
        return found
