"""What waits in a car without a network: in order, once, not without end, and no alarm is ever let go."""

from __future__ import annotations

import asyncio
from typing import Any

from mock_backend.vehicle.outbox import MOST, Outbox, Report, Sent
from mock_backend.wire import EdgeClosed, EdgeFailed, Wire


class Line(Wire):
    """Writes down what goes; what is named in `fails` does not come there."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.fails: dict[str, EdgeFailed] = {}
        self.is_up = True

    async def send(self, source: str, target: str, path: str, body: Any, **more: Any) -> dict[str, Any]:
        await asyncio.sleep(0)
        if path in self.fails:
            raise self.fails[path]
        self.said.append(path)
        return {}


def play(line: Line, *steps: Any) -> tuple[Outbox, dict[str, Sent]]:
    """A step is a report's name, or whether the network is up; all reports are on their way at once."""
    ended: dict[str, Sent] = {}

    async def run() -> Outbox:
        box = Outbox(line, "VIN", "owner", lambda: line.is_up)
        tasks = []
        for step in steps:
            if isinstance(step, bool):
                await asyncio.gather(*tasks)
                line.is_up = step
            else:
                report = Report(
                    "a.b", step, {}, "t", lambda sent, name=step: ended.update({name: sent}), is_alarm=step[0] == "!"
                )
                tasks.append(asyncio.create_task(box.send(report)))
        await asyncio.gather(*tasks)
        return box

    return asyncio.run(run()), ended


def test_what_waits_goes_first_and_once() -> None:
    line = Line()
    _, ended = play(line, "1", False, "2", "3", True, "4", "5")
    assert line.said == ["1", "2", "3", "4", "5"]
    assert set(ended.values()) == {Sent.YES}


def test_one_that_fails_or_is_closed_holds_up_no_other_and_says_so() -> None:
    line = Line()
    line.fails = {"1": EdgeFailed(late=True), "2": EdgeClosed("SERVICE_OFF")}
    _, ended = play(line, False, "1", "2", "3", True, "4")
    assert line.said == ["3", "4"]
    assert ended == {"1": Sent.FAILED, "2": Sent.CLOSED, "3": Sent.YES, "4": Sent.YES}


def test_of_very_many_the_oldest_goes_and_no_alarm() -> None:
    line = Line()
    play(line, False, "!0", "1", *(str(number) for number in range(2, MOST + 2)), "!last", True, "now")
    assert line.said == ["!0", *(str(number) for number in range(4, MOST + 2)), "!last", "now"]
    assert len(line.said) == MOST + 1


def test_what_is_shut_is_dropped_and_counted() -> None:
    line = Line()
    box, _ = play(line, False, "1", "2")
    assert box.drop(lambda activity: activity != "a.b") == 0
    assert box.drop(lambda activity: activity == "a.b") == 2
    line.is_up = True
    asyncio.run(box.send(Report("a.b", "3", {}, "t", lambda sent: None)))
    assert line.said == ["3"]
