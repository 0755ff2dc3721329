"""Stretches read less than whole schedules and say the same."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import Engine

from inventory.accounting.books.balances_on import positions
from inventory.accounting.books.book_state import book_state_of
from inventory.accounting.books.capitalise import record_event
from inventory.accounting.books.load import assets_of_book, schedule_in_book
from inventory.accounting.books.periods import set_status
from inventory.accounting.books.row_range import cut, row_ranges
from inventory.accounting.model.events import AddCost, Cancel, Dispose, Revalue
from tests.inventory.accounting.test_posting import Books, Clock

SPANS = [
    ("2026-01-01", "2026-02-01"),
    ("2026-01-01", "2027-01-01"),
    ("2026-03-01", "2026-03-01"),
    ("2026-04-01", "2026-04-01"),
    ("2026-05-01", "2026-09-01"),
    ("2028-12-01", "2029-03-01"),
    ("2031-01-01", "2032-01-01"),
]


@pytest.fixture
def books(engine: Engine, clock: Clock) -> Books:
    """A book with assets of every sort; three periods are posted."""
    books = Books(engine, clock)
    books.laptop("PLAIN")
    books.laptop("LATER", since="2026-03-20")
    books.laptop("AHEAD", since="2026-08-01")
    books.laptop("CENTS", 7)
    changed = books.laptop("CHANGED")
    for key in ("2026-01", "2026-02", "2026-03"):
        books.post(key)
    # Taken in after its first periods were booked, so that they are caught up.
    books.laptop("FORGOTTEN", since="2026-02-05")
    with books.work() as work:
        event = AddCost(id="ram", effective=date(2026, 2, 1), amount=35000)
        record_event(work, changed, event)
        work.commit()
    return books


def assert_same(books: Books) -> None:
    """Assert that stretches and positions are those of whole schedules."""
    with books.read() as connection:
        book_state = book_state_of(connection, books.book)
        (short,) = assets_of_book(connection, books.book, history=False)
        (full,) = assets_of_book(connection, books.book)
        for first, last in SPANS:
            start, end = date.fromisoformat(first), date.fromisoformat(last)
            found = list(row_ranges(connection, book_state, short, start, end))
            for one, asset in zip(found, full, strict=True):
                whole = cut(asset, schedule_in_book(asset, book_state), start, end)
                assert one.rows == whole.rows, (asset.id, first, last)
                assert (one.before is None) == (whole.before is None)
                if one.before and whole.before:
                    stocks = ("closing", "cost", "accumulated", "residual_value")
                    for name in stocks:
                        wanted = getattr(whole.before, name)
                        assert getattr(one.before, name) == wanted, (asset.id, first)
                assert one.until == whole.until


def test_stretches_are_cut_from_the_same_cloth(books: Books) -> None:
    assert_same(books)


def test_a_period_passed_over_is_caught_up_in_stretches_too(books: Books) -> None:
    with books.work() as work:
        for key in ("2026-01", "2026-02", "2026-03", "2026-04"):
            set_status(work, books.book, key, "closed", "x")
        work.commit()
    assert_same(books)
    books.post("2026-05")
    assert_same(books)


def test_what_was_forgotten_is_caught_up_in_the_next_period(books: Books) -> None:
    books.post("2026-04")
    with books.read() as connection:
        book_state = book_state_of(connection, books.book)
        (full,) = assets_of_book(connection, books.book)
        forgotten = schedule_in_book(full[-1], book_state)
    # February and March were booked before: they come with April, cost included.
    april = next(row for row in forgotten.rows if row.period == "2026-04")
    assert (april.posted, april.caught_up, april.depreciation) == (True, 6667, 10000)
    assert books.balance("1500") == 4 * 120000 + 7 + 35000
    assert forgotten.total == 120000


def test_within_a_period_only_what_happened_by_the_day_counts(books: Books) -> None:
    with books.work() as work:
        row = next(iter(next(assets_of_book(work.connection, books.book)))).id
        half = Dispose(
            id="half", effective=date(2026, 4, 10), share=Fraction(1, 2), proceeds=1
        )
        record_event(work, row, half)
        up = Revalue(id="up", effective=date(2026, 4, 20), fair_value=99900)
        record_event(work, row, up)
        record_event(work, row, Cancel(id="no", effective=date(2026, 4, 25), of="up"))
        work.commit()

    def stood(day: str) -> list[tuple[int, int] | None]:
        with books.read() as connection:
            book_state = book_state_of(connection, books.book)
            (chunk,) = assets_of_book(connection, books.book, history=False)
            found = positions(connection, book_state, chunk, date.fromisoformat(day))
            return [(p.cost, p.value) if p else None for _, p in found]

    assert stood("2026-01-09")[0] is None
    assert stood("2026-01-10")[0] == (120000, 120000)
    assert stood("2026-01-31")[0] == (120000, 116667)
    assert stood("2026-04-09")[0] == (120000, 110000)
    assert stood("2026-04-10")[0] == (60000, 55000)
    assert stood("2026-04-26")[0] == (60000, 55000)
    assert stood("2026-04-30")[0] == (60000, 53333)
