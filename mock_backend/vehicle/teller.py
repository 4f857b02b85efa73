"""How a car tells its maker of alarms: each once, in their order, remembered until it came there. What is shut is told never."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from mock_backend.clock import Clock
from mock_backend.tasks import spawn
from mock_backend.vehicle.outbox import Outbox, Sent
from mock_backend.vehicle.outbox import Report as Letter
from mock_backend.vehicle.state import CarState
from mock_backend.vehicle.watch import Report
from mock_backend.wire import new_trace

ACTIVITY = {
    "location_alarm": "location_alarm.crossing_event", "valet_alarm": "valet_alarm.breach_event",
    "vehicle_alarm": "vehicle_alarm.alarm_notification", "speed_alarm": "product.speed_event",
}  # fmt: skip
"""Service -> activity of its reports."""
AGAIN = timedelta(minutes=1)
"""After that a report that came nowhere is sent again."""


class Teller:
    """`is_shut`: whether a switch keeps back what is of this activity; `remember` is called when there is less to tell."""

    def __init__(
        self, outbox: Outbox, clock: Clock, is_shut: Callable[[str], bool], remember: Callable[[], None]
    ) -> None:
        self._outbox = outbox
        self._clock = clock
        self._is_shut = is_shut
        self._remember = remember
        self._under_way: set[str] = set()

    def drop(self, car: CarState) -> None:
        """What waits and is shut now does not go later either."""
        kept = [one for one in car.reports if not self._is_shut(ACTIVITY[one["service"]])]
        car.dropped += len(car.reports) - len(kept) + self._outbox.drop(self._is_shut)
        car.reports = kept

    def tell(self, car: CarState) -> None:
        for one in car.reports:
            if one["key"] not in self._under_way:
                self._under_way.add(one["key"])
                spawn(self._outbox.send(self._letter(car, one)), name="alarm")

    def _letter(self, car: CarState, one: Report) -> Letter:
        def ended(sent: Sent) -> None:
            self._under_way.discard(one["key"])
            if sent is Sent.FAILED:
                self._clock.at(self._clock.now() + AGAIN, lambda: self.tell(car))
                return
            car.dropped += sent is Sent.CLOSED
            car.reports = [other for other in car.reports if other["key"] != one["key"]]
            self._remember()

        body = {name: value for name, value in one.items() if name != "service"}
        return Letter(ACTIVITY[one["service"]], "/intake/alarm", {"alarm": body}, new_trace(), ended, is_alarm=True)
