"""Fiscal periods of books: posted, closed, locked, reopened."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import ColumnElement, Connection, select

from api.compose.rulebooks import rules_of
from api.http.actions import Act, Acting, Given
from api.resources.declare import (
    AskedMoment,
    Choice,
    Column,
    DetailModel,
    Input,
    Moment,
    Number,
    Question,
    Row,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.money.long_books import has_many_assets
from api.resources.money.roles import READERS, WRITERS
from api.resources.references import PERIOD, BookRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.accounting.books.book_state import postings_in_force
from inventory.accounting.books.periods import set_status
from inventory.accounting.tables import Book, FiscalPeriod, Posting
from inventory.fixed_assets.posting_run import (
    corrected,
    figures_before,
    post_with_assets,
    unallocated,
    warnings_of,
)
from inventory.fixed_assets.waiting import count_waiting
from inventory.kernel.money import Money, amount_text, minor_digits
from inventory.kernel.texts import N_, NN_
from inventory.people.tables import LegalEntity
from inventory.storage.rows import col, get, id_of, table_of

Status = Literal["open", "closed", "locked"]
_PERIOD, _BOOK = table_of(FiscalPeriod), table_of(Book)
_POSTED = table_of(Posting)
_ENTITY = table_of(LegalEntity)
_DAY = timedelta(days=1)


class PeriodRow(RowModel):
    """A period of a book, and what is posted in it."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    book_id: int
    book: Annotated[str, Column("Book", sort=True)]
    legal_entity: Annotated[str, Column("Legal entity", shown=False)]
    key: Annotated[str, Column("Period", sort=True, lead=True)]
    year: Annotated[str, Column("Fiscal year", sort=True, shown=False)]
    first_day: Annotated[date, Column("From", Show.DAY, sort=True)]
    last_day: Annotated[date, Column("To", Show.DAY)]
    status: Annotated[
        Status, Column("Status", Show.STATE, about="open, closed or locked.")
    ]
    reason: Annotated[str, Column("Reason", shown=False)]
    posting_id: Annotated[Number, Column("Posting", shown=False)]
    posted_at: Annotated[Moment, Column("Posted", Show.AGO)]
    posted_by: Annotated[Text, Column("Posted by", shown=False)]
    assets: Annotated[Number, Column("Assets", Show.NUMBER)]
    depreciation: Annotated[
        Text, Column("Depreciation", Show.AMOUNT, about="Decimal text.")
    ]
    currency: Annotated[str, Column("Currency", shown=False)]


class PeriodQuestion(Question):
    """Which periods are asked for."""

    book: Annotated[BookRef | None, Choice("Book", pick="books", lookups=())] = None
    year: Annotated[Word, Choice("Fiscal year")] = None
    status: Annotated[Status | None, Choice("Status")] = None
    posted: Annotated[bool | None, Choice("Posted", main=False)] = None
    key: Annotated[Word, Choice("Period", main=False)] = None
    first_day: Annotated[date | None, Choice("From", main=False)] = None
    posted_at: Annotated[AskedMoment | None, Choice("Posted at", main=False)] = None


class PostIn(Given):
    """Post the period: all of it or nothing; posting it again changes nothing."""

    early: Annotated[
        bool, Input("Early", hint="Post it although it has not ended.")
    ] = False


class CloseIn(Given):
    """The reason is kept in the audit trail."""

    reason: Annotated[str, Field(max_length=1000), Input("Reason")] = ""


class ReopenIn(Given):
    """Reopening needs a reason, which is kept in the audit trail."""

    reason: Annotated[str, Field(min_length=1, max_length=1000), Input("Reason")]


class Posted(DetailModel):
    """Result of posting a period."""

    posting_id: Annotated[int, Column("Posting", Show.CODE)]
    already: Annotated[bool, Column("Was posted before", Show.YES)] = Field(
        description="It was posted before; nothing was written."
    )
    period: Annotated[str, Column("Period")]
    assets: Annotated[int, Column("Assets", Show.NUMBER)]
    depreciation: Annotated[str, Column("Depreciation", Show.AMOUNT)]
    currency: Annotated[str, Column("Currency")]
    previous: Annotated[Text, Column("Depreciation before", Show.AMOUNT)] = Field(
        description="Depreciation of the period before; decimal."
    )
    unallocated: Annotated[str, Column("Nobody bears", Show.AMOUNT)] = Field(
        description="Depreciation that nobody bears; decimal."
    )
    waiting: Annotated[int, Column("Assets not in it yet", Show.NUMBER)] = Field(
        description="Assets that are not in the book yet."
    )
    corrected: Annotated[str, Column("Moved between cost centres", Show.AMOUNT)] = (
        Field(description="Moved between cost centres of earlier periods; decimal.")
    )
    warnings: Annotated[list[str], Column("Warnings", Show.SAID)] = Field(
        description="What somebody should look at."
    )


def _post(acting: Acting, given: PostIn) -> dict[str, Any]:
    connection = acting.work.connection
    period = get(connection, FiscalPeriod, acting.id)
    book = get(connection, Book, period["book_id"])
    today = acting.app.clock().date()
    done = post_with_assets(
        acting.work,
        rules_of(acting.app.settings),
        book["id"],
        period["key"],
        None if given.early else today,
        acting.tell,
    )
    digits = minor_digits(book["currency"])
    before = figures_before(connection, book["id"], period["starts_on"])
    nobody = unallocated(connection, done.posting_id)
    return {
        "corrected": amount_text(corrected(connection, done.posting_id), digits),
        "warnings": list(warnings_of(connection, book, done.posting_id, today)),
        "previous": None if before is None else amount_text(before, digits),
        "unallocated": amount_text(nobody, digits),
        "waiting": count_waiting(connection, book["id"]),
        "posting_id": done.posting_id,
        "already": done.already,
        "period": period["key"],
        "assets": done.assets,
        "depreciation": Money(done.depreciation, book["currency"]).amount,
        "currency": book["currency"],
    }


def _is_long(reading: Connection, period_id: int, _given: PostIn) -> bool:
    book_id = get(reading, FiscalPeriod, period_id)["book_id"]
    return has_many_assets(reading, book_id)


def _set(acting: Acting, status: str, reason: str) -> None:
    period = get(acting.work.connection, FiscalPeriod, acting.id)
    set_status(acting.work, period["book_id"], period["key"], status, reason)


def _close(acting: Acting, given: CloseIn) -> None:
    _set(acting, "closed", given.reason)


def _lock(acting: Acting, given: CloseIn) -> None:
    _set(acting, "locked", given.reason)


def _reopen(acting: Acting, given: ReopenIn) -> None:
    _set(acting, "open", given.reason)


def _finish(
    _connection: Connection, rows: list[dict[str, Any]], _viewer: Viewer
) -> list[dict[str, Any]]:
    for row in rows:
        row["last_day"] -= _DAY
        if row["depreciation"] is not None:
            digits = minor_digits(row["currency"])
            row["depreciation"] = amount_text(row["depreciation"], digits)
    return rows


_JOINED = (
    _PERIOD.join(_BOOK, id_of(Book) == col(FiscalPeriod.book_id))
    .join(_ENTITY, id_of(LegalEntity) == col(Book.legal_entity_id))
    .outerjoin(
        _POSTED,
        (col(Posting.book_id) == col(FiscalPeriod.book_id))
        & (col(Posting.period) == col(FiscalPeriod.key))
        & id_of(Posting).in_(postings_in_force()),
    )
)
_COLUMNS: dict[str, ColumnElement[Any]] = {
    "id": id_of(FiscalPeriod),
    "book_id": col(FiscalPeriod.book_id),
    "book": col(Book.code),
    "legal_entity": col(LegalEntity.code),
    "key": col(FiscalPeriod.key),
    "year": col(FiscalPeriod.year),
    "first_day": col(FiscalPeriod.starts_on),
    "last_day": col(FiscalPeriod.ends_on),
    "status": col(FiscalPeriod.status),
    "reason": col(FiscalPeriod.reason),
    "posting_id": id_of(Posting),
    "posted_at": col(Posting.recorded_at),
    "posted_by": col(Posting.actor),
    "assets": col(Posting.assets),
    "depreciation": col(Posting.depreciation_minor),
    "currency": col(Book.currency),
}


def _get(connection: Connection, period_id: int, viewer: Viewer) -> Row | None:
    query = (
        select(*(column.label(name) for name, column in _COLUMNS.items()))
        .select_from(_JOINED)
        .where(id_of(FiscalPeriod) == period_id)
    )
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return next(iter(_finish(connection, rows, viewer)), None)


PERIODS = Resource(
    name="periods",
    command="period",
    title=N_("Fiscal periods"),
    counted=NN_("{count} period", "{count} periods"),
    icon="sheet",
    group="money",
    roles=READERS,
    rows=PeriodRow,
    question=PeriodQuestion,
    sort="first_day",
    source=TableSource(
        table=_PERIOD,
        joined=_JOINED,
        columns=_COLUMNS,
        filters={
            "book": lambda one, _viewer: col(FiscalPeriod.book_id) == one,
            "posted": lambda posted, _viewer: (
                id_of(Posting).is_not(None) if posted else id_of(Posting).is_(None)
            ),
        },
        searched=(col(FiscalPeriod.key), col(Book.code)),
        finish=_finish,
        offered=("year",),
    ),
    reference=PERIOD,
    detail=PeriodRow,
    get=_get,
    called=lambda row: f"{row['book']} {row['key']}",
    acts=(
        Act(
            "post-period",
            PostIn,
            _post,
            WRITERS,
            verb="post",
            said=N_("{period} is posted: {assets} assets, {depreciation} {currency}."),
            title=N_("Post {key}"),
            answer=Posted,
            long=_is_long,
        ),
        Act(
            "close-period",
            CloseIn,
            _close,
            WRITERS,
            verb="close",
            about="Close a period: it takes no postings until it is reopened.",
            said=N_("The period is closed."),
            title=N_("Close {key}"),
        ),
        Act(
            "lock-period",
            CloseIn,
            _lock,
            WRITERS,
            verb="lock",
            about="Lock a period for good.",
            said=N_("The period is locked."),
            title=N_("Lock {key}"),
            danger=True,
        ),
        Act(
            "reopen-period",
            ReopenIn,
            _reopen,
            WRITERS,
            verb="reopen",
            about="Reopen a closed period, with a reason.",
            said=N_("The period is open again."),
            title=N_("Reopen {key}"),
        ),
    ),
)
