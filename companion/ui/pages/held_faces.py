"""What a row of the held table says, cell by cell: no widgets here."""

from __future__ import annotations

from datetime import datetime, timedelta

from companion.model.held import HeldKind, HeldRecord, HeldTable
from companion.model.privacy import Basis, Period
from companion.ui import format as fmt
from companion.ui.parts.details import Detail
from companion.ui.text import localized, text

COLUMNS = ("what", "holder", "service", "kept", "since", "left", "notice")
SORTS = {"holder": "party", "service": "service", "since": "stored_at", "left": "expires_at"}
"""Column -> what the server sorts by."""
DOWN_FIRST = ("stored_at",)
"""The newest first; everything else begins with the smallest."""
FILTERS = {"": "everything", "duration": "ending", "until_next_status": "changing", "unspecified": "silent"}
"""Kind of rule -> its part of the filter."""
HOUR = timedelta(hours=1)


def parts(table: HeldTable) -> list[tuple[str, str]]:
    """With how many there are; what could not be read is counted by nobody."""
    counts = {"": table.everything, **table.rules}
    known = table.is_read or table.failed is None
    return [
        (rule, text(f"held_table.{name}", n=fmt.number(counts.get(rule, 0)) if known else "").strip())
        for rule, name in FILTERS.items()
    ]


def what(kind: HeldKind) -> str:
    return localized(kind.title)


def items(kind: HeldKind) -> str:
    return ", ".join(localized(item.name) for item in kind.items)


def holder(kind: HeldKind) -> str:
    return localized(kind.party_name)


def service(kind: HeldKind) -> str:
    return localized(kind.service_name) or text("held_table.own")


def chips(kind: HeldKind) -> tuple[str, ...]:
    """The notice is silent; the period is ours."""
    silent = kind.period.rule == "unspecified"
    return ("not_stated",) * silent + ("choice",) * (silent or kind.choice)


def kept(kind: HeldKind) -> str:
    """The rule in words; of our own that lasts as long as the account, in one."""
    ours = kind.period.rule == "unspecified" or (kind.choice and kind.period.rule == "until_account_deletion")
    return text("held_table.account") if ours else localized(kind.period.text)


def since(record: HeldRecord, now: datetime) -> str:
    days = (now.astimezone().date() - record.stored_at.astimezone().date()).days
    if days in (0, 1):
        return text("held_table.yesterday" if days else "held_table.today", time=fmt.clock(record.stored_at))
    return fmt.day(record.stored_at, now)


def left(record: HeldRecord, now: datetime) -> str:
    if record.expires_at is None:
        age = now - record.stored_at
        return fmt.span(age) if age >= timedelta(minutes=1) else text("age.now")
    length = record.expires_at - now
    return text("held.left", span=fmt.left(length)) if length > timedelta() else text("held.due")


def share(record: HeldRecord, now: datetime) -> float:
    """How much of the whole period is left."""
    assert record.expires_at is not None
    whole = record.expires_at - record.stored_at
    return max(0.0, min(1.0, (record.expires_at - now) / whole)) if whole else 0.0


def notice(kind: HeldKind) -> str:
    if not kind.lines:
        return text("held_table.no_line")
    if len(kind.lines) == 1:
        return text("held_table.line", line=kind.lines[0])
    return ", ".join(str(line) for line in kind.lines[:2]) + (" …" if len(kind.lines) > 2 else "")


def spoken(column: str, record: HeldRecord, now: datetime, car: str = "") -> str:
    """The cell for a screen reader, with its head. `car`: which of several it is about."""
    kind = record.kind
    if column == "kept":
        said = ", ".join((*(text(f"chip.{name}") for name in chips(kind)), kept(kind)))
    elif column == "left":
        said = left(record, now) if record.expires_at else fmt.ago(now - record.stored_at)
    elif column == "what":
        name = f"{what(kind)}, {car}" if car else what(kind)
        said = f"{name}. {text('held.items', items=items(kind))}" if kind.items else name
    elif column == "since":
        said = since(record, now)
    else:
        said = {"holder": holder, "service": service, "notice": notice}[column](kind)
    return f"{text(f'held_table.{column}')}: {said}"


# -- the card behind a row -------------------------------------------------------------------------------------------


def details(record: HeldRecord, now: datetime) -> list[Detail]:
    kind = record.kind
    ends = fmt.day(record.expires_at, now) if record.expires_at else text("held_table.no_end")
    return [
        Detail(text("held_table.holder"), holder(kind)), Detail(text("held_table.service"), service(kind)),
        *(_rule(period, kind) for period in _rules(kind)),
        Detail(text("held_table.since"), since(record, now)), Detail(text("held_table.until"), ends),
        Detail(text("held_table.about"), record.subject),
    ]  # fmt: skip


def _rules(kind: HeldKind) -> list[Period]:
    """The one in force first, then what else the notice states; each once."""
    found = [kind.period]
    for period in kind.periods:
        if period not in found:
            found.append(period)
    return found


def _rule(period: Period, kind: HeldKind) -> Detail:
    """Who says so stands below it: a line of the notice, or us."""
    line = text("held_table.rule_line", line=period.line) if period.line else ""
    ours = period.basis is not Basis.STATED or (kind.choice and period is kind.period)
    second = " · ".join(part for part in (line, text("chip.choice") if ours else "") if part)
    name = text("held_table.kept")
    if period.basis is Basis.NOT_STATED:
        return Detail(name, text("chip.not_stated"), f"{second}. {text('held.our_choice')}")
    return Detail(name, localized(period.text), second)


def terms(kind: HeldKind) -> str:
    """Each data item with the notice's own word for it."""
    found = (
        text("held_table.term", name=localized(item.name), french=item.french, line=item.line)
        if item.french
        else localized(item.name)
        for item in kind.items
    )
    return "\n".join((text("held_table.terms"), *found)) if kind.items else ""
