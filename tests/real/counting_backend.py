"""The mock backend; each act of a car is also a line in `acts.log`, which no restart forgets and no store knows of."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from mock_backend.cli import main
from mock_backend.vehicle import orders

ACTS = Path(sys.argv[sys.argv.index("--data-dir") + 1]) / "acts.log"
carry_out = orders.carry_out


def counted(car: Any, build: Any, key: str, *more: Any) -> Any:
    file = os.open(ACTS, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(file, f"{key}\n".encode())
    os.close(file)
    return carry_out(car, build, key, *more)


if __name__ == "__main__":
    orders.carry_out = counted
    sys.exit(main())
