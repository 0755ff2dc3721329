"""Assets under construction: cost is gathered, then they are put into service."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection

from api.compose.rulebooks import rules_of
from api.http.actions import Act, Acting, Given
from api.models.journals import Amount
from api.resources.declare import (
    Choice,
    Column,
    Day,
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
from api.resources.money.roles import READERS, WRITERS
from api.resources.references import SCHEDULE, AssetRef, BookRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.accounting.books.load import assets_by_id
from inventory.accounting.catalogue.api_form import minor
from inventory.accounting.model.events import AddCost
from inventory.accounting.model.valid_events import in_force
from inventory.accounting.tables import AssetBook, Book
from inventory.assets.register.tables import Asset
from inventory.fixed_assets.constructions import (
    CONSTRUCTION,
    begin_construction,
    complete_construction,
    construction_of,
    gather_cost,
)
from inventory.fixed_assets.register_books import first_use_of
from inventory.fixed_assets.terms_requested import rule_errors_as_invalid
from inventory.kernel.money import amount_text, minor_digits
from inventory.kernel.texts import N_, NN_
from inventory.queries.money.books import book_of
from inventory.storage.rows import col, get, id_of, table_of

REFERENCE = replace(SCHEDULE, noun="construction")
"""By `TAG:BOOK`, such as `IT-00412:IFRS`."""
_ASSET_BOOK, _ASSET, _BOOK = table_of(AssetBook), table_of(Asset), table_of(Book)


class ConstructionRow(RowModel):
    """An asset that is, or was, under construction in a book."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    asset_id: int
    tag: Annotated[str, Column("Asset", sort=True, lead=True)]
    name: Annotated[str, Column("Name")]
    book: Annotated[str, Column("Book", sort=True)]
    started_on: Annotated[date, Column("Started", Show.DAY, sort=True)]
    gathered_minor: Annotated[
        int, Column("Cost", Show.MONEY, about="Gathered until it was completed.")
    ]
    currency: Annotated[str, Column("Currency", shown=False)]
    first_use: Annotated[
        Day,
        Column(
            "First use",
            Show.DAY,
            about="In the register: what is used is no longer under construction.",
        ),
    ]
    depreciated_from: Annotated[Day, Column("Depreciated from", Show.DAY)]
    asset_class: Annotated[Text, Column("Class", about="Since it is completed.")]


class ConstructionQuestion(Question):
    """Which are asked for."""

    book: Annotated[BookRef | None, Choice("Book", pick="books", lookups=())] = None
    asset: Annotated[
        AssetRef | None, Choice("Asset", pick="assets", main=False, lookups=())
    ] = None
    tag: Annotated[Word, Choice("Tag", main=False)] = None
    started_on: Annotated[date | None, Choice("Started", main=False)] = None


class GatheredCost(DetailModel):
    """A cost of what is under construction."""

    document: str
    on: date
    amount: Amount


class ConstructionDetail(DetailModel):
    """An asset under construction with what it cost so far."""

    id: int
    asset_id: int
    tag: str
    book: str
    started_on: date
    gathered: Amount
    currency: str
    depreciated_from: Day
    asset_class: Text
    costs: list[GatheredCost]


class ConstructionIn(Given):
    """Gather the cost of an asset until it is put into service."""

    asset: Annotated[AssetRef, Input("Asset", pick="assets")]
    book: Annotated[BookRef, Input("Book", pick="books")]
    started_on: Annotated[date, Input("Started", hint="No cost comes before it.")]
    asset_class: Annotated[
        str | None,
        Field(max_length=200),
        Input("Class", hint="What it will be; that of the asset without."),
    ] = None


class CostIn(Given):
    """A cost of what is under construction."""

    document: Annotated[
        str,
        Field(min_length=1, max_length=200),
        Input("Document", hint="Number of the invoice; each is added once."),
    ]
    on: Annotated[date, Input("Day")]
    amount: Annotated[
        str,
        Field(max_length=40),
        Input("Amount", kind="money", hint="Negative for a credit note."),
    ]


class CompletedIn(Given):
    """It is available for use from a day on."""

    on: Annotated[date, Input("In service")]
    asset_class: Annotated[
        str | None,
        Field(max_length=200),
        Input("Class", hint="That of the asset without."),
    ] = None


def _create(acting: Acting, given: ConstructionIn) -> dict[str, Any]:
    rules = rules_of(acting.app.settings)
    asset, book = int(given.asset), str(given.book)
    started, name = given.started_on, given.asset_class
    made = begin_construction(acting.work, rules, asset, book, started, name)
    return {"id": made}


def _add(acting: Acting, given: CostIn) -> None:
    row = get(acting.work.connection, AssetBook, acting.id)
    currency = book_of(acting.work.connection, str(row["book_id"]))["currency"]
    with rule_errors_as_invalid("amount"):
        amount = minor("amount", given.amount, currency)
    gather_cost(acting.work, acting.id, given.document, given.on, amount)


def _complete(acting: Acting, given: CompletedIn) -> dict[str, Any]:
    rules = rules_of(acting.app.settings)
    books = complete_construction(
        acting.work, rules, acting.id, given.on, given.asset_class
    )
    return {"id": acting.id, "books": books}


def _finish(
    connection: Connection, rows: list[dict[str, Any]], _viewer: Viewer
) -> list[dict[str, Any]]:
    found = {
        asset.id: construction_of(asset)
        for some in assets_by_id(connection, [row["id"] for row in rows])
        for asset in some
    }
    return [
        row
        | {
            "gathered_minor": found[row["id"]].gathered,
            "depreciated_from": found[row["id"]].completed,
            "asset_class": found[row["id"]].asset_class or None,
        }
        for row in rows
    ]


def _get(connection: Connection, row_id: int, _viewer: Viewer) -> Row | None:
    asset = next(one for some in assets_by_id(connection, [row_id]) for one in some)
    if asset.asset_class != CONSTRUCTION:
        return None
    row = get(connection, AssetBook, row_id)
    book = get(connection, Book, row["book_id"])
    found, digits = construction_of(asset), minor_digits(book["currency"])
    return {
        "id": row_id,
        "asset_id": asset.asset_id,
        "tag": get(connection, Asset, asset.asset_id)["tag"],
        "book": book["code"],
        "started_on": asset.terms.in_service,
        "gathered": amount_text(found.gathered, digits),
        "currency": book["currency"],
        "depreciated_from": found.completed,
        "asset_class": found.asset_class or None,
        "costs": [
            {
                "document": event.id,
                "on": event.effective,
                "amount": amount_text(event.amount, digits),
            }
            for event in in_force(asset.events)
            if isinstance(event, AddCost)
        ],
    }


_ACTS = (
    Act(
        "begin-construction",
        ConstructionIn,
        _create,
        WRITERS,
        verb="create",
        said=N_("Its cost is gathered."),
        title=N_("Gather the cost of an asset"),
        many=True,
    ),
    Act(
        "add-construction-cost",
        CostIn,
        _add,
        WRITERS,
        verb="add-cost",
        said=N_("The cost is added."),
        title=N_("Add a cost of {tag}"),
        many=True,
    ),
    Act(
        "complete-construction",
        CompletedIn,
        _complete,
        WRITERS,
        verb="complete",
        said=N_("It is in service in {books} books."),
        title=N_("Put {tag} into service"),
    ),
)

CONSTRUCTIONS = Resource(
    name="constructions",
    command="construction",
    title=N_("Under construction"),
    counted=NN_("{count} under construction", "{count} under construction"),
    group="money",
    roles=READERS,
    rows=ConstructionRow,
    question=ConstructionQuestion,
    sort="tag",
    source=TableSource(
        table=_ASSET_BOOK,
        joined=_ASSET_BOOK.join(_ASSET, id_of(Asset) == col(AssetBook.asset_id)).join(
            _BOOK, id_of(Book) == col(AssetBook.book_id)
        ),
        columns={
            "id": id_of(AssetBook),
            "asset_id": col(AssetBook.asset_id),
            "tag": col(Asset.tag),
            "name": col(Asset.name),
            "book": col(Book.code),
            "started_on": col(AssetBook.in_service),
            "currency": col(Book.currency),
            "first_use": first_use_of(id_of(Asset)),
        },
        where=lambda _viewer: (col(AssetBook.asset_class) == CONSTRUCTION,),
        filters={
            "book": lambda one, _viewer: col(AssetBook.book_id) == one,
            "asset": lambda one, _viewer: col(AssetBook.asset_id) == one,
        },
        searched=(col(Asset.tag), col(Asset.name)),
        finish=_finish,
    ),
    reference=REFERENCE,
    detail=ConstructionDetail,
    get=_get,
    called=lambda row: str(row["tag"]),
    acts=_ACTS,
)
