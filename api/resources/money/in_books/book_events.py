"""Events of assets in books: what happened after they were capitalised."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from sqlalchemy import ColumnElement, Connection

from api.resources.declare import (
    AskedMoment,
    Choice,
    Column,
    Question,
    RowModel,
    Show,
    Viewer,
    Word,
)
from api.resources.money.roles import READERS
from api.resources.references import BOOK_EVENT, AssetRef, BookRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.accounting.catalogue.api_form import event_to_wire
from inventory.accounting.model.terms_codec import event_from_json
from inventory.accounting.tables import AssetBook, Book, BookEvent
from inventory.assets.register.tables import Asset
from inventory.kernel.texts import N_, NN_
from inventory.storage.rows import col, id_of, table_of

_EVENT = table_of(BookEvent)


class BookEventRow(RowModel):
    """An event of an asset in a book."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    name: Annotated[str, Column("Event", lead=True)]
    kind: Annotated[str, Column("Kind", Show.WORD, sort=True)]
    effective: Annotated[date, Column("Effective", Show.DAY, sort=True)]
    asset_id: int
    tag: Annotated[str, Column("Asset", sort=True)]
    schedule_id: int
    book: Annotated[str, Column("Book")]
    asset_class: Annotated[str, Column("Class", shown=False)]
    currency: Annotated[str, Column("Currency", shown=False)]
    recorded_at: Annotated[datetime, Column("Recorded", Show.AGO, sort=True)]
    event: dict[str, Any]


class BookEventQuestion(Question):
    """Which events are asked for."""

    book: Annotated[BookRef | None, Choice("Book", pick="books", lookups=())] = None
    kind: Annotated[Word, Choice("Kind")] = None
    asset: Annotated[
        AssetRef | None, Choice("Asset", pick="assets", main=False, lookups=())
    ] = None
    name: Annotated[Word, Choice("Event", main=False)] = None
    asset_class: Annotated[Word, Choice("Class", main=False)] = None
    effective: Annotated[date | None, Choice("Effective", main=False)] = None
    recorded_at: Annotated[AskedMoment | None, Choice("Recorded", main=False)] = None


def _finish(
    _connection: Connection, rows: list[dict[str, Any]], _viewer: Viewer
) -> list[dict[str, Any]]:
    for row in rows:
        event = event_from_json(row["event"])
        row["event"] = event_to_wire(event, row["currency"])
    return rows


_COLUMNS: dict[str, ColumnElement[Any]] = {
    "id": id_of(BookEvent),
    "name": col(BookEvent.name),
    "kind": col(BookEvent.kind),
    "effective": col(BookEvent.effective),
    "asset_id": col(AssetBook.asset_id),
    "tag": col(Asset.tag),
    "schedule_id": col(BookEvent.asset_book_id),
    "book": col(Book.code),
    "asset_class": col(AssetBook.asset_class),
    "currency": col(Book.currency),
    "recorded_at": col(BookEvent.recorded_at),
    "event": col(BookEvent.data),
}

_SOURCE: TableSource[BookEventQuestion] = TableSource(
    table=_EVENT,
    joined=_EVENT.join(
        table_of(AssetBook), id_of(AssetBook) == col(BookEvent.asset_book_id)
    )
    .join(table_of(Asset), id_of(Asset) == col(AssetBook.asset_id))
    .join(table_of(Book), id_of(Book) == col(AssetBook.book_id)),
    columns=_COLUMNS,
    filters={
        "book": lambda one, _viewer: col(AssetBook.book_id) == one,
        "asset": lambda one, _viewer: col(AssetBook.asset_id) == one,
    },
    searched=(col(Asset.tag), col(BookEvent.name), col(BookEvent.kind)),
    finish=_finish,
    offered=("kind",),
)

BOOK_EVENTS = Resource(
    name="book-events",
    command="book-event",
    title=N_("Events of assets in books"),
    counted=NN_("{count} event", "{count} events"),
    icon="list",
    group="money",
    roles=READERS,
    rows=BookEventRow,
    question=BookEventQuestion,
    sort="-id",
    source=_SOURCE,
    reference=BOOK_EVENT,
    detail=BookEventRow,
    get=_SOURCE.one,
    called=lambda row: str(row["name"]),
)
