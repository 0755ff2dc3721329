"""Manufacturers: who makes what the company has, and the other names they go by."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection, select

from api.http.actions import Act, Acting, Given
from api.resources.declare import (
    Choice,
    Column,
    Input,
    Moment,
    Question,
    RowModel,
    Viewer,
    Word,
)
from api.resources.perform import changes_of, partial
from api.resources.references import (
    MANUFACTURER,
)
from api.resources.register.shared import WRITERS, columns_of_table, refuse_known
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.assets.register.manufacturers import (
    ensure_manufacturer,
    rename_manufacturer,
)
from inventory.assets.register.tables import Manufacturer, ManufacturerAlias
from inventory.kernel.texts import N_, NN_
from inventory.storage.rows import col, table_of


class ManufacturerRow(RowModel):
    """Who makes what the company owns."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    name: Annotated[str, Column("Name", sort=True, lead=True)]
    aliases: list[str] = Field(description="Other ways to write the name, compared.")
    recorded_at: Moment


class ManufacturerQuestion(Question):
    """Which manufacturers are asked for."""

    name: Annotated[Word, Choice("Name")] = None


class ManufacturerIn(Given):
    """A manufacturer, with other ways to write its name."""

    name: Annotated[str, Field(min_length=1, max_length=200), Input("Name")]
    aliases: Annotated[
        list[str],
        Field(default_factory=list, max_length=100),
        Input("Also written", hint="One a line."),
    ]


ManufacturerEditIn = partial(ManufacturerIn, "ManufacturerEditIn")


def _with_aliases(
    connection: Connection, rows: list[dict[str, Any]], _viewer: Viewer
) -> list[dict[str, Any]]:
    number = col(ManufacturerAlias.manufacturer_id)
    query = select(number, col(ManufacturerAlias.alias)).where(
        number.in_([row["id"] for row in rows])
    )
    aliases: dict[int, list[str]] = {}
    for manufacturer_id, alias in connection.execute(query):
        aliases.setdefault(manufacturer_id, []).append(alias)
    for row in rows:
        row["aliases"] = sorted(aliases.get(row["id"], ()))
    return rows


def _add_manufacturer(acting: Acting, given: ManufacturerIn) -> dict[str, Any]:
    refuse_known(acting.work.connection, Manufacturer, "name", given.name)
    return {"id": ensure_manufacturer(acting.work, given.name, given.aliases)}


def _update_manufacturer(acting: Acting, given: Given) -> None:
    changes = changes_of(given)
    rename_manufacturer(
        acting.work, acting.id, changes.get("name"), changes.get("aliases") or ()
    )


_MANUFACTURERS: TableSource[ManufacturerQuestion] = TableSource(
    table=table_of(Manufacturer),
    columns=columns_of_table(Manufacturer, "id name recorded_at"),
    searched=(col(Manufacturer.name),),
    finish=_with_aliases,
)
MANUFACTURERS = Resource(
    name="manufacturers",
    command="manufacturer",
    title=N_("Manufacturers"),
    counted=NN_("{count} manufacturer", "{count} manufacturers"),
    group="register",
    rows=ManufacturerRow,
    question=ManufacturerQuestion,
    sort="name",
    source=_MANUFACTURERS,
    reference=MANUFACTURER,
    detail=ManufacturerRow,
    get=_MANUFACTURERS.one,
    called=lambda row: str(row["name"]),
    acts=(
        Act(
            "add-manufacturer",
            ManufacturerIn,
            _add_manufacturer,
            WRITERS,
            verb="create",
            many=True,
        ),
        Act(
            "update-manufacturer",
            ManufacturerEditIn,
            _update_manufacturer,
            WRITERS,
            verb="update",
        ),
    ),
)
