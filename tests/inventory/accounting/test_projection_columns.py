"""Projections by columns are those of the row engine, asset by asset."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import Engine

from inventory.accounting.books.book_state import book_state_of
from inventory.accounting.books.capitalise import record_event
from inventory.accounting.books.load import assets_of_book
from inventory.accounting.books.periods import set_status
from inventory.accounting.books.row_range import row_ranges
from inventory.accounting.model.events import AddCost, Dispose, Opening, Reclassify
from inventory.accounting.projection.columns import projection_columns
from tests.inventory.accounting.test_posting import Books, Clock

PLAIN = 10
"""Of the assets below, those that need no row."""


@pytest.fixture
def books(engine: Engine, clock: Clock) -> Books:
    """A book with assets of every sort; three periods are posted."""
    books = Books(engine, clock)
    for number, cost in enumerate((120000, 99999, 7, 1, 0)):
        books.laptop(f"PLAIN{number}", cost)
    for number, since in enumerate(("2026-02-28", "2026-03-20", "2026-08-01")):
        books.laptop(f"LATER{number}", since=since)
    changed = books.laptop("CHANGED")
    ours, theirs = books.laptop("OURS", 36000), books.laptop("THEIRS", 36000)
    with books.work() as work:
        for row, taken in ((ours, 2000), (theirs, 500)):
            given = Opening(id="o", effective=date(2026, 3, 1), accumulated=taken)
            record_event(work, row, given)
        work.commit()
    for key in ("2026-01", "2026-02", "2026-03"):
        books.post(key)
    books.laptop("FORGOTTEN", since="2026-02-05")
    sold, moved = books.laptop("SOLD", since="2026-04-02"), books.laptop("MOVED")
    books.laptop("AHEAD", since="2028-01-15")
    with books.work() as work:
        record_event(
            work, changed, AddCost(id="r", effective=date(2026, 2, 1), amount=35000)
        )
        half = Dispose(id="d", effective=date(2026, 9, 9), share=Fraction(1, 2))
        record_event(work, sold, half)
        other = Reclassify(
            id="c", effective=date(2026, 6, 1), asset_class="servers", accounts={}
        )
        record_event(work, moved, other)
        work.commit()
    return books


def row_by_row(books: Books, first: int, ids: set[int] | None) -> Counter[str]:
    """Sum charges and values of assets from a period on by the row engine."""
    sums: Counter[str] = Counter()
    with books.read() as connection:
        book_state = book_state_of(connection, books.book)
        start, end = book_state.calendar.periods[first].start, book_state.calendar.end
        for chunk in assets_of_book(connection, books.book, history=False):
            asset = [one for one in chunk if ids is None or one.id in ids]
            for one in row_ranges(connection, book_state, asset, start, end):
                sums["value"] += one.before.closing if one.before else 0
                for row in one.rows:
                    sums[row.period] += row.depreciation
                    sums[f"{row.period} added"] += row.additions
    return sums


def by_columns(
    books: Books, first: int, asset_class: str | None = None
) -> Counter[str]:
    """Sum the same by columns; what is left over is added row by row."""
    sums: Counter[str] = Counter()
    with books.read() as connection:
        book_state = book_state_of(connection, books.book)
        (columns,) = projection_columns(
            connection, book_state, books.book, first, asset_class
        )
    sums["value"] = columns.value(first)
    for index, period in enumerate(book_state.calendar.periods[first:], first):
        charged = columns.charged(index + 1).sum() - columns.charged(index).sum()
        sums[period.id] = int(charged)
        sums[f"{period.id} added"] = columns.added(index)
    return sums + row_by_row(books, first, set(columns.rest))


@pytest.mark.parametrize("first", [3, 4, 8, 30, 40, 60])
def test_columns_and_rows_agree(books: Books, first: int) -> None:
    assert by_columns(books, first) == +row_by_row(books, first, None)


def test_only_what_the_terms_do_not_tell_is_left_to_the_row_engine(
    books: Books,
) -> None:
    with books.read() as connection:
        book_state = book_state_of(connection, books.book)
        (columns,) = projection_columns(connection, book_state, books.book, 3, None)
        names = {asset.id for asset in next(assets_of_book(connection, books.book))}
    assert columns.lines.shape[1] == PLAIN
    assert {int(number) for number in columns.lines[0]} | set(columns.rest) == names


def test_a_class_is_that_of_any_time(books: Books) -> None:
    with books.read() as connection:
        book_state = book_state_of(connection, books.book)
        (columns,) = projection_columns(
            connection, book_state, books.book, 3, "servers"
        )
    assert columns.lines.shape[1] == 0
    assert len(columns.rest) == 5


def test_periods_passed_over_are_left_to_the_row_engine(books: Books) -> None:
    with books.work() as work:
        for key in ("2026-01", "2026-02", "2026-03", "2026-04"):
            set_status(work, books.book, key, "closed", "x")
        work.commit()
    for first in (4, 9):
        assert by_columns(books, first) == +row_by_row(books, first, None)
    books.post("2026-05")
    assert by_columns(books, 5) == +row_by_row(books, 5, None)
