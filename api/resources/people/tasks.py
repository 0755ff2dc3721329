"""Tasks: what a person has to look at or to decide."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field
from sqlalchemy import ColumnElement, literal, or_

from api.http.actions import Act, Acting, Given
from api.http.callers import Role
from api.resources.declare import (
    Choice,
    Column,
    Day,
    Input,
    Moment,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.people.cases import READERS
from api.resources.references import PERSON, TASK, CaseRef, HrEventRef, PersonRef
from api.resources.resource import Resource
from api.resources.sources import TableSource, full_name
from inventory.kernel.texts import N_, NN_
from inventory.provisioning.tasks import close_task

_task, _person = TASK.table, PERSON.table


class TaskRow(RowModel):
    """A task of the list."""

    id: Annotated[int, Column("Task", sort=True, lead=True)]
    key: Annotated[str, Column("Key", Show.MONO, shown=False)]
    kind: Annotated[str, Column("Kind", Show.WORD, sort=True)]
    subject: Annotated[str, Column("About", Show.SAID, sort=True)]
    person_id: Number
    person: Annotated[Text, Column("Person")]
    case_id: Annotated[Number, Column("Case", sort=True, shown=False)]
    line_id: Annotated[Number, Column("Line", sort=True, shown=False)]
    event_id: Annotated[Number, Column("Event", sort=True, shown=False)]
    source: Annotated[str, Column("Raised by", sort=True, shown=False)]
    detail: Annotated[str, Column("Seen", Show.SAID)]
    owner: Annotated[
        str, Column("To act", Show.WORD, sort=True, about="Role that has to act.")
    ]
    due_on: Annotated[Day, Column("Due", Show.DAY, sort=True)]
    recorded_at: Annotated[datetime, Column("Raised", Show.AGO, sort=True)]
    closed_at: Annotated[Moment, Column("Closed", Show.AGO, sort=True, shown=False)]
    closed_by: Annotated[Text, Column("Closed by", shown=False)]
    outcome: Annotated[Text, Column("Decided", Show.SAID, shown=False)]


class TaskQuestion(Question):
    """Which tasks are asked for."""

    open: Annotated[bool | None, Choice("Open")] = None
    all: Annotated[
        bool | None,
        Choice("All", main=False, about="true: closed ones too; false: open ones."),
    ] = None
    kind: Annotated[Word, Choice("Kind")] = None
    owner: Annotated[Word, Choice("To act")] = None
    person: Annotated[PersonRef | None, Choice("Person", pick="people", main=False)] = (
        None
    )
    case: Annotated[CaseRef | None, Choice("Case", pick="cases", main=False)] = None
    event: Annotated[
        HrEventRef | None, Choice("Event", pick="hr-events", main=False)
    ] = None
    source: Annotated[Word, Choice("Raised by", main=False)] = None
    due_on: Annotated[date | None, Choice("Due", main=False)] = None
    recorded_at: Annotated[AwareDatetime | None, Choice("Raised", main=False)] = None
    closed_at: Annotated[AwareDatetime | None, Choice("Closed", main=False)] = None
    closed_by: Annotated[Word, Choice("Closed by", main=False)] = None


class RemarkIn(Given):
    """What was decided, and why."""

    remark: Annotated[
        str, Field(min_length=1, max_length=2000), Input("Remark", kind="area")
    ]


def _open(value: bool, _viewer: Viewer) -> ColumnElement[bool]:
    return _task.c.closed_at.is_(None) if value else _task.c.closed_at.is_not(None)


def _all(value: bool, _viewer: Viewer) -> ColumnElement[bool]:
    return or_(literal(value), _task.c.closed_at.is_(None))


def _close(acting: Acting, given: RemarkIn) -> None:
    close_task(acting.work, acting.id, given.remark)


_SOURCE: TableSource[TaskQuestion] = TableSource(
    table=_task,
    columns={name: _task.c[name] for name in TaskRow.model_fields if name != "person"}
    | {
        "person": full_name(_person),
        "case": _task.c.case_id,
        "event": _task.c.event_id,
    },
    shown=tuple(TaskRow.model_fields),
    refers={"person": _task.c.person_id},
    filters={"open": _open, "all": _all},
    joined=_task.outerjoin(_person, _person.c.id == _task.c.person_id),
    searched=(_task.c.subject, _task.c.detail, _person.c.search),
    offered=("kind", "owner"),
)

TASKS = Resource(
    name="tasks",
    command="task",
    title=N_("Tasks"),
    counted=NN_("{count} task", "{count} tasks"),
    icon="check",
    group="people",
    roles=READERS,
    rows=TaskRow,
    question=TaskQuestion,
    sort="due_on",
    source=_SOURCE,
    reference=TASK,
    detail=TaskRow,
    get=_SOURCE.one,
    called=lambda row: row["subject"],
    acts=(
        Act(
            "close-task",
            RemarkIn,
            _close,
            frozenset({Role.HR, Role.IT}),
            verb="close",
            about="Close a task with what was decided.",
            many=True,
        ),
    ),
)
