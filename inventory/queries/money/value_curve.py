"""What the assets of a book were worth at the end of each of its last periods."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Connection, func, select

from inventory.accounting.tables import PostedRow, Posting
from inventory.storage.rows import col, id_of, table_of

MOST_ROWS = 250_000
"""Booked rows that are summed; a larger book has a shorter curve."""

_posting, _row = table_of(Posting), table_of(PostedRow)


def values_by_period(
    connection: Connection, book_id: int, *, most: int = 12
) -> list[tuple[str, date, int]]:
    """Return period, first day and book value in minor units, the oldest first.

    Args:
        connection: To read from.
        book_id: Of which book.
        most: Periods.
    """
    stands = _standing(book_id)
    periods = _last_periods(connection, stands, most)
    # The last row of an asset in a period counts: what was posted late corrects it.
    last = (
        select(func.max(id_of(PostedRow)).label("id"))
        .join(_posting, id_of(Posting) == col(PostedRow.posting_id))
        .where(stands, col(PostedRow.period).in_(periods))
        .group_by(col(PostedRow.asset_book_id), col(PostedRow.period))
        .subquery()
    )
    found = connection.execute(
        select(
            col(PostedRow.period),
            func.min(col(PostedRow.starts_on)),
            func.sum(col(PostedRow.closing_minor)),
        )
        .join(last, last.c.id == id_of(PostedRow))
        .group_by(col(PostedRow.period))
        .order_by(func.min(col(PostedRow.starts_on)))
    )
    return [(period, day, int(value)) for period, day, value in found]


def _standing(book_id: int) -> ColumnElement[bool]:
    """Return the condition of postings that were not reversed, and reverse none."""
    undone = select(col(Posting.reverses_id)).where(
        col(Posting.book_id) == book_id, col(Posting.reverses_id).is_not(None)
    )
    return (
        (col(Posting.book_id) == book_id)
        & col(Posting.reverses_id).is_(None)
        & id_of(Posting).not_in(undone)
    )


def _last_periods(
    connection: Connection, stands: ColumnElement[bool], most: int
) -> list[str]:
    """Return the last periods that were posted, as many as can be summed."""
    sizes = connection.execute(
        select(col(Posting.period), func.sum(col(Posting.assets)))
        .where(stands)
        .group_by(col(Posting.period))
        .order_by(col(Posting.period).desc())
        .limit(most)
    ).all()
    periods: list[str] = []
    rows = 0
    for period, assets in sizes:
        rows += int(assets or 0)
        if rows > MOST_ROWS and periods:
            break
        periods.append(period)
    return periods
