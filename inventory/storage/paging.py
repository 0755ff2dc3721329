"""Keyset paging: the next page starts after the last row, however deep it lies.

OFFSET reads and throws away all rows before; a key does not. May import SQLAlchemy
and `inventory.kernel.errors`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    TypeDecorator,
    tuple_,
)
from sqlalchemy.types import TypeEngine

from inventory.kernel.clean_text import parsed
from inventory.kernel.errors import BadCursor, Invalid
from inventory.kernel.texts import N_

MAX_LIMIT = 1000
_MOMENT = "at"
_DAY = "on"


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as plain mappings, and the cursor of the page after; None at the end."""

    rows: list[dict[str, Any]]
    next: str | None


def fetch_page(
    connection: Connection,
    query: Select[*tuple[Any, ...]],
    *,
    keys: Mapping[str, ColumnElement[Any]],
    sort: str,
    row_id: ColumnElement[Any],
    after: str | None,
    limit: int,
    optional: Collection[str] = (),
) -> Page:
    """Run `query` for one page.

    Args:
        connection: Where.
        query: Selects the columns shown; must contain a column labelled `id`.
        keys: Columns one may sort by.
        sort: One of `keys`, with a leading `-` for descending order.
        row_id: Tells rows with the same key apart: an id, or another unique column
            that, after the key, an index has in order.
        after: `Page.next` of the page before.
        limit: Rows on a page, 1 to 1000.
        optional: Keys that may be NULL; rows without a value come before all others.

    Raises:
        Invalid: The sort key, the cursor or the limit is not one.
    """
    name = sort.removeprefix("-")
    if name not in keys:
        raise Invalid(
            N_("Rows cannot be sorted by {name!r}."),
            where="sort",
            remedy=N_("Use one of {keys}, with - for descending."),
            name=name,
            keys=", ".join(sorted(keys)),
        )
    if not 1 <= limit <= MAX_LIMIT:
        raise Invalid(
            N_("A page has 1 to {max_limit} rows, not {limit}."),
            where="limit",
            max_limit=MAX_LIMIT,
            limit=limit,
        )
    key, down = keys[name], sort.startswith("-")
    query = query.add_columns(key.label("_key"), row_id.label("_tie"))
    last = None
    if after is not None:
        last = _decode(after, sort, key, row_id, optional=name in optional)
    found: list[Any] = []
    for one in _parts(query, key, row_id, down, last, split=name in optional):
        wanted = limit + 1 - len(found)
        found += connection.execute(one.limit(wanted)).mappings().all()
        if len(found) > limit:
            break
    rows = [dict(row) for row in found[:limit]]
    cursor = None
    if len(found) > limit:
        cursor = cursor_after(sort, rows[-1]["_key"], rows[-1]["_tie"])
    for row in rows:
        del row["_key"], row["_tie"]
    return Page(rows, cursor)


def _parts(
    query: Select[*tuple[Any, ...]],
    key: ColumnElement[Any],
    row_id: ColumnElement[Any],
    down: bool,
    last: tuple[Any, Any] | None,
    *,
    split: bool,
) -> Iterator[Select[*tuple[Any, ...]]]:
    """Yield the queries that together read on after a row, in their order.

    Rows without a key are read apart: both queries then follow an index on the key,
    which one with `coalesce` in it, or with OR, would not.
    """
    ways = (key.desc(), row_id.desc()) if down else (key.asc(), row_id.asc())
    filled = query.where(key.is_not(None)) if split else query
    if last is not None and last[0] is not None:
        here, there = tuple_(key, row_id), tuple_(*last)
        filled = filled.where(here < there if down else here > there)
    empty = query.where(key.is_(None))
    if last is not None and last[0] is None:
        empty = empty.where(row_id < last[1] if down else row_id > last[1])
    parts = [filled.order_by(*ways)]
    if split:
        parts.insert(len(parts) if down else 0, empty.order_by(ways[1]))
    if last is not None and split and (last[0] is None) == down:
        # The first part lies before the row.
        parts = parts[1:]
    yield from parts


def cursor_after(sort: str, key: object, row_id: int | str) -> str:
    """Return the cursor of the page after a row.

    Args:
        sort: As of `fetch_page`.
        key: What the row is sorted by.
        row_id: What tells it apart.
    """
    if isinstance(key, datetime):
        key = {_MOMENT: key.isoformat()}
    elif isinstance(key, date):
        key = {_DAY: key.isoformat()}
    text = json.dumps([sort, key, row_id])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def key_in(cursor: str | None) -> object:
    """Return what the row before a page is sorted by; None where none is told."""
    try:
        padded = (cursor or "") + "=" * (-len(cursor or "") % 4)
        _, value, _ = parsed(base64.urlsafe_b64decode(padded))
    except (ValueError, TypeError):
        return None
    return value


def _decode(
    cursor: str,
    sort: str,
    key: ColumnElement[Any],
    row_id: ColumnElement[Any],
    *,
    optional: bool,
) -> tuple[Any, Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        made_for, value, tie = parsed(base64.urlsafe_b64decode(padded))
        if isinstance(value, dict):
            form = datetime if _MOMENT in value else date
            value = form.fromisoformat(value[_MOMENT if form is datetime else _DAY])
        known = (optional and value is None) or _fits(value, key)
        fits = made_for == sort and known and _fits(tie, row_id)
    except (ValueError, KeyError, TypeError):
        fits = False
    if not fits:
        raise BadCursor
    return value, tie


def plain_type(column: ColumnElement[Any]) -> TypeEngine[Any]:
    """Return the SQL type of an expression, of a decorated one the type below."""
    kind: TypeEngine[Any] = column.type
    while isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    return kind


def _fits(value: object, column: ColumnElement[Any]) -> bool:
    """Whether a value of a cursor, which anybody may have written, can be compared."""
    kind = plain_type(column).python_type
    if kind is bool:
        return isinstance(value, bool | int)
    if kind is float:
        return isinstance(value, float | int)
    if type(value) is not kind:
        return False
    if isinstance(value, int):
        return abs(value) < 2**63
    if isinstance(value, datetime):
        return value.tzinfo is not None
    return not isinstance(value, str) or "\x00" not in value
