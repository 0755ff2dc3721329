"""Who had which line when, and what became of lines."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from api.resources.declare import (
    Choice,
    Column,
    Day,
    Moment,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Word,
)
from api.resources.references import AssetRef, PersonRef
from api.resources.register.shared import PERSON_NAME, columns_of_table
from api.resources.resource import Resource
from api.resources.sources import TableSource
from api.resources.telecom.shared import PEOPLE, READERS, LineRef
from inventory.assets.register.tables import Asset
from inventory.kernel.texts import N_, NN_
from inventory.people.tables import CostCentre, Location, Person
from inventory.storage.dated import still_open
from inventory.storage.rows import col, id_of, table_of
from inventory.telecom.estate.tables import LineAssignment, LineStep, TelecomLine

_HELD = table_of(LineAssignment)
_STEP = table_of(LineStep)
_LINE = table_of(TelecomLine)


class AssignmentRow(RowModel):
    """Who or what has a line, from - to."""

    id: Annotated[int, Column("Id", shown=False, sort=True)]
    line_id: int
    line: Annotated[str, Column("Line", lead=True)]
    role: Annotated[str, Column("Role", sort=True)]
    person_id: Annotated[Number, Column("Person number", shown=False, roles=PEOPLE)]
    person: Annotated[Text, Column("Person", roles=PEOPLE)]
    tag: Annotated[Text, Column("Asset")]
    place: Annotated[Text, Column("Place")]
    cost_centre: Annotated[Text, Column("Cost centre")]
    valid_from: Annotated[date, Column("From", Show.DAY, sort=True)]
    valid_to: Annotated[Day, Column("Until", Show.DAY, sort=True)]
    source: Annotated[str, Column("Source", shown=False)]


class AssignmentQuestion(Question):
    """Which assignments are asked for."""

    line: Annotated[LineRef | None, Choice("Line", pick="telecom-lines")] = None
    person: Annotated[PersonRef | None, Choice("Person", pick="people", lookups=())] = (
        None
    )
    asset: Annotated[AssetRef | None, Choice("Asset", pick="assets", lookups=())] = None
    role: Annotated[Word, Choice("Role", main=False)] = None
    open: Annotated[bool | None, Choice("Now", about="It has not ended.")] = None
    valid_from: Annotated[date | None, Choice("From", main=False)] = None
    valid_to: Annotated[date | None, Choice("Until", main=False)] = None


LINE_ASSIGNMENTS = Resource(
    name="line-assignments",
    command="line-assignment",
    title=N_("Assignments of lines"),
    counted=NN_("{count} assignment", "{count} assignments"),
    group="telephony",
    roles=READERS,
    rows=AssignmentRow,
    question=AssignmentQuestion,
    sort="-id",
    source=TableSource(
        table=_HELD,
        columns=columns_of_table(
            LineAssignment, "id line_id role person_id valid_from valid_to source"
        )
        | {
            "line": col(TelecomLine.name),
            "person": PERSON_NAME,
            "tag": col(Asset.tag),
            "place": col(Location.name),
            "cost_centre": col(CostCentre.code),
        },
        joined=_HELD.join(_LINE, id_of(TelecomLine) == col(LineAssignment.line_id))
        .outerjoin(table_of(Person), id_of(Person) == col(LineAssignment.person_id))
        .outerjoin(table_of(Asset), id_of(Asset) == col(LineAssignment.asset_id))
        .outerjoin(
            table_of(Location), id_of(Location) == col(LineAssignment.location_id)
        )
        .outerjoin(
            table_of(CostCentre),
            id_of(CostCentre) == col(LineAssignment.cost_centre_id),
        ),
        refers={"line": col(LineAssignment.line_id)},
        filters={
            "person": lambda one, _viewer: col(LineAssignment.person_id) == one,
            "asset": lambda one, _viewer: col(LineAssignment.asset_id) == one,
            "open": lambda is_so, _viewer: still_open(LineAssignment) == is_so,
        },
        searched=(col(TelecomLine.name), col(Asset.tag)),
        offered=("role",),
    ),
)


class TakenLineStepRow(RowModel):
    """A line went from one state to another."""

    id: Annotated[int, Column("Id", shown=False, sort=True)]
    line_id: int
    line: Annotated[str, Column("Line", lead=True)]
    step: Annotated[str, Column("Step", sort=True)]
    before: Annotated[str, Column("Before", Show.STATE)]
    state: Annotated[str, Column("After", Show.STATE)]
    on: Annotated[date, Column("From", Show.DAY, sort=True)]
    reason: Annotated[str, Column("Reason")]
    actor: Annotated[str, Column("By", shown=False)]
    recorded_at: Annotated[Moment, Column("Recorded", Show.AGO)]


class LineStepQuestion(Question):
    """Which steps are asked for."""

    line: Annotated[LineRef | None, Choice("Line", pick="telecom-lines")] = None
    step: Annotated[Word, Choice("Step")] = None
    state: Annotated[Word, Choice("After", main=False, lookups=())] = None
    on: Annotated[date | None, Choice("From", main=False)] = None


LINE_STEPS = Resource(
    name="line-steps",
    command="line-step",
    title=N_("Steps of lines"),
    counted=NN_("{count} step", "{count} steps"),
    group="telephony",
    roles=READERS,
    rows=TakenLineStepRow,
    question=LineStepQuestion,
    sort="-id",
    source=TableSource(
        table=_STEP,
        columns=columns_of_table(
            LineStep, "id line_id step before on reason actor recorded_at"
        )
        | {"line": col(TelecomLine.name), "state": col(LineStep.after)},
        joined=_STEP.join(_LINE, id_of(TelecomLine) == col(LineStep.line_id)),
        refers={"line": col(LineStep.line_id)},
        searched=(col(TelecomLine.name), col(LineStep.reason)),
        offered=("step",),
    ),
)
