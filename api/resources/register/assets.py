"""Assets: what the company owns, who has it, what it cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field
from sqlalchemy import ColumnElement, Connection

from api.http.callers import OWN_THINGS, Caller, Role
from api.models.register import AssetDetail
from api.resources.declare import (
    EVERYBODY,
    Cell,
    Choice,
    Column,
    Day,
    Number,
    Page,
    PageRequest,
    Question,
    Row,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.extracts import Elsewhere
from api.resources.lookups import conditions, equalities
from api.resources.references import (
    ASSET,
    CategoryRef,
    CostCentreRef,
    LegalEntityRef,
    LocationRef,
    ManufacturerRef,
    PersonRef,
)
from api.resources.register.asset_details import with_columns, with_filters
from api.resources.register.shared import SEE_PRICES
from api.resources.resource import Resource
from api.resources.sources import MOST_COUNTED, QuerySource
from inventory.assets.register.details import DETAILS
from inventory.kernel.texts import N_, NN_
from inventory.queries.register import assets

PEOPLE = frozenset({Role.IT, Role.HR, Role.AUDITOR})
Amount = Annotated[int | None, Field(ge=0, le=2**63 - 1)]


def _product(row: Row, _caller: Caller) -> Cell:
    parts = (row["manufacturer"], row["model"])
    return Cell(" ".join(part for part in parts if part) or None)


def _holder(row: Row, caller: Caller) -> Cell:
    paths = {"asset": "assets"}
    if not caller.roles.isdisjoint(PEOPLE):
        paths["person"] = "people"
    path = paths.get(row["holder_kind"])
    return Cell(row["holder"], href=f"/{path}/{row['holder_id']}" if path else "")


@with_columns
class AssetRow(RowModel):
    """An asset of the list, with who holds it now."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    tag: Annotated[str, Column("Tag", sort=True, lead=True)]
    kind: Annotated[str, Column("Kind", Show.WORD, sort=True)]
    name: Annotated[str, Column("Name", shown=False)]
    manufacturer: Annotated[Text, Column("Manufacturer", shown=False)]
    model: Annotated[Text, Column("Product", cell=_product)]
    serial: Annotated[Text, Column("Serial", Show.MONO)]
    legal_entity: Annotated[Text, Column("Legal entity", shown=False)]
    location: Annotated[Text, Column("Belongs to", shown=False)]
    state: Annotated[str, Column("State", Show.STATE, sort=True)]
    holder: Annotated[Text, Column("Held by", cell=_holder)]
    held_from: Annotated[Day, Column("Since", Show.DAY)]
    cost_minor: Annotated[
        Number,
        Column(
            "Cost", Show.MONEY, total=True, about="In minor units.", roles=SEE_PRICES
        ),
    ]
    currency: Annotated[Text, Column("Currency", shown=False, roles=SEE_PRICES)]
    holder_kind: Text = Field(description="person, team, location or asset.")
    holder_id: Number


@with_filters
class AssetQuestion(Question):
    """Which assets are asked for."""

    kind: Annotated[Word, Choice("Kind")] = None
    state: Annotated[Word, Choice("State")] = None
    held: Annotated[
        bool | None, Choice("Held", main=False, about="Somebody holds it.")
    ] = None
    person: Annotated[
        PersonRef | None, Choice("Held by", pick="people", main=False)
    ] = None
    holder_location: Annotated[
        LocationRef | None, Choice("Held by the place", pick="places", main=False)
    ] = None
    location: Annotated[
        LocationRef | None, Choice("Belongs to", pick="places", main=False)
    ] = None
    cost_centre: Annotated[
        CostCentreRef | None,
        Choice(
            "Cost centre",
            pick="cost-centres",
            main=False,
            about="Cost centre that bears it today.",
        ),
    ] = None
    tag: Annotated[Word, Choice("Tag", main=False)] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    manufacturer: Annotated[
        ManufacturerRef | None, Choice("Manufacturer", main=False)
    ] = None
    serial: Annotated[Word, Choice("Serial", main=False)] = None
    category: Annotated[
        CategoryRef | None, Choice("Category", pick="categories", main=False)
    ] = None
    legal_entity: Annotated[
        LegalEntityRef | None, Choice("Legal entity", main=False)
    ] = None
    cost_minor: Annotated[Amount, Choice("Cost", main=False)] = None
    currency: Annotated[Word, Choice("Currency", main=False)] = None


COLUMNS: dict[str, ColumnElement[object]] = {
    name: ASSET.table.c[name]
    for name in (
        *"tag kind name serial state cost_minor currency".split(),
        *DETAILS,
    )
} | {
    name: ASSET.table.c[f"{name}_id"]
    for name in ("location", "manufacturer", "category", "legal_entity")
}


def _wanted(asked: AssetQuestion, viewer: Viewer) -> assets.AssetFilter:
    centre = asked.cost_centre
    return assets.AssetFilter(
        search=asked.search,
        held=asked.held,
        person_id=_id(asked.person),
        holder_location_id=_id(asked.holder_location),
        bearer=None if centre is None else (int(centre), viewer.day),
        conditions=(*equalities(asked, COLUMNS), *conditions(asked, COLUMNS)),
    )


def _id(ref: int | str | None) -> int | None:
    return None if ref is None else int(ref)


def _read(
    connection: Connection, asked: AssetQuestion, viewer: Viewer, page: PageRequest
) -> Page:
    wanted = _wanted(asked, viewer)
    return assets.list_assets(
        connection, wanted, sort=page.sort, after=page.after, limit=page.limit
    )


def _count(connection: Connection, asked: AssetQuestion, viewer: Viewer) -> int | None:
    wanted = _wanted(asked, viewer)
    found = assets.count_assets(connection, wanted, most=MOST_COUNTED)
    return found if found <= MOST_COUNTED else None


def _choices(connection: Connection) -> Mapping[str, Sequence[str]]:
    return assets.asset_choices(connection)


def _get(connection: Connection, asset_id: int, viewer: Viewer) -> Row | None:
    return assets.asset_detail(connection, asset_id, viewer.day)


ASSETS = Resource(
    name="assets",
    command="asset",
    title=N_("Assets"),
    counted=NN_("{count} asset", "{count} assets"),
    icon="asset",
    group="register",
    roles=EVERYBODY | OWN_THINGS,
    rows=AssetRow,
    question=AssetQuestion,
    sort="tag",
    source=QuerySource(read=_read, count=_count, choices=_choices, columns=COLUMNS),
    reference=ASSET,
    detail=AssetDetail,
    get=_get,
    called=lambda row: str(row["tag"]),
    extracts=Elsewhere(
        "register.extracts.history:OF_ASSETS", "money.asset_schedule:SCHEDULE_OF_ASSET"
    ),
    acts=Elsewhere(
        "register.asset_acts:ASSET_ACTS",
        "register.custody_acts:CUSTODY_ACTS",
        "register.identifier_acts:IDENTIFIER_ACTS",
        "money.in_books.asset_book_acts:ASSET_BOOK_ACTS",
        "people.requests.missing_things:REPORT_MISSING",
    ),
    as_of=True,
    searched=True,
)
