"""The first page of each role: what waits for a decision, and what there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from api.http.callers import Role
from api.pages.cells import path_of, row_of
from api.pages.house import curves
from api.pages.house.setup import progress
from api.pages.house.tiles import DOORS, TILES
from api.pages.listing import Line
from api.pages.render import address
from api.pages.visit import Answer, View, Visit
from api.resources.declare import Column
from api.resources.house.audit_trail import thing_or_text
from api.resources.listing import list_call
from api.resources.lookups import resolved_question
from api.resources.registry import resource
from inventory.kernel.texts import N_
from inventory.network.queries.worklist import dashboard
from inventory.queries.register.audit_trail import list_trail

SOON = 14
"""Days in which somebody comes or goes."""

MOST = 8
"""Rows of a list on the page."""

_NETWORK = (Role.IT, Role.AUDITOR, Role.ACCOUNTING)


@dataclass(frozen=True, slots=True)
class Number:
    """A number that leads to what it counts; None for too many to count."""

    count: int | None
    title: str
    path: str
    tone: str


@dataclass(frozen=True, slots=True)
class Watch:
    """Some rows of a list, and the address of all of them."""

    title: str
    columns: Mapping[str, Column]
    rows: Sequence[Line]
    path: str


def show_home(visit: Visit) -> Answer:
    """Draw the page of the caller's roles."""
    network = None
    if visit.may(*_NETWORK):
        network = dashboard(visit.reading, now=visit.app.clock())
    return View(
        template="home.html",
        title=N_("Overview"),
        here="/",
        about={
            **_numbers(visit),
            "doors": [one for one in DOORS if visit.may(*one.roles)],
            "network": network,
            "unknown": curves.unknown_devices(visit) if visit.may(Role.IT) else None,
            "scans": curves.scan_health(visit) if visit.may(Role.IT) else (),
            "values": curves.book_values(visit) if visit.may(Role.ACCOUNTING) else (),
            "chain": curves.chain_state(visit) if visit.may(Role.AUDITOR) else None,
            "watches": [*_watches(visit)],
            "books": _books(visit),
            "trail": _trail(visit),
            "empty": [step for step, count in progress(visit) if not count],
        },
    )


def _numbers(visit: Visit) -> dict[str, list[Number]]:
    """Return what waits for a decision, what there is, and where nothing waits."""
    found = [*_counted(visit)]
    return {
        "waiting": [one for one in found if one.tone and one.count != 0],
        "present": [one for one in found if not one.tone],
        "quiet": [one for one in found if one.tone and one.count == 0],
    }


def _counted(visit: Visit) -> Iterator[Number]:
    for tile in TILES:
        one = resource(tile.resource)
        if not visit.may(*tile.roles) or not one.may_see(visit.caller):
            continue
        call = list_call(one, tile.asked)
        count = one.source.count(visit.reading, call.asked, visit.viewer)
        path = address(f"/{one.name}", tile.asked)
        yield Number(count, tile.title, path, tile.tone)


def _watches(visit: Visit) -> Iterator[Watch]:
    soon = {
        "effective_on__gte": visit.today.isoformat(),
        "effective_on__lte": (visit.today + timedelta(days=SOON)).isoformat(),
        "state": "open",
    }
    if visit.may(Role.HR):
        shown = "person,effective_on,lines,open_lines,due_on"
        for kind, title in (("joining", _JOINING), ("leaving", _LEAVING)):
            asked = {**soon, "kind": kind}
            yield _watch(visit, title, "cases", asked, "effective_on", shown)
        asked = {"watch": "shortages"}
        shown = "person,item,kind,due_on,state"
        yield _watch(visit, N_("Shortages"), "case-lines", asked, "due_on", shown)
        asked, shown = {"left": "true"}, "person,left_on,what,item,tag,since"
        yield _watch(visit, _HOLDING, "holdings", asked, "person", shown)
    if visit.may(Role.IT):
        asked = {"state": "unregistered"}
        shown = "device_name,vendor,model,serial,address,since"
        yield _watch(visit, _UNKNOWN, "worklist", asked, "-since", shown)
        asked, shown = {"outcome": "failed"}, "address,reason,detail,finished_at"
        yield _watch(visit, N_("Hosts that failed"), "scan-hosts", asked, "-id", shown)
    if visit.may(Role.ACCOUNTING):
        asked, shown = {"state": "proposed"}, "id,item,tag,person,reason,on,value_minor"
        yield _watch(
            visit, N_("Write-offs to decide"), "write-offs", asked, "-id", shown
        )
        shown = "tag,asset_kind,detail,since"
        asked = {"state": "missing"}
        yield _watch(visit, _UNSEEN, "worklist", asked, "-since", shown)
        shown = "day,book,memo,tag,account,debit"
        yield _watch(visit, N_("Costs of nobody"), "unallocated-costs", {}, "", shown)


_JOINING, _LEAVING = N_("Joining soon"), N_("Leaving soon")
_HOLDING, _UNKNOWN = N_("Left, but still holding"), N_("Seen, not registered")
_UNSEEN = N_("Registered, not seen")


def _watch(
    visit: Visit,
    title: str,
    name: str,
    asked: Mapping[str, str],
    sort: str,
    shown: str,
) -> Watch:
    one = resource(name)
    sort = sort or one.sort
    call = list_call(one, {**asked, "sort": sort, "limit": str(MOST)})
    question = resolved_question(visit.reading, call.asked)
    page = one.source.read(visit.reading, question, visit.viewer, call.page)
    offered = one.columns(visit.caller)
    names = [each for each in shown.split(",") if each in offered] or [
        each for each, column in offered.items() if column.shown
    ]
    columns = {each: offered[each] for each in names}
    lines = [
        Line(
            row.get("id", number),
            visit.words.said(one.called(row)) if "id" in row else "",
            path_of(one, row),
            row_of(one, columns, row, visit.caller, visit.words),
            (),
        )
        for number, row in enumerate(page.rows)
    ]
    path = address(f"/{name}", {**asked, "sort": "" if sort == one.sort else sort})
    return Watch(title, columns, lines, path)


def _books(visit: Visit) -> Sequence[Mapping[str, Any]]:
    """Return the books with what is next to be posted: the list of the close."""
    if not visit.may(Role.ACCOUNTING, Role.AUDITOR):
        return ()
    one = resource("books")
    call = list_call(one, {})
    return one.source.read(visit.reading, call.asked, visit.viewer, call.page).rows


def _trail(visit: Visit) -> Sequence[Mapping[str, Any]]:
    if not visit.may(Role.AUDITOR):
        return ()
    rows = list_trail(visit.reading, limit=2 * MOST).rows
    which = [thing_or_text(row["entity"], str(row["entity_id"])) for row in rows]
    visit.words.foresee(which)
    return [{**row, "which": one} for row, one in zip(rows, which, strict=True)]


PAGES = {"/": show_home}
