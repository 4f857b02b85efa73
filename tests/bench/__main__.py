"""`python -m tests.bench [NAME...]`: the figures of speed and memory; exits 1 if one misses its limit."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"

from tests.bench import (
    crossing,
    door,
    driving,
    held_table,
    holdings,
    idle,
    maps,
    planning,
    plots,
    press,
    reading,
    serving,
    start,
    tiles,
    vault,
)

BENCHES = {
    "first-window": start.first_window,
    "backend-ready": start.backend_ready,
    "door": door.door,
    "press": press.press,
    "reading": reading.reading,
    "serving": serving.serving,
    "idle": idle.idle,
    "vault": vault.vault,
    "holdings": holdings.holdings,
    "held-table": held_table.held_table,
    "planning": planning.planning,
    "plots": plots.plots,
    "maps": maps.maps,
    "tiles": tiles.tiles,
    "driving": driving.driving,
    "crossing": crossing.crossing,
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    missed = False
    for name in names or BENCHES:
        started = time.monotonic()
        for finding in BENCHES[name]():
            print(finding, flush=True)
            missed = missed or not finding.holds()
        print(f"    ({name} took {time.monotonic() - started:.0f} s)", flush=True)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
