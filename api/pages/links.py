"""Where a value leads: the page of the thing that a row names beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection

from api.http.callers import Caller
from api.resources.declare import Viewer
from api.resources.registry import all_resources, resource
from api.resources.resource import Resource

_PAGES = {
    "asset": "assets",
    "book": "books",
    "book_event": "book-events",
    "case": "cases",
    "category": "categories",
    "contract": "contracts",
    "cost_centre": "cost-centres",
    "department": "departments",
    "device": "devices",
    "endpoint": "devices",
    "file": "files",
    "legal_entity": "legal-entities",
    "licence": "licences",
    "location": "places",
    "manufacturer": "manufacturers",
    "order": "orders",
    "parent": "",
    "person": "people",
    "pool": "pools",
    "posting": "postings",
    "remote_device": "devices",
    "scan": "scans",
    "schedule": "schedules",
    "stock_take": "stock-takes",
    "supplier": "suppliers",
    "switch": "devices",
    "team": "teams",
    "user": "people",
    "webhook": "webhooks",
}
"""What `<name>_id` in a row refers to -> resource."""

_NAMED = {"tag": "asset", "serial": ""}
"""Values that name a thing under another word than its own."""


def href_of(name: str, row: Mapping[str, Any], caller: Caller) -> str:
    """Return the path that a value of a row leads to; empty for none.

    Args:
        name: Of the value; the row has the id as `<name>_id`.
        row: What it stands in.
        caller: Leads nowhere he may not go.
    """
    base, number = refers_to(name, row)
    if number is None or not _PAGES.get(base):
        return ""
    return path_of_thing(_PAGES[base], number, caller)


def path_of_thing(name: str, number: int, caller: Caller) -> str:
    """Return the path of a thing of a resource; empty if it is not for the caller."""
    return f"/{name}/{number}" if resource(name).may_see(caller) else ""


class Names:
    """What things are called; looked up once, many of a kind at once where foreseen."""

    def __init__(self, viewer: Viewer, connection: Connection) -> None:
        """Begin with nothing known.

        Args:
            viewer: Who looks.
            connection: Where to look.
        """
        self._viewer = viewer
        self._connection = connection
        self._known: dict[tuple[str, int], str] = {}

    def __call__(self, base: str, number: int) -> str:
        """Return what a thing is called; its number if it is not for the viewer.

        Args:
            base: Its table, or what `<base>_id` calls it.
            number: Its id.
        """
        if (base, number) not in self._known:
            self.foresee([(base, number)])
        return self._known[base, number]

    def foresee(self, things: Iterable[tuple[str, int]]) -> None:
        """Look up things that will be asked for, those of a kind at once."""
        by_base: dict[str, set[int]] = {}
        for base, number in things:
            if (base, number) not in self._known:
                by_base.setdefault(base, set()).add(number)
        for base, numbers in by_base.items():
            found = self._found(base, numbers)
            for number in numbers:
                self._known[base, number] = found.get(number) or str(number)

    def _found(self, base: str, numbers: Collection[int]) -> Mapping[int, str]:
        kind = _resource_of(base)
        if kind is None or kind.get is None or not kind.may_see(self._viewer.caller):
            return {}
        return kind.names(self._connection, numbers, self._viewer)


@cache
def _resource_of(base: str) -> Resource[Any] | None:
    """Return the list in which things are that a field or a table names so."""
    if _PAGES.get(base):
        return resource(_PAGES[base])
    for one in all_resources():
        table = getattr(one.reference, "table", None)
        if table is not None and table.name == base:
            return one
    return None


def refers_to(name: str, row: Mapping[str, Any]) -> tuple[str, int | None]:
    """Return what a value names, and its id; None where the row has no id of it."""
    if name == "holder":
        kind = str(row.get("holder_kind") or "")
        return kind, row.get("holder_id")
    base = _NAMED.get(name, name.removesuffix("_name").removesuffix("_id"))
    number = row.get(f"{base}_id")
    return base, number if isinstance(number, int) else None


def is_id_of(name: str, row: Mapping[str, Any]) -> bool:
    """Whether a value is but the id of another value of the row."""
    if name == "holder_kind":
        return "holder" in row
    if not name.endswith("_id"):
        return False
    base = name.removesuffix("_id")
    named = [each for each, kind in _NAMED.items() if kind == base]
    return any(each in row for each in (base, f"{base}_name", *named))
