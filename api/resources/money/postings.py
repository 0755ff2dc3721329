"""Postings: the runs that booked a period of a book, and their reversals."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection

from api.http.actions import Act, Acting, Given
from api.resources.declare import (
    AskedMoment,
    Choice,
    Column,
    Input,
    Number,
    Question,
    Row,
    RowModel,
    Show,
    Viewer,
    Word,
)
from api.resources.money.journal_files import JOURNAL_OF_POSTING
from api.resources.money.roles import READERS, WRITERS
from api.resources.references import POSTING, BookRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.accounting.posting.reverse import reverse
from inventory.accounting.tables import Book, Posting
from inventory.kernel.money import amount_text, minor_digits
from inventory.kernel.texts import N_, NN_
from inventory.queries.money.postings import posting_detail
from inventory.storage.rows import col, id_of, table_of

_POSTING, _BOOK = table_of(Posting), table_of(Book)
_REVERSAL = _POSTING.alias("reversal_of_it")


class PostingRow(RowModel):
    """A run that booked a period, or reversed such a run."""

    id: Annotated[int, Column("Number", sort=True, lead=True)]
    book_id: int
    book: Annotated[str, Column("Book", sort=True)]
    source: Annotated[
        str, Column("Of", about="assets, telecom-accrual, telecom-invoice ...")
    ]
    period: Annotated[str, Column("Period", sort=True)]
    version: Annotated[int, Column("Version", Show.NUMBER, shown=False)]
    reverses_id: Annotated[
        Number, Column("Reverses", Show.CODE, about="The posting it reverses.")
    ]
    reversed_by: Annotated[Number, Column("Reversed by", Show.CODE)]
    assets: Annotated[int, Column("Assets", Show.NUMBER)]
    depreciation: Annotated[
        str, Column("Depreciation", Show.AMOUNT, about="Decimal text.")
    ]
    currency: Annotated[str, Column("Currency", shown=False)]
    actor: Annotated[str, Column("By", shown=False)]
    recorded_at: Annotated[datetime, Column("Recorded", Show.AGO, sort=True)]


class PostingQuestion(Question):
    """Which postings are asked for."""

    book: Annotated[BookRef | None, Choice("Book", pick="books", lookups=())] = None
    period: Annotated[Word, Choice("Period")] = None
    source: Annotated[Word, Choice("Of")] = None
    reversed: Annotated[
        bool | None, Choice("Reversed", main=False, about="It was reversed.")
    ] = None
    reverses_id: Annotated[int | None, Choice("Reverses", main=False)] = None
    actor: Annotated[Word, Choice("By", main=False)] = None
    assets: Annotated[int | None, Choice("Assets", main=False)] = None
    recorded_at: Annotated[AskedMoment | None, Choice("Recorded", main=False)] = None


class ReverseIn(Given):
    """Reverse a posting by mirrored entries; its period can be posted again."""

    reason: Annotated[
        str,
        Field(min_length=1, max_length=1000),
        Input("Reason", hint="Kept in the audit trail."),
    ]


def _reverse(acting: Acting, given: ReverseIn) -> dict[str, Any]:
    return {"id": reverse(acting.work, acting.id, given.reason)}


def _finish(
    _connection: Connection, rows: list[dict[str, Any]], _viewer: Viewer
) -> list[dict[str, Any]]:
    for row in rows:
        digits = minor_digits(row["currency"])
        row["depreciation"] = amount_text(row["depreciation"], digits)
    return rows


def _get(connection: Connection, posting_id: int, _viewer: Viewer) -> Row:
    return posting_detail(connection, posting_id)


POSTINGS = Resource(
    name="postings",
    command="posting",
    title=N_("Postings"),
    counted=NN_("{count} posting", "{count} postings"),
    icon="book",
    group="money",
    roles=READERS,
    rows=PostingRow,
    question=PostingQuestion,
    sort="-id",
    source=TableSource(
        table=_POSTING,
        joined=_POSTING.join(_BOOK, id_of(Book) == col(Posting.book_id)).outerjoin(
            _REVERSAL, _REVERSAL.c.reverses_id == id_of(Posting)
        ),
        columns={
            "id": id_of(Posting),
            "book_id": col(Posting.book_id),
            "book": col(Book.code),
            "source": col(Posting.source),
            "period": col(Posting.period),
            "version": col(Posting.version),
            "reverses_id": col(Posting.reverses_id),
            "reversed_by": _REVERSAL.c.id,
            "assets": col(Posting.assets),
            "depreciation": col(Posting.depreciation_minor),
            "currency": col(Book.currency),
            "actor": col(Posting.actor),
            "recorded_at": col(Posting.recorded_at),
        },
        filters={
            "book": lambda one, _viewer: col(Posting.book_id) == one,
            "reversed": lambda was, _viewer: (
                _REVERSAL.c.id.is_not(None) if was else _REVERSAL.c.id.is_(None)
            ),
        },
        searched=(col(Book.code), col(Posting.period), col(Posting.actor)),
        finish=_finish,
    ),
    reference=POSTING,
    detail=PostingRow,
    get=_get,
    extracts=(JOURNAL_OF_POSTING,),
    called=lambda row: f"{row['book']} {row['period']}",
    acts=(
        Act(
            "reverse-posting",
            ReverseIn,
            _reverse,
            WRITERS,
            verb="reverse",
            said=N_("The posting is reversed."),
            title=N_("Reverse posting {id}"),
            danger=True,
        ),
    ),
)
