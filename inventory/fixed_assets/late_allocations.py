"""Assets whose cost centres of earlier days became known late.

Only facts that carry their days count: an allocation, a holder, the placement of a
person. What holds from now on, such as the cost centre of a place, changes nothing
that was charged. May import the contexts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Executable, Table, select

from inventory.assets.register.tables import Allocation, Custody
from inventory.people.tables import Employment, Placement
from inventory.storage.rows import chunks, col, id_of, table_of

_CUSTODY, _EMPLOYMENT = table_of(Custody), table_of(Employment)


def reallocated(
    connection: Connection, known_at: datetime, before: date
) -> dict[int, date]:
    """Return the assets that may have been charged to the wrong cost centre.

    Args:
        connection: Where to look.
        known_at: What was recorded before this moment was known to the books.
        before: First day that is not booked.

    Returns:
        Asset id -> the first day whose cost centres may have changed.
    """
    found: dict[int, date] = {}
    for query in _facts(known_at, before):
        for asset_id, day in connection.execute(query):
            found[asset_id] = min(day, found.get(asset_id, day))
    _add_parts(connection, found)
    return found


def _facts(known_at: datetime, before: date) -> Iterator[Executable]:
    """Yield queries of assets and days: rows that began or ended late."""
    placement = table_of(Placement)
    for table in (table_of(Allocation), _CUSTODY, placement):
        for day, known in (("valid_from", "recorded_at"), _ENDED):
            late = (table.c[known] >= known_at) & (table.c[day] < before)
            if table is placement:
                yield _held_by_placed(table, table.c[day], late)
            else:
                yield select(table.c.asset_id, table.c[day]).where(late)


_ENDED = ("valid_to", "ended_recorded_at")


def _held_by_placed(
    placement: Table, day: ColumnElement[date], late: ColumnElement[bool]
) -> Executable:
    """Return a query of what the persons of some placements held at any time."""
    query = select(col(Custody.asset_id), day)
    return (
        query.select_from(placement)
        .join(_EMPLOYMENT, id_of(Employment) == placement.c.employment_id)
        .join(_CUSTODY, col(Custody.person_id) == col(Employment.person_id))
        .where(late)
    )


def _add_parts(connection: Connection, found: dict[int, date]) -> None:
    """Add what is a part of assets found, and its parts."""
    new = list(found)
    while new:
        parts = []
        for ids in chunks(new):
            query = select(col(Custody.asset_id), col(Custody.holder_asset_id)).where(
                col(Custody.holder_asset_id).in_(ids)
            )
            for part, whole in connection.execute(query):
                assert whole is not None
                if found[whole] < found.get(part, date.max):
                    found[part] = found[whole]
                    parts.append(part)
        new = parts
