"""What the first page of a role counts and offers, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from api.http.callers import Role
from inventory.kernel.texts import N_

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
    Tile(
        "case-lines",
        {"watch": "to-approve"},
        N_("Waiting for approval"),
        "warn",
        (Role.MANAGER, Role.HR, Role.ACCOUNTING),
    ),
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
        "book-proposals",
        {"state": "proposed"},
        N_("Waiting to be booked"),
        "warn",
        (Role.ACCOUNTING,),
    ),
    Tile(
        "invoice-findings",
        {"state": "open"},
        N_("Findings of carrier invoices"),
        "warn",
        (Role.ACCOUNTING,),
    ),
    Tile(
        "stock-takes",
        {"state": "open"},
        N_("Open stock-takes"),
        "",
        (Role.AUDITOR, Role.ACCOUNTING),
    ),
)


@dataclass(frozen=True, slots=True)
class Door:
    """What a role does most: a button on its first page.

    Attributes:
        path: Where it leads.
        title: What the button says.
        icon: Its symbol.
        roles: Whose page it is on.
    """

    path: str
    title: str
    icon: str
    roles: tuple[Role, ...]


DOORS = (
    Door("/scans/new", N_("Start a scan"), "radar", (Role.IT,)),
    Door("/assets/check-out", N_("Hand out"), "swap", (Role.IT,)),
    Door("/assets/check-in", N_("Take back"), "down", (Role.IT,)),
    Door("/assets/new", N_("Register a thing"), "plus", (Role.IT,)),
    Door("/announce?kind=joining", N_("Somebody joins"), "plus", (Role.HR,)),
    Door("/announce?kind=moving", N_("Somebody moves"), "swap", (Role.HR,)),
    Door("/announce?kind=leaving", N_("Somebody leaves"), "door", (Role.HR,)),
    Door("/accounting", N_("Reports"), "sheet", (Role.ACCOUNTING, Role.AUDITOR)),
    Door("/as-of", N_("As of a day"), "list", (Role.AUDITOR, Role.ACCOUNTING)),
    Door("/journal-exports/new", N_("Export the journal"), "down", (Role.ACCOUNTING,)),
)
