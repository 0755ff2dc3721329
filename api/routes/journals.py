"""Journals of postings and books as files: CSV, XLSX, beancount, hledger."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from sqlalchemy import Connection, Select, select

from api.compose.wiring import App, rules_of
from api.http.answers import problems
from api.http.auth import Role
from api.http.deps import AppDep, ReadDep, allow
from api.http.parameters import Id
from api.http.streams import described, items, objects, streamed, table
from api.models.journals import Journal
from api.resources.references import BOOK
from inventory.accounting.tables import Posting as PostingTable
from inventory.fixed_assets.rulebooks import rules_of_entity
from inventory.queries.money.books import book_of, list_periods
from inventory.queries.money.postings import (
    journal,
    posting_detail,
    postings_between,
)
from inventory.reports import journals
from inventory.storage.rows import id_of

router = APIRouter(tags=["accounting"])

READERS = allow(Role.ACCOUNTING, Role.AUDITOR)
BookName = Annotated[
    str, Path(max_length=300, description="Its id, or a name that only it has.")
]
JournalFormat = Annotated[
    Literal["json", "csv", "xlsx", "beancount", "hledger"],
    Query(description="json, csv, xlsx, or plain-text accounting."),
]
FILES = described("json", "csv", "xlsx", "beancount")


@router.get(
    "/postings/{posting_id}/journal",
    operation_id="postings_journal",
    response_model=Journal,
    responses=FILES | problems(401, 403, 404, 422),
    dependencies=[READERS],
)
def posting_journal(
    app: AppDep, reading: ReadDep, posting_id: Id, format: JournalFormat = "json"
) -> Response:
    """Export the entries of a posting."""
    found = posting_detail(reading, posting_id)
    postings_wanted = select(id_of(PostingTable)).where(
        id_of(PostingTable) == posting_id
    )
    name = f"journal-{found['book']}-{found['period']}-{posting_id}"
    start = next(
        row["first_day"]
        for row in list_periods(reading, found["book_id"], limit=1000).rows
        if row["key"] == found["period"]
    )
    return export(app, reading, found["book_id"], postings_wanted, format, name, start)


@router.get(
    "/books/{book_id}/journal",
    operation_id="books_journal",
    response_model=Journal,
    responses=FILES | problems(401, 403, 404, 422),
    dependencies=[READERS],
)
def book_journal(
    app: AppDep,
    reading: ReadDep,
    book_id: BookName,
    from_: Annotated[
        date, Query(alias="from", description="First day of the first period.")
    ],
    to: Annotated[date, Query(description="Last day of the last period.")],
    format: JournalFormat = "json",
) -> Response:
    """Export all entries of the periods between two days, reversals included."""
    number = BOOK.resolve(reading, book_id)
    book = book_of(reading, str(number))
    after = date.fromordinal(min(to.toordinal() + 1, date.max.toordinal()))
    postings_wanted = postings_between(number, from_, after)
    name = f"journal-{book['code']}"
    return export(app, reading, number, postings_wanted, format, name, from_)


def export(
    app: App,
    reading: Connection,
    book_id: int,
    postings_wanted: Select[Any],
    kind: str,
    name: str,
    opened: date,
) -> Response:
    """Return the entries of postings as a file or as JSON."""
    book = book_of(reading, str(book_id))
    rules = rules_of_entity(reading, rules_of(app.settings), book["legal_entity_id"])

    def entries() -> Any:  # noqa: ANN401 - an iterator of entries
        with app.engine.connect() as connection:
            yield from journal(connection, postings_wanted)

    match kind:
        case "json":
            entries_shown = journals.objects(entries(), rules.names)
            return streamed(items(objects(entries_shown)), kind, name)
        case "csv" | "xlsx":
            rows = journals.lines(entries(), rules.names)
            return table(journals.COLUMNS, rows, kind, name)
        case _:
            currency = book["currency"]
            text = journals.ledger(entries(), rules, kind, opened, currency)
            return streamed(text, kind, name)
