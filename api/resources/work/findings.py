"""Findings about what recurs: missed, overlong, failed, due."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime
from sqlalchemy import ColumnElement

from api.http.actions import Act, Acting, NothingIn
from api.http.callers import Role
from api.resources.declare import (
    Choice,
    Column,
    Moment,
    Question,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.network.conflicts import READERS
from api.resources.network.neighbours import WRITERS
from api.resources.references import JOB_FINDING, RECURRING_JOB
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.jobs.recurring import close_finding
from inventory.kernel.texts import N_, NN_

_finding, _recurring = JOB_FINDING.table, RECURRING_JOB.table
_OF_BOOKS = frozenset({Role.ACCOUNTING})


class FindingRow(RowModel):
    """Something about what recurs that a person should look at."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    recurring: Annotated[str, Column("Recurring job", sort=True, lead=True)]
    kind: Annotated[
        str,
        Column("State", Show.STATE, sort=True, about="missed, overlong, failed, due."),
    ]
    about: Annotated[str, Column("About", shown=False)]
    detail: Annotated[str, Column("Detail", Show.SAID)]
    found_at: Annotated[datetime, Column("Found", Show.AGO, sort=True)]
    closed_at: Annotated[Moment, Column("Closed", Show.AGO, sort=True, shown=False)]
    closed_by: Annotated[Text, Column("By", shown=False)]


class FindingQuestion(Question):
    """Which findings are asked for."""

    open: Annotated[
        bool | None, Choice("Open", about="true: nobody looked at it yet.")
    ] = None
    kind: Annotated[Word, Choice("State")] = None
    recurring: Annotated[Word, Choice("Recurring job")] = None
    found_at: Annotated[AwareDatetime | None, Choice("Found", main=False)] = None


def _close(acting: Acting, _given: NothingIn) -> None:
    close_finding(acting.work, acting.id, acting.caller.actor)


def _open(value: bool, _viewer: Viewer) -> ColumnElement[bool]:
    column = _finding.c.closed_at
    return column.is_(None) if value else column.is_not(None)


SOURCE: TableSource[FindingQuestion] = TableSource(
    table=_finding,
    columns={
        name: _finding.c[name] for name in FindingRow.model_fields if name in _finding.c
    }
    | {"recurring": _recurring.c.name},
    joined=_finding.join(_recurring, _recurring.c.id == _finding.c.recurring_id),
    filters={"open": _open},
    searched=(_recurring.c.name, _finding.c.detail),
    offered=("kind", "recurring"),
)

JOB_FINDINGS = Resource(
    name="job-findings",
    command="job-finding",
    title=N_("Missed and overlong"),
    counted=NN_("{count} finding", "{count} findings"),
    group="network",
    roles=READERS | _OF_BOOKS,
    rows=FindingRow,
    question=FindingQuestion,
    sort="-found_at",
    source=SOURCE,
    reference=JOB_FINDING,
    detail=FindingRow,
    get=SOURCE.one,
    called=lambda row: f"{row['recurring']} {row['about']}",
    acts=(
        Act(
            "close-job-finding",
            NothingIn,
            _close,
            WRITERS | _OF_BOOKS,
            verb="close",
            about="Say that it was looked at.",
        ),
    ),
)
