"""The least that Starlette and uvicorn can serve; says a line when it does."""

from __future__ import annotations

import socket
import sys
import threading
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


class Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print("ready", flush=True)
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        sys.stdin.read()
        self.should_exit = True


async def hello(request: Request) -> Any:
    return JSONResponse({"hello": True})


Server(uvicorn.Config(Starlette(routes=[Route("/", hello)]), port=0, log_level="critical")).run()
