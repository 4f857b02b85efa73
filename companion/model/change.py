"""New nouns out of old ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

Noun = TypeVar("Noun")


def changed(noun: Noun, change: Mapping[str, Any]) -> Noun:
    """`dataclasses.replace`, which looks at each field anew, at a third of its time; for where it counts."""
    names: tuple[str, ...] = noun.__match_args__  # type: ignore[attr-defined]
    return type(noun)(*[change[name] if name in change else getattr(noun, name) for name in names])
