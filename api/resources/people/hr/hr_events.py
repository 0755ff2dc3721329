"""Events of HR systems, with what became of each; they come in at `/hr/events`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from api.resources.declare import (
    Choice,
    Column,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Word,
)
from api.resources.people.cases import READERS
from api.resources.people.hr.hr_event_acts import HR_EVENT_ACTS
from api.resources.references import HR_EVENT, CaseRef, PersonRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_

_event = HR_EVENT.table


class HrEventRow(RowModel):
    """An event and what became of it."""

    id: Annotated[int, Column("Event", sort=True, lead=True)]
    source: Annotated[str, Column("Source", sort=True)]
    event_id: Annotated[str, Column("Id at the source", Show.MONO, shown=False)]
    kind: Annotated[str, Column("Kind", Show.WORD, sort=True)]
    employee_id: Annotated[str, Column("Employee", Show.MONO, sort=True)]
    person_id: Annotated[Number, Column("Person", sort=True)]
    effective_on: Annotated[date, Column("On", Show.DAY, sort=True)]
    asserted_at: Annotated[
        datetime, Column("Said", Show.AGO, sort=True, about="By the source.")
    ]
    recorded_at: Annotated[datetime, Column("Received", Show.AGO, sort=True)]
    data: dict[str, Any] = Field(description="As it was sent, in our own names.")
    verdict: Annotated[str, Column("Verdict", Show.STATE, sort=True)]
    verdict_reason: Annotated[str, Column("Reason", Show.SAID)]
    replaces: Annotated[
        Text, Column("Replaces", Show.MONO, shown=False, about="Id at the source.")
    ]
    forced: Annotated[
        bool, Column("Forced", Show.YES, shown=False, about="A person decided so.")
    ]
    case_id: Annotated[Number, Column("Case", sort=True)]


class HrEventQuestion(Question):
    """Which events are asked for."""

    verdict: Annotated[Word, Choice("Verdict")] = None
    kind: Annotated[Word, Choice("Kind")] = None
    source: Annotated[Word, Choice("Source")] = None
    person: Annotated[PersonRef | None, Choice("Person", pick="people", main=False)] = (
        None
    )
    case: Annotated[CaseRef | None, Choice("Case", pick="cases", main=False)] = None
    employee_id: Annotated[Word, Choice("Employee", main=False)] = None
    event_id: Annotated[Word, Choice("Id at the source", main=False)] = None
    replaces: Annotated[Word, Choice("Replaces", main=False)] = None
    forced: Annotated[bool | None, Choice("Forced", main=False)] = None
    effective_on: Annotated[date | None, Choice("On", main=False)] = None
    asserted_at: Annotated[AwareDatetime | None, Choice("Said", main=False)] = None
    recorded_at: Annotated[AwareDatetime | None, Choice("Received", main=False)] = None


_SOURCE: TableSource[HrEventQuestion] = TableSource(
    table=_event,
    columns={name: _event.c[name] for name in HrEventRow.model_fields}
    | {"person": _event.c.person_id, "case": _event.c.case_id},
    shown=tuple(HrEventRow.model_fields),
    searched=(_event.c.employee_id, _event.c.event_id, _event.c.verdict_reason),
    offered=("verdict", "kind", "source"),
)

HR_EVENTS = Resource(
    name="hr-events",
    command="hr-event",
    title=N_("HR events"),
    counted=NN_("{count} event", "{count} events"),
    group="people",
    roles=READERS,
    rows=HrEventRow,
    question=HrEventQuestion,
    sort="-id",
    source=_SOURCE,
    reference=HR_EVENT,
    detail=HrEventRow,
    get=_SOURCE.one,
    acts=HR_EVENT_ACTS,
)
