"""The first page of each role: what waits for a decision, and what there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from api.http.callers import Role
from api.pages.cells import path_of, row_of
from api.pages.house.setup import progress
from api.pages.listing import Line
from api.pages.render import address
from api.pages.visit import Answer, View, Visit
from api.resources.declare import Column
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
class Tile:
    """A number that leads to the list it counts.

    Attributes:
        resource: The list.
        asked: Its filters.
        title: Below the number.
        tone: `warn` or `bad` where any is too many.
        roles: Whose page it is on.
    """

    resource: str
    asked: Mapping[str, str]
    title: str
    tone: str
    roles: tuple[Role, ...]


TILES = (
    Tile("devices", {}, N_("Devices"), "", _NETWORK),
    Tile("assets", {}, N_("Assets"), "", tuple(Role)),
    Tile(
        "worklist",
        {"state": "unregistered"},
        N_("Seen, not registered"),
        "warn",
        (Role.IT, Role.AUDITOR),
    ),
    Tile(
        "worklist",
        {"state": "missing"},
        N_("Registered, not seen"),
        "bad",
        (Role.IT, Role.AUDITOR, Role.ACCOUNTING),
    ),
    Tile(
        "worklist",
        {"state": "misplaced"},
        N_("Not where it should be"),
        "warn",
        (Role.IT, Role.AUDITOR),
    ),
    Tile("worklist", {"state": "conflict"}, N_("In conflict"), "bad", (Role.IT,)),
    Tile("conflicts", {}, N_("Identity unclear"), "warn", (Role.IT,)),
    Tile("neighbours", {}, N_("Heard, not visited"), "warn", (Role.IT,)),
    Tile("login-failures", {"off": "yes"}, N_("Logins stopped"), "bad", (Role.IT,)),
    Tile("host-keys", {"changed": "yes"}, N_("Host keys changed"), "bad", (Role.IT,)),
    Tile("deliveries", {"state": "given_up"}, N_("Messages failed"), "bad", (Role.IT,)),
    Tile("cases", {"state": "open"}, N_("Open cases"), "", (Role.HR, Role.IT)),
    Tile(
        "case-lines",
        {"watch": "overdue"},
        N_("Lines overdue"),
        "bad",
        (Role.HR, Role.IT),
    ),
    Tile("case-lines", {"watch": "shortages"}, N_("Shortages"), "warn", (Role.HR,)),
    Tile(
        "holdings",
        {"left": "true"},
        N_("Left, but still holding"),
        "bad",
        (Role.HR, Role.IT, Role.AUDITOR),
    ),
    Tile("holdings", {"overdue": "true"}, N_("Overdue things"), "bad", (Role.HR,)),
    Tile(
        "holdings",
        {"external": "true"},
        N_("Held by people of no employment"),
        "warn",
        (Role.HR,),
    ),
    Tile("case-lines", {"watch": "disputed"}, N_("Disputed"), "bad", (Role.HR,)),
    Tile("tasks", {"open": "true"}, N_("Tasks"), "warn", (Role.HR, Role.IT)),
    Tile(
        "acceptances",
        {"state": "pending"},
        N_("Handovers to be confirmed"),
        "",
        (Role.IT, Role.HR),
    ),
    Tile(
        "write-offs",
        {"state": "proposed"},
        N_("Write-offs to decide"),
        "warn",
        (Role.ACCOUNTING,),
    ),
    Tile("unallocated-costs", {}, N_("Costs of nobody"), "warn", (Role.ACCOUNTING,)),
    Tile(
        "stock-takes",
        {"state": "open"},
        N_("Open stock-takes"),
        "",
        (Role.AUDITOR, Role.ACCOUNTING),
    ),
)


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
            "tiles": [*_tiles(visit)],
            "network": network,
            "watches": [*_watches(visit)],
            "books": _books(visit),
            "trail": _trail(visit),
            "empty": [step for step, count in progress(visit) if not count],
        },
    )


def _tiles(visit: Visit) -> Any:  # noqa: ANN401 - rows for the template
    for tile in TILES:
        one = resource(tile.resource)
        if not visit.may(*tile.roles) or not one.may_see(visit.caller):
            continue
        call = list_call(one, tile.asked)
        count = one.source.count(visit.reading, call.asked, visit.viewer)
        yield count, tile.title, address(f"/{one.name}", tile.asked), tile.tone


def _watches(visit: Visit) -> Any:  # noqa: ANN401 - rows for the template
    soon = {
        "effective_on__gte": visit.today.isoformat(),
        "effective_on__lte": (visit.today + timedelta(days=SOON)).isoformat(),
        "state": "open",
    }
    if visit.may(Role.HR):
        joining = {**soon, "kind": "joining"}
        yield _watch(visit, N_("Joining soon"), "cases", joining, "effective_on")
        leaving = {**soon, "kind": "leaving"}
        yield _watch(visit, N_("Leaving soon"), "cases", leaving, "effective_on")
    if visit.may(Role.IT):
        asked = {"state": "unregistered"}
        yield _watch(visit, N_("Seen, not registered"), "worklist", asked, "-since")
        failed = {"outcome": "failed"}
        yield _watch(visit, N_("Hosts that failed"), "scan-hosts", failed, "-id")
    if visit.may(Role.ACCOUNTING):
        proposed = {"state": "proposed"}
        yield _watch(visit, N_("Write-offs to decide"), "write-offs", proposed, "-id")


def _watch(
    visit: Visit, title: str, name: str, asked: Mapping[str, str], sort: str
) -> Watch:
    one = resource(name)
    call = list_call(one, {**asked, "sort": sort, "limit": str(MOST)})
    question = resolved_question(visit.reading, call.asked)
    page = one.source.read(visit.reading, question, visit.viewer, call.page)
    columns = {n: c for n, c in one.columns(visit.caller).items() if c.shown}
    lines = [
        Line(
            row["id"],
            one.called(row),
            path_of(one, row),
            row_of(one, columns, row, visit.caller, visit.words),
            (),
        )
        for row in page.rows
    ]
    path = address(f"/{name}", {**asked, "sort": sort})
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
    return list_trail(visit.reading, limit=2 * MOST).rows


PAGES = {"/": show_home}
