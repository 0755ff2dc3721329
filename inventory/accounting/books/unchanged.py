"""Which assets follow from their terms alone, so that booked rows need not be read.

For a straight-line asset without events that is so exactly when what was booked last is
what the terms give. Imports `storage` and the modules beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from inventory.accounting.books.book_state import BookState, postings_in_force
from inventory.accounting.books.load import AssetInBook
from inventory.accounting.engine.straight_line import Line, line_of
from inventory.accounting.model.terms import Deviation
from inventory.accounting.tables import PostedRow
from inventory.kernel.periods import CalendarError
from inventory.storage.rows import col


def unchanged_assets(
    connection: Connection,
    book_state: BookState,
    index: int,
    chunk: Sequence[AssetInBook],
) -> dict[int, Line]:
    """Return the assets whose rows from a period on follow from their terms alone.

    Args:
        connection: Where booked rows are.
        book_state: The book.
        index: Index of the first period that is not booked.
        chunk: Assets; their booked rows need not be there.

    Returns:
        Id of the asset's row in the book -> how it is depreciated.
    """
    lines = {
        asset.id: line
        for asset in chunk
        if (line := _plain(asset, book_state)) and not _came_late(asset, line)
    }
    waiting = [number for number, line in lines.items() if line.first < index]
    booked = last_booked_rows(connection, book_state, index, waiting)
    return {
        number: line
        for number, line in lines.items()
        if _nothing_late(line, index, booked.get(number))
    }


def _plain(asset: AssetInBook, book_state: BookState) -> Line | None:
    if asset.terms.conventions.deviation is not Deviation.CATCH_UP:
        return None
    try:
        return line_of(asset.terms, book_state.calendar, asset.events)
    except CalendarError:
        return None  # the walk says so again, where it is reported


def _came_late(asset: AssetInBook, line: Line) -> bool:
    """Whether it was capitalised after its first period was booked without it."""
    first = line.calendar.periods[line.first].start
    return asset.booked_from not in (None, first)


def last_booked_rows(
    connection: Connection, book_state: BookState, index: int, waiting: Sequence[int]
) -> dict[int, tuple[str, int]]:
    """Return the last booked row of some assets.

    Args:
        connection: Where booked rows are.
        book_state: The book.
        index: Index of the first period that is not booked.
        waiting: Ids of the assets' rows in the book.

    Returns:
        Id -> period and book value at its end; nothing for those without one.
    """
    if not waiting:
        return {}
    start = book_state.calendar.periods[index - 1].start
    columns = select(
        col(PostedRow.asset_book_id),
        col(PostedRow.period),
        col(PostedRow.closing_minor),
    ).where(col(PostedRow.posting_id).in_(postings_in_force()))
    query = columns.where(
        col(PostedRow.asset_book_id).in_(waiting), col(PostedRow.starts_on) == start
    )
    found = {
        number: (period, closing)
        for number, period, closing in connection.execute(query)
    }
    rest = [number for number in waiting if number not in found]
    if not rest:
        return found
    latest = (
        select(
            col(PostedRow.asset_book_id),
            func.max(col(PostedRow.starts_on)).label("day"),
        )
        .where(
            col(PostedRow.asset_book_id).in_(rest),
            col(PostedRow.posting_id).in_(postings_in_force()),
        )
        .group_by(col(PostedRow.asset_book_id))
        .subquery()
    )
    query = columns.join(
        latest,
        (latest.c.asset_book_id == col(PostedRow.asset_book_id))
        & (latest.c.day == col(PostedRow.starts_on)),
    )
    for number, period, closing in connection.execute(query):
        found[number] = (period, closing)
    return found


def _nothing_late(line: Line, index: int, booked: tuple[str, int] | None) -> bool:
    if booked is None:
        return line.first >= index
    last = min(index - 1, line.last)
    period, closing = booked
    return period == line.calendar.periods[last].id and closing == line.closing(last)
