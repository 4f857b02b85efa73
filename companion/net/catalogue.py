"""The catalogue of `resources/privacy/`: what the notice says, what is ours, and every request the app makes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from companion.model.privacy import Basis, FieldFact, Gap, Localized, Party, Period, SpanKind, Verdict
from companion.net.sections import Activities, Sections, Table, read
from companion.resources import resource

CONNECTION = "connection"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a declared field may hold; see the head of `requests/app.toml`."""

    locator: str
    kind: SpanKind
    item: str
    equals: str | None = None
    prefix: str = ""
    pattern: re.Pattern[str] | None = None
    optional: bool = False
    repeated: bool = False
    slot: str | None = None
    note: Localized = field(default_factory=dict)

    def allows(self, value: str) -> bool:
        if self.equals is not None:
            return value == self.equals
        return self.pattern is None or self.pattern.fullmatch(value) is not None


@dataclass(frozen=True)
class Request:
    """One declared request. `rules` maps a locator to its rule; header names are lower-case in locators."""

    id: str
    title: Localized
    party: str
    method: str
    template: tuple[str, ...]
    activity: str
    group: str
    causes: tuple[str, ...]
    rules: Mapping[str, Rule]
    many: bool = False
    """It goes out many times for one look: they are shown together."""

    @cached_property
    def segments(self) -> tuple[str | re.Pattern[str], ...]:
        """The path's parts: fixed words, or what may stand there with its values as groups."""
        return tuple(self._segment(part) for part in self.template)

    def _segment(self, part: str) -> str | re.Pattern[str]:
        words = BRACES.split(part)
        if len(words) == 1:
            return part
        is_whole = len(words) == 3 and not words[0] and not words[2]
        named = [f"(?P<{name}>{'.+' if is_whole else self._allowed(name)})" for name in words[1::2]]
        fixed = [re.escape(word) for word in words[::2]]
        return re.compile("".join(a + b for a, b in zip(fixed, [*named, ""], strict=True)))

    def _allowed(self, name: str) -> str:
        pattern = self.rules[f"path.{name}"].pattern
        return ".+" if pattern is None else pattern.pattern

    @cached_property
    def required(self) -> tuple[str, ...]:
        return tuple(locator for locator, rule in self.rules.items() if not rule.optional)

    @cached_property
    def asks(self) -> frozenset[str]:
        """The query keys that it never goes without."""
        return frozenset(locator for locator in self.required if locator.startswith("query."))

    @cached_property
    def fixed(self) -> tuple[Rule, ...]:
        """Fields with one allowed value: they tell requests of the same method and path apart."""
        rules = [rule for rule in self.rules.values() if rule.equals is not None and not rule.optional]
        return tuple(rule for rule in rules if rule.locator.startswith(("body", "form")))


BRACES = re.compile(r"\{([a-z_]+)\}")
Told = TypeVar("Told")


def once(tell: Callable[[Catalogue, Request], Told]) -> Callable[[Catalogue, Request], Told]:
    """The catalogue never changes, so what it tells of a request is worked out once."""
    name = tell.__name__

    @wraps(tell)
    def known(self: Catalogue, request: Request) -> Told:
        key = name, request.id
        if key not in self.told:
            self.told[key] = tell(self, request)
        found: Told = self.told[key]
        return found

    return known


class Catalogue:
    """Read once, never changed. Unknown ids raise KeyError."""

    def __init__(self, root: Traversable | None = None) -> None:
        self._root = root or resource("privacy")
        self.items: dict[str, Table] = {row["id"]: row for row in self._read("items.toml")["item"]}
        self.parties: dict[str, Table] = {row["id"]: row for row in self._read("parties.toml")["party"]}
        self.gaps: dict[str, Table] = {row["id"]: row for row in self._read("gaps.toml")["gap"]}
        self.services = Sections(self._root.joinpath("sections"))
        self.product: list[Table] = self._read("product.toml")["activity"]
        self.actions: dict[str, Table] = {row["id"]: row for row in self._read("actions.toml")["action"]}
        retention = self._read("retention.toml")
        self._kinds: dict[str, Table] = retention["kind"]
        self._period_words: dict[str, Localized] = retention["period"]
        self.activities = Activities(self.product, self.services)
        self.requests: dict[str, Request] = {request.id: request for request in self._requests()}
        self.told: dict[tuple[str, str], Any] = {}

    # -- reading ------------------------------------------------------------------------------------------------

    def _read(self, *parts: str) -> dict[str, Any]:
        return read(self._root.joinpath(*parts))

    def _requests(self) -> Iterator[Request]:
        table = self._read("requests", "app.toml")
        note = table["always"].pop("note")
        always = [_rule(locator, row, note) for locator, row in table["always"].items()]
        for row in table["request"]:
            rules = [_rule(locator, one, {}) for locator, one in row.get("fields", {}).items()]
            yield Request(
                row["id"], row["title"], row["party"], row["method"], tuple(row["path"].split("/")), row["activity"],
                row.get("group", "action"), tuple(row["causes"]), {rule.locator: rule for rule in always + rules},
                bool(row.get("many")),
            )  # fmt: skip

    def declare(self, name: str, path: str, query: Sequence[tuple[str, str]]) -> None:
        """Gives a declared request another path and query: those of an address that the owner entered.

        A name in braces has the rule that the declaration has for it; all else may only be as it was entered.
        """
        known = self.requests[name]
        values = {locator[5:]: rule for locator, rule in known.rules.items() if locator.startswith("path.")}
        rules = {key: rule for key, rule in known.rules.items() if not key.startswith(("path.", "query."))}
        for one in BRACES.findall(path):
            rules[f"path.{one}"] = values[one]
        for key, value in query:
            inner = BRACES.fullmatch(value)
            rule = values[inner[1]] if inner else Rule("", SpanKind.SYNTAX, "", equals=value)
            rules[f"query.{key}"] = replace(rule, locator=f"query.{key}")
        self.requests[name] = replace(known, template=tuple(path.split("/")), rules=rules)
        self.__dict__.pop("_by_shape", None)

    @cached_property
    def _by_shape(self) -> dict[tuple[str, str, int], dict[tuple[str, ...], list[Request]]]:
        found: dict[tuple[str, str, int], dict[tuple[str, ...], list[Request]]] = {}
        for request in self.requests.values():
            templates = found.setdefault((request.party, request.method, len(request.template)), {})
            templates.setdefault(request.template, []).append(request)
        return found

    def candidates(self, party: str, method: str, path: Sequence[str]) -> list[Request]:
        """Declared requests of this party, method and path; a value in `{braces}` may be anything but nothing."""

        def fits(request: Request) -> bool:
            return all(
                a == b if isinstance(a, str) else a.fullmatch(b) for a, b in zip(request.segments, path, strict=True)
            )

        templates = self._by_shape.get((party, method, len(path)), {})
        return [one for requests in templates.values() if fits(requests[0]) for one in requests]

    def takes_cookies(self, party: str) -> bool:
        return bool(self.parties[party].get("cookies", True))

    # -- meaning ------------------------------------------------------------------------------------------------

    def is_secret(self, item: str) -> bool:
        return bool(self.items[item].get("secret"))

    def service_of(self, activity: str) -> Table | None:
        """The notice's section of an activity; None for our own."""
        return None if self.activities.is_own(activity) else self.services.get(activity.partition(".")[0])

    def activity_name(self, activity: str) -> Localized:
        """An activity that the catalogue does not know shows as it calls itself."""
        row = self.activities.get(activity)
        words: Localized = row["name"] if row is not None else {"en": activity}
        return words

    def line_of(self, activity: str) -> int | None:
        lines = self.activities[activity].get("lines")
        return lines[0] if lines else None

    @once
    def facts(self, request: Request) -> tuple[FieldFact, ...]:
        """One row an item, in the panel's order: declared, not listed, our choice, then what every connection shows."""
        rows: dict[str, FieldFact] = {}
        for rule in request.rules.values():
            if rule.kind is not SpanKind.SYNTAX and rule.item not in rows:
                rows[rule.item] = self._fact(request, rule)
        order = list(Verdict)
        ranked = sorted(rows.values(), key=lambda f: (f.kind is SpanKind.ENVELOPE, order.index(f.verdict)))
        return tuple(replace(fact, number=n) for n, fact in enumerate(ranked, 1))

    @once
    def receivers(self, request: Request) -> tuple[Party, ...]:
        """Who gets the request's bytes, then the parties that its activity's flow passes them on to."""
        chain = [request.party]
        flow = self.activities[request.activity].get("flow", [])
        while following := [target for source, target in flow if source == chain[-1] and target not in chain]:
            chain.append(following[0])
        # What an answer brings back to this app's own device is not passed on.
        return tuple(self.party(one) for one in chain if one not in ("companion_app", "owner_device"))

    def party(self, name: str) -> Party:
        """A party that the catalogue does not know shows as it calls itself."""
        row = self.parties.get(name)
        if row is None:
            return Party(name, {"en": name})
        lines = row["lines"]
        return Party(name, row["name"], row["icon"], lines[0] if lines else None)

    @once
    def open_questions(self, request: Request) -> tuple[Gap, ...]:
        """What the notice leaves open about the request's activity."""
        rows = [self.gaps[name] for name in self.activities[request.activity].get("gaps", []) if name in self.gaps]
        return tuple(Gap(row["id"], row["show"], tuple(row["lines"])) for row in rows)

    @once
    def silence(self, request: Request) -> Localized:
        """That the notice lists no data at all for the request's activity, in its own section's words; else nothing."""
        words: Localized = self.activities[request.activity].get("data_note", {})
        return words

    @once
    def not_seen(self, request: Request) -> tuple[FieldFact, ...]:
        """Items the notice lists for what the app sends here, that this request has no field for."""
        carried = {self._meant(fact.item) for fact in self.facts(request)}
        missing = [row for row in self._listed(request.activity) if row["item"] not in carried]
        return tuple(
            FieldFact(
                0,
                "",
                row["item"],
                SpanKind.ITEM,
                self.items[row["item"]]["name"],
                Verdict.NOT_SEEN,
                line=row["line"],
                periods=self.periods(row["item"], (request.activity,)),
                french=row["fr"],
            )  # fmt: skip
            for row in missing
        )

    def periods(self, item: str, activities: Sequence[str]) -> tuple[Period, ...]:
        """The rules of those activities that keep the item; what is stated first."""
        meant = self._meant(item)
        found: list[Period] = []
        for name in dict.fromkeys(activities):
            activity = self.activities[name]
            listed = {row["item"] if isinstance(row, dict) else self._meant(row) for row in activity["data"]}
            if meant in listed or item in listed:
                found += [self.period(name, rule) for rule in activity["retention"]]
        return tuple(sorted(found, key=lambda period: list(Basis).index(period.basis)))

    def period(self, activity: str, rule: Table) -> Period:
        kind, duration = rule["kind"], rule.get("duration")
        ours = self.activities.is_own(activity)
        basis = Basis.CHOICE if ours else Basis.NOT_STATED if kind == "unspecified" else Basis.STATED
        lines = rule.get("lines") or [None]
        bound = bool(rule.get("upper_bound"))
        return Period(basis, kind, activity, duration, bound, lines[0], self.period_text(kind, duration, bound))

    def period_text(self, kind: str, duration: str | None, upper_bound: bool = False) -> Localized:
        row = self._kinds.get(kind)
        if row is None:
            return {"en": kind}
        label: Localized = row["label_upper_bound"] if upper_bound and "label_upper_bound" in row else row["label"]
        words = self._period_words.get(duration or "", {})
        return {tongue: text.replace("{period}", words.get(tongue, duration or "")) for tongue, text in label.items()}

    def choice_text(self) -> Localized:
        """What this demo does with records whose period the notice does not state."""
        words: Localized = self._kinds["unspecified"]["choice"]
        return words

    def _fact(self, request: Request, rule: Rule) -> FieldFact:
        row = self.items[rule.item]
        line, french = self._line(request.activity, rule.item)
        own = bool(row.get("own"))
        verdict = Verdict.DECLARED if line else Verdict.CHOICE if own else Verdict.NOT_LISTED
        periods = () if rule.item == CONNECTION else self.periods(rule.item, (*request.causes, request.activity))
        note = rule.note or (self._why(rule.item) if own else {})
        return FieldFact(
            0, rule.locator, rule.item, rule.kind, row["name"], verdict, line,
            None if line else self._related(request.activity, rule.item), note, periods, self.is_secret(rule.item), french,
        )  # fmt: skip

    def _meant(self, item: str) -> str:
        meant: str = self.items[item].get("same_as", item)
        return meant

    def _listed(self, activity: str) -> list[Table]:
        """What the notice lists for an activity, if it is one that this app sends."""
        row = self.activities[activity]
        return list(row["data"]) if row.get("companion_app_sends") else []

    def _line(self, activity: str, item: str) -> tuple[int | None, str | None]:
        for row in self._listed(activity):
            if row["item"] == self._meant(item):
                return row["line"], row["fr"]
        return None, None

    def _related(self, activity: str, item: str) -> int | None:
        service = self.service_of(activity)
        rows = [row for one in service["activity"] for row in one["data"]] if service else []
        return next((row["line"] for row in rows if row["item"] == self._meant(item)), None)

    def _why(self, item: str) -> Localized:
        return next((row["why"] for row in self.product if item in row["data"]), {})


def _rule(locator: str, row: Table, note: Localized) -> Rule:
    kind = SpanKind.SYNTAX if row.get("syntax") else SpanKind.ENVELOPE if row.get("envelope") else SpanKind.ITEM
    if locator.startswith("header."):
        locator = locator.lower()
    pattern = re.compile(row["pattern"]) if "pattern" in row else None
    return Rule(
        locator, kind, row.get("item", ""), row.get("equals"), row.get("prefix", ""), pattern,
        bool(row.get("optional")), bool(row.get("repeated")), row.get("slot"), row.get("note", note),
    )  # fmt: skip
