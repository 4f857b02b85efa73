"""The mock backend; what no restart forgets and no store knows of: each act of a car is also a line in `acts.log`.

In `orders.log` stands which process took a command from the owner, and which gave it to a car.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from mock_backend.cli import main
from mock_backend.porsche_system.commands import Commands
from mock_backend.vehicle import orders
from mock_backend.vehicle.car import Car

FOLDER = Path(sys.argv[sys.argv.index("--data-dir") + 1])
carry_out, accept, take_command = orders.carry_out, Commands._accept, Car.take_command


def write_down(name: str, line: str) -> None:
    file = os.open(FOLDER / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(file, f"{line}\n".encode())
    os.close(file)


def counted(car: Any, build: Any, key: str, *more: Any) -> Any:
    write_down("acts.log", key)
    return carry_out(car, build, key, *more)


def accepted(self: Commands, *more: Any) -> Any:
    answer = accept(self, *more)
    write_down("orders.log", f"taken {answer['status']['id']} {os.getpid()}")
    return answer


def ordered(self: Car, key: str, number: str, *more: Any) -> None:
    write_down("orders.log", f"given {number} {os.getpid()}")
    take_command(self, key, number, *more)


if __name__ == "__main__":
    orders.carry_out = counted
    Commands._accept, Car.take_command = accepted, ordered  # type: ignore[method-assign]
    sys.exit(main())
