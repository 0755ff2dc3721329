"""The navigation: groups and entries, each with the roles that see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from api.http.auth import Caller, Role
from api.resources.declare import EVERYBODY
from api.resources.registry import all_resources
from inventory.kernel.texts import N_

_NETWORK = frozenset({Role.IT, Role.AUDITOR, Role.ACCOUNTING})
_PEOPLE = frozenset({Role.IT, Role.HR, Role.AUDITOR})
_MONEY = frozenset({Role.ACCOUNTING, Role.AUDITOR})
_HOUSE = frozenset({Role.IT, Role.AUDITOR})

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
    """An entry of the navigation."""

    path: str
    title: str
    icon: str
    roles: frozenset[Role]


MORE: dict[str, tuple[Place, ...]] = {
    "home": (Place("/", N_("Overview"), "home", EVERYBODY),),
    "network": (
        Place("/map", N_("Map"), "map", _NETWORK),
        Place("/worklist", N_("To decide"), "check", _NETWORK),
    ),
    "people": (Place("/cases", N_("Joiners and leavers"), "door", _PEOPLE),),
    "telephony": (Place("/telephony", N_("Telephony"), "phone", _PEOPLE),),
    "money": (Place("/accounting", N_("Books and reports"), "book", _MONEY),),
    "house": (Place("/credentials", N_("Credentials"), "key", _HOUSE),),
}
"""Pages that are no list of a resource, by group."""


def seen_by(caller: Caller) -> Iterator[tuple[str, list[Place]]]:
    """Yield the groups with the entries a caller may see; empty groups are left out."""
    places = {group: list(MORE.get(group, ())) for group in TITLES}
    for one in all_resources():
        known = {place.path for place in places[one.group]}
        if f"/{one.name}" not in known:
            places[one.group].append(
                Place(f"/{one.name}", one.title, one.icon or "list", one.roles)
            )
    for group, title in TITLES.items():
        seen = [p for p in places[group] if not caller.roles.isdisjoint(p.roles)]
        if seen:
            yield title, seen
