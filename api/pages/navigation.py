"""The navigation: groups and entries, each with the roles that see it.

A list that belongs to another stands beside it as a tab, not in the navigation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from api.http.callers import STAFF, Caller, Role
from api.resources.declare import ANYBODY, EVERYBODY
from api.resources.registry import ENTRIES, resource
from inventory.kernel.texts import N_

_NETWORK = frozenset({Role.IT, Role.AUDITOR, Role.ACCOUNTING})
_MONEY = frozenset({Role.ACCOUNTING, Role.AUDITOR})
_WRITERS = frozenset({Role.IT, Role.ACCOUNTING})

TITLES = {
    "home": "",
    "network": N_("Network"),
    "register": N_("Register"),
    "people": N_("People"),
    "telephony": N_("Telephony"),
    "money": N_("Money"),
    "house": N_("House"),
}
"""Groups of resources, in this order."""


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation, or a tab beside a list.

    Attributes:
        path: Where it leads.
        title: Its name.
        icon: Its symbol.
        roles: Who sees it.
    """

    path: str
    title: str
    icon: str
    roles: frozenset[Role]


MORE: dict[str, tuple[Place, ...]] = {
    "home": (
        Place("/", N_("Overview"), "home", ANYBODY),
        Place("/my-things", N_("My things"), "bag", ANYBODY),
        Place("/team", N_("My team"), "people", frozenset({Role.MANAGER})),
    ),
    "network": (
        Place("/map", N_("Map"), "map", _NETWORK),
        Place("/whereabouts", N_("Whereabouts"), "search", _NETWORK),
    ),
    "money": (Place("/accounting", N_("Books and reports"), "book", _MONEY),),
}
"""Pages that are no list of a resource, by group."""

FAMILIES: tuple[tuple[str, ...], ...] = (
    (
        "devices",
        *(
            "ports",
            "interfaces",
            "addresses",
            "components",
            "services",
            "device-modems",
            "links",
            "sightings",
        ),
        *("device-identifiers", "device-fields", "observations", "sites"),
    ),
    (
        *("worklist", "network-findings", "suggestions", "neighbours", "conflicts"),
        *("decisions", "job-findings"),
    ),
    ("scans", "scan-hosts", "traps", "dhcp-servers"),
    (
        "assets",
        "custody",
        "acceptances",
        "allocations",
        "identifiers",
        "notes",
        "files",
        "views",
        "asset-sheet",
        "label-media",
        "import-profiles",
    ),
    (
        *("stock", "stock-minima", "reservations", "consumables", "consumable-moves"),
        *("stock-takes", "stock-take-items", "stock-take-scans"),
        "stock-take-corrections",
    ),
    ("orders", "order-lines", "purchase-requests", "receipts", "suppliers"),
    ("contracts", "licences", "licence-uses", "expirations"),
    (
        "categories",
        "tag-series",
        "fields",
        "manufacturers",
        "asset-states",
        "asset-steps",
    ),
    (
        "cases",
        "case-lines",
        "holdings",
        "tasks",
        "write-offs",
        "entity-transfers",
        "hr-events",
        "person-merges",
        *("mails", "mail-settings"),
        *("hr-sources", "staff-sources"),
        *("kits", "provisioning-rules"),
        "returns-at-risk",
    ),
    ("places", "departments", "teams", "legal-entities"),
    ("directory-users", "directory-groups", "directory-differences"),
    ("extensions", "numbers", "phones", "registrations", "phone-systems"),
    (
        *("telecom-lines", "sims", "modems", "number-ranges"),
        *("line-assignments", "line-steps"),
    ),
    (
        *("carrier-contracts", "contract-exits", "carrier-invoices"),
        *("invoice-findings", "carrier-invoice-lines", "telecom-waste"),
        *("telecom-charges", "telecom-accruals", "tariffs"),
        *("telecom-accounts", "telecom-providers", "invoice-layouts", "charge-types"),
    ),
    (
        "books",
        *("periods", "postings", "journal-lines", "account-balances"),
        *("unallocated-costs", "reports"),
    ),
    (
        *("schedules", "schedule-rows", "book-events", "book-proposals"),
        *("leases", "constructions", "asset-components", "pools"),
        *("asset-classes", "presets", "exchange-rates", "income-tax-rates"),
    ),
    ("credentials", "credential-uses", "login-failures", "host-keys"),
    (
        *("jobs", "recurring-jobs", "workers", "collectors", "backups", "audit-trail"),
        *("webhooks", "deliveries", "messages", "event-types"),
    ),
    ("users", "sessions", "tokens", "second-factors", "role-rules"),
)
"""Lists that stand together; the first is in the navigation."""

ICONS = {
    "acceptances": "swap",
    "audit-trail": "list",
    "books": "book",
    "carrier-contracts": "paper",
    "carrier-invoices": "coins",
    "cases": "door",
    "categories": "label",
    "contracts": "paper",
    "cost-centres": "coins",
    "credentials": "key",
    "directory-users": "plug",
    "extensions": "phone",
    "jobs": "list",
    "numbers": "phone",
    "orders": "down",
    "people": "people",
    "places": "tree",
    "scans": "radar",
    "schedules": "sheet",
    "telecom-lines": "phone",
    "stock": "box",
    "stock-takes": "check",
    "users": "person",
    "webhooks": "plug",
    "worklist": "check",
    "write-offs": "list",
}
"""Symbols of lists in the navigation."""

_NAMES = frozenset(entry.name for entry in ENTRIES)
_FAMILY = {name: family for family in FAMILIES for name in family}

BESIDE: dict[str, tuple[Place, ...]] = {
    "assets": (
        Place("/labels", N_("Labels"), "label", EVERYBODY),
        Place("/import", N_("Import"), "down", _WRITERS),
        Place("/as-of", N_("As of a day"), "list", EVERYBODY),
    ),
    "cases": (Place("/announce", N_("Announce"), "plus", frozenset({Role.HR})),),
    "people": (Place("/staff-list", N_("Staff list"), "down", frozenset({Role.HR})),),
}
"""Pages about a list that are no list themselves, by the first of the family."""


BEGINS: Mapping[str, Place] = {
    "devices": Place("/scans/new", N_("Start a scan"), "radar", frozenset({Role.IT})),
    "worklist": Place("/scans/new", N_("Start a scan"), "radar", frozenset({Role.IT})),
    "stock": Place("/assets/new", N_("Register a thing"), "plus", frozenset({Role.IT})),
    "cases": Place("/announce", N_("Announce"), "plus", frozenset({Role.HR})),
    "books": Place(
        *("/books/open", N_("Open books from a template"), "book"),
        frozenset({Role.ACCOUNTING}),
    ),
}
"""Where what fills a list begins, by the first of its family."""


MAIN: Mapping[Role, frozenset[str]] = {
    Role.IT: frozenset({"network", "register", "people"}),
    Role.HR: frozenset({"people", "register"}),
    Role.ACCOUNTING: frozenset({"money", "register"}),
    Role.AUDITOR: frozenset({"network", "register", "people", "money"}),
}
"""Groups that stand open for a role; the others open by a click."""


def opened_for(caller: Caller) -> frozenset[str]:
    """Return the titles of the groups that stand open."""
    groups = {group for role in caller.roles for group in MAIN.get(role, TITLES)}
    return frozenset(TITLES[group] for group in groups)


def place_of(name: str, caller: Caller | None = None) -> str:
    """Return the path of the entry of the navigation that a resource belongs to."""
    family = _FAMILY.get(name, (name,))
    for one in family:
        if caller is None or resource(one).may_see(caller):
            return f"/{one}"
    return f"/{name}"


def tabs_of(name: str, caller: Caller) -> list[Place]:
    """Return the lists and pages that stand beside a list, itself among them."""
    family = _FAMILY.get(name, (name,))
    seen = [resource(one) for one in family if resource(one).may_see(caller)]
    found = [Place(f"/{r.name}", r.title, r.icon, r.roles) for r in seen]
    found += [
        place
        for place in BESIDE.get(family[0], ())
        if not caller.roles.isdisjoint(place.roles)
    ]
    return found if len(found) > 1 else []


def begun_at(name: str, caller: Caller) -> Place | None:
    """Return where somebody begins what fills a list that has no act of its own."""
    found = BEGINS.get(_FAMILY.get(name, (name,))[0])
    return found if found and not caller.roles.isdisjoint(found.roles) else None


def may_open(path: str, caller: Caller) -> bool:
    """Whether the page of a path, a list, a thing or the form of an act, is for a role.

    Paths of which nothing is declared are for everybody. Whether the thing is there,
    and within the caller's scope, is not asked.
    """
    place = urlsplit(path).path
    name, *more = place.strip("/").split("/")
    if name not in _NAMES:
        rooms = [*sum(MORE.values(), ()), *sum(BESIDE.values(), ())]
        return all(
            not caller.roles.isdisjoint(room.roles)
            for room in rooms
            if room.path == place
        )
    verb = "create" if more == ["new"] else more[-1] if more else ""
    act = resource(name).act(verb)
    roles = (act.roles or STAFF) if act else ANYBODY
    return resource(name).may_see(caller) and not caller.roles.isdisjoint(roles)


def seen_by(caller: Caller) -> Iterator[tuple[str, list[Place]]]:
    """Yield the groups with the entries a caller may see; empty groups are left out."""
    places: dict[str, list[Place]] = {group: [] for group in TITLES}
    taken: set[tuple[str, ...]] = set()
    for entry in ENTRIES:
        family = _FAMILY.get(entry.name, (entry.name,))
        one = next((r for r in map(resource, family) if r.may_see(caller)), None)
        if family in taken or one is None:
            continue
        taken.add(family)
        icon = ICONS.get(one.name, one.icon or "list")
        places[one.group].append(Place(f"/{one.name}", one.title, icon, one.roles))
    for group, more in MORE.items():
        places[group] += more
    for group, title in TITLES.items():
        seen = [p for p in places[group] if not caller.roles.isdisjoint(p.roles)]
        if seen:
            yield title, seen
