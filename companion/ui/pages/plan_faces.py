"""What the plan says and what its plots show, from the snapshot: no widgets here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from companion.model import local_time
from companion.model.charge_plan import ChargePlan, PlanSlot
from companion.model.state import State
from companion.ui import format as fmt
from companion.ui.parts.plot import Band, Content, Level, Line, Mark
from companion.ui.parts.plot_axis import NumberAxis, TimeAxis
from companion.ui.parts.samples import Samples
from companion.ui.text import text

LEAST, BEFORE, AFTER = timedelta(hours=4), 0.06, 0.03
"""Time that is shown at least; parts of it before now, and behind the end."""
BREAK = timedelta(minutes=5)
"""Slots that are no further apart are one."""


def local(moment: datetime, zone: str) -> str:
    """As the clock in the car shows it."""
    return local_time.shown(moment, zone).strftime("%H:%M")


def sentence(plan: ChargePlan, zone: str) -> tuple[str, str]:
    """What comes of it, and in which token."""
    ends = plan.departure or plan.reached_at
    if plan.failed is not None or ends is None:
        return text("plan.unread"), "warn"
    at, percent = local(ends, zone), fmt.percent(plan.percent)
    if plan.reason == "TOO_LATE":
        return text("plan.too_late", time=at, percent=percent, target=fmt.percent(plan.target or 0)), "warn"
    if plan.reason == "NOT_PLUGGED":
        return text("plan.not_plugged"), "warn"
    if not charging(plan.slots):
        return text("plan.nothing", percent=percent), "text-2"
    key = "plan.by_departure" if plan.departure is not None else "plan.at_once"
    return text(key, time=at, percent=percent, span=fmt.span(_length(plan.slots))), "text-2"


def _length(slots: Iterable[PlanSlot]) -> timedelta:
    return sum((one.end - one.start for one in charging(slots)), timedelta())


def charging(slots: Iterable[PlanSlot]) -> list[PlanSlot]:
    return [one for one in slots if one.kind != "climate"]


def joined(slots: Iterable[PlanSlot]) -> list[PlanSlot]:
    """Neighbours of one kind as one: the plan is cut where the climate begins to draw."""
    found: list[PlanSlot] = []
    for one in slots:
        last = found[-1] if found else None
        if last is not None and last.kind == one.kind and one.start - last.end <= BREAK:
            found[-1] = PlanSlot(last.start, one.end, last.kw, last.percent_from, one.percent_to, one.kind)
        else:
            found.append(one)
    return found


def charge(plan: ChargePlan, state: State, zone: str) -> Content:
    """How full against time: as this app saw it, and as the car plans it."""
    assert plan.now is not None
    now, ends = plan.now.timestamp(), max([at for at, _ in plan.curve], default=plan.now).timestamp()
    wide = max(ends - now, LEAST.total_seconds())
    seen = [(at.timestamp(), percent) for at, percent in state.charge_seen if now - at.timestamp() <= wide / 2]
    first = min([now - BEFORE * wide, *(at for at, _ in seen)])
    lines = [
        Line(
            text("plan.planned"),
            Samples((at.timestamp(), percent) for at, percent in plan.curve),
            dotted=True,
            filled=True,
        ),
    ]
    if seen:
        lines.append(Line(text("plan.seen"), Samples([*seen, (now, seen[-1][1])])))
    marks = [Mark(now, text("plan.now", percent=fmt.percent(plan.curve[0][1] if plan.curve else 0)))]
    if plan.departure is not None:
        marks.append(
            Mark(plan.departure.timestamp(), text("plan.departure", time=local(plan.departure, zone)), is_end=True)
        )
    return Content(
        TimeAxis(zone), NumberAxis("%"), (first, now + wide * (1 + AFTER)), (0.0, 100.0), tuple(lines), bands(plan), tuple(marks),
        levels(plan), has_bands=True,
    )  # fmt: skip


def levels(plan: ChargePlan) -> tuple[Level, ...]:
    """The target, and the minimum where it lies ahead."""
    found = [Level(plan.target, text("plan.target", percent=fmt.percent(plan.target)))] if plan.target else []
    now = plan.curve[0][1] if plan.curve else 0.0
    if plan.minimum and plan.minimum > now and plan.minimum != plan.target:
        found.append(Level(plan.minimum, text("plan.minimum", percent=fmt.percent(plan.minimum))))
    return tuple(found)


def bands(plan: ChargePlan) -> tuple[Band, ...]:
    found = []
    for one in joined(plan.slots):
        words = {"minimum": text("plan.to_minimum"), "climate": text("plan.climate")}.get(one.kind)
        token = "warn" if one.kind == "climate" else "accent"
        words = words or text("plan.charging", span=fmt.span(one.end - one.start))
        found.append(Band(one.start.timestamp(), one.end.timestamp(), words, token))
    return tuple(found)


def power(plan: ChargePlan, now_percent: float | None, now_power: float | None) -> Content:
    """What flows at each level of charge, at this post and this temperature."""
    line = Line(text("plan.power"), Samples(plan.power), filled=True)
    most = max((kw for _, kw in plan.power), default=1.0)
    top = next(step for step in (5, 15, 25, 50, 100, 200, 300, 400, 1000) if step >= most * 1.05)
    marks = (
        []
        if now_percent is None
        else [Mark(now_percent, text("plan.now_power", power=fmt.unit(now_power or 0, "kW", 1)))]
    )
    x_axis, y_axis = NumberAxis("%"), NumberAxis("kW", 1)
    return Content(x_axis, y_axis, (0.0, 100.0), (0.0, float(top)), (line,), (), tuple(marks), has_bands=True)
