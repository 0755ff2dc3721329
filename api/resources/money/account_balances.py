"""Balances of accounts, by book and cost centre, as all postings leave them."""

from __future__ import annotations

from typing import Annotated, Any

from sqlalchemy import Connection, Integer, case, func, select

from api.resources.declare import (
    Choice,
    Column,
    Question,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.money.books import READERS
from api.resources.references import BookRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.accounting.tables import Book, JournalEntry, JournalLine, Posting
from inventory.kernel.money import amount_text, minor_digits
from inventory.kernel.texts import N_, NN_
from inventory.people.tables import LegalEntity
from inventory.storage.rows import col, id_of, table_of

_AMOUNT = col(JournalLine.amount_minor)
_GROUP = (
    col(Posting.book_id),
    col(Book.code),
    col(LegalEntity.code),
    col(JournalLine.account),
    col(JournalLine.cost_centre),
    col(JournalLine.currency),
)
_BALANCES = (
    select(
        func.row_number(type_=Integer)
        .over(order_by=_GROUP[:1] + _GROUP[3:])
        .label("number"),
        col(Posting.book_id).label("book_id"),
        col(Book.code).label("book"),
        col(LegalEntity.code).label("legal_entity"),
        col(JournalLine.account).label("account"),
        col(JournalLine.cost_centre).label("cost_centre"),
        col(JournalLine.currency).label("currency"),
        func.sum(case((_AMOUNT > 0, _AMOUNT), else_=0)).label("debit"),
        func.sum(case((_AMOUNT < 0, -_AMOUNT), else_=0)).label("credit"),
        func.sum(_AMOUNT).label("balance"),
    )
    .select_from(
        table_of(JournalLine)
        .join(table_of(JournalEntry), id_of(JournalEntry) == col(JournalLine.entry_id))
        .join(table_of(Posting), id_of(Posting) == col(JournalEntry.posting_id))
        .join(table_of(Book), id_of(Book) == col(Posting.book_id))
        .join(table_of(LegalEntity), id_of(LegalEntity) == col(Book.legal_entity_id))
    )
    .group_by(*_GROUP)
    .subquery("account_balance")
)


class AccountBalanceRow(RowModel):
    """The balance of an account of a book; costs are told by cost centre."""

    book: Annotated[str, Column("Book")]
    legal_entity: Annotated[str, Column("Legal entity", shown=False)]
    account: Annotated[str, Column("Account", sort=True, lead=True)]
    cost_centre: Annotated[Text, Column("Cost centre", sort=True)]
    debit: Annotated[str, Column("Debit", Show.TEXT, about="Decimal text.")]
    credit: Annotated[str, Column("Credit", about="Decimal text.")]
    balance: Annotated[
        str, Column("Balance", about="Decimal text; debit positive, credit negative.")
    ]
    currency: Annotated[str, Column("Currency", shown=False)]


class AccountBalanceQuestion(Question):
    """Which balances are asked for."""

    book: Annotated[BookRef | None, Choice("Book", pick="books", lookups=())] = None
    account: Annotated[Word, Choice("Account")] = None
    cost_centre: Annotated[Word, Choice("Cost centre", about="Its code.")] = None


def _finish(
    _connection: Connection, rows: list[dict[str, Any]], _viewer: Viewer
) -> list[dict[str, Any]]:
    for row in rows:
        digits = minor_digits(row["currency"])
        for name in ("debit", "credit", "balance"):
            row[name] = amount_text(int(row[name]), digits)
    return rows


ACCOUNT_BALANCES = Resource(
    name="account-balances",
    command="account-balance",
    title=N_("Balances of accounts"),
    counted=NN_("{count} balance", "{count} balances"),
    icon="journal",
    group="money",
    roles=READERS,
    rows=AccountBalanceRow,
    question=AccountBalanceQuestion,
    sort="account",
    source=TableSource(
        table=table_of(JournalLine),
        joined=_BALANCES,
        columns={name: _BALANCES.c[name] for name in AccountBalanceRow.model_fields},
        filters={"book": lambda one, _viewer: _BALANCES.c.book_id == one},
        searched=(_BALANCES.c.account, _BALANCES.c.cost_centre),
        finish=_finish,
        row_id=_BALANCES.c.number,
    ),
    called=lambda row: f"{row['book']} {row['account']}",
)
