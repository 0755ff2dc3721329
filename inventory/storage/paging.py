"""Keyset paging: the next page starts after the last row, however deep it lies.

OFFSET reads and throws away all rows before; a key does not. May import SQLAlchemy
and `inventory.kernel.errors`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, tuple_

from inventory.kernel.errors import Invalid

MAX_LIMIT = 1000
_MOMENT = "at"


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
) -> Page:
    """Run `query` for one page.

    Args:
        connection: Where.
        query: Selects the columns shown; must contain a column labelled `id`.
        keys: Columns one may sort by; none of them may be NULL (coalesce them).
        sort: One of `keys`, with a leading `-` for descending order.
        row_id: Tells rows with the same key apart: an id, or another unique column
            that, after the key, an index has in order.
        after: `Page.next` of the page before.
        limit: Rows on a page, 1 to 1000.

    Raises:
        Invalid: The sort key, the cursor or the limit is not one.
    """
    name = sort.removeprefix("-")
    if name not in keys:
        raise Invalid(
            f"Rows cannot be sorted by {name!r}.",
            where="sort",
            remedy=f"Use one of {', '.join(sorted(keys))}, with - for descending.",
        )
    if not 1 <= limit <= MAX_LIMIT:
        raise Invalid(f"A page has 1 to {MAX_LIMIT} rows, not {limit}.", where="limit")
    key, down = keys[name], sort.startswith("-")
    query = query.add_columns(key.label("_key"), row_id.label("_tie"))
    if after is not None:
        tie = row_id.type.python_type
        here, last = tuple_(key, row_id), tuple_(*_decode(after, sort, tie))
        query = query.where(here < last if down else here > last)
    order = (key.desc(), row_id.desc()) if down else (key.asc(), row_id.asc())
    found = connection.execute(query.order_by(*order).limit(limit + 1)).mappings().all()
    rows = [dict(row) for row in found[:limit]]
    cursor = None
    if len(found) > limit:
        cursor = _encode(sort, rows[-1]["_key"], rows[-1]["_tie"])
    for row in rows:
        del row["_key"], row["_tie"]
    return Page(rows, cursor)


def _encode(sort: str, key: object, row_id: int | str) -> str:
    if isinstance(key, datetime):
        key = {_MOMENT: key.isoformat()}
    text = json.dumps([sort, key, row_id])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str, sort: str, tie: type) -> tuple[Any, Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        made_for, key, row_id = json.loads(base64.urlsafe_b64decode(padded))
        if isinstance(key, dict):
            key = datetime.fromisoformat(key[_MOMENT])
    except (ValueError, KeyError, TypeError):
        made_for, key, row_id = None, None, 0
    if made_for != sort or not isinstance(row_id, tie):
        raise Invalid(
            "The page cursor does not belong to this list.",
            where="after",
            remedy="Start again from the first page, or keep the sort order.",
        )
    return key, row_id
