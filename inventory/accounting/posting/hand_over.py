"""Handing journals over to an accounting system: each posting once, none left out.

Imports `storage` and the modules beside it.
"""

from __future__ import annotations

from sqlalchemy import Connection, Select, func, insert, select

from inventory.accounting.tables import (
    Book,
    ExportedPosting,
    JournalEntry,
    JournalExport,
    JournalLine,
    Posting,
)
from inventory.kernel.errors import NotAllowed
from inventory.kernel.texts import N_
from inventory.storage.rows import add, col, get, id_of, table_of
from inventory.storage.work import UnitOfWork

_EXPORTED = table_of(ExportedPosting)


def hand_over(
    work: UnitOfWork, book_id: int, profile: str, *, summarised: bool = False
) -> int:
    """Make an export of all that was not handed over yet; return its id.

    Args:
        work: The unit of work; the caller commits.
        book_id: The book.
        profile: Columns that its file has.
        summarised: Its file has sums instead of every line.

    Raises:
        NotAllowed: The book does not go to the ledger, or nothing is left.
    """
    book = get(work.connection, Book, book_id, lock=True)
    if not book["to_ledger"]:
        raise NotAllowed(
            N_("Book {code} is kept beside the general ledger and does not go to it."),
            where="book",
            remedy=N_("Its figures are in the reports. Books that go there: {known}."),
            code=book["code"],
            known=", ".join(_of_ledger(work.connection)) or "-",
        )
    postings, lines = _left(work.connection, book_id)
    if not postings:
        raise NotAllowed(
            N_("All postings of book {code} were handed over."),
            remedy=N_("Fetch the file of an earlier export again."),
            code=book["code"],
        )
    earlier = work.connection.execute(
        select(func.count()).where(col(JournalExport.book_id) == book_id)
    ).scalar_one()
    export_id = add(
        work,
        JournalExport,
        {
            "book_id": book_id,
            "name": f"{book['code']}-{earlier + 1:04d}",
            "profile": profile,
            "lines": lines,
            "summarised": summarised,
            "actor": work.actor,
        },
        action="export",
    )
    work.connection.execute(
        insert(_EXPORTED),
        [{"posting_id": number, "export_id": export_id} for number in postings],
    )
    return export_id


def postings_of(export_id: int) -> Select[int]:
    """Return a query of the ids of the postings that an export handed over."""
    return select(col(ExportedPosting.posting_id)).where(
        col(ExportedPosting.export_id) == export_id
    )


def _of_ledger(connection: Connection) -> list[str]:
    """Return the codes of the books that go to the general ledger."""
    query = select(col(Book.code)).where(col(Book.to_ledger)).order_by(col(Book.code))
    return list(connection.execute(query).scalars())


def _left(connection: Connection, book_id: int) -> tuple[list[int], int]:
    """Return the postings that were not handed over, and how many lines they have."""
    known = select(col(ExportedPosting.posting_id))
    left = select(id_of(Posting)).where(
        col(Posting.book_id) == book_id, id_of(Posting).not_in(known)
    )
    lines = connection.execute(
        select(func.count())
        .select_from(table_of(JournalLine))
        .join(table_of(JournalEntry), id_of(JournalEntry) == col(JournalLine.entry_id))
        .where(col(JournalEntry.posting_id).in_(left))
    ).scalar_one()
    return list(connection.execute(left).scalars()), int(lines)
