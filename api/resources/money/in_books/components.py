"""Components: assets capitalised as parts with lives of their own, and replaced."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, select

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
    Viewer,
    Word,
)
from api.resources.money.roles import READERS, WRITERS
from api.resources.references import AssetRef, BookRef, Reference
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.accounting.books.balances_on import positions
from inventory.accounting.books.book_state import book_state_of
from inventory.accounting.books.load import assets_by_id
from inventory.accounting.catalogue.api_form import minor
from inventory.accounting.tables import AssetBook, Book, Component
from inventory.assets.register.tables import Asset
from inventory.fixed_assets.components import Part, componentise, replace_part
from inventory.fixed_assets.terms_requested import rule_errors_as_invalid
from inventory.kernel.errors import Invalid
from inventory.kernel.money import amount_text, minor_digits
from inventory.kernel.texts import N_, NN_
from inventory.queries.money.books import book_of
from inventory.storage.rows import col, get, id_of, table_of

_COMPONENT = table_of(Component)
_WHOLE, _PART = table_of(Asset).alias("whole"), table_of(Asset).alias("part")
_IN_BOOK = table_of(AssetBook)


def _named(connection: Connection, text: str) -> list[int]:
    query = (
        select(id_of(Component))
        .join(_PART, _PART.c.id == col(Component.part_id))
        .where(_PART.c.tag == text)
    )
    return list(connection.execute(query).scalars())


COMPONENT = Reference("component", Component, more=_named)
"""By the tag of the part, such as `IT-00412.1`."""


class AssetPartRow(RowModel):
    """A part of an asset that is depreciated by itself."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    whole_id: int
    whole: Annotated[str, Column("Whole", sort=True)]
    part_id: int
    tag: Annotated[str, Column("Part", sort=True, lead=True)]
    name: Annotated[str, Column("Name", sort=True)]
    since: Annotated[date, Column("In service", Show.DAY, sort=True)]
    replaced_on: Annotated[Day, Column("Replaced", Show.DAY, sort=True)]


class ComponentQuestion(Question):
    """Which parts are asked for."""

    whole: Annotated[
        AssetRef | None, Choice("Whole", pick="assets", main=False, lookups=())
    ] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    since: Annotated[date | None, Choice("In service", main=False)] = None
    replaced_on: Annotated[date | None, Choice("Replaced", main=False)] = None


class ComponentInBook(DetailModel):
    """How a part stands in a book."""

    book: str
    schedule_id: int
    cost: Amount
    accumulated: Amount
    value: Amount
    currency: str


class ComponentDetail(DetailModel):
    """A part with how it stands in its books."""

    id: int
    whole_id: int
    whole: str
    part_id: int
    tag: str
    name: str
    since: date
    replaced_on: Day
    replaces_id: int | None
    books: list[ComponentInBook]


class ComponentPartIn(BaseModel):
    """A part, its cost and its life."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=200)]
    cost: Annotated[str, Field(max_length=40, description="Decimal text.")]
    asset_class: Annotated[
        str | None,
        Field(max_length=200, description="That of the whole without."),
    ] = None
    life_months: Annotated[
        int | None,
        Field(ge=1, le=2400, description="That of the class without; a law's stays."),
    ] = None


class ComponentsIn(Given):
    """An asset to capitalise as its parts."""

    asset: Annotated[AssetRef, Input("Whole", pick="assets")]
    books: Annotated[
        list[BookRef],
        Field(min_length=1, max_length=20),
        Input("Books", pick="books", hint="All of one currency."),
    ]
    in_service: Annotated[date, Input("In service")]
    parts: Annotated[
        list[ComponentPartIn],
        Field(min_length=2, max_length=200),
        Input("Parts", hint="Together they cost what the whole costs."),
    ]


class ReplacedIn(Given):
    """A part that comes for another."""

    on: Annotated[date, Input("Day")]
    name: Annotated[
        str | None,
        Field(min_length=1, max_length=200),
        Input("Name", hint="That of the old part without."),
    ] = None
    cost: Annotated[str, Field(max_length=40), Input("Cost", kind="money")]
    proceeds: Annotated[
        str, Field(max_length=40), Input("Proceeds of the old part", kind="money")
    ] = "0"
    asset_class: Annotated[
        str | None,
        Field(max_length=200),
        Input("Class", hint="That of the whole without."),
    ] = None
    life_months: Annotated[
        int | None,
        Field(ge=1, le=2400),
        Input("Life in months", hint="That of the class without; a law's stays."),
    ] = None


def _part(given: ComponentPartIn, currency: str) -> Part:
    with rule_errors_as_invalid("parts"):
        cost = minor("cost", given.cost, currency)
    return Part(
        name=given.name,
        cost=cost,
        asset_class=given.asset_class,
        life_months=given.life_months,
    )


def _create(acting: Acting, given: ComponentsIn) -> dict[str, Any]:
    connection = acting.work.connection
    books = [book_of(connection, str(book)) for book in given.books]
    if len({book["currency"] for book in books}) > 1:
        raise Invalid(
            N_("The books are kept in several currencies."),
            where="books",
            remedy=N_("Capitalise the parts in the books of each currency by itself."),
        )
    parts = [_part(one, books[0]["currency"]) for one in given.parts]
    rules = rules_of(acting.app.settings)
    made = componentise(
        acting.work, rules, int(given.asset), books, parts, given.in_service
    )
    query = select(id_of(Component)).where(col(Component.part_id) == made[0])
    return {"id": connection.execute(query).scalar_one(), "parts": len(made)}


def _replace(acting: Acting, given: ReplacedIn) -> dict[str, Any]:
    connection = acting.work.connection
    row = get(connection, Component, acting.id)
    query = select(col(AssetBook.book_id)).where(
        col(AssetBook.asset_id) == row["part_id"]
    )
    book = book_of(connection, str(connection.execute(query).scalars().first()))
    with rule_errors_as_invalid("cost"):
        proceeds = minor("proceeds", given.proceeds, book["currency"])
        new = Part(
            name=given.name or row["name"],
            cost=minor("cost", given.cost, book["currency"]),
            asset_class=given.asset_class,
            life_months=given.life_months,
        )
    rules = rules_of(acting.app.settings)
    made = replace_part(acting.work, rules, acting.id, new, given.on, proceeds)
    tag = get(connection, Asset, made)["tag"]
    return {"id": acting.id, "part_id": made, "new": tag}


def _get(connection: Connection, component_id: int, viewer: Viewer) -> Row | None:
    row = get(connection, Component, component_id)
    return {
        **{name: row[name] for name in ("id", "whole_id", "part_id", "name", "since")},
        "replaced_on": row["replaced_on"],
        "replaces_id": row["replaces_id"],
        "whole": get(connection, Asset, row["whole_id"])["tag"],
        "tag": get(connection, Asset, row["part_id"])["tag"],
        "books": _books(connection, row["part_id"], viewer.day),
    }


def _books(connection: Connection, part_id: int, day: date) -> list[Row]:
    query = select(id_of(AssetBook), col(AssetBook.book_id)).where(
        col(AssetBook.asset_id) == part_id
    )
    found: list[Row] = []
    for number, book_id in connection.execute(query).all():
        book = get(connection, Book, book_id)
        digits = minor_digits(book["currency"])
        (chunk,) = assets_by_id(connection, [number])
        ((_, one),) = positions(
            connection, book_state_of(connection, book_id), chunk, day
        )
        amounts = (one.cost, one.accumulated, one.value) if one else (0, 0, 0)
        names = ("cost", "accumulated", "value")
        texts = {
            name: amount_text(amount, digits)
            for name, amount in zip(names, amounts, strict=True)
        }
        known = {"book": book["code"], "schedule_id": number}
        found.append({**known, **texts, "currency": book["currency"]})
    return found


_ACTS = (
    Act(
        "capitalise-components",
        ComponentsIn,
        _create,
        WRITERS,
        verb="create",
        said=N_("{parts} parts are in the books."),
        title=N_("Capitalise an asset as its parts"),
        from_file=True,
    ),
    Act(
        "replace-component",
        ReplacedIn,
        _replace,
        WRITERS,
        verb="replace",
        said=N_("{new} is in its place."),
        title=N_("Replace the part {tag}"),
    ),
)

ASSET_COMPONENTS = Resource(
    name="asset-components",
    command="asset-component",
    title=N_("Parts of assets"),
    counted=NN_("{count} part", "{count} parts"),
    group="money",
    roles=READERS,
    rows=AssetPartRow,
    question=ComponentQuestion,
    sort="tag",
    source=TableSource(
        table=_COMPONENT,
        joined=_COMPONENT.join(_WHOLE, _WHOLE.c.id == col(Component.whole_id)).join(
            _PART, _PART.c.id == col(Component.part_id)
        ),
        columns={
            "id": id_of(Component),
            "whole_id": col(Component.whole_id),
            "whole": _WHOLE.c.tag,
            "part_id": col(Component.part_id),
            "tag": _PART.c.tag,
            "name": col(Component.name),
            "since": col(Component.since),
            "replaced_on": col(Component.replaced_on),
        },
        filters={"whole": lambda one, _viewer: col(Component.whole_id) == one},
        searched=(_WHOLE.c.tag, _PART.c.tag, col(Component.name)),
    ),
    reference=COMPONENT,
    detail=ComponentDetail,
    get=_get,
    called=lambda row: str(row["tag"]),
    as_of=True,
    acts=_ACTS,
)
