"""Sums of the journal by book, account and cost centre, kept with every posting.

Millions of journal lines answer with a few rows. Every posting and every reversal adds
its own lines within its transaction, so the sums are those of the lines at any moment.
Imports `storage` and the tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import Connection, bindparam, insert, select, update

from inventory.accounting.tables import AccountSum
from inventory.storage.rows import col, id_of, table_of

_SUM = table_of(AccountSum)

Sums: TypeAlias = dict[tuple[str, str | None], tuple[int, int]]
"""(account, cost centre) -> debits and credits, both positive, minor units."""


def add_to_sums(
    connection: Connection,
    book_id: int,
    sums: Mapping[tuple[str, str | None], tuple[int, int]],
) -> None:
    """Add the lines of a posting to the sums of its book.

    Args:
        connection: Where, within the transaction of the posting, which holds the book.
        book_id: The book.
        sums: Those of the lines of the posting.
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
    for (account, centre), (debit, credit) in sums.items():
        if (account, centre) in known:
            old.append(
                {
                    "number": known[account, centre],
                    "debit": debit,
                    "credit": credit,
                }
            )
        else:
            new.append(
                {
                    "book_id": book_id,
                    "account": account,
                    "cost_centre": centre,
                    "debit_minor": debit,
                    "credit_minor": credit,
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
