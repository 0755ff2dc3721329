"""Taking a posting back by mirrored entries, never by editing.

May import `storage` and the modules beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, func, select, update

from inventory.accounting.books.periods import period_row, period_rows
from inventory.accounting.model.journal import Entry, Line
from inventory.accounting.posting.post import current
from inventory.accounting.posting.write import Booker
from inventory.accounting.tables import (
    AssetBook,
    Book,
    JournalEntry,
    JournalLine,
    Posting,
)
from inventory.kernel.errors import Invalid, NotAllowed, NotFound
from inventory.kernel.events import PostingsReversed
from inventory.kernel.texts import N_
from inventory.storage.rows import Row, add, col, find, get, id_of, table_of
from inventory.storage.work import UnitOfWork

ASSETS = "assets"
BY_ITSELF = frozenset({"telecom-accrual"})
"""Sources whose postings stand for themselves; others belong to a document."""
_ENTRY = table_of(JournalEntry)
_LINE = table_of(JournalLine)
_CHUNK = 1000
"""Entries in memory at once."""


def reverse(work: UnitOfWork, posting_id: int, reason: str) -> int:
    """Take a posting back by mirrored entries; return the id of the reversal.

    Raises:
        NotFound: There is no such posting.
        NotAllowed: It was taken back already, is a reversal, its period is closed, or
            a later period is posted.
        Invalid: No reason is given.
    """
    posting = find(work.connection, Posting, id=posting_id)
    if posting is None:
        raise NotFound(N_("There is no posting {posting_id}."), posting_id=posting_id)
    if not reason.strip():
        raise Invalid(N_("Taking a posting back needs a reason."), where="reason")
    get(work.connection, Book, posting["book_id"], lock=True)
    if posting["source"] == ASSETS:
        _check_reversible(work.connection, posting)
    elif posting["source"] in BY_ITSELF:
        _check_open(work.connection, posting)
    else:
        raise NotAllowed(
            N_("Posting {posting} belongs to an invoice."),
            remedy=N_("Take the approval of the invoice back instead."),
            posting=posting_id,
        )
    return mirrored(work, posting, reason)


def mirrored(work: UnitOfWork, posting: Mapping[str, Any], reason: str) -> int:
    """Write a posting again with opposite signs; return the id of the reversal.

    Args:
        work: The unit of work; the caller holds the book and has checked that it may.
        posting: The row of the posting.
        reason: Why, for the audit trail.
    """
    posting_id = posting["id"]
    reversal_id = add(
        work,
        Posting,
        {
            "book_id": posting["book_id"],
            "source": posting["source"],
            "period": posting["period"],
            "version": _versions(work.connection, posting) + 1,
            "reverses_id": posting_id,
            "assets": posting["assets"],
            "depreciation_minor": -posting["depreciation_minor"],
            "actor": work.actor,
        },
        action="reverse",
    )
    work.audit("posting", reversal_id, "reason", None, {"reason": reason})
    if posting["source"] == ASSETS:
        _forget_first_booking(work.connection, dict(posting))
    booker = Booker(work.connection, reversal_id)
    for chunk in _entries_of(work.connection, posting_id):
        booker.write_entries(
            [(asset, entry.reversal(entry.day, entry.period)) for asset, entry in chunk]
        )
    booker.finish(work, posting["book_id"])
    work.emit(
        PostingsReversed(
            posting_id=reversal_id,
            reverses_id=posting_id,
            book_id=posting["book_id"],
            period=posting["period"],
        )
    )
    return reversal_id


def _check_open(connection: Connection, posting: Mapping[str, Any]) -> None:
    """Refuse a posting that was taken back, is a reversal, or is in a closed period."""
    back = find(connection, Posting, reverses_id=posting["id"])
    if back is not None or posting["reverses_id"] is not None:
        raise NotAllowed(
            N_("Posting {posting} is not in force."), posting=posting["id"]
        )
    period = period_row(connection, posting["book_id"], posting["period"])
    if period["status"] != "open":
        raise NotAllowed(
            N_("Period {period} is {status}."),
            remedy=N_("Reopen it first, or post a correction in an open period."),
            period=posting["period"],
            status=period["status"],
        )


def _versions(connection: Connection, posting: Mapping[str, Any]) -> int:
    """Return how many postings, taken back or not, the period has."""
    counted: int = connection.execute(
        select(func.count()).where(
            col(Posting.book_id) == posting["book_id"],
            col(Posting.period) == posting["period"],
        )
    ).scalar_one()
    return counted


def _check_reversible(connection: Connection, posting: Mapping[str, Any]) -> None:
    in_force_now = current(connection, posting["book_id"], posting["period"])
    if in_force_now is None or in_force_now["id"] != posting["id"]:
        raise NotAllowed(
            N_("Posting {posting} is not in force."), posting=posting["id"]
        )
    period = period_row(connection, posting["book_id"], posting["period"])
    if period["status"] != "open":
        raise NotAllowed(
            N_("Period {period} is {status}."),
            remedy=N_("Reopen it first, or post a correction in an open period."),
            period=posting["period"],
            status=period["status"],
        )
    for row in period_rows(connection, posting["book_id"]):
        if row["starts_on"] > period["starts_on"] and current(
            connection, posting["book_id"], row["key"]
        ):
            raise NotAllowed(
                N_("The later period {key} is posted."),
                remedy=N_("Take the later postings back first."),
                key=row["key"],
            )


def _entries_of(
    connection: Connection, posting_id: int
) -> Iterator[list[tuple[int | None, Entry]]]:
    """Yield the entries of a posting in chunks, each with its asset in the book."""
    last = 0
    while True:
        heads = (
            select(_ENTRY)
            .where(
                col(JournalEntry.posting_id) == posting_id, id_of(JournalEntry) > last
            )
            .order_by(id_of(JournalEntry))
            .limit(_CHUNK)
        )
        found = connection.execute(heads).mappings().all()
        if not found:
            return
        last = found[-1]["id"]
        lines = connection.execute(
            select(_LINE)
            .where(col(JournalLine.entry_id).in_([one["id"] for one in found]))
            .order_by(col(JournalLine.entry_id), col(JournalLine.position))
        )
        own = {
            number: tuple(
                Line(
                    account=line.account,
                    amount=line.amount_minor,
                    currency=line.currency,
                    cost_centre=line.cost_centre,
                )
                for line in of_entry
            )
            for number, of_entry in groupby(lines, key=lambda line: int(line.entry_id))
        }
        yield [
            (one["asset_book_id"], _entry(dict(one), own[one["id"]])) for one in found
        ]


def _entry(head: Mapping[str, Any], lines: tuple[Line, ...]) -> Entry:
    return Entry(
        day=head["day"],
        period=head["period"],
        memo=head["memo"],
        reference=head["reference"],
        lines=lines,
    )


def _forget_first_booking(connection: Connection, posting: Row) -> None:
    """Let the assets that a posting booked first be booked for the first time again."""
    period = period_row(connection, posting["book_id"], posting["period"])
    connection.execute(
        update(table_of(AssetBook))
        .where(
            col(AssetBook.book_id) == posting["book_id"],
            col(AssetBook.booked_from) == period["starts_on"],
        )
        .values(booked_from=None)
    )
