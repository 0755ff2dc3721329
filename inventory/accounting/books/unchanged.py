"""Which assets follow from their terms alone, so that booked rows need no reading.

For a plain asset without events that is so exactly when what was booked last is what
the terms give. Imports `storage` and the modules beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from inventory.accounting.books.book_state import Window, in_force
from inventory.accounting.books.load import Kept
from inventory.accounting.engine.straight_line import Line, line_of
from inventory.accounting.model.terms import Deviation
from inventory.accounting.tables import PostedRow
from inventory.kernel.periods import CalendarError
from inventory.storage.rows import col


def alone(
    connection: Connection, window: Window, place: int, chunk: Sequence[Kept]
) -> dict[int, Line]:
    """Return the assets whose rows from a period on follow from their terms alone.

    Args:
        connection: Where booked rows are.
        window: The book.
        place: Place of the first period that is not booked.
        chunk: Assets; their booked rows need not be there.

    Returns:
        Id of the asset's row in the book -> how it is depreciated.
    """
    lines = {kept.id: line for kept in chunk if (line := _plain(kept, window))}
    waiting = [number for number, line in lines.items() if line.first < place]
    booked = booked_before(connection, window, place, waiting)
    return {
        number: line
        for number, line in lines.items()
        if _nothing_late(line, place, booked.get(number))
    }


def _plain(kept: Kept, window: Window) -> Line | None:
    if kept.terms.conventions.deviation is not Deviation.CATCH_UP:
        return None
    try:
        return line_of(kept.terms, window.calendar, kept.events)
    except CalendarError:
        return None  # the walk says so again, where it is reported


def booked_before(
    connection: Connection, window: Window, place: int, waiting: Sequence[int]
) -> dict[int, tuple[str, int]]:
    """Return the last booked row of some assets.

    Args:
        connection: Where booked rows are.
        window: The book.
        place: Place of the first period that is not booked.
        waiting: Ids of the assets' rows in the book.

    Returns:
        Id -> period and book value at its end; nothing for those without one.
    """
    if not waiting:
        return {}
    start = window.calendar.periods[place - 1].start
    columns = select(
        col(PostedRow.asset_book_id),
        col(PostedRow.period),
        col(PostedRow.closing_minor),
    ).where(col(PostedRow.posting_id).in_(in_force()))
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
            col(PostedRow.posting_id).in_(in_force()),
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


def _nothing_late(line: Line, place: int, booked: tuple[str, int] | None) -> bool:
    if booked is None:
        return line.first >= place
    last = min(place - 1, line.last)
    period, closing = booked
    return period == line.calendar.periods[last].id and closing == line.closing(last)
