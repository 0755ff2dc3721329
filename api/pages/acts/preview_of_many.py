"""What an act on many things would change, row by row; nothing of it stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection

from api.http.actions import Act
from api.pages.cells import plain
from api.pages.entity import is_amount, title_of
from api.pages.visit import Visit
from api.resources.declare import columns_of
from api.resources.perform import Call, perform_many
from api.resources.resource import Resource
from inventory.kernel.errors import InventoryError

SHOWN = 25
"""Rows of which every change is told; of the others, whether it can be done."""

_SILENT = frozenset({"id", "version", "search", "updated_at", "etag"})


@dataclass(frozen=True, slots=True)
class Tried:
    """What would become of one thing.

    Attributes:
        name: What it is called.
        path: Of its page.
        changes: Title, value now, value then.
        problem: Why it cannot be done; empty if it can.
    """

    name: str
    path: str
    changes: Sequence[tuple[str, str, str]]
    problem: str


def try_many(
    visit: Visit,
    resource: Resource[Any],
    act: Act,
    call: Call,
    pairs: Sequence[tuple[int, BaseModel]],
) -> list[Tried]:
    """Carry out an act on many things, look at them, and take all of it back."""
    some = [number for number, _ in pairs[:SHOWN]]
    with visit.work() as work:
        before = {n: _whole(resource, work.connection, n, visit) for n in some}
        done = perform_many(resource, act, call, work, list(pairs), atomic=False)
        after = {n: _whole(resource, work.connection, n, visit) for n in some}
        work.rollback()
    found = []
    for line in done["results"]:
        number = int(line["ref"])
        then = before.get(number)
        problem = str(line["problem"] or "")
        if then is None and not problem:
            continue
        row = then or {"id": number}
        found.append(
            Tried(
                _called(resource, row),
                f"/{resource.name}/{number}",
                () if problem else _changes(visit, resource, row, after.get(number)),
                problem,
            )
        )
    return found


def _whole(
    resource: Resource[Any], connection: Connection, number: int, visit: Visit
) -> Mapping[str, Any] | None:
    try:
        return dict(resource.whole(connection, number, visit.viewer))
    except InventoryError:
        return None


def _called(resource: Resource[Any], row: Mapping[str, Any]) -> str:
    try:
        return resource.called(row)
    except KeyError:
        return str(row["id"])


def _changes(
    visit: Visit,
    resource: Resource[Any],
    before: Mapping[str, Any],
    after: Mapping[str, Any] | None,
) -> list[tuple[str, str, str]]:
    columns = columns_of(resource.detail or resource.rows)
    inside = [
        one
        for name, value in before.items()
        if isinstance(value, Mapping)
        for one in _changes(
            visit, resource, _within(before, name), _within(after or {}, name)
        )
    ]
    return inside + [
        (
            title_of(name, columns),
            _told(visit, name, value, before),
            _told(visit, name, (after or {}).get(name), after or {}),
        )
        for name, value in before.items()
        if name not in _SILENT
        and not isinstance(value, list | Mapping)
        and (after or {}).get(name) != value
        and not isinstance((after or {}).get(name), list | Mapping)
    ]


def _within(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return what a row holds under a name, with the currency of the row."""
    value = row.get(name)
    inside = value if isinstance(value, Mapping) else {}
    return {"currency": row.get("currency"), **inside}


def _told(visit: Visit, name: str, value: object, row: Mapping[str, Any]) -> str:
    currency = row.get("currency")
    if isinstance(value, int) and name.endswith("_minor") and currency:
        return visit.words.money(value, str(currency))
    if is_amount(value, currency):
        return visit.words.amount(Decimal(str(value)), str(currency))
    return visit.words.word(plain(value, visit.words)) if value is not None else ""
