"""Assets under the headings that an import understands: to write out, change, read in.

Written out and imported with the profile `purser`, it changes nothing.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from sqlalchemy import Connection

from api.resources.declare import (
    Choice,
    Column,
    Day,
    Question,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.references import (
    CategoryRef,
    LegalEntityRef,
    LocationRef,
    ManufacturerRef,
    PersonRef,
)
from api.resources.register.asset_details import with_columns
from api.resources.register.shared import SEE_PRICES
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.assets.register.tables import Asset, Custody
from inventory.kernel.texts import N_, NN_
from inventory.queries.register.import_sheet import COLUMNS, SOURCE, complete
from inventory.storage.rows import col, id_of, table_of


@with_columns
class AssetSheetRow(RowModel):
    """An asset as an import reads it."""

    tag: Annotated[str, Column("Tag", Show.MONO, sort=True)]
    kind: Annotated[str, Column("Kind", sort=True)]
    name: Annotated[str, Column("Name")]
    model: Annotated[Text, Column("Model", sort=True)]
    serial: Annotated[Text, Column("Serial", Show.MONO)]
    state: Annotated[str, Column("State", Show.STATE, sort=True)]
    purchased_on: Annotated[Day, Column("Purchased", Show.DAY, sort=True)]
    currency: Annotated[Text, Column("Currency", shown=False, roles=SEE_PRICES)]
    note: Annotated[str, Column("Note", shown=False)]
    manufacturer: Annotated[Text, Column("Manufacturer")]
    legal_entity: Annotated[Text, Column("Legal entity", about="Its code.")]
    location: Annotated[Text, Column("Place", about="Code of where it belongs.")]
    person: Annotated[Text, Column("Person", about="Key of who holds it.")]
    place: Annotated[Text, Column("Held by place", shown=False)]
    held_from: Annotated[Day, Column("Held from", Show.DAY, shown=False)]
    expected_return: Annotated[Day, Column("Expected back", Show.DAY, shown=False)]
    cost: Annotated[
        Text, Column("Cost", about="Decimal, in `currency`.", roles=SEE_PRICES)
    ]
    macs: Annotated[str, Column("MACs", Show.MONO, shown=False)]
    imei: Annotated[str, Column("IMEI", Show.MONO, shown=False)]
    uuid: Annotated[str, Column("UUID", Show.MONO, shown=False)]


class AssetSheetQuestion(Question):
    """Which assets are written out."""

    kind: Annotated[Word, Choice("Kind")] = None
    state: Annotated[Word, Choice("State")] = None
    tag: Annotated[Word, Choice("Tag", main=False)] = None
    model: Annotated[Word, Choice("Model", main=False)] = None
    asset_class: Annotated[Word, Choice("Class", main=False)] = None
    category: Annotated[
        CategoryRef | None, Choice("Category", pick="categories", main=False)
    ] = None
    manufacturer: Annotated[
        ManufacturerRef | None,
        Choice("Manufacturer", pick="manufacturers", main=False),
    ] = None
    legal_entity: Annotated[
        LegalEntityRef | None,
        Choice("Legal entity", pick="legal-entities", main=False),
    ] = None
    location: Annotated[
        LocationRef | None, Choice("Place", pick="places", main=False)
    ] = None
    person: Annotated[PersonRef | None, Choice("Person", pick="people", main=False)] = (
        None
    )
    purchased_on: Annotated[date | None, Choice("Purchased", main=False)] = None


def _complete(
    connection: Connection, rows: list[dict[str, Any]], _viewer: Viewer
) -> list[dict[str, Any]]:
    return complete(connection, rows)


ASSET_SHEET = Resource(
    name="asset-sheet",
    command="asset-sheet",
    title=N_("Assets for import"),
    counted=NN_("{count} asset", "{count} assets"),
    group="register",
    rows=AssetSheetRow,
    question=AssetSheetQuestion,
    sort="tag",
    source=TableSource(
        table=table_of(Asset),
        columns=COLUMNS,
        joined=SOURCE,
        refers={
            "category": col(Asset.category_id),
            "manufacturer": col(Asset.manufacturer_id),
            "legal_entity": col(Asset.legal_entity_id),
            "location": col(Asset.location_id),
            "person": col(Custody.person_id),
        },
        finish=_complete,
        row_id=id_of(Asset),
    ),
)
