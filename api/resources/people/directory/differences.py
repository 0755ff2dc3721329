"""Differences of the directory: what identity providers say otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from sqlalchemy import Connection

from api.http.callers import Role
from api.resources.computed import ComputedSource
from api.resources.declare import (
    Choice,
    Column,
    Question,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.resource import Resource
from inventory.directory.queries import differences
from inventory.kernel.texts import N_, NN_


class DirectoryDifferenceRow(RowModel):
    """What a provider says otherwise than the register."""

    record_id: int
    source: Annotated[str, Column("Provider", sort=True)]
    user: Annotated[Text, Column("User", sort=True)]
    person_id: int
    field: Annotated[str, Column("Field", Show.WORD, sort=True)]
    known: Annotated[str, Column("Register has")]
    said: Annotated[str, Column("Provider has")]


class DirectoryDifferenceQuestion(Question):
    """Which differences are asked for."""

    source: Annotated[Word, Choice("Provider")] = None
    field: Annotated[Word, Choice("Field")] = None
    user: Annotated[Word, Choice("User", main=False)] = None
    person_id: Annotated[int | None, Choice("Number of the person", main=False)] = None


def _differences(
    connection: Connection, _asked: DirectoryDifferenceQuestion, viewer: Viewer
) -> Iterator[dict[str, Any]]:
    for one in differences(connection, viewer.day):
        yield {name: one[name] for name in DirectoryDifferenceRow.model_fields}


DIRECTORY_DIFFERENCES = Resource(
    name="directory-differences",
    command="directory-difference",
    title=N_("Differences of the directory"),
    counted=NN_("{count} difference", "{count} differences"),
    group="people",
    roles=frozenset({Role.IT, Role.HR, Role.AUDITOR}),
    rows=DirectoryDifferenceRow,
    question=DirectoryDifferenceQuestion,
    sort="user",
    source=ComputedSource(rows=DirectoryDifferenceRow, compute=_differences),
    list_as_of=True,
)
