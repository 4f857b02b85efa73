"""A witness between two programs: forwards TCP both ways and writes down every byte that a client sent.

    python relay.py DIR NAME=PORT [NAME=PORT ...]      one listening port a name, in front of 127.0.0.1:PORT

Prints one line of JSON, {NAME: port}, when ready. Each connection has a file of its own, `ORDER-NAME-CLIENTPORT.bin`; a byte
is in it before it is passed on; what the server answered is in a file beside it, `.answers`. Takes one word and a name a
line on standard input, and answers `ok`:

    stall NAME     clients are no longer read      resume NAME     they are again
    slow NAME      answers come half a second later from now on
    drop NAME      every connection is closed now  mute NAME       the next answer is not passed on: its connection is closed
    forget NAME    the server side of each connection is closed, as a server does with an idle one
    open NAME      is answered with how many connections there are

Ends when its standard input does. It knows nothing of HTTP, and nothing of the programs on either side.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
from pathlib import Path


class Target:
    def __init__(self, name: str, port: int) -> None:
        self.name = name
        self.port = port
        self.open = asyncio.Event()
        self.open.set()
        self.mute = False
        self.delay = 0.0
        self.writers: set[asyncio.StreamWriter] = set()


class Relay:
    def __init__(self, folder: Path, targets: dict[str, Target]) -> None:
        self._folder = folder
        self._targets = targets
        self._numbers = itertools.count(1)

    async def listen(self) -> dict[str, int]:
        ports = {}
        for target in self._targets.values():
            server = await asyncio.start_server(self._taker(target), "127.0.0.1", 0)
            ports[target.name] = server.sockets[0].getsockname()[1]
        return ports

    def _taker(self, target: Target):  # type: ignore[no-untyped-def]
        async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            client = writer.get_extra_info("peername")[1]
            place = self._folder / f"{next(self._numbers):04}-{target.name}-{client}.bin"
            place.touch()
            try:
                server = await asyncio.open_connection("127.0.0.1", target.port)
            except OSError:
                writer.transport.abort()
                return
            target.writers.add(writer)
            await asyncio.gather(
                self._up(target, reader, server[1], place), self._down(target, server[0], writer, place)
            )
            target.writers.discard(writer)

        return take

    async def _up(
        self, target: Target, reader: asyncio.StreamReader, server: asyncio.StreamWriter, place: Path
    ) -> None:
        try:
            while True:
                await target.open.wait()
                data = await reader.read(65536)
                if not data:
                    break
                with place.open("ab") as file:
                    file.write(data)
                server.write(data)
                await server.drain()
        except OSError:
            pass
        server.close()

    async def _down(
        self, target: Target, server: asyncio.StreamReader, writer: asyncio.StreamWriter, place: Path
    ) -> None:
        try:
            while data := await server.read(65536):
                if target.mute:
                    target.mute = False
                    break
                await asyncio.sleep(target.delay)
                with place.with_suffix(".answers").open("ab") as file:
                    file.write(data)
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        writer.close()

    def obey(self, word: str, name: str) -> str:
        target = self._targets[name]
        if word == "open":
            return str(len(target.writers))
        if word == "stall":
            target.open.clear()
        elif word == "resume":
            target.open.set()
        elif word == "mute":
            target.mute = True
        elif word == "slow":
            target.delay = 0.5
        else:
            for writer in list(target.writers):
                writer.transport.abort() if word == "drop" else writer.close()
        return "ok"


async def main(folder: Path, targets: dict[str, Target]) -> None:
    relay = Relay(folder, targets)
    print(json.dumps(await relay.listen()), flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(relay.obey(*line.split()), flush=True)


if __name__ == "__main__":
    pairs = [pair.split("=") for pair in sys.argv[2:]]
    asyncio.run(main(Path(sys.argv[1]), {name: Target(name, int(port)) for name, port in pairs}))
