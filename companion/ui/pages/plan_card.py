"""The car's own plan as a plot: how the charge grows to the next departure, and what flows along its curve."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from companion.model import local_time
from companion.model.charge_plan import ChargePlan, PlanAsk
from companion.model.state import State
from companion.model.vehicle import Vehicle
from companion.ui.pages import plan_faces as faces
from companion.ui.pages.surface import Surface
from companion.ui.parts import paint
from companion.ui.parts.labels import Label, Link
from companion.ui.parts.plot import Plot
from companion.ui.parts.plot_export import choose, copy_picture
from companion.ui.parts.segmented import Segmented
from companion.ui.text import text


class Legend(QWidget):
    """What the two colours of the bands mean."""

    def __init__(self) -> None:
        super().__init__()
        self._rows = [("accent", text("plan.legend_charging"))]
        self.show_kinds(())

    def show_kinds(self, climate: Iterable[bool]) -> None:
        rows = [("accent", text("plan.legend_charging")), *([("warn", text("plan.climate"))] if any(climate) else [])]
        self._rows = rows
        self.setFixedSize(round(sum(paint.width_of(words, "caption") + 34 for _, words in rows)), 20)
        self.setAccessibleName(", ".join(words for _, words in rows))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, x = paint.begin(self), 0.0
        for token, words in self._rows:
            paint.surface(painter, QRectF(x, 5, 10, 10), 3, token)
            x += 16 + paint.write(painter, x + 16, 2, words, "caption", "text-2") + 18


class PlanCard(Surface):
    """
    Signals:
        plan_requested(PlanAsk): the car should be asked how it would charge.
    """

    plan_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__(text("plan.title"))
        self._asked: object = None
        self._wanted: tuple[object, PlanAsk] | None = None
        """What the question would be now, with all that it depends on; None where none can be asked."""
        self._shown: object = None
        self._drawn: ChargePlan | None = None
        self.plot = Plot(text("plan.title"))
        self.kind = Segmented(32)
        self.kind.setAccessibleName(text("plan.shows"))
        self.kind.show_parts([("charge", text("plan.by_time")), ("power", text("plan.by_charge"))], "charge")
        self.kind.chosen.connect(lambda _: self._draw())
        self._legend = Legend()
        self.head.addWidget(self._legend)
        self.head.addWidget(self.kind)
        self._words = Label("", "body", "text-2", wrap=True)
        self._draft = Label(text("plan.draft"), "caption", "choice")
        self.body.addWidget(self._words)
        self.body.addWidget(self._draft)
        self.body.addSpacing(4)
        self.body.addWidget(self.plot)
        self._seen = Label("", "caption", "text-3", wrap=True)
        self._links: list[Link] = []
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._seen, 1)
        for key, press in (("copy", self._copy), ("export", self._export)):
            link = Link(text(f"plot.{key}"), "caption")
            link.setAccessibleName(f"{text('plan.title')}: {text(f'plot.{key}')}")
            link.activated_by_user.connect(press)
            self._links.append(link)
            row.addWidget(link)
        self.body.addLayout(row)
        self._state, self._now = State(), datetime.now().astimezone()

    def show_state(self, state: State, now: datetime, ask: PlanAsk, *, enabled: bool) -> None:
        """`ask`: what is wished on the page and not sent. The car is asked again where something of it or of the car is new."""
        vehicle, self._state, self._now = state.vehicle, state, now
        can = (
            vehicle is not None
            and bool(vehicle.handle)
            and vehicle.charging.is_known
            and not vehicle.switches.private_mode
        )
        plan = state.plan if vehicle is not None and state.plan is not None and state.plan.vin == vehicle.vin else None
        self.setVisible(can and (enabled or plan is not None))
        if vehicle is None or not can:
            self._wanted = self._asked = None
            return
        self._wanted = ((vehicle.vin, ask, vehicle.charging, vehicle.energy.charge_percent), ask) if enabled else None
        self._ask_again()
        self._draft.setVisible(ask != PlanAsk())
        if plan is not self._drawn or state.charge_seen != self._shown:
            self._drawn, self._shown = plan, state.charge_seen
            self._draw()

    def _ask_again(self) -> None:
        """Only while somebody looks, and only where something is new."""
        if self._wanted is not None and self._wanted[0] != self._asked and self.isVisible():
            self._asked = self._wanted[0]
            self.plan_requested.emit(self._wanted[1])

    def showEvent(self, event: QShowEvent) -> None:
        self._ask_again()

    def _draw(self) -> None:
        plan, vehicle = self._drawn, self._state.vehicle
        drawable = plan is not None and plan.now is not None and bool(plan.curve)
        for widget in (self.plot, *self._links):
            widget.setVisible(drawable)
        self._legend.setVisible(drawable and self.kind.current == "charge")
        if plan is None or vehicle is None:
            self._words.setText(text("plan.asking"))
            self._words.tint("text-2")
            self._seen.setText("")
            return
        words, token = faces.sentence(plan, vehicle.zone)
        self._words.setText(words)
        self._words.tint(token)
        if drawable:
            self._show(plan, vehicle, words)

    def _show(self, plan: ChargePlan, vehicle: Vehicle, words: str) -> None:
        if self.kind.current == "power":
            flows = vehicle.charging.power if vehicle.charging.is_charging else None
            here = vehicle.energy.charge_percent if flows else None
            self.plot.show_content(faces.power(plan, here, flows), text("plan.power_note"))
            self._seen.setText(text("plan.power_note"))
        else:
            self._legend.show_kinds(one.kind == "climate" for one in plan.slots)
            self.plot.show_content(faces.charge(plan, self._state, vehicle.zone), words)
            there = (
                text("timers.elsewhere", zone=vehicle.zone) if local_time.is_elsewhere(self._now, vehicle.zone) else ""
            )
            self._seen.setText(f"{there} {text('plan.seen_note')}".strip())

    def _copy(self) -> None:
        copy_picture(self.plot)
        self._seen.setText(text("plot.copied"))

    def _export(self) -> None:
        choose(self.plot, text("plan.file"), self._written)

    def _written(self, file: str, is_written: bool) -> None:
        self._seen.setText(text("plot.written" if is_written else "plot.not_written", file=file))
