"""Returns at risk: things to come back with their book value today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from sqlalchemy import Connection

from api.resources.computed import ComputedSource
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
from api.resources.people.cases import READERS
from api.resources.resource import Resource
from inventory.hr.views.lists import returns_at_risk
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


def _at_risk(
    connection: Connection, _asked: ReturnAtRiskQuestion, viewer: Viewer
) -> Iterator[dict[str, Any]]:
    for one in returns_at_risk(connection, viewer.today):
        row = one | {"line_id": one["id"]}
        yield {name: row[name] for name in ReturnAtRiskRow.model_fields}


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
    source=ComputedSource(rows=ReturnAtRiskRow, compute=_at_risk),
)
