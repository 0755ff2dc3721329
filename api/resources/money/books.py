"""Books: the sets of depreciation rules that legal entities keep side by side."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection, func, select

from api.compose.rulebooks import rules_of
from api.http.actions import Act, Acting, Given
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Input,
    Question,
    Row,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.money.in_books.deferred_tax import BOOK_DEFERRED_TAX
from api.resources.money.journal_files import JOURNAL_OF_BOOK
from api.resources.money.opening_acts import OPENING_ACTS
from api.resources.money.roles import READERS, WRITERS
from api.resources.perform import changes_of, partial
from api.resources.references import BOOK, LegalEntityRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.accounting.books.periods import create_book
from inventory.accounting.tables import AssetBook, Book
from inventory.fixed_assets.tax.convention_of_year import set_convention
from inventory.kernel.periods import fiscal_calendar
from inventory.kernel.texts import N_, NN_
from inventory.people.tables import LegalEntity
from inventory.queries.money.books import book_of, posting_progress
from inventory.storage.rows import change, col, get, id_of, table_of

_ENTITY = table_of(LegalEntity)


class BookRow(RowModel):
    """A book of the list, with the next period to post."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    code: Annotated[str, Column("Code", sort=True, lead=True)]
    name: Annotated[str, Column("Name", sort=True)]
    legal_entity_id: int
    legal_entity: Annotated[str, Column("Legal entity", sort=True)]
    currency: Annotated[str, Column("Currency")]
    to_ledger: Annotated[
        bool,
        Column(
            "To the ledger",
            Show.YES,
            shown=False,
            about="Its postings go to the general ledger.",
        ),
    ]
    assets: Annotated[int, Column("Assets", Show.NUMBER)]
    last_posted: Annotated[Text, Column("Posted to", about="Last period posted.")]
    next_to_post: Annotated[Text, Column("Next", about="First period to be posted.")]


class BookQuestion(Question):
    """Which books are asked for."""

    code: Annotated[Word, Choice("Code")] = None
    legal_entity: Annotated[
        LegalEntityRef | None,
        Choice("Legal entity", pick="legal-entities", lookups=()),
    ] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    currency: Annotated[Word, Choice("Currency", main=False)] = None
    to_ledger: Annotated[bool | None, Choice("To the ledger", main=False)] = None


class BookDetail(DetailModel):
    """A book of a legal entity."""

    id: int
    code: str
    name: str
    legal_entity_id: int
    legal_entity: str
    currency: str
    to_ledger: bool = Field(description="Its postings go to the general ledger.")
    assets: int
    last_posted: Text
    next_to_post: Text


class BookIn(Given):
    """A book to open, with its calendar of fiscal periods."""

    code: Annotated[
        str, Field(min_length=1, max_length=40), Input("Code", hint="Such as IFRS.")
    ]
    name: Annotated[str, Field(min_length=1, max_length=200), Input("Name")]
    legal_entity: Annotated[
        LegalEntityRef, Input("Legal entity", pick="legal-entities")
    ]
    currency: Annotated[
        str | None,
        Field(pattern="^[A-Z]{3}$"),
        Input("Currency", hint="That of the legal entity without."),
    ] = None
    first_year: Annotated[int, Field(ge=1900, le=2200), Input("First fiscal year")]
    last_year: Annotated[int, Field(ge=1900, le=2200), Input("Last fiscal year")]
    year_end_month: Annotated[
        int, Field(ge=1, le=12), Input("Last month of the fiscal year")
    ] = 12
    months_per_period: Annotated[
        int, Field(ge=1, le=12), Input("Months of a period", hint="1, 3, 6 or 12.")
    ] = 1
    to_ledger: Annotated[bool, Input("To the ledger")] = True


class BookEditIn(
    partial(  # type: ignore[misc]
        BookIn,
        "BookEditIn",
        "code",
        "legal_entity",
        "currency",
        "first_year",
        "last_year",
        "year_end_month",
        "months_per_period",
    )
):
    """Changes of a book; what is left out stays as it is."""


def _create(acting: Acting, given: BookIn) -> dict[str, Any]:
    entity = get(acting.work.connection, LegalEntity, int(given.legal_entity))
    calendar = fiscal_calendar(
        given.first_year,
        given.last_year,
        year_end_month=given.year_end_month,
        months_per_period=given.months_per_period,
    )
    book_id = create_book(
        acting.work,
        code=given.code,
        name=given.name,
        legal_entity_id=entity["id"],
        currency=given.currency or entity["currency"],
        calendar=calendar,
        to_ledger=given.to_ledger,
    )
    return {"id": book_id}


def _update(acting: Acting, given: Given) -> None:
    change(acting.work, Book, acting.id, dict(changes_of(given)))


class ConventionIn(Given):
    """The tax year whose purchases are tested."""

    year: Annotated[str, Field(max_length=40), Input("Fiscal year")]


class ConventionSet(DetailModel):
    """The convention that the purchases of a tax year have now."""

    year: str
    convention: str
    last_quarter: str = Field(description="Percent placed in the last quarter.")
    changed: int = Field(description="Assets that had the other convention.")


def _convention(acting: Acting, given: ConventionIn) -> dict[str, Any]:
    rules = rules_of(acting.app.settings)
    test, changed = set_convention(acting.work, rules, acting.id, given.year)
    return {
        "year": given.year,
        "convention": "mid-quarter" if test.applies else "half-year",
        "last_quarter": f"{float(test.share * 100):.2f}",
        "changed": changed,
    }


def _with_progress(
    connection: Connection, rows: list[dict[str, Any]], _viewer: Viewer
) -> list[dict[str, Any]]:
    return [row | posting_progress(connection, row["id"]) for row in rows]


def _get(connection: Connection, book_id: int, _viewer: Viewer) -> Row:
    row = book_of(connection, str(book_id))
    return row | posting_progress(connection, book_id)


_ASSETS = (
    select(func.count()).where(col(AssetBook.book_id) == id_of(Book)).scalar_subquery()
)

BOOKS = Resource(
    name="books",
    command="book",
    title=N_("Books"),
    counted=NN_("{count} book", "{count} books"),
    icon="book",
    group="money",
    roles=READERS,
    rows=BookRow,
    question=BookQuestion,
    sort="code",
    source=TableSource(
        table=table_of(Book),
        joined=table_of(Book).join(
            _ENTITY, id_of(LegalEntity) == col(Book.legal_entity_id)
        ),
        columns={
            "id": id_of(Book),
            "code": col(Book.code),
            "name": col(Book.name),
            "legal_entity_id": col(Book.legal_entity_id),
            "legal_entity": col(LegalEntity.code),
            "currency": col(Book.currency),
            "to_ledger": col(Book.to_ledger),
            "assets": _ASSETS,
        },
        filters={"legal_entity": lambda one, _viewer: col(Book.legal_entity_id) == one},
        searched=(col(Book.code), col(Book.name)),
        finish=_with_progress,
    ),
    reference=BOOK,
    detail=BookDetail,
    get=_get,
    extracts=(JOURNAL_OF_BOOK,),
    called=lambda row: str(row["code"]),
    acts=(
        Act(
            "open-book",
            BookIn,
            _create,
            WRITERS,
            verb="create",
            said=N_("The book is open."),
            title=N_("Open one book by hand"),
        ),
        Act("edit-book", BookEditIn, _update, WRITERS, verb="update"),
        Act(
            "set-convention",
            ConventionIn,
            _convention,
            WRITERS,
            about="Half-year or mid-quarter for the purchases of a year, by its test.",
            said=N_("{changed} assets changed to the {convention} convention."),
            title=N_("Set the convention of a tax year of {code}"),
            answer=ConventionSet,
        ),
        BOOK_DEFERRED_TAX,
        *OPENING_ACTS,
    ),
)
