"""Users of identity providers (SCIM), with the person each belongs to."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime
from sqlalchemy import Connection

from api.http.callers import Role
from api.resources.declare import (
    Choice,
    Column,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.references import DIRECTORY_RECORD, PERSON, PersonRef
from api.resources.resource import Resource
from api.resources.sources import TableSource, full_name
from inventory.kernel.texts import N_, NN_

READERS = frozenset({Role.IT, Role.HR, Role.AUDITOR})
_record, _person = DIRECTORY_RECORD.table, PERSON.table


class DirectoryUserRow(RowModel):
    """A user of an identity provider."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    source: Annotated[str, Column("Provider", sort=True)]
    uid: Annotated[str, Column("SCIM id", Show.MONO, shown=False)]
    external_id: Annotated[Text, Column("External id", Show.MONO, shown=False)]
    number: Annotated[Text, Column("Personnel number", Show.MONO, sort=True)]
    name: Annotated[Text, Column("User", lead=True)]
    active: Annotated[
        bool, Column("Active", Show.YES, sort=True, about="Not: has left.")
    ]
    person_id: Number
    person: Annotated[Text, Column("Person", sort=True)]
    changed_at: Annotated[datetime, Column("Changed", Show.AGO, sort=True)]


class DirectoryUserQuestion(Question):
    """Which users of identity providers are asked for."""

    source: Annotated[Word, Choice("Provider")] = None
    active: Annotated[bool | None, Choice("Active")] = None
    person: Annotated[PersonRef | None, Choice("Person", pick="people", main=False)] = (
        None
    )
    number: Annotated[Word, Choice("Personnel number", main=False)] = None
    uid: Annotated[Word, Choice("SCIM id", main=False)] = None
    external_id: Annotated[Word, Choice("External id", main=False)] = None
    changed_at: Annotated[AwareDatetime | None, Choice("Changed", main=False)] = None


def named(
    _connection: Connection, rows: list[dict[str, Any]], _viewer: Viewer
) -> list[dict[str, Any]]:
    """Put the name in place of the document of a record."""
    for row in rows:
        document = row.pop("name")
        row["name"] = document.get("userName") or document.get("displayName")
    return rows


_SOURCE: TableSource[DirectoryUserQuestion] = TableSource(
    table=_record,
    columns={
        name: _record.c[name]
        for name in (
            "id source uid external_id number active person_id changed_at"
        ).split()
    }
    | {"name": _record.c.document, "person": full_name(_person)},
    refers={"person": _record.c.person_id},
    where=lambda _viewer: (_record.c.kind == "User", _record.c.deleted_at.is_(None)),
    joined=_record.outerjoin(_person, _person.c.id == _record.c.person_id),
    searched=(_record.c.name_key, _record.c.number, _person.c.search),
    finish=named,
    offered=("source",),
)

DIRECTORY_USERS = Resource(
    name="directory-users",
    command="directory-user",
    title=N_("Users of identity providers"),
    counted=NN_("{count} user", "{count} users"),
    group="people",
    roles=READERS,
    rows=DirectoryUserRow,
    question=DirectoryUserQuestion,
    sort="id",
    source=_SOURCE,
    reference=DIRECTORY_RECORD,
    detail=DirectoryUserRow,
    get=_SOURCE.one,
    called=lambda row: str(row["name"]),
)
