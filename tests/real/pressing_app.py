"""The app without its window as a process that may be killed: `pressing_app.py FOLDER ORIGIN`.

Answers each line it reads with one of JSON: `lock` and `unlock` are presses, `state` tells what is shown.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[1])]

import qasync  # noqa: E402
from PySide6.QtCore import QCoreApplication  # noqa: E402

from app_driver import Driver, running  # noqa: E402
from companion.core.keys import MemoryKeys  # noqa: E402
from companion.model.command import Kind  # noqa: E402
from companion.model.state import SignInStage  # noqa: E402


class FileKeys(MemoryKeys):
    """A keyring that outlives its app, and is never half written."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        if file.exists():
            self.held = json.loads(file.read_text("utf-8"))

    async def save(self, name: str, token: str) -> bool:
        await super().save(name, token)
        draft = self._file.with_suffix(".new")
        draft.write_text(json.dumps(self.held), "utf-8")
        os.replace(draft, self._file)
        return True


def shown(driver: Driver) -> dict[str, Any]:
    state = driver.state
    vehicle = state.vehicle
    return {
        "locked": vehicle.body.is_locked if vehicle else None, "online": state.link.online, "streaming": state.link.streaming,
        "commands": [(one.kind.value, one.phase.value) for one in state.commands], "notices": driver.on_screen(),
        "outcomes": [(one.action, one.method, one.outcome.value) for one in driver.entries],
    }  # fmt: skip


async def live(folder: Path, origin: str) -> None:
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with running(folder, {"porsche_system": origin}, FileKeys(folder / "keys.json")) as driver:
        before = shown(driver)["outcomes"]
        await driver.session.start()
        await driver.until(lambda s: s.account.stage in (SignInStage.SIGNED_OUT, SignInStage.SIGNED_IN))
        if driver.state.account.stage is SignInStage.SIGNED_OUT:
            driver.session.sign_in_demo()
        await driver.ready()
        say({"before": before})
        while word := (await reader.readline()).decode().strip():
            if word != "state":
                driver.press(Kind(word))
            say(shown(driver))


def say(table: dict[str, Any]) -> None:
    print(json.dumps(table), flush=True)


if __name__ == "__main__":
    application = QCoreApplication([])
    with qasync.QEventLoop(application) as loop:
        loop.run_until_complete(live(Path(sys.argv[1]), sys.argv[2]))
