"""Stretches of schedules: the rows of assets between two days, and what stood before.

Reads no more booked rows than the stretch needs wherever the terms alone give the
rest. Imports `storage` and the modules beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Connection

from inventory.accounting.books.book_state import Window
from inventory.accounting.books.load import Kept, RuleError, made, posted_rows
from inventory.accounting.books.unchanged import alone
from inventory.accounting.engine.straight_line import Line
from inventory.accounting.model.rows import Derecognised, Remeasured, Row, Schedule
from inventory.kernel.errors import Invalid

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The rows of one asset in a book between two days.

    Attributes:
        kept: The asset.
        before: The row whose closing balances hold at the first day; None where the
            asset was not in the book yet.
        rows: Rows of the periods that start within the stretch.
        derecognised: All disposals of its life.
        remeasured: All revaluations and impairments of its life.
        until: Last day of its last row.
    """

    kept: Kept
    before: Row | None
    rows: tuple[Row, ...]
    derecognised: tuple[Derecognised, ...] = ()
    remeasured: tuple[Remeasured, ...] = ()
    until: date | None = None

    @property
    def last(self) -> Row | None:
        """The row whose closing balances hold after the stretch."""
        return self.rows[-1] if self.rows else self.before


def stretches(
    connection: Connection,
    window: Window,
    chunk: Sequence[Kept],
    start: date,
    end: date,
) -> Iterator[Stretch]:
    """Yield the stretch of each asset of a chunk, in their order.

    Args:
        connection: Where booked rows are.
        window: The book.
        chunk: Assets without their booked rows.
        start: First day.
        end: First day after.

    Raises:
        Invalid: What is stored of an asset contradicts itself.
    """
    plain: Mapping[int, Line] = {}
    if window.known_at is None:
        plain = {
            number: line
            for number, line in alone(connection, window, window.open, chunk).items()
            if not window.has_gap(line.first, line.last)
        }
    span = _span_to_read(window, start, end)
    booked = posted_rows(connection, list(plain), span=span) if span else {}
    rest = [kept.id for kept in chunk if kept.id not in plain]
    history = posted_rows(connection, rest, window.known_at)
    for kept in chunk:
        line = plain.get(kept.id)
        if line is not None:
            yield _of_line(kept, line, booked.get(kept.id, ()), window, start, end)
            continue
        full = replace(kept, posted=tuple(history.get(kept.id, ())))
        try:
            yield cut(full, made(full, window), start, end)
        except RuleError as error:
            raise Invalid(str(error), where=f"asset {kept.asset_id}") from error


def cut(kept: Kept, whole: Schedule, start: date, end: date) -> Stretch:
    """Return the stretch of a whole schedule."""
    before = None
    inside = []
    for row in whole.rows:
        if row.end <= start:
            before = row
        elif row.start < end:
            inside.append(row)
    until = whole.rows[-1].end - _DAY if whole.rows else None
    return Stretch(
        kept, before, tuple(inside), whole.derecognised, whole.remeasured, until
    )


def _span_to_read(window: Window, start: date, end: date) -> tuple[date, date] | None:
    """Return which booked periods a stretch shows; None for none of them."""
    if not window.open:
        return None
    reached = window.calendar.periods[window.open - 1].end
    # The period before the stretch says what stood before.
    first = window.calendar.start
    if start > first:
        first = window.calendar.at(min(start, reached) - _DAY).start
    return (first, min(end, reached)) if first < reached else None


def _of_line(
    kept: Kept,
    line: Line,
    booked: Sequence[Row],
    window: Window,
    start: date,
    end: date,
) -> Stretch:
    rows = list(booked)
    place = max(line.first, window.open)
    while place <= line.last and window.calendar.periods[place].start < end:
        row = line.row(place)
        if row is not None and row.end > start:
            rows.append(row)
        place += 1
    before = None
    if window.open and start <= window.calendar.periods[window.open - 1].end:
        before = next((row for row in reversed(booked) if row.end <= start), None)
    before = before or _standing(line, window, start)
    inside = tuple(row for row in rows if row.end > start)
    return Stretch(kept, before, inside, until=window.calendar.periods[line.last].last)


def _standing(line: Line, window: Window, start: date) -> Row | None:
    """Return the computed row that stands at a day, booked ones being elsewhere."""
    if start <= window.calendar.start:
        return None
    place = window.calendar.index_at(start - _DAY)
    if window.calendar.periods[place].end > start:
        place -= 1
    row = line.row(min(place, line.last))
    return row if place >= line.first else None
