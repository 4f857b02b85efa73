"""The app with a window: paint first, then import, build and live until the window is closed."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QStandardPaths

from companion.backend import BackendFailed, EmbeddedBackend
from companion.cli import Options
from companion.core import settings_file


def main(options: Options) -> int:
    QCoreApplication.setOrganizationName("Companion")
    QCoreApplication.setApplicationName("Companion")
    data, config = folders(options.data_dir)
    embedded = None
    if options.backend is None and options.endpoints is None:
        embedded = EmbeddedBackend(data / "backend")
    try:
        return _window(options, data, config, embedded)
    finally:
        if embedded is not None:
            embedded.stop()


def folders(data_dir: Path | None) -> tuple[Path, Path]:
    """(data, configuration) of this user, or both in one given folder."""
    if data_dir is not None:
        return data_dir, data_dir
    places = QStandardPaths.StandardLocation
    data = QStandardPaths.writableLocation(places.AppDataLocation)
    return Path(data), Path(QStandardPaths.writableLocation(places.AppConfigLocation))


def _window(options: Options, data: Path, config: Path, embedded: EmbeddedBackend | None) -> int:
    from companion.ui.start import first_window

    settings_path = config / "settings.json"
    settings = settings_file.load(settings_path)
    qt, window = first_window(settings, options.lang, options.theme)

    # From here on the window is on screen. Started before, the backend would take a core from the paint.
    if embedded is not None:
        embedded.start()
    import asyncio

    import qasync

    from companion import app as root
    from companion.core.keys import SystemKeys
    from companion.ui.tray import Herald, desktop_tray

    window.complete()
    loop = qasync.QEventLoop(qt)
    asyncio.set_event_loop(loop)

    async def live() -> int:
        closed = asyncio.Event()
        window.closed.connect(closed.set)
        on_signals(window.close)
        try:
            origins = await asyncio.get_running_loop().run_in_executor(None, _origins, options, embedded)
        except (BackendFailed, OSError, ValueError) as error:
            print(f"companion: {error}", file=sys.stderr)
            origins = {"porsche_system": "http://127.0.0.1:9"}
        stage_key = embedded.stage_key if embedded is not None else ""
        place = root.Place(
            settings_path,
            data / "ledger.db",
            origins,
            data / "last_known.json",
            stage_key,
            data / "inbox.json",
            data / "map.db",
        )
        app = root.build(place, SystemKeys(), settings)
        root.join(app, window)
        app.store.state_changed.connect(Herald(window, desktop_tray).show_state)
        await root.live(app, closed)
        return 0

    with loop:
        return int(loop.run_until_complete(live()))


def on_signals(stop: Callable[[], object]) -> None:
    """Ends in order on SIGTERM and SIGINT. Qt sleeps in its own loop, so the signal has to come as something to read."""
    if sys.platform == "win32":
        return
    from PySide6.QtCore import QSocketNotifier

    read, write = os.pipe()
    os.set_blocking(write, False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(write)
    notifier = QSocketNotifier(read, QSocketNotifier.Type.Read, QCoreApplication.instance())
    notifier.activated.connect(lambda: (os.read(read, 16), stop()))


def _origins(options: Options, embedded: EmbeddedBackend | None) -> dict[str, str]:
    if options.endpoints is not None:
        from companion.app import read_endpoints

        return read_endpoints(options.endpoints)
    if options.backend is not None:
        return {"porsche_system": options.backend.rstrip("/")}
    assert embedded is not None
    return {"porsche_system": embedded.wait()}
