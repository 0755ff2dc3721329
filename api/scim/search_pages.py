"""One page of a search as two statements: how many match, and which are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scim2_models import Group, Resource, ScimFilter, SearchRequest
from sqlalchemy import Connection, and_, func, or_, select

from api.scim.filters import condition
from api.scim.paging import Anchor, Order, anchor_of, position_of
from inventory.directory.tables import DirectoryRecord, DirectoryValue
from inventory.storage.rows import Row, col, id_of, table_of

_RECORD = table_of(DirectoryRecord)

_MEMBERS = f"{Group.__schema__}:members"

Models = dict[str, type[Resource[Any]]]


@dataclass(frozen=True, slots=True)
class Found:
    """A page: rows of `directory_record`, and the positions beside it."""

    total: int
    rows: list[Row]
    next: Any = None
    previous: Any = None


def search(
    connection: Connection,
    source: str,
    models: Models,
    request: SearchRequest[Any],
    position: Any,  # noqa: ANN401 - JSON of a cursor
) -> Found:
    """Return one page of a provider's records.

    Raises:
        InvalidFilterException: The filter asks for what a value cannot be.
        InvalidCursorException: The position is none of ours.
    """
    anchor = anchor_of(position)
    order = Order(request, models)
    matching = (
        select(_RECORD, order.value.label("sort_value"))
        .where(_matches(connection, source, models, request.filter))
        .subquery("matching")
    )
    total = connection.execute(select(func.count()).select_from(matching)).scalar_one()
    if request.count == 0:
        return Found(total, [])
    if request.cursor is None:
        return Found(total, _by_index(connection, matching, order, request))
    return _by_cursor(connection, matching, order, request.count, anchor, total)


def _matches(
    connection: Connection, source: str, models: Models, wanted: ScimFilter[Any] | None
) -> Any:  # noqa: ANN401 - an SQL condition
    dialect = connection.dialect.name
    kinds = [
        and_(
            col(DirectoryRecord.kind) == kind,
            *([] if wanted is None else [condition(wanted, model, dialect)]),
        )
        for kind, model in models.items()
    ]
    return and_(
        col(DirectoryRecord.source) == source,
        col(DirectoryRecord.deleted_at).is_(None),
        or_(*kinds),
    )


def _by_index(
    connection: Connection,
    matching: Any,  # noqa: ANN401 - a subquery
    order: Order,
    request: SearchRequest[Any],
) -> list[Row]:
    query = select(matching).order_by(*order.columns(matching, back=False))
    if request.count is not None:
        query = query.limit(request.count)
    if request.start_index_0:
        # OFFSET takes 64 bits; nobody has that many users.
        query = query.offset(min(request.start_index_0, 2**62))
        if request.count is None:
            query = query.limit(2**62)
    return [dict(row) for row in connection.execute(query).mappings()]


def _by_cursor(
    connection: Connection,
    matching: Any,  # noqa: ANN401 - a subquery
    order: Order,
    count: int | None,
    anchor: Anchor | None,
    total: int,
) -> Found:
    back = anchor is not None and anchor.back
    query = select(matching).order_by(*order.columns(matching, back=back))
    if anchor is not None:
        query = query.where(order.beyond(matching, anchor))
    if count is not None:
        query = query.limit(count + 1)
    rows = list(connection.execute(query))
    more = count is not None and len(rows) > count
    rows = rows[:count]
    if back:
        rows.reverse()
    if not rows:
        return Found(total, [])
    follows = more if not back else True
    precedes = more if back else anchor is not None
    return Found(
        total,
        [dict(row._mapping) for row in rows],
        position_of(rows[-1], back=False) if follows else None,
        position_of(rows[0], back=True) if precedes else None,
    )


def groups_of(
    connection: Connection, source: str, rows: Iterable[Mapping[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """Return the groups of users, as their read-only attribute shows them, by uid."""
    uids = [row["uid"] for row in rows if row["kind"] == "User"]
    if not uids:
        return {}
    query = (
        select(
            col(DirectoryValue.value),
            col(DirectoryRecord.uid),
            col(DirectoryRecord.document),
        )
        .join(_RECORD, id_of(DirectoryRecord) == col(DirectoryValue.record_id))
        .where(
            col(DirectoryValue.attr) == _MEMBERS,
            col(DirectoryValue.sub) == "value",
            col(DirectoryValue.key).in_(uids),
            col(DirectoryRecord.source) == source,
            col(DirectoryRecord.deleted_at).is_(None),
        )
        .order_by(id_of(DirectoryRecord))
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for member, group, document in connection.execute(query):
        found.setdefault(member, []).append(
            {
                "value": group,
                "$ref": f"Groups/{group}",
                "display": document.get("displayName"),
                "type": "direct",
            }
        )
    return found
