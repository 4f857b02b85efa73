"""`companion notice --json`: the catalogue as the app uses it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from companion.net.catalogue import Catalogue

Table = Mapping[str, Any]


def print_notice() -> int:
    try:
        json.dump(notice(Catalogue()), sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read, `head` for instance, has enough. What is still buffered must not be tried again at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def notice(catalogue: Catalogue) -> dict[str, Any]:
    services = [_service(catalogue, service) for service in catalogue.services.values()]
    product = [_own(activity) for activity in catalogue.product]
    return {"services": services, "product": product, "requests": [_request(r) for r in catalogue.requests.values()]}


def _service(catalogue: Catalogue, service: Table) -> dict[str, Any]:
    activities = [_activity(activity) for activity in service["activity"]]
    row = {"id": service["id"], **_name(service), "kind": service["kind"], "lines": service["lines"]}
    return {**row, "gaps": list(service["gaps"]), "activities": activities}


def _activity(activity: Table) -> dict[str, Any]:
    return {
        "id": activity["id"],
        **_name(activity),
        "items": [row["item"] for row in activity["data"]],
        "lines": activity["lines"],
        "retention": [_rule(rule) for rule in activity["retention"]],
        "recipients": list(dict.fromkeys(target for _, target in activity["flow"])),
        "flow": activity["flow"],
        "companion_app_sends": activity["companion_app_sends"],
        "legal_basis": [row["basis"] for row in activity["legal_basis"]],
        "gaps": activity["gaps"],
    }


def _name(row: Table) -> dict[str, Any]:
    """The English name, and all of them."""
    return {"name": row["name"]["en"], "names": row["name"]}


def _rule(rule: Table) -> dict[str, Any]:
    names = ("kind", "duration", "upper_bound", "holder", "status", "lines")
    return {name: rule.get(name) for name in names if name in rule or name == "duration"}


def _own(activity: Table) -> dict[str, Any]:
    return {
        "id": activity["id"],
        **_name(activity),
        "items": activity["data"],
        "retention": [_rule(rule) for rule in activity["retention"]],
        "recipients": [activity["holder"]],
        "why": activity["why"],
        "source": "product",
    }


def _request(request: Any) -> dict[str, Any]:
    return {
        "id": request.id,
        "party": request.party,
        "method": request.method,
        "path": "/".join(request.template),
        "activity": request.activity,
        "group": request.group,
        "causes": list(request.causes),
        "fields": [rule.locator for rule in request.rules.values()],
    }
