"""Systems that send HR events, and whether their events take effect."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field
from sqlalchemy import ColumnElement, Connection

from api.compose.rulebooks import context_of, provisioning_in_force
from api.http.actions import Act, Acting, Given, NothingIn
from api.http.callers import Role
from api.resources.declare import (
    Choice,
    Column,
    DetailModel,
    Input,
    Moment,
    Question,
    RowModel,
    Show,
    Viewer,
    Word,
)
from api.resources.people.case_acts import case_context
from api.resources.people.cases import READERS
from api.resources.people.tasks import RemarkIn
from api.resources.references import HR_SOURCE
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.hr.context import CaseContext, lock_provisioning
from inventory.hr.events import sources
from inventory.hr.events.follow import follow_person
from inventory.hr.staff_lists.reading_users import read_users
from inventory.kernel.errors import Conflict
from inventory.kernel.texts import N_, NN_
from inventory.provisioning.employing_directories import directory_of
from inventory.provisioning.statements.authority import is_directory
from inventory.provisioning.tables import HrSource
from inventory.storage.rows import find

WRITERS = frozenset({Role.HR})
_source = HR_SOURCE.table


class HrSourceRow(RowModel):
    """A system that sends events."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    name: Annotated[str, Column("Name", sort=True, lead=True)]
    stopped_at: Annotated[
        Moment,
        Column(
            "Stopped", Show.AGO, sort=True, about="Its events have no effect since."
        ),
    ]
    stop_reason: Annotated[str, Column("Reason")]
    released_at: Annotated[
        Moment,
        Column(
            "Released",
            Show.AGO,
            sort=True,
            about="Leavers up to then were confirmed by a person.",
        ),
    ]
    recorded_at: Annotated[datetime, Column("First heard", Show.AGO, sort=True)]
    employments: Annotated[
        str,
        Column(
            "Users are staff",
            about="An identity provider that says who works here, as the sources of"
            " staff have it.",
        ),
    ]


class HrSourceQuestion(Question):
    """Which sources are asked for."""

    stopped: Annotated[bool | None, Choice("Stopped")] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    stopped_at: Annotated[AwareDatetime | None, Choice("Stopped since", main=False)] = (
        None
    )
    released_at: Annotated[AwareDatetime | None, Choice("Released", main=False)] = None
    recorded_at: Annotated[AwareDatetime | None, Choice("First heard", main=False)] = (
        None
    )


class Followed(DetailModel):
    """A person whose events took effect."""

    person_id: int
    case_ids: list[int]


class ImportStarted(DetailModel):
    """What followed from the events that were held."""

    items: list[Followed]


_COLUMNS = [name for name in HrSourceRow.model_fields if name != "employments"]


def _stopped(value: bool, _viewer: Viewer) -> ColumnElement[bool]:
    column = _source.c.stopped_at
    return column.is_not(None) if value else column.is_(None)


def _stop(acting: Acting, given: RemarkIn) -> None:
    name = HR_SOURCE.name_of(acting.work.connection, acting.id)
    sources.stop_source(case_context(acting), name, given.remark)


def _start(acting: Acting, _given: NothingIn) -> dict[str, Any]:
    name = HR_SOURCE.name_of(acting.work.connection, acting.id)
    context = case_context(acting)
    persons = sources.start_source(context, name)
    found = [{"person_id": p, "case_ids": follow_person(context, p)} for p in persons]
    return {"items": found}


class ReadUsersIn(Given):
    """Whose users are read."""

    provider: Annotated[
        str,
        Field(max_length=200),
        Input("Provider", hint="Such as scim:okta; all that are set, without."),
    ] = ""


class UsersWereRead(DetailModel):
    """What the users of identity providers said."""

    users: Annotated[int, Field(description="Accounts in use that were read.")]
    followed: Annotated[
        int, Field(description="Of those, whose employment the provider decides.")
    ]
    events: Annotated[int, Field(description="What they said that was not known.")]


def _read_users(acting: Acting, given: ReadUsersIn) -> dict[str, Any]:
    app, actor = acting.app, acting.caller.actor

    def context() -> CaseContext:
        return context_of(app.settings, app.work(actor))

    return asdict(read_users(context, given.provider.strip(), acting.tell))


class SourceIn(Given):
    """A system that will send events."""

    name: Annotated[str, Field(min_length=1, max_length=200), Input("Name")]


def _create(acting: Acting, given: SourceIn) -> dict[str, Any]:
    context = case_context(acting)
    if find(acting.work.connection, HrSource, name=given.name) is not None:
        raise Conflict(
            N_("There is a source {name} already."), where="name", name=given.name
        )
    return {"id": sources.source_named(context, given.name)["id"]}


def _with_employments(
    connection: Connection, rows: list[dict[str, Any]], viewer: Viewer
) -> list[dict[str, Any]]:
    """Say of identity providers how their users are staff; of others nothing."""
    assert viewer.app is not None
    directories = provisioning_in_force(viewer.app.settings, connection).directories
    for row in rows:
        name = row["employments"]
        found = directory_of(directories, name) if is_directory(name) else None
        row["employments"] = "" if found is None else found.told()
    return rows


_SOURCE: TableSource[HrSourceQuestion] = TableSource(
    table=_source,
    columns={name: _source.c[name] for name in _COLUMNS}
    | {"employments": _source.c.name.label("employments")},
    finish=_with_employments,
    filters={"stopped": _stopped},
    searched=(_source.c.name,),
)

HR_SOURCES = Resource(
    name="hr-sources",
    command="hr-source",
    title=N_("HR sources"),
    counted=NN_("{count} source", "{count} sources"),
    group="people",
    roles=READERS,
    rows=HrSourceRow,
    question=HrSourceQuestion,
    sort="name",
    source=_SOURCE,
    reference=HR_SOURCE,
    detail=HrSourceRow,
    get=_SOURCE.one,
    called=lambda row: str(row["name"]),
    acts=(
        Act(
            "read-users",
            ReadUsersIn,
            _read_users,
            WRITERS,
            on="list",
            said=N_("{users} users were read: {events} events."),
            about="Let employments follow all users of identity providers that say who"
            " works here, also those who came before that was set.",
            answer=UsersWereRead,
            preview=False,
            alone=True,
            long=lambda _reading, _none, _given: True,
        ),
        Act(
            "add-source",
            SourceIn,
            _create,
            WRITERS,
            verb="create",
            about="Name a source before it sends anything.",
        ),
        Act(
            "stop-source",
            RemarkIn,
            _stop,
            WRITERS,
            verb="stop",
            about="Stop a source: its events are kept without effect.",
            danger=True,
        ),
        Act(
            "start-source",
            NothingIn,
            _start,
            WRITERS,
            verb="start",
            about="Let a source run again, and what was held take effect.",
            answer=ImportStarted,
            lock=lock_provisioning,
        ),
    ),
)
