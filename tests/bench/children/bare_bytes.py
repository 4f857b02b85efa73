"""The same framework returning the bytes that it reads from standard input; says its port when it can."""

from __future__ import annotations

import json
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

BODY = bytes.fromhex(sys.stdin.readline())


class Server(uvicorn.Server):
    async def startup(self, sockets: object = None) -> None:
        await super().startup(sockets)  # type: ignore[arg-type]
        print(json.dumps({"port": self.servers[0].sockets[0].getsockname()[1]}), flush=True)


async def read(request: Request) -> Response:
    return Response(BODY, media_type="application/json")


# As the backend is served.
Server(
    uvicorn.Config(
        Starlette(routes=[Route("/app/connect/v1/vehicles/{vin}", read)]),
        port=0,
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        http="h11",
        ws="none",
    )  # fmt: skip
).run()
