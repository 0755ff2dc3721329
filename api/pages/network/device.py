"""One device: what it is and why we think so, where it is plugged in, who has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from api.diagnose.correct_device import explained
from api.http.callers import Role
from api.pages.entity import Found, find
from api.pages.visit import Answer, Told, View, Visit
from api.resources.declare import Cell, PageRequest, columns_of
from api.resources.registry import resource
from inventory.kernel.texts import N_
from inventory.queries.register.assets import asset_detail
from inventory.queries.register.audit_trail import list_trail
from inventory.queries.telephony.extensions import lines_of_device

NETWORK_TYPES = frozenset({"switch", "router", "firewall", "wireless"})
MOST_PORTS = 1000
MOST_PLACES = 200
"""Places of its history on the page; the list of sightings has all of them."""

TABS = (
    ("", N_("Overview")),
    ("ports", N_("Ports")),
    ("neighbours", N_("Neighbours")),
    ("parts", N_("Parts")),
    ("evidence", N_("Evidence")),
    ("timeline", N_("Timeline")),
)
_COUNTED = {"ports": "interfaces", "neighbours": "neighbours", "parts": "components"}


def show_device(visit: Visit, ref: str, tab: str = "") -> Answer:
    """Draw one tab of a device."""
    found = find(visit, resource("devices"), ref)
    if isinstance(found, View):
        return found
    device = found.row
    if device["merged_into"] is not None:
        return Told(f"/devices/{device['merged_into']}")
    counts = {name: len(device[part]) for name, part in _COUNTED.items()}
    return View(
        template="device.html",
        title=found.name,
        here="/devices",
        about={
            "found": found,
            "device": device,
            "tabs": [
                (f"{found.path}/{name}".rstrip("/"), title, name)
                for name, title in TABS
                if counts.get(name, 1)
            ],
            "tab": tab,
            "counts": counts,
            "chosen": {r["field"]: r["value"] for r in device["fields"] if r["chosen"]},
            "by_person": {
                r["field"] for r in device["fields"] if r["origin"] == "person"
            },
            "states": list(dict.fromkeys(r["state"] for r in device["reconciliation"])),
            **_TAB_PARTS.get(tab, _overview)(visit, found),
        },
    )


def _overview(visit: Visit, found: Found) -> dict[str, Any]:
    device = found.row
    asset = next(
        (
            asset_detail(visit.reading, row["asset_id"], visit.today)
            for row in device["reconciliation"]
            if row["asset_id"] is not None
        ),
        None,
    )
    people = visit.may(Role.IT, Role.HR, Role.AUDITOR)
    return {
        "asset": asset,
        "open_rows": [
            r for r in device["reconciliation"] if r["state"] == "unregistered"
        ],
        "may_see_people": people,
        "may_decide": visit.may(Role.IT),
        "up": [_end(row, found.id) for row in device["links"] if _between(row)],
        "links": [_end(row, found.id) for row in device["links"]],
        "lines": _lines(visit, found.id) if people else [],
    }


def _lines(visit: Visit, device_id: int) -> Sequence[Mapping[str, Any]]:
    rows = lines_of_device(visit.reading, device_id, visit.today)
    for row in rows:  # others may ring with it
        row["phones"] = [p for p in row["phones"] if p["device_id"] == device_id]
    return rows


def _between(row: Mapping[str, Any]) -> bool:
    return row["a_type"] in NETWORK_TYPES and row["b_type"] in NETWORK_TYPES


def _end(row: Mapping[str, Any], device_id: int) -> dict[str, Any]:
    near, far = ("a", "b") if row["a_device_id"] == device_id else ("b", "a")
    return {
        "port": row[f"{near}_port"],
        "id": row[f"{far}_device_id"],
        "name": row[f"{far}_name"],
        "far_port": row[f"{far}_port"],
        "kind": row["kind"],
    }


def _ports(visit: Visit, found: Found) -> dict[str, Any]:
    """Return the ports as they stand, and the interfaces that have no connector."""
    ports = resource("ports")
    question = ports.question.model_construct(device=found.id)
    page = PageRequest(sort="name", limit=MOST_PORTS)
    rows = ports.source.read(visit.reading, question, visit.viewer, page).rows
    return {"rows_of": _rows_of(visit, rows), "others": _others(found, rows)}


def _rows_of(
    visit: Visit, rows: Sequence[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], dict[str, Cell]]]:
    """Return each port with what its columns make of it."""
    columns = columns_of(resource("ports").rows)
    made = {name: one.cell for name, one in columns.items() if one.cell is not None}
    return [
        (row, {name: cell(row, visit.caller) for name, cell in made.items()})
        for row in rows
    ]


def _others(found: Found, ports: Sequence[Mapping[str, Any]]) -> list[Any]:
    shown = {row["id"] for row in ports}
    return [row for row in found.row["interfaces"] if row["id"] not in shown]


def _sightings(visit: Visit, **asked: object) -> Sequence[Mapping[str, Any]]:
    sightings = resource("sightings")
    question = sightings.question.model_construct(**asked)
    page = PageRequest(sort="-last_seen", limit=MOST_PLACES)
    return sightings.source.read(visit.reading, question, visit.viewer, page).rows


def _evidence(visit: Visit, found: Found) -> dict[str, Any]:
    """Return the reasoning of the pure part, made anew from what is stored."""
    return {"reasoning": explained(visit.app, visit.reading, found.id)}


def _timeline(visit: Visit, found: Found) -> dict[str, Any]:
    places = [
        {"at": row["first_seen"], "kind": "network", "row": row}
        for row in _sightings(visit, endpoint=found.id, ended="both")
    ]
    trail = list_trail(visit.reading, entity="device", entity_id=found.id, limit=200)
    done = [{"at": row["at"], "kind": "register", "row": row} for row in trail.rows]
    states = [
        {"at": row["since"], "kind": "state", "row": row}
        for row in found.row["reconciliation"]
    ]
    entries = sorted([*places, *done, *states], key=lambda e: e["at"], reverse=True)
    return {"entries": entries}


_TAB_PARTS = {"ports": _ports, "evidence": _evidence, "timeline": _timeline}


def _tab(name: str) -> Any:  # noqa: ANN401 - a page
    return lambda visit, ref: show_device(visit, ref, name)


PAGES = {f"/devices/{{ref}}/{name}": _tab(name) for name, _ in TABS if name}
