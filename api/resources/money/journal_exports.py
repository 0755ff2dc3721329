"""Journal exports: what was handed over to the accounting system, each line once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from api.compose.rulebooks import journal_profiles_of
from api.http.actions import Act, Acting, Given
from api.resources.declare import (
    AskedMoment,
    Choice,
    Column,
    Input,
    Question,
    RowModel,
    Show,
    Word,
)
from api.resources.money.journal_files import FILE_OF_EXPORT
from api.resources.money.roles import READERS, WRITERS
from api.resources.references import JOURNAL_EXPORT, BookRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.accounting.posting.hand_over import hand_over
from inventory.accounting.tables import Book, JournalExport
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_, NN_
from inventory.storage.rows import col, id_of, table_of

_EXPORT, _BOOK = table_of(JournalExport), table_of(Book)


class JournalExportRow(RowModel):
    """An export of all journal lines that had not been handed over before."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    name: Annotated[str, Column("Name", sort=True, lead=True)]
    book_id: int
    book: Annotated[str, Column("Book", sort=True)]
    profile: Annotated[str, Column("Columns", about="Of which accounting system.")]
    lines: Annotated[int, Column("Lines", Show.NUMBER)]
    summarised: Annotated[
        bool,
        Column(
            "Summarised",
            Show.YES,
            shown=False,
            about="Sums by posting, class, account and cost centre.",
        ),
    ]
    actor: Annotated[str, Column("By", shown=False)]
    recorded_at: Annotated[datetime, Column("Recorded", Show.AGO, sort=True)]


class JournalExportQuestion(Question):
    """Which exports are asked for."""

    book: Annotated[BookRef | None, Choice("Book", pick="books", lookups=())] = None
    profile: Annotated[Word, Choice("Columns", main=False)] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    recorded_at: Annotated[AskedMoment | None, Choice("Recorded", main=False)] = None


class JournalExportIn(Given):
    """Hand over all journal lines of a book that were not handed over yet."""

    book: Annotated[BookRef, Input("Book", pick="books")]
    profile: Annotated[
        str,
        Field(max_length=100),
        Input(
            "Columns",
            hint="odoo, erpnext, xero, quickbooks, datev, sap, accurate or jurnal.",
        ),
    ]
    summarised: Annotated[
        bool,
        Input("Summarised", hint="Sums by posting, class, account and cost centre."),
    ] = False


def _create(acting: Acting, given: JournalExportIn) -> dict[str, Any]:
    known = journal_profiles_of(acting.app.settings)
    if given.profile not in known:
        raise Invalid(
            N_("There are no columns for {profile}."),
            where="profile",
            remedy=N_("Use one of {known}."),
            profile=given.profile,
            known=", ".join(known),
        )
    made = hand_over(
        acting.work,
        int(given.book),
        given.profile,
        summarised=given.summarised,
    )
    return {"id": made}


_SOURCE: TableSource[JournalExportQuestion] = TableSource(
    table=_EXPORT,
    joined=_EXPORT.join(_BOOK, id_of(Book) == col(JournalExport.book_id)),
    columns={
        "id": id_of(JournalExport),
        "name": col(JournalExport.name),
        "book_id": col(JournalExport.book_id),
        "book": col(Book.code),
        "profile": col(JournalExport.profile),
        "lines": col(JournalExport.lines),
        "summarised": col(JournalExport.summarised),
        "actor": col(JournalExport.actor),
        "recorded_at": col(JournalExport.recorded_at),
    },
    filters={"book": lambda one, _viewer: col(JournalExport.book_id) == one},
    searched=(col(JournalExport.name), col(Book.code)),
    offered=("profile",),
)

JOURNAL_EXPORTS = Resource(
    name="journal-exports",
    command="journal-export",
    title=N_("Journal exports"),
    counted=NN_("{count} export", "{count} exports"),
    icon="book",
    group="money",
    roles=READERS,
    rows=JournalExportRow,
    question=JournalExportQuestion,
    sort="-id",
    source=_SOURCE,
    reference=JOURNAL_EXPORT,
    detail=JournalExportRow,
    get=_SOURCE.one,
    called=lambda row: str(row["name"]),
    extracts=(FILE_OF_EXPORT,),
    acts=(
        Act(
            "export-journal",
            JournalExportIn,
            _create,
            WRITERS,
            verb="create",
            said=N_("The journal is handed over."),
            title=N_("Hand the journal over"),
        ),
    ),
)
