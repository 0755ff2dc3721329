"""Everything that is listed, as tables for a file. May import every context.

A list is read page by page by its own query, so a file shows what the list shows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any

from sqlalchemy import Connection

from inventory.kernel.errors import NotFound
from inventory.kernel.texts import N_
from inventory.queries.money.cost_centres import list_cost_centres
from inventory.queries.people.people import PersonFilter, list_people
from inventory.queries.register.assets import AssetFilter
from inventory.queries.register.audit_trail import list_trail
from inventory.queries.register.import_sheet import HEADER, asset_sheet
from inventory.queries.register.stock import (
    list_acceptances,
    list_minima,
    list_orders,
    list_suppliers,
    open_reservations,
)
from inventory.storage.paging import MAX_LIMIT, Page

Sheet = tuple[Sequence[str], Iterator[Sequence[Any]]]
Words = Mapping[str, str]
"""Filters as they stand in an address: search, kind, state ..."""

_Pages = Callable[[Connection, date, Words, str | None], Page]


def _people(reading: Connection, day: date, words: Words, after: str | None) -> Page:
    filters = PersonFilter(search=words.get("search", ""))
    return list_people(reading, day, filters, after=after, limit=MAX_LIMIT)


def _centres(reading: Connection, day: date, words: Words, after: str | None) -> Page:
    search = words.get("search", "")
    return list_cost_centres(reading, day, search=search, after=after, limit=MAX_LIMIT)


def _orders(reading: Connection, _day: date, _words: Words, after: str | None) -> Page:
    return list_orders(reading, after=after, limit=MAX_LIMIT)


def _handovers(
    reading: Connection, _day: date, words: Words, after: str | None
) -> Page:
    state = words.get("state") or None
    return list_acceptances(reading, state=state, after=after, limit=MAX_LIMIT)


def _trail(reading: Connection, _day: date, words: Words, after: str | None) -> Page:
    entity = words.get("entity") or None
    return list_trail(reading, entity=entity, after=after, limit=MAX_LIMIT)


PAGED: dict[str, _Pages] = {
    "people": _people,
    "cost-centres": _centres,
    "orders": _orders,
    "acceptances": _handovers,
    "trail": _trail,
}
WHOLE: dict[str, Callable[[Connection], list[dict[str, Any]]]] = {
    "reservations": open_reservations,
    "minima": list_minima,
    "suppliers": list_suppliers,
}
OF_PEOPLE = frozenset(("people", "acceptances", "trail"))
"""Lists that name people."""


def names() -> list[str]:
    """Return what can be exported."""
    return sorted(("assets", *PAGED, *WHOLE))


def export(connection: Connection, what: str, day: date, words: Words) -> Sheet:
    """Return heading and rows of a list; rows are read as they are taken.

    Raises:
        NotFound: There is no such list.
    """
    if what == "assets":
        filters = AssetFilter(
            search=words.get("search", ""),
            kind=words.get("kind") or None,
            state=words.get("state") or None,
        )
        return HEADER, iter(asset_sheet(connection, filters))
    if what in PAGED:
        return _as_sheet(_paged(connection, PAGED[what], day, words))
    if what in WHOLE:
        return _as_sheet(iter(WHOLE[what](connection)))
    raise NotFound(
        N_("There is no list {what!r}."),
        remedy=N_("Use one of {value}."),
        what=what,
        value=", ".join(names()),
    )


def _paged(
    connection: Connection, pages: _Pages, day: date, words: Words
) -> Iterator[dict[str, Any]]:
    after: str | None = None
    while True:
        page = pages(connection, day, words, after)
        yield from page.rows
        after = page.next
        if after is None:
            return


def _as_sheet(rows: Iterator[dict[str, Any]]) -> Sheet:
    first = next(rows, None)
    if first is None:
        return (), iter(())
    header = tuple(first)
    return header, ([_cell(row[n]) for n in header] for row in chain([first], rows))


def _cell(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, datetime):
        # Workbooks know no time zones.
        return value.isoformat(timespec="seconds")
    return value
