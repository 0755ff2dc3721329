"""Booking entries that are not about assets: in the same journal, under the same locks.

A posting of them is one transaction, is never edited, takes part in sums, exports and
the digest of the audit trail, and goes into open periods only. Imports `storage` and
the modules beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from inventory.accounting.books.periods import period_row, period_rows
from inventory.accounting.model.journal import Entry
from inventory.accounting.posting.reverse import mirrored
from inventory.accounting.posting.write import Booker
from inventory.accounting.tables import Book, Posting
from inventory.kernel.errors import NotAllowed
from inventory.kernel.texts import N_
from inventory.storage.rows import Row, add, col, find, get
from inventory.storage.work import UnitOfWork


def open_period(connection: Connection, book_id: int, key: str) -> Row:
    """Return a period that takes postings.

    Raises:
        NotFound: The book has no such period.
        NotAllowed: It is closed or locked.
    """
    period = period_row(connection, book_id, key)
    if period["status"] != "open":
        raise NotAllowed(
            N_("Period {key} is {status}."),
            where="period",
            remedy=N_("Post it in an open period, or reopen this one."),
            key=key,
            status=period["status"],
        )
    return period


def period_for(connection: Connection, book_id: int, day: date) -> Row:
    """Return the open period of a day, or the first open one after it.

    Raises:
        NotAllowed: There is none: the fiscal year is missing, or all is closed.
    """
    for row in period_rows(connection, book_id):
        if row["ends_on"] > day and row["status"] == "open":
            return row
    raise NotAllowed(
        N_("No open period of the book is on {day} or after it."),
        where="book",
        remedy=N_("Add a fiscal year, or reopen a period."),
        day=day,
    )


def post_entries(
    work: UnitOfWork, book_id: int, key: str, source: str, entries: Sequence[Entry]
) -> int:
    """Book entries in a period; return the id of the posting.

    Args:
        work: The unit of work; the caller commits.
        book_id: The book.
        key: Period id; it must be open.
        source: Whose they are, see `Posting.source`.
        entries: The entries, each of them balanced, in the currency of the book.

    Raises:
        NotFound: The book has no such period.
        NotAllowed: The period is closed, or an entry is in another currency.
    """
    book = get(work.connection, Book, book_id, lock=True)
    open_period(work.connection, book_id, key)
    for entry in entries:
        _check_currency(book, entry)
    posting_id = add(
        work,
        Posting,
        {
            "book_id": book_id,
            "source": source,
            "period": key,
            "version": _versions(work.connection, book_id, key) + 1,
            "assets": 0,
            "depreciation_minor": 0,
            "actor": work.actor,
        },
        action="post",
    )
    booker = Booker(work.connection, posting_id)
    booker.write_entries([(None, one) for one in entries])
    booker.finish(work, book_id)
    return posting_id


def take_back(work: UnitOfWork, posting_id: int, reason: str) -> int:
    """Take a posting of a document back; return the id of the reversal.

    Raises:
        NotAllowed: It was taken back already, or its period is closed.
    """
    posting = get(work.connection, Posting, posting_id)
    get(work.connection, Book, posting["book_id"], lock=True)
    if find(work.connection, Posting, reverses_id=posting_id) is not None:
        raise NotAllowed(N_("Posting {posting} is not in force."), posting=posting_id)
    open_period(work.connection, posting["book_id"], posting["period"])
    return mirrored(work, posting, reason)


def _check_currency(book: Mapping[str, Any], entry: Entry) -> None:
    currency = entry.lines[0].currency
    if currency != book["currency"]:
        raise NotAllowed(
            N_("Book {code} is kept in {kept}, not in {currency}."),
            where="book",
            remedy=N_("Post it in a book of that currency."),
            code=book["code"],
            kept=book["currency"],
            currency=currency,
        )


def _versions(connection: Connection, book_id: int, key: str) -> int:
    """Return how many postings, of whatever source, a period has."""
    counted: int = connection.execute(
        select(func.count()).where(
            col(Posting.book_id) == book_id, col(Posting.period) == key
        )
    ).scalar_one()
    return counted
