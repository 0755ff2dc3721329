"""Whose row comes next: the rows of a period, with as little reading as possible.

Booked rows are read back only where something may have to be caught up. For a plain
asset without events that is the case exactly when what was booked for the period
before is not what the terms give. Imports `storage` and the modules beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, func, select

from inventory.accounting.plain import Line, line_of
from inventory.accounting.reading import (
    Kept,
    Window,
    in_force,
    made,
    posted_rows,
)
from inventory.accounting.rows import Flows, Row
from inventory.accounting.tables import PostedRow
from inventory.accounting.terms import Deviation
from inventory.periods import CalendarError
from inventory.storage.rows import table_of

_ROW = table_of(PostedRow)


@dataclass(frozen=True, slots=True)
class Turn:
    """The row of an asset that is to be booked now.

    Attributes:
        row: The row.
        before: The row before it, booked or not.
        moved: What each event moved.
        skipped: Rows of closed periods before the asset's first posting.
    """

    row: Row
    before: Row | None = None
    moved: Mapping[str, Flows] = field(default_factory=dict)
    skipped: tuple[Row, ...] = ()


Make = Callable[[], Turn | None]


def turns(
    connection: Connection, window: Window, key: str, chunk: Sequence[Kept]
) -> Iterator[tuple[Kept, Make]]:
    """Yield each asset of a chunk with a function that makes its row of a period.

    Args:
        connection: Where booked rows are.
        window: The book.
        key: The period.
        chunk: Assets without their booked rows.
    """
    place = next(n for n, p in enumerate(window.calendar.periods) if p.id == key)
    lines = {kept.id: line for kept in chunk if (line := _plain(kept, window))}
    booked = _booked_before(connection, window, place, lines)
    plain = {
        number: line
        for number, line in lines.items()
        if _nothing_late(line, place, booked.get(number))
    }
    history = posted_rows(connection, [k.id for k in chunk if k.id not in plain])
    for kept in chunk:
        line = plain.get(kept.id)
        if line is not None:
            yield kept, _next_plain(line, place)
        else:
            full = replace(kept, posted=tuple(history.get(kept.id, ())))
            yield full, _next(full, window, key)


def _plain(kept: Kept, window: Window) -> Line | None:
    if kept.events or kept.terms.conventions.deviation is not Deviation.CATCH_UP:
        return None
    try:
        return line_of(kept.terms, window.calendar)
    except CalendarError:
        return None  # the walk says so again, where it is reported


def _booked_before(
    connection: Connection, window: Window, place: int, lines: Mapping[int, Line]
) -> dict[int, tuple[str, int]]:
    """Return period and book value of the last booked row of each asset."""
    waiting = [number for number, line in lines.items() if line.first <= place]
    if not waiting or place == 0:
        return {}
    start = window.calendar.periods[place - 1].start
    columns = select(_ROW.c.asset_book_id, _ROW.c.period, _ROW.c.closing_minor).where(
        _ROW.c.posting_id.in_(in_force())
    )
    found = {}
    query = columns.where(_ROW.c.asset_book_id.in_(waiting), _ROW.c.starts_on == start)
    for number, period, closing in connection.execute(query):
        found[number] = (period, closing)
    rest = [number for number in waiting if number not in found]
    latest = (
        select(_ROW.c.asset_book_id, func.max(_ROW.c.starts_on).label("day"))
        .where(_ROW.c.asset_book_id.in_(rest), _ROW.c.posting_id.in_(in_force()))
        .group_by(_ROW.c.asset_book_id)
        .subquery()
    )
    query = columns.join(
        latest,
        (latest.c.asset_book_id == _ROW.c.asset_book_id)
        & (latest.c.day == _ROW.c.starts_on),
    )
    for number, period, closing in connection.execute(query) if rest else ():
        found[number] = (period, closing)
    return found


def _nothing_late(line: Line, place: int, booked: tuple[str, int] | None) -> bool:
    """Whether the terms alone give the row of a period."""
    if booked is None:
        return line.first >= place
    last = min(place - 1, line.last)
    period, closing = booked
    return period == line.calendar.periods[last].id and closing == line.closing(last)


def _next_plain(line: Line, place: int) -> Make:
    def make() -> Turn | None:
        row = line.row(place)
        if row is None:
            return None
        return Turn(replace(row, posted=True), line.row(place - 1))

    return make


def _next(kept: Kept, window: Window, key: str) -> Make:
    def make() -> Turn | None:
        whole = made(kept, window)
        earlier: list[Row] = []
        for row in whole.rows:
            if row.period == key:
                skipped = () if kept.posted else tuple(earlier)
                return Turn(
                    replace(row, posted=True),
                    earlier[-1] if earlier else None,
                    whole.moved,
                    skipped,
                )
            earlier.append(row)
        return None

    return make
