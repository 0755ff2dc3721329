"""Sums of the journal by book, account and cost centre, kept with every posting.

Millions of journal lines answer with a few rows. Every posting and every reversal adds
its own lines within its transaction, so the sums are those of the lines at any moment.
Imports `storage` and the tables.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, case, func, insert, select, update

from inventory.accounting.tables import AccountSum, JournalEntry, JournalLine
from inventory.storage.rows import col, id_of, table_of

_SUM = table_of(AccountSum)
_AMOUNT = col(JournalLine.amount_minor)


def add_to_sums(connection: Connection, book_id: int, posting_id: int) -> None:
    """Add the lines of a posting to the sums of its book.

    Args:
        connection: Where, within the transaction of the posting, which holds the book.
        book_id: The book.
        posting_id: The posting, all of whose lines are written.
    """
    known: dict[tuple[str, str | None], int] = {
        (account, centre): number
        for number, account, centre in connection.execute(
            select(
                id_of(AccountSum), col(AccountSum.account), col(AccountSum.cost_centre)
            ).where(col(AccountSum.book_id) == book_id)
        )
    }
    old: list[dict[str, Any]] = []
    new: list[dict[str, Any]] = []
    for account, centre, debit, credit in connection.execute(_lines_of(posting_id)):
        sums = {"debit": int(debit), "credit": int(credit)}
        if (account, centre) in known:
            old.append({"number": known[account, centre], **sums})
        else:
            new.append(
                {
                    "book_id": book_id,
                    "account": account,
                    "cost_centre": centre,
                    "debit_minor": sums["debit"],
                    "credit_minor": sums["credit"],
                }
            )
    if old:
        connection.execute(_ADD, old)
    if new:
        connection.execute(insert(_SUM), new)


_ADD = (
    update(_SUM)
    .where(id_of(AccountSum) == bindparam("number"))
    .values(
        debit_minor=col(AccountSum.debit_minor) + bindparam("debit"),
        credit_minor=col(AccountSum.credit_minor) + bindparam("credit"),
    )
)


def _lines_of(posting_id: int) -> Any:  # noqa: ANN401 - a query of four columns
    return (
        select(
            col(JournalLine.account),
            col(JournalLine.cost_centre),
            func.sum(case((_AMOUNT > 0, _AMOUNT), else_=0)),
            func.sum(case((_AMOUNT < 0, -_AMOUNT), else_=0)),
        )
        .select_from(table_of(JournalLine))
        .join(table_of(JournalEntry), id_of(JournalEntry) == col(JournalLine.entry_id))
        .where(col(JournalEntry.posting_id) == posting_id)
        .group_by(col(JournalLine.account), col(JournalLine.cost_centre))
        .order_by(col(JournalLine.account), col(JournalLine.cost_centre))
    )
