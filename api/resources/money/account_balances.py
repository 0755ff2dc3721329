"""Balances of accounts, by book and cost centre, as all postings leave them."""

from __future__ import annotations

from typing import Annotated, Any

from sqlalchemy import ColumnElement, Connection

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
from api.resources.money.roles import READERS
from api.resources.references import BookRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.accounting.tables import AccountSum, Book
from inventory.kernel.money import amount_text, minor_digits
from inventory.kernel.texts import N_, NN_
from inventory.people.tables import LegalEntity
from inventory.storage.rows import col, id_of, table_of

_SUM = table_of(AccountSum)
_DEBIT, _CREDIT = col(AccountSum.debit_minor), col(AccountSum.credit_minor)
_COLUMNS: dict[str, ColumnElement[Any]] = {
    "book": col(Book.code),
    "legal_entity": col(LegalEntity.code),
    "account": col(AccountSum.account),
    "cost_centre": col(AccountSum.cost_centre),
    "debit": _DEBIT,
    "credit": _CREDIT,
    "balance": _DEBIT - _CREDIT,
    "currency": col(Book.currency),
}


class AccountBalanceRow(RowModel):
    """The balance of an account of a book; costs are told by cost centre."""

    book: Annotated[str, Column("Book")]
    legal_entity: Annotated[str, Column("Legal entity", shown=False)]
    account: Annotated[str, Column("Account", sort=True, lead=True)]
    cost_centre: Annotated[Text, Column("Cost centre", sort=True)]
    debit: Annotated[str, Column("Debit", Show.AMOUNT, about="Decimal text.")]
    credit: Annotated[str, Column("Credit", Show.AMOUNT, about="Decimal text.")]
    balance: Annotated[
        str,
        Column(
            "Balance",
            Show.AMOUNT,
            about="Decimal text; debit positive, credit negative.",
        ),
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
    icon="book",
    group="money",
    roles=READERS,
    rows=AccountBalanceRow,
    question=AccountBalanceQuestion,
    sort="account",
    source=TableSource(
        table=_SUM,
        joined=_SUM.join(table_of(Book), id_of(Book) == col(AccountSum.book_id)).join(
            table_of(LegalEntity), id_of(LegalEntity) == col(Book.legal_entity_id)
        ),
        columns=_COLUMNS,
        filters={"book": lambda one, _viewer: col(AccountSum.book_id) == one},
        searched=(col(AccountSum.account), col(AccountSum.cost_centre)),
        finish=_finish,
    ),
    called=lambda row: f"{row['book']} {row['account']}",
)
