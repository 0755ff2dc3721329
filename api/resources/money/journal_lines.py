"""Journal lines of all books, and those of depreciation without a cost centre."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from sqlalchemy import ColumnElement, Connection

from api.http.callers import Caller
from api.resources.declare import (
    Cell,
    Choice,
    Column,
    Number,
    Question,
    Row,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.money.roles import READERS
from api.resources.references import AssetRef, BookRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.accounting.tables import (
    AssetBook,
    Book,
    JournalEntry,
    JournalLine,
    Posting,
)
from inventory.assets.register.tables import Asset
from inventory.kernel.money import amount_text, minor_digits
from inventory.kernel.texts import N_, NN_
from inventory.storage.rows import col, id_of, table_of

_LINE = table_of(JournalLine)


def _explained(row: Row, _caller: Caller) -> Cell:
    """Lead from a line of an asset to where its figures come from."""
    if row["schedule_id"] is None:
        return Cell(row["period"])
    period = quote(str(row["period"]))
    path = f"/schedules/{row['schedule_id']}/explain?period={period}"
    return Cell(row["period"], href=path)


class JournalLineRow(RowModel):
    """A line of a journal entry; one of debit and credit is zero."""

    entry_id: Annotated[int, Column("Entry", sort=True, lead=True)]
    position: Annotated[int, Column("Line", Show.NUMBER)]
    posting_id: Annotated[int, Column("Posting", shown=False)]
    book: Annotated[str, Column("Book")]
    day: Annotated[date, Column("Day", Show.DAY)]
    period: Annotated[str, Column("Period", cell=_explained)]
    memo: Annotated[str, Column("Text")]
    reference: Annotated[str, Column("Reference", shown=False)]
    schedule_id: Annotated[Number, Column("Schedule", shown=False)]
    asset_id: Number
    tag: Annotated[Text, Column("Asset")]
    asset_class: Annotated[Text, Column("Class", shown=False)]
    account: Annotated[str, Column("Account")]
    cost_centre: Annotated[Text, Column("Cost centre")]
    debit: Annotated[str, Column("Debit", Show.AMOUNT, about="Decimal text.")]
    credit: Annotated[str, Column("Credit", Show.AMOUNT, about="Decimal text.")]
    amount_minor: Annotated[
        int,
        Column(
            "Amount",
            Show.MONEY,
            shown=False,
            total=True,
            about="In minor units; debit positive, credit negative.",
        ),
    ]
    currency: Annotated[str, Column("Currency", shown=False)]


class JournalLineQuestion(Question):
    """Which lines are asked for."""

    book: Annotated[BookRef | None, Choice("Book", pick="books", lookups=())] = None
    period: Annotated[Word, Choice("Period")] = None
    account: Annotated[Word, Choice("Account")] = None
    cost_centre: Annotated[Word, Choice("Cost centre", about="Its code.")] = None
    asset: Annotated[
        AssetRef | None, Choice("Asset", pick="assets", main=False, lookups=())
    ] = None
    asset_class: Annotated[Word, Choice("Class", main=False)] = None
    day: Annotated[date | None, Choice("Day", main=False)] = None
    posting_id: Annotated[int | None, Choice("Posting", main=False)] = None
    entry_id: Annotated[int | None, Choice("Entry", main=False)] = None
    memo: Annotated[Word, Choice("Text", main=False)] = None
    amount_minor: Annotated[int | None, Choice("Amount", main=False)] = None


def _finish(
    _connection: Connection, rows: list[dict[str, Any]], _viewer: Viewer
) -> list[dict[str, Any]]:
    for row in rows:
        digits, amount = minor_digits(row["currency"]), row["amount_minor"]
        row["debit"] = amount_text(max(amount, 0), digits)
        row["credit"] = amount_text(max(-amount, 0), digits)
    return [{name: row[name] for name in JournalLineRow.model_fields} for row in rows]


_COLUMNS: dict[str, ColumnElement[Any]] = {
    "entry_id": col(JournalLine.entry_id),
    "position": col(JournalLine.position),
    "posting_id": col(JournalEntry.posting_id),
    "book": col(Book.code),
    "day": col(JournalEntry.day),
    "period": col(JournalEntry.period),
    "memo": col(JournalEntry.memo),
    "reference": col(JournalEntry.reference),
    "schedule_id": col(JournalEntry.asset_book_id),
    "asset_id": col(AssetBook.asset_id),
    "tag": col(Asset.tag),
    "asset_class": col(AssetBook.asset_class),
    "account": col(JournalLine.account),
    "cost_centre": col(JournalLine.cost_centre),
    "amount_minor": col(JournalLine.amount_minor),
    "currency": col(JournalLine.currency),
}
_JOINED = (
    _LINE.join(table_of(JournalEntry), id_of(JournalEntry) == col(JournalLine.entry_id))
    .join(table_of(Posting), id_of(Posting) == col(JournalEntry.posting_id))
    .join(table_of(Book), id_of(Book) == col(Posting.book_id))
    .outerjoin(table_of(AssetBook), id_of(AssetBook) == col(JournalEntry.asset_book_id))
    .outerjoin(table_of(Asset), id_of(Asset) == col(AssetBook.asset_id))
)


def _source(*where: ColumnElement[bool]) -> TableSource[JournalLineQuestion]:
    return TableSource(
        table=_LINE,
        joined=_JOINED,
        columns=_COLUMNS,
        where=lambda _viewer: where,
        filters={
            "book": lambda one, _viewer: col(Posting.book_id) == one,
            "asset": lambda one, _viewer: col(AssetBook.asset_id) == one,
        },
        searched=(
            col(Asset.tag),
            col(JournalEntry.memo),
            col(JournalEntry.reference),
            col(JournalLine.account),
        ),
        finish=_finish,
        # Entries are the sort key: within one, the position tells lines apart.
        row_id=col(JournalLine.position),
    )


JOURNAL_LINES = Resource(
    name="journal-lines",
    command="journal-line",
    title=N_("Journal"),
    counted=NN_("{count} line", "{count} lines"),
    icon="book",
    group="money",
    roles=READERS,
    rows=JournalLineRow,
    question=JournalLineQuestion,
    sort="-entry_id",
    source=_source(),
    called=lambda row: f"{row['entry_id']}/{row['position']}",
)
UNALLOCATED_COSTS = Resource(
    name="unallocated-costs",
    command="unallocated-cost",
    title=N_("Unallocated costs"),
    counted=NN_("{count} line", "{count} lines"),
    icon="book",
    group="money",
    roles=READERS,
    rows=JournalLineRow,
    question=JournalLineQuestion,
    sort="-entry_id",
    source=_source(
        col(JournalLine.cost_centre).is_(None),
        col(JournalLine.amount_minor) > 0,
        col(JournalEntry.reference).endswith("/depreciation"),
    ),
    called=lambda row: f"{row['entry_id']}/{row['position']}",
)
