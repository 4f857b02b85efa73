"""The OpenAPI document of the map provider."""

from __future__ import annotations

from typing import Any, Literal

from mock_backend import describe
from mock_backend.describe import Operation, Problem, parameter


class KeyProblem(Problem):
    """`key` says whether a new key helps at once; without it the problem is another."""

    key: Literal["map.key_unknown", "map.key_expired"] | None = None


PLACE = (
    parameter("z", "path", True, pattern="^(5|6|7|8|9|1[0-7])$"), parameter("x", "path", True, pattern="^(0|[1-9][0-9]{0,5})$"),
    parameter("y", "path", True, pattern="^(0|[1-9][0-9]{0,5})(@2x)?$"),
)  # fmt: skip
QUERY = (
    parameter("radius", "query", pattern="^[1-9][0-9]{0,6}$"),
    parameter("date", "query", format="date-time"),
    parameter("key", "query", True, pattern="^[A-Za-z0-9_-]{32}$"),
    parameter("If-None-Match", "header", pattern='^"[0-9a-f]{24}"$'),
)


def _tiles(path: str, summary: str) -> Operation:
    return Operation(
        "get", path, summary, "image/png", refusals=(400, 401, 404, 503), secured=False, parameters=(*PLACE, *QUERY),
        refused={describe.PROBLEM: KeyProblem}, empty=(304,),
    )  # fmt: skip


OPERATIONS = (
    _tiles("/tiles/{z}/{x}/{y}.png", "A picture of the map, dark; 256 pixels wide, with @2x 512"),
    _tiles("/tiles/light/{z}/{x}/{y}.png", "The same, light"),
)


def document() -> dict[str, Any]:
    return describe.document("Companion mock backend: map pictures", OPERATIONS)
