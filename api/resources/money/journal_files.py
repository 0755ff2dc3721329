"""The journal of a posting or a book: as entries, tables and plain-text accounting.

    GET /books/IFRS/journal?from=2026-01&to=2026-06&format=beancount
    purser book journal IFRS --from 2026-01 --to 2026-06 --format xlsx -o journal.xlsx

Lines of journals by any filter are the list `journal-lines`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field
from sqlalchemy import Connection, Select, select

from api.compose.rulebooks import journal_profiles_of, rules_of
from api.http import streams
from api.http.files import File
from api.models.journals import Journal
from api.resources.declare import Viewer
from api.resources.extracts import Extract, Parameters
from inventory.accounting.posting.hand_over import postings_of
from inventory.accounting.tables import JournalExport, Posting
from inventory.kernel.texts import N_
from inventory.queries.money.books import list_periods
from inventory.queries.money.postings import (
    journal,
    posting_detail,
    postings_between,
)
from inventory.reports import journals
from inventory.reports.journal_profiles import profile_lines
from inventory.reports.sources import BookSource, Sources
from inventory.storage.rows import get, id_of

if TYPE_CHECKING:
    from api.compose.wiring import App

JournalFormat = Literal["json", "jsonl", "csv", "xlsx", "beancount", "hledger"]
_MEDIA = streams.media_of("jsonl", "csv", "xlsx", "beancount")


class OnePosting(Parameters):
    """The format of a journal."""

    format: JournalFormat = Field(
        "json", description="json, jsonl, csv, xlsx, or plain-text accounting."
    )
    summary: bool = Field(
        False, description="Sums by account, cost centre and class of each posting."
    )


class SomePeriods(OnePosting):
    """Which periods, and the format of their journal."""

    from_: str = Field(
        alias="from", max_length=40, description="First period, fiscal year or day."
    )
    to: str = Field(max_length=40, description="Last period, fiscal year or day.")


def _of_posting(
    reading: Connection, posting_id: int, viewer: Viewer, asked: OnePosting
) -> File:
    found = posting_detail(reading, posting_id)
    which = select(id_of(Posting)).where(id_of(Posting) == posting_id)
    name = f"journal-{found['book']}-{found['period']}-{posting_id}"
    start = next(
        row["first_day"]
        for row in list_periods(reading, found["book_id"], limit=1000).rows
        if row["key"] == found["period"]
    )
    book = _book(reading, viewer, found["book_id"])
    return _file(viewer.app, book, which, asked, name, start)


def _of_book(
    reading: Connection, book_id: int, viewer: Viewer, asked: SomePeriods
) -> File:
    book = _book(reading, viewer, book_id)
    start, end = book.span(asked.from_, asked.to)
    which = postings_between(book_id, start, end)
    name = f"journal-{book.row['code']}"
    return _file(viewer.app, book, which, asked, name, start)


def _book(reading: Connection, viewer: Viewer, book_id: int) -> BookSource:
    assert viewer.app is not None
    sources = Sources(reading, viewer.today, rules_of(viewer.app.settings))
    return sources.book(str(book_id))


def _file(
    app: App | None,
    book: BookSource,
    which: Select[Any],
    asked: OnePosting,
    name: str,
    opened: date,
) -> File:
    """Return the entries of postings of a book in a format."""
    assert app is not None
    engine, rules, kind = app.engine, book.rules, asked.format

    def entries() -> Iterator[Any]:
        with engine.connect() as connection:
            found = journal(connection, which)
            yield from journals.summarised(found) if asked.summary else found

    match kind:
        case "json" | "jsonl":
            lines = streams.objects(journals.objects(entries(), rules.names))
            text = streams.items(lines) if kind == "json" else lines
            return streams.text(text, kind, name)
        case "csv" | "xlsx":
            rows = journals.lines(entries(), rules.names)
            return streams.table_file(journals.COLUMNS, rows, kind, name)
        case _:
            return streams.text(
                journals.ledger(entries(), rules, kind, opened, book.currency),
                kind,
                name,
            )


def _of_export(
    reading: Connection, export_id: int, viewer: Viewer, asked: Parameters
) -> File:
    assert viewer.app is not None
    app, row = viewer.app, get(reading, JournalExport, export_id)
    names = _book(reading, viewer, row["book_id"]).rules.names
    profile = journal_profiles_of(app.settings)[row["profile"]]

    def pieces() -> Iterator[str]:
        with app.engine.connect() as connection:
            entries = journal(connection, postings_of(export_id))
            if row["summarised"]:
                entries = journals.summarised(entries)
            yield from profile_lines(entries, names, profile)

    return streams.text(pieces(), "csv", str(row["name"]))


FILE_OF_EXPORT = Extract(
    name="file",
    about=N_("Give the file of the export, the same as often as it is asked for."),
    read=_of_export,
    media=streams.media_of("csv"),
)
JOURNAL_OF_POSTING = Extract(
    name="journal",
    about=N_("Give the entries of the posting."),
    read=_of_posting,
    answer=Journal,
    media=_MEDIA,
    parameters=OnePosting,
)
JOURNAL_OF_BOOK = Extract(
    name="journal",
    about=N_("Give all entries of some periods, reversals included."),
    read=_of_book,
    answer=Journal,
    media=_MEDIA,
    parameters=SomePeriods,
)
