"""The rows of assets between two days, and the balances before them.

Reads no more booked rows than are asked for wherever the terms alone give the rest.
Imports `storage` and the modules beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Connection

from inventory.accounting.books.book_state import BookState
from inventory.accounting.books.load import (
    RULE_ERRORS,
    AssetInBook,
    posted_rows,
    schedule_in_book,
)
from inventory.accounting.books.unchanged import unchanged_assets
from inventory.accounting.engine.straight_line import Line
from inventory.accounting.model.rows import Derecognised, Remeasured, Row, Schedule
from inventory.kernel.errors import Invalid

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RowRange:
    """The rows of one asset in a book between two days.

    Attributes:
        asset: The asset.
        before: The row whose closing balances hold at the first day; None where the
            asset was not in the book yet.
        rows: Rows of the periods that start between the two days.
        derecognised: All disposals of its life.
        remeasured: All revaluations and impairments of its life.
        until: Last day of its last row.
    """

    asset: AssetInBook
    before: Row | None
    rows: tuple[Row, ...]
    derecognised: tuple[Derecognised, ...] = ()
    remeasured: tuple[Remeasured, ...] = ()
    until: date | None = None

    @property
    def last(self) -> Row | None:
        """The row whose closing balances hold after the last day."""
        return self.rows[-1] if self.rows else self.before


def row_ranges(
    connection: Connection,
    book_state: BookState,
    chunk: Sequence[AssetInBook],
    start: date,
    end: date,
) -> Iterator[RowRange]:
    """Yield the rows of each asset of a chunk, in their order.

    Args:
        connection: Where booked rows are.
        book_state: The book.
        chunk: Assets without their booked rows.
        start: First day.
        end: First day after.

    Raises:
        Invalid: What is stored of an asset contradicts itself.
    """
    plain: Mapping[int, Line] = {}
    if book_state.known_at is None:
        plain = {
            number: line
            for number, line in unchanged_assets(
                connection, book_state, book_state.first_unposted, chunk
            ).items()
            if not book_state.skipped_between(line.first, line.last)
        }
    span = _span_to_read(book_state, start, end)
    booked = posted_rows(connection, list(plain), span=span) if span else {}
    rest = [asset.id for asset in chunk if asset.id not in plain]
    history = posted_rows(connection, rest, book_state.known_at)
    for asset in chunk:
        line = plain.get(asset.id)
        if line is not None:
            yield _of_line(
                asset, line, booked.get(asset.id, ()), book_state, start, end
            )
            continue
        full = replace(asset, posted=tuple(history.get(asset.id, ())))
        try:
            yield cut(full, schedule_in_book(full, book_state), start, end)
        except RULE_ERRORS as error:
            raise Invalid(str(error), where=f"asset {asset.asset_id}") from error


def cut(asset: AssetInBook, whole: Schedule, start: date, end: date) -> RowRange:
    """Return the part of a whole schedule between two days."""
    before = None
    inside = []
    for row in whole.rows:
        if row.end <= start:
            before = row
        elif row.start < end:
            inside.append(row)
    until = whole.rows[-1].end - _DAY if whole.rows else None
    return RowRange(
        asset, before, tuple(inside), whole.derecognised, whole.remeasured, until
    )


def _span_to_read(
    book_state: BookState, start: date, end: date
) -> tuple[date, date] | None:
    """Return which booked periods have to be read; None for none of them."""
    if not book_state.first_unposted:
        return None
    reached = book_state.calendar.periods[book_state.first_unposted - 1].end
    # The period before the first day has the balances before it.
    first = book_state.calendar.start
    if start > first:
        first = book_state.calendar.at(min(start, reached) - _DAY).start
    return (first, min(end, reached)) if first < reached else None


def _of_line(
    asset: AssetInBook,
    line: Line,
    booked: Sequence[Row],
    book_state: BookState,
    start: date,
    end: date,
) -> RowRange:
    rows = list(booked)
    index = max(line.first, book_state.first_unposted)
    while index <= line.last and book_state.calendar.periods[index].start < end:
        row = line.row(index)
        if row is not None and row.end > start:
            rows.append(row)
        index += 1
    before = None
    if (
        book_state.first_unposted
        and start <= book_state.calendar.periods[book_state.first_unposted - 1].end
    ):
        before = next((row for row in reversed(booked) if row.end <= start), None)
    before = before or _standing(line, book_state, start)
    inside = tuple(row for row in rows if row.end > start)
    return RowRange(
        asset, before, inside, until=book_state.calendar.periods[line.last].last
    )


def _standing(line: Line, book_state: BookState, start: date) -> Row | None:
    """Return the computed row that stands at a day, booked ones being elsewhere."""
    if start <= book_state.calendar.start:
        return None
    index = book_state.calendar.index_at(start - _DAY)
    if book_state.calendar.periods[index].end > start:
        index -= 1
    row = line.row(min(index, line.last))
    return row if index >= line.first else None
