"""The app without its window, driven as a person would, against real addresses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from companion.app import App, Place, build
from companion.core.keys import Keys, MemoryKeys
from companion.model.command import Command, Kind, Phase
from companion.model.privacy import Transmission
from companion.model.settings import Settings
from companion.model.state import Notice, Reading, SignInStage, State

VIN = "WP0ZZZY1ZSSA10001"
CODE = "1948"
ENDED = (Phase.DONE, Phase.FAILED, Phase.UNKNOWN)


class Driver:
    def __init__(self, app: App) -> None:
        self.app = app
        self.session = app.session
        self.said: list[Notice] = []
        """Every notice that was ever raised, in order."""
        self.failures: list[BaseException] = []
        self._changed = asyncio.Event()
        app.store.state_changed.connect(self._take)
        app.context.tasks._on_failure = lambda name, error: self.failures.append(error)

    def _take(self, state: State) -> None:
        seen = {notice.id for notice in self.said}
        self.said += [notice for notice in state.notices if notice.id not in seen]
        self._changed.set()

    @property
    def state(self) -> State:
        return self.app.store.state

    @property
    def entries(self) -> list[Transmission]:
        return list(self.app.ledger)

    def on_screen(self) -> list[str]:
        """Keys of the notices on screen."""
        return [notice.key for notice in self.state.notices]

    def said_keys(self) -> list[str]:
        return [notice.key for notice in self.said]

    async def until(self, true: Callable[[State], object], timeout: float = 15.0) -> State:
        try:
            async with asyncio.timeout(timeout):
                while not true(self.state):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"never came: {self._where()}") from None
        return self.state

    def _where(self) -> str:
        state = self.state
        return (
            f"{state.account.stage} {state.account.error}, {state.link}, {state.reading} {state.read_failed}, "
            f"{[(one.kind, one.phase, one.reason) for one in state.commands]}, {self.said_keys()}, {self.failures}"
        )

    # -- what a person does -------------------------------------------------------------------------------------

    async def find(self) -> None:
        await self.session.start()
        await self.until(lambda s: s.account.stage is SignInStage.SIGNED_OUT and s.link.backend_name)

    async def sign_in(self) -> None:
        await self.find()
        self.session.sign_in_demo()
        await self.ready()

    async def ready(self) -> None:
        await self.until(lambda s: s.account.stage is SignInStage.SIGNED_IN and s.link.streaming and _has_data(s))

    async def read(self, action: str = "read_stored") -> None:
        start = self.session.read_stored if action == "read_stored" else self.session.read_current
        start()
        assert self.state.reading is not Reading.IDLE
        await self.until(lambda s: s.reading is Reading.IDLE)

    async def command(self, kind: Kind, code: str = CODE) -> Command:
        """Presses and waits for the end."""
        self.press(kind, code)
        return await self.ended(kind)

    def press(self, kind: Kind, code: str = CODE) -> None:
        if kind is Kind.UNLOCK:
            self.session.unlock(code)
        else:
            self.session.command(kind)

    async def ended(self, kind: Kind, *phases: Phase) -> Command:
        wanted = phases or ENDED
        await self.until(lambda s: (one := s.command(kind)) is not None and one.phase in wanted)
        command = self.state.command(kind)
        assert command is not None
        return command

    async def observed(self, action: str) -> None:
        """The panel has read what is held after the newest press."""
        await self.until(
            lambda s: (
                (view := s.privacy.actions.get(action)) is not None and view.observed_at is not None and view.entries
            )
        )

    async def sign_out(self) -> None:
        self.session.sign_out()
        await self.until(lambda s: s.account.stage is SignInStage.SIGNED_OUT)


def _has_data(state: State) -> bool:
    vehicle = state.vehicle
    return vehicle is not None and vehicle.reported_at is not None and bool(vehicle.capabilities)


@asynccontextmanager
async def running(
    folder: Path,
    origins: Mapping[str, str],
    keys: Keys | None = None,
    settings: Settings | None = None,
    stage_key: str = "",
) -> AsyncIterator[Driver]:
    """An app that is closed at the end; a task of it that failed fails the test."""
    files = (folder / name for name in ("settings.json", "ledger.db", "last_known.json", "inbox.json", "map.db"))
    settings_file, ledger, last_known, inbox, pictures = files
    place = Place(settings_file, ledger, origins, last_known, stage_key, inbox, pictures)
    driver = Driver(build(place, keys or MemoryKeys(), settings or Settings()))
    try:
        yield driver
    finally:
        await driver.app.close()
    assert driver.failures == []
