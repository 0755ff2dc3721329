"""Returns at risk: things to come back with their book value today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from sqlalchemy import ColumnElement, Connection

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
from api.resources.people.cases import READERS, released
from api.resources.references import ASSET, CASE, CASE_LINE, PERSON
from api.resources.resource import Resource
from api.resources.sources import TableSource, full_name
from inventory.hr.cases.write_off import book_values_of
from inventory.hr.views.lists import LINE_CONDITIONS
from inventory.kernel.texts import N_, NN_


class ReturnAtRiskRow(RowModel):
    """A thing to come back that may be lost."""

    case_id: int
    line_id: int
    person_id: int
    person: Annotated[str, Column("Person", sort=True)]
    asset_id: int
    tag: Annotated[str, Column("Tag", Show.MONO, sort=True)]
    model: Annotated[Text, Column("Model")]
    serial: Annotated[Text, Column("Serial", Show.MONO)]
    state: Annotated[str, Column("State", Show.STATE, sort=True)]
    due_on: Annotated[Day, Column("Due", Show.DAY, sort=True)]
    values: Annotated[
        list[dict[str, Any]], Column("Book values", about="By book, as of today.")
    ]


class ReturnAtRiskQuestion(Question):
    """Which things are asked for."""

    person: Annotated[Word, Choice("Person")] = None
    state: Annotated[Word, Choice("State")] = None
    tag: Annotated[Word, Choice("Tag", main=False)] = None
    due_on: Annotated[date | None, Choice("Due", main=False)] = None


_line, _case, _person, _asset = (
    CASE_LINE.table,
    CASE.table,
    PERSON.table,
    ASSET.table,
)


def _where(viewer: Viewer) -> Sequence[ColumnElement[bool]]:
    return [*released(viewer), LINE_CONDITIONS["at-risk"](viewer.today)]


def _with_values(
    connection: Connection, rows: list[dict[str, Any]], viewer: Viewer
) -> list[dict[str, Any]]:
    """Add what the things of a page are worth: of the others nobody asks."""
    assets = [row["asset_id"] for row in rows]
    worth = book_values_of(connection, assets, viewer.today)
    return [row | {"values": worth.get(row["asset_id"], [])} for row in rows]


_SOURCE: TableSource[ReturnAtRiskQuestion] = TableSource(
    table=_line,
    columns={
        "case_id": _line.c.case_id,
        "line_id": _line.c.id,
        "person_id": _case.c.person_id,
        "person": full_name(_person),
        "asset_id": _line.c.asset_id,
        "tag": _asset.c.tag,
        "model": _asset.c.model,
        "serial": _asset.c.serial,
        "state": _line.c.state,
        "due_on": _line.c.due_on,
        "values": _line.c.asset_id.label("values"),
    },
    where=_where,
    orders={"person": _person.c.sort_name},
    joined=_line.join(_case, _case.c.id == _line.c.case_id)
    .join(_person, _person.c.id == _case.c.person_id)
    .join(_asset, _asset.c.id == _line.c.asset_id),
    searched=(_person.c.search, _line.c.item, _asset.c.tag),
    finish=_with_values,
)

RETURNS_AT_RISK = Resource(
    name="returns-at-risk",
    command="return-at-risk",
    title=N_("Returns at risk"),
    counted=NN_("{count} thing", "{count} things"),
    group="people",
    roles=READERS,
    rows=ReturnAtRiskRow,
    question=ReturnAtRiskQuestion,
    sort="due_on",
    source=_SOURCE,
)
