"""The audit trail: who did what to which thing, and when. It is only ever added to."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import ColumnElement, Connection

from api.http.actions import Act, Acting, NothingIn
from api.http.callers import Caller, Role
from api.resources.declare import (
    AskedMoment,
    Cell,
    Choice,
    Column,
    DetailModel,
    Question,
    Row,
    RowModel,
    Show,
    Text,
    Thing,
    Viewer,
    Word,
)
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_
from inventory.storage.audit import read_head, told
from inventory.storage.rows import col, table_of
from inventory.storage.tables import AuditEntry

Values = dict[str, Any] | None


def _which(row: Row, _caller: Caller) -> Cell:
    """Return what was changed, by its name where a list has such things."""
    return Cell(thing_or_text(row["entity"], row["entity_id"]))


def thing_or_text(entity: str, number: str) -> Thing | str:
    """Return what an entry of the trail is about, to be told by its name."""
    return Thing(entity, int(number)) if number.isdecimal() else number


class AuditEntryRow(RowModel):
    """One change."""

    id: Annotated[int, Column("Number", Show.NUMBER, sort=True)]
    at: Annotated[datetime, Column("When", Show.AGO)]
    actor: Annotated[str, Column("By", about="user:2, token:3, scan:7 ...")]
    entity: Annotated[str, Column("What", Show.WORD, about="Name of the table.")]
    entity_id: Annotated[str, Column("Which", cell=_which)]
    action: Annotated[str, Column("Done", Show.WORD)]
    before: Annotated[Values, Column("Before", shown=False)]
    after: Annotated[Values, Column("After")]
    request_id: Annotated[Text, Column("Request", Show.MONO, shown=False)]
    hash: Annotated[
        str, Column("Seal", Show.MONO, shown=False, about="SHA-256 over the chain.")
    ]


class AuditEntryQuestion(Question):
    """Which changes are asked for."""

    entity: Annotated[Word, Choice("What", about="Name of the table: asset.")] = None
    entity_id: Annotated[Word, Choice("Which")] = None
    actor: Annotated[Word, Choice("By")] = None
    action: Annotated[Word, Choice("Done", main=False)] = None
    request_id: Annotated[Word, Choice("Request", main=False)] = None
    at: Annotated[AskedMoment | None, Choice("When", main=False)] = None


def _read(
    _connection: Connection, rows: list[dict[str, Any]], viewer: Viewer
) -> list[dict[str, Any]]:
    from api.resources.house.trail_rights import told_of

    roles = viewer.caller.roles
    for row in rows:
        for side in ("before", "after"):
            values = told(row[side])
            row[side] = values and told_of(roles, row["entity"], values)
    return rows


def _readable(viewer: Viewer) -> list[ColumnElement[bool]]:
    """Return the condition of what somebody may read, whom the trail is not all for."""
    from api.resources.house.trail_rights import hidden_tables

    hidden = hidden_tables(viewer.caller.roles)
    return [col(AuditEntry.entity).not_in(sorted(hidden))] if hidden else []


class FoundProblem(DetailModel):
    """Something that is not as it was written."""

    kind: str = Field(
        description="edited, missing, forged, head, differs (a row of the register) or"
        " journal."
    )
    first: int | None = Field(description="Number of the audit row it is about.")
    last: int | None
    text: str


class AuditProof(DetailModel):
    """What a check of the audit trail found."""

    count: int
    hash: str = Field(description="Of the last row; note it elsewhere.")
    problem_count: int
    problems: list[FoundProblem]


def _verify(acting: Acting, _given: NothingIn) -> dict[str, Any]:
    from api.compose.proving import audit_problems

    with acting.app.engine.connect() as connection:
        head = read_head(connection)
    problems = [asdict(one) for one in audit_problems(acting.app)]
    return {
        "count": head.count if head else 0,
        "hash": head.hash if head else "",
        "problem_count": len(problems),
        "problems": problems,
    }


_ENTRY = table_of(AuditEntry)
AUDIT_TRAIL = Resource(
    name="audit-trail",
    command="audit",
    title=N_("Audit trail"),
    counted=NN_("{count} change", "{count} changes"),
    group="house",
    roles=frozenset({Role.IT, Role.HR, Role.AUDITOR}),
    rows=AuditEntryRow,
    question=AuditEntryQuestion,
    sort="-id",
    source=TableSource(
        table=_ENTRY,
        columns={
            "id": col(AuditEntry.seq),
            **{
                name: _ENTRY.c[name]
                for name in AuditEntryRow.model_fields
                if name != "id"
            },
        },
        searched=(
            col(AuditEntry.entity),
            col(AuditEntry.entity_id),
            col(AuditEntry.actor),
            col(AuditEntry.action),
        ),
        where=_readable,
        finish=_read,
        row_id=col(AuditEntry.seq),
    ),
    acts=(
        Act(
            "verify-audit",
            NothingIn,
            _verify,
            frozenset({Role.IT, Role.AUDITOR}),
            verb="verify",
            about="Check the trail, and by it register and journal.",
            on="list",
            answer=AuditProof,
            alone=True,
            preview=False,
            said=N_("{problem_count} problems in {count} rows."),
        ),
    ),
)
