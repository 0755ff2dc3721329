"""Pools with their members and declared years, from the database."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, select

from inventory.accounting.books.load import assets_of_rows
from inventory.accounting.pools.movements import Movement, movements_of
from inventory.accounting.pools.pool_codec import year_from_json
from inventory.accounting.pools.years import PoolInBook, YearResult
from inventory.accounting.tables import AssetBook, ClosedPoolYear, Pool
from inventory.storage.rows import col, id_of, table_of

_ASSET_BOOK = table_of(AssetBook)
_POOL, _CLOSED = table_of(Pool), table_of(ClosedPoolYear)
_CHUNK = 1000


def pools_of_book(connection: Connection, book_id: int) -> list[PoolInBook]:
    """Return all pools of a book."""
    query = select(_POOL).where(col(Pool.book_id) == book_id).order_by(id_of(Pool))
    found = []
    for row in connection.execute(query).mappings().all():
        declared, counted = _declared(connection, row["id"])
        found.append(
            PoolInBook(
                row["id"],
                row["name"],
                row["begins_on"],
                row["opening_minor"],
                _movements(connection, row["id"]),
                declared,
                counted,
            )
        )
    return found


def _movements(connection: Connection, pool_id: int) -> list[Movement]:
    moved: list[Movement] = []
    after = 0
    while True:
        query = (
            select(_ASSET_BOOK)
            .where(col(AssetBook.pool_id) == pool_id, id_of(AssetBook) > after)
            .order_by(id_of(AssetBook))
            .limit(_CHUNK)
        )
        rows = [dict(row) for row in connection.execute(query).mappings()]
        if not rows:
            return sorted(moved, key=lambda one: (one.on, one.asset_book_id))
        for asset in assets_of_rows(connection, rows, history=False):
            moved += movements_of(asset)
        after = rows[-1]["id"]


def _declared(
    connection: Connection, pool_id: int
) -> tuple[dict[str, YearResult], dict[str, int]]:
    """Return declared years, and what they counted by the key of the movement."""
    query = (
        select(col(ClosedPoolYear.result), col(ClosedPoolYear.counted))
        .where(col(ClosedPoolYear.pool_id) == pool_id)
        .order_by(id_of(ClosedPoolYear))
    )
    years: dict[str, YearResult] = {}
    counted: Counter[str] = Counter()
    for result, some in connection.execute(query):
        year = year_from_json(result)
        years[year.year] = year
        counted.update(some)
    return years, dict(counted)
