"""Groups of identity providers (SCIM), with the team or kit each stands for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime

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
from api.resources.people.directory.users import READERS, named
from api.resources.references import DIRECTORY_RECORD, TEAM, TeamRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_

_record, _team = DIRECTORY_RECORD.table, TEAM.table


class DirectoryGroupRow(RowModel):
    """A group of an identity provider."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    source: Annotated[str, Column("Provider", sort=True)]
    uid: Annotated[str, Column("SCIM id", Show.MONO, shown=False)]
    external_id: Annotated[Text, Column("External id", Show.MONO, shown=False)]
    name: Annotated[Text, Column("Group", lead=True)]
    team_id: Number
    team: Annotated[Text, Column("Team", sort=True)]
    kit: Annotated[Text, Column("Kit", sort=True)]
    changed_at: Annotated[datetime, Column("Changed", Show.AGO, sort=True)]


class DirectoryGroupQuestion(Question):
    """Which groups of identity providers are asked for."""

    source: Annotated[Word, Choice("Provider")] = None
    team: Annotated[TeamRef | None, Choice("Team", pick="teams")] = None
    kit: Annotated[Word, Choice("Kit")] = None
    uid: Annotated[Word, Choice("SCIM id", main=False)] = None
    external_id: Annotated[Word, Choice("External id", main=False)] = None
    changed_at: Annotated[AwareDatetime | None, Choice("Changed", main=False)] = None


_SOURCE: TableSource[DirectoryGroupQuestion] = TableSource(
    table=_record,
    columns={
        name: _record.c[name]
        for name in "id source uid external_id team_id kit changed_at".split()
    }
    | {"name": _record.c.document, "team": _team.c.name},
    refers={"team": _record.c.team_id},
    where=lambda _viewer: (_record.c.kind == "Group", _record.c.deleted_at.is_(None)),
    joined=_record.outerjoin(_team, _team.c.id == _record.c.team_id),
    searched=(_record.c.name_key, _team.c.name),
    finish=named,
    offered=("source",),
)

DIRECTORY_GROUPS = Resource(
    name="directory-groups",
    command="directory-group",
    title=N_("Groups of identity providers"),
    counted=NN_("{count} group", "{count} groups"),
    group="people",
    roles=READERS,
    rows=DirectoryGroupRow,
    question=DirectoryGroupQuestion,
    sort="id",
    source=_SOURCE,
    reference=DIRECTORY_RECORD,
    detail=DirectoryGroupRow,
    get=_SOURCE.one,
    called=lambda row: str(row["name"]),
)
