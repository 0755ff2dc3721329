"""Keyset paging: the next page starts after the last row, however deep it lies.

OFFSET reads and throws away all rows before; a key does not. May import SQLAlchemy
and `inventory.kernel.errors`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    TypeDecorator,
    literal,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.types import TypeEngine

from inventory.kernel.clean_text import parsed
from inventory.kernel.errors import BadCursor, Invalid
from inventory.kernel.texts import N_

MAX_LIMIT = 1000
_NUMBER: ColumnElement[int] = literal(0, Integer)
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


@dataclass(frozen=True, slots=True)
class Portion:
    """Rows of one table in a list that is made of several.

    Each is read in its own order, by its own indexes, and just as far as the page goes;
    a database would put all rows of all tables together before it sorts them.

    Attributes:
        query: Selects `id`, the number of a row in the whole list.
        key: What the list is sorted by.
        row_id: Number of a row in its table: `id` is `row_id * step + place`.
        place: Which of the tables it is, from 0 on.
        filled: Whether a row has a key; None: `key` tells.
        in_order: The key follows the number: it is the number, or the same for all.
    """

    query: Select[*tuple[Any, ...]]
    key: ColumnElement[Any]
    row_id: ColumnElement[Any]
    place: int
    filled: ColumnElement[bool] | None = None
    in_order: bool = False

    def piece(self, cut: _Cut) -> Select[*tuple[Any, ...]]:
        """Return the query of some rows, with `_key`."""
        filled, down = cut.filled, cut.down
        query = self.query.add_columns(self.key.label("_key"))
        order = (self.row_id,) if filled is False else (self.key, self.row_id)
        has = self.key.is_not(None) if self.filled is None else self.filled
        if filled is not None:
            query = query.where(has if filled else ~has)
        if cut.last is not None:
            number = _own_number(cut.last[1], self.place, cut.step, down=down)
            here: Any = tuple_(*order) if filled is not False else self.row_id
            there: Any = number
            if filled is not False:
                there = tuple_(cut.last[0], number)
            query = query.where(here < there if down else here > there)
        if self.in_order:
            order = (self.row_id,)
        ways = [one.desc() if down else one.asc() for one in order]
        found = query.order_by(*ways).limit(cut.limit).subquery()
        return select(found.c.id, found.c["_key"])


@dataclass(frozen=True, slots=True)
class _Cut:
    """What is read of each portion.

    Attributes:
        last: Key and number, in the whole list, of the row before.
        limit: How many rows at most.
        step: How many tables there are.
        down: In descending order.
        filled: Those with a key, those without, or None for all.
    """

    last: tuple[Any, Any] | None
    limit: int
    step: int
    down: bool
    filled: bool | None


def _own_number(number: int, place: int, step: int, *, down: bool) -> int:
    """Return what separates rows of a table as a number of the whole list does."""
    return -((place - number) // step) if down else (number - place) // step


def fetch_merged(
    connection: Connection,
    portions: Sequence[Portion],
    *,
    key: ColumnElement[Any],
    sort: str,
    after: str | None,
    limit: int,
    optional: bool,
) -> tuple[list[int], str | None]:
    """Return the numbers of the rows of a page of several tables, and its cursor.

    Args:
        connection: Where.
        portions: The rows of each table.
        key: Of the type the list is sorted by.
        sort: Name of the key, with a leading `-` for descending order.
        after: The cursor of the page before.
        limit: Rows on a page.
        optional: The key may be NULL; such rows come before all others.

    Raises:
        BadCursor: The cursor is none of this list.
    """
    down = sort.startswith("-")
    last = None
    if after is not None:
        last = _decode(after, sort, key, _NUMBER, optional=optional)
    found: list[Any] = []
    for filled, begin in _pieces(last, down=down, split=optional):
        wanted = limit + 1 - len(found)
        cut = _Cut(begin, wanted, len(portions), down, filled)
        some = union_all(*(one.piece(cut) for one in portions))
        rows = some.subquery()
        ways = [rows.c["_key"], rows.c.id]
        query = select(rows.c.id, rows.c["_key"]).limit(wanted)
        query = query.order_by(*(one.desc() if down else one for one in ways))
        found += connection.execute(query).all()
        if len(found) > limit:
            break
    page = found[:limit]
    cursor = None
    if len(found) > limit:
        cursor = cursor_after(sort, page[-1][1], page[-1][0])
    return [int(row[0]) for row in page], cursor


def _pieces(
    last: tuple[Any, Any] | None, *, down: bool, split: bool
) -> Iterator[tuple[bool | None, tuple[Any, Any] | None]]:
    """Yield what is read after a row, in order: with a key or without, from where."""
    if not split:
        yield None, last
        return
    for filled in (True, False) if down else (False, True):
        if last is None or filled == (last[0] is not None):
            yield filled, last
            last = None  # pieces before this one lie before the row


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
