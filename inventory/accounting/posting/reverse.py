"""Taking a posting back by mirrored entries, never by editing.

May import `storage` and the modules beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from inventory.accounting.books.periods import period_row, period_rows
from inventory.accounting.posting.account_sums import add_to_sums
from inventory.accounting.posting.journal_digest import note_journal
from inventory.accounting.posting.post import current
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
    _mirror(work.connection, posting_id, reversal_id)
    add_to_sums(work.connection, posting["book_id"], reversal_id)
    note_journal(work, reversal_id)
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


def _mirror(connection: Connection, posting_id: int, reversal_id: int) -> None:
    """Write the entries of a posting again with opposite signs."""
    query = select(_ENTRY).where(col(JournalEntry.posting_id) == posting_id)
    for entry in (
        connection.execute(query.order_by(id_of(JournalEntry))).mappings().all()
    ):
        values = {
            **{name: entry[name] for name in ("asset_book_id", "day", "period")},
            "posting_id": reversal_id,
            "memo": f"Reversal of {entry['memo']}",
            "reference": f"{entry['reference']}/reversal",
        }
        number = connection.execute(
            insert(_ENTRY).returning(id_of(JournalEntry)), values
        ).scalar_one()
        lines = connection.execute(
            select(_LINE).where(col(JournalLine.entry_id) == entry["id"])
        ).mappings()
        connection.execute(
            insert(_LINE),
            [
                {**line, "entry_id": number, "amount_minor": -line["amount_minor"]}
                for line in lines
            ],
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
