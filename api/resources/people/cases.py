"""Cases of joiners, movers, leavers and of people who are away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import ColumnElement, Connection, or_, select

from api.compose.rulebooks import provisioning_in_force
from api.http.callers import Role
from api.models.cases import Case
from api.resources.declare import (
    Choice,
    Column,
    Day,
    Question,
    Row,
    RowModel,
    Show,
    Viewer,
    Word,
)
from api.resources.people.case_acts import CASE_ACTS
from api.resources.references import CASE, PERSON, PersonRef
from api.resources.resource import Resource
from api.resources.sources import TableSource, full_name
from inventory.hr.views.detail import case_detail
from inventory.hr.views.lists import line_counts, open_items
from inventory.kernel.texts import N_, NN_, Said
from inventory.provisioning.case_tables import CaseLine
from inventory.storage.rows import table_of

READERS = frozenset({Role.HR, Role.IT, Role.AUDITOR})
CaseKind = Literal["joining", "moving", "absence", "leaving", "request"]
_case, _person, _line = CASE.table, PERSON.table, table_of(CaseLine)


class CaseRow(RowModel):
    """A case of the list."""

    id: Annotated[int, Column("Case", sort=True, lead=True)]
    key: Annotated[str, Column("Key", Show.MONO, shown=False)]
    kind: Annotated[CaseKind, Column("Kind", sort=True)]
    person_id: int
    person: Annotated[str, Column("Person", sort=True)]
    effective_on: Annotated[date, Column("On", Show.DAY, sort=True)]
    state: Annotated[str, Column("State", Show.STATE, sort=True)]
    quiet: Annotated[
        bool, Column("Quiet", Show.YES, shown=False, about="No message goes out.")
    ]
    site: Annotated[str, Column("Site", sort=True, shown=False)]
    lines: Annotated[int, Column("Lines", Show.NUMBER)]
    open_lines: Annotated[int, Column("Open", Show.NUMBER)]
    due_on: Annotated[Day, Column("Next due", Show.DAY)]
    opened_on: Annotated[date, Column("Opened", Show.DAY, sort=True, shown=False)]
    closed_on: Annotated[Day, Column("Closed", Show.DAY, sort=True, shown=False)]
    missing: Annotated[
        list[str], Column("Missing", shown=False, about="Items of its open lines.")
    ]
    version: int


class CaseQuestion(Question):
    """Which cases are asked for."""

    kind: Annotated[CaseKind | None, Choice("Kind")] = None
    state: Annotated[Literal["open", "closed", "cancelled"] | None, Choice("State")] = (
        None
    )
    person: Annotated[PersonRef | None, Choice("Person", pick="people")] = None
    overdue: Annotated[
        bool | None, Choice("Overdue", about="A line should be done by now.")
    ] = None
    ahead: Annotated[
        Annotated[int, Field(ge=0, le=3650)] | None,
        Choice("Days ahead", about="It counts from today to so many days ahead."),
    ] = None
    site: Annotated[Word, Choice("Site", main=False)] = None
    quiet: Annotated[bool | None, Choice("Quiet", main=False)] = None
    effective_on: Annotated[date | None, Choice("On", main=False)] = None
    opened_on: Annotated[date | None, Choice("Opened", main=False)] = None
    closed_on: Annotated[date | None, Choice("Closed", main=False)] = None


TOLD = frozenset({Role.HR, Role.AUDITOR})
"""Roles that see a confidential leave before its last day."""


def released(viewer: Viewer) -> Sequence[ColumnElement[bool]]:
    """Return what holds for the cases that may be told of: a quiet leave is HR's."""
    if viewer.caller.roles & TOLD:
        return ()
    return (
        or_(
            _case.c.quiet.is_(False),
            _case.c.kind != "leaving",
            _case.c.effective_on <= viewer.today,
        ),
    )


def _overdue(value: bool, viewer: Viewer) -> ColumnElement[bool]:
    # Asked of each case, it would be looked for among all open lines each time.
    late = select(_line.c.case_id).where(
        _line.c.closed_on.is_(None), _line.c.due_on < viewer.today
    )
    return _case.c.id.in_(late) if value else _case.c.id.not_in(late)


def _ahead(days: int, viewer: Viewer) -> ColumnElement[bool]:
    last = viewer.today + timedelta(days=days)
    return _case.c.effective_on.between(viewer.today, last)


def _with_lines(
    connection: Connection, rows: list[dict[str, Any]], _viewer: Viewer
) -> list[dict[str, Any]]:
    ids = [row["id"] for row in rows]
    counts, missing = line_counts(connection, ids), open_items(connection, ids)
    none = {"lines": 0, "open_lines": 0, "due_on": None}
    return [
        row | counts.get(row["id"], none) | {"missing": missing.get(row["id"], [])}
        for row in rows
    ]


def _get(connection: Connection, case_id: int, viewer: Viewer) -> Row | None:
    assert viewer.app is not None
    told = select(_case.c.id).where(_case.c.id == case_id, *released(viewer))
    if connection.execute(told).first() is None:
        return None
    return case_detail(
        connection,
        case_id,
        provisioning_in_force(viewer.app.settings, connection).machine,
    )


CASES = Resource(
    name="cases",
    command="case",
    title=N_("Cases"),
    counted=NN_("{count} case", "{count} cases"),
    icon="door",
    group="people",
    roles=READERS,
    rows=CaseRow,
    question=CaseQuestion,
    sort="effective_on",
    source=TableSource(
        table=_case,
        columns={
            name: _case.c[name]
            for name in (
                "id key kind person_id effective_on state quiet site opened_on"
                " closed_on version"
            ).split()
        }
        | {"person": full_name(_person)},
        refers={"person": _case.c.person_id},
        orders={"person": _person.c.sort_name},
        where=released,
        filters={"overdue": _overdue, "ahead": _ahead},
        joined=_case.join(_person, _person.c.id == _case.c.person_id),
        searched=(_person.c.search,),
        finish=_with_lines,
        offered=("site",),
    ),
    reference=CASE,
    detail=Case,
    get=_get,
    called=lambda row: Said(
        N_("{kind} of {person}"), kind=row["kind"], person=row["person"]
    ),
    acts=CASE_ACTS,
)
