"""Books and their periods: open, close, lock, reopen.

May import `storage` and the pure modules beside it.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, select, update

from inventory.accounting.tables import Book, FiscalPeriod
from inventory.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inventory.kernel.money import MoneyError, minor_digits
from inventory.kernel.periods import Calendar, Period
from inventory.kernel.texts import N_
from inventory.storage.rows import (
    Row,
    add,
    add_many,
    change,
    col,
    find,
    get,
    id_of,
    table_of,
)
from inventory.storage.work import UnitOfWork

_PERIOD = table_of(FiscalPeriod)


def create_book(
    work: UnitOfWork,
    *,
    code: str,
    name: str,
    legal_entity_id: int,
    currency: str,
    calendar: Calendar,
    to_ledger: bool = True,
) -> int:
    """Open a book with its calendar; return its id.

    Raises:
        Invalid: The currency is no ISO 4217 code.
        Conflict: The legal entity has a book of that code with other settings.
    """
    try:
        minor_digits(currency)
    except MoneyError as error:
        raise Invalid(str(error), where="currency") from error
    known = find(work.connection, Book, legal_entity_id=legal_entity_id, code=code)
    if known:
        if known["currency"] != currency:
            raise Conflict(
                N_("Book {code} is kept in {currency} already."),
                remedy=N_("Give the new book another code."),
                code=code,
                currency=known["currency"],
            )
        return int(known["id"])
    book_id = add(
        work,
        Book,
        {
            "code": code,
            "name": name,
            "legal_entity_id": legal_entity_id,
            "currency": currency,
            "to_ledger": to_ledger,
        },
    )
    add_periods(work, book_id, calendar)
    return book_id


def add_periods(work: UnitOfWork, book_id: int, calendar: Calendar) -> int:
    """Add the periods of a calendar that the book does not have; return how many.

    Raises:
        Conflict: They overlap or leave a gap with those it has.
    """
    known = {row["key"] for row in period_rows(work.connection, book_id)}
    new = [period for period in calendar.periods if period.id not in known]
    add_many(
        work,
        FiscalPeriod,
        [
            {
                "book_id": book_id,
                "key": period.id,
                "year": period.year,
                "starts_on": period.start,
                "ends_on": period.end,
                "share_num": period.share.numerator,
                "share_den": period.share.denominator,
            }
            for period in new
        ],
    )
    if known and new:
        calendar_of_book(work.connection, book_id)
    return len(new)


def period_rows(connection: Connection, book_id: int) -> list[Row]:
    """Return the period rows of a book in order."""
    query = (
        select(_PERIOD)
        .where(col(FiscalPeriod.book_id) == book_id)
        .order_by(col(FiscalPeriod.starts_on))
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def calendar_of_book(connection: Connection, book_id: int) -> Calendar:
    """Return the calendar of a book.

    Raises:
        NotFound: There is no such book.
    """
    query = (
        select(*(_PERIOD.c[name] for name in _OF_A_PERIOD))
        .where(col(FiscalPeriod.book_id) == book_id)
        .order_by(col(FiscalPeriod.starts_on))
    )
    rows = tuple(tuple(row) for row in connection.execute(query))
    if not rows:
        get(connection, Book, book_id)
        raise NotFound(
            N_("Book {book_id} has no periods."),
            remedy=N_("Add fiscal years."),
            book_id=book_id,
        )
    return _calendar(rows)


_OF_A_PERIOD = ("key", "year", "starts_on", "ends_on", "share_num", "share_den")


@lru_cache(maxsize=64)
def _calendar(rows: tuple[tuple[Any, ...], ...]) -> Calendar:
    """Return the calendar of some rows; the same for the same rows, as it is frozen."""
    return Calendar(
        tuple(
            Period(key, year, start, end, Fraction(numerator, denominator))
            for key, year, start, end, numerator, denominator in rows
        )
    )


def period_row(connection: Connection, book_id: int, key: str) -> Row:
    """Return one period of a book.

    Raises:
        NotFound: The book has no such period.
    """
    row = find(connection, FiscalPeriod, book_id=book_id, key=key)
    if row is None:
        raise NotFound(
            N_("Book {book_id} has no period {key}."),
            remedy=N_("List its periods first."),
            book_id=book_id,
            key=key,
        )
    return row


def set_status(
    work: UnitOfWork, book_id: int, key: str, status: str, reason: str
) -> bool:
    """Close, lock or reopen a period; return whether anything changed.

    Closing needs every earlier period closed, reopening every later one open; a locked
    period stays locked.

    Raises:
        NotAllowed: The order would be broken, or the period is locked.
        Invalid: No reason is given for reopening.
    """
    row = period_row(work.connection, book_id, key)
    if row["status"] == "locked" and status != "locked":
        raise NotAllowed(
            N_("Period {key} is locked."),
            remedy=N_("Post a correction in an open period instead."),
            key=key,
        )
    if status == "open" and not reason.strip():
        raise Invalid(N_("Reopening a period needs a reason."), where="reason")
    for other in period_rows(work.connection, book_id):
        earlier = other["starts_on"] < row["starts_on"]
        if status != "open" and earlier and other["status"] == "open":
            raise NotAllowed(
                N_("Period {key} before it is still open."),
                remedy=N_("Close the periods in order."),
                key=other["key"],
            )
        if status == "open" and not earlier and other["key"] != key:
            if other["status"] != "open":
                raise NotAllowed(
                    N_("Period {key} after it is {status}."),
                    remedy=N_("Reopen the later periods first."),
                    key=other["key"],
                    status=other["status"],
                )
    return change(
        work,
        FiscalPeriod,
        row["id"],
        {"status": status, "reason": reason},
        action=status,
    )


def close_before(work: UnitOfWork, book_id: int, day: date, reason: str) -> int:
    """Close all open periods that end by a day; return how many.

    For a book that takes over balances: what lies before is not its matter.
    """
    rows = [
        row
        for row in period_rows(work.connection, book_id)
        if row["ends_on"] <= day and row["status"] == "open"
    ]
    ids = [row["id"] for row in rows]
    work.connection.execute(
        update(_PERIOD)
        .where(id_of(FiscalPeriod).in_(ids))
        .values(status="closed", reason=reason)
    )
    if rows:
        after_close = {"status": "closed", "reason": reason, "periods": len(rows)}
        stop = rows[-1]["key"]
        work.audit("book", book_id, "close", None, after_close | {"through": stop})
    return len(rows)


def closed_keys(connection: Connection, book_id: int) -> frozenset[str]:
    """Return the keys of the periods that take no postings."""
    query = select(col(FiscalPeriod.key)).where(
        col(FiscalPeriod.book_id) == book_id, col(FiscalPeriod.status) != "open"
    )
    return frozenset(connection.execute(query).scalars())
