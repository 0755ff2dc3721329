"""Types of events: what webhooks may be told of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from sqlalchemy import Connection

from api.http.callers import Caller, Role
from api.resources.computed import ComputedSource
from api.resources.declare import (
    Cell,
    Choice,
    Column,
    Question,
    Row,
    RowModel,
    Show,
    Viewer,
    Word,
)
from api.resources.resource import Resource
from inventory.kernel.texts import N_, NN_
from inventory.outbox import event_catalogue

_KINDS = {"int": "number", "str": "text", "date": "day", "datetime": "moment"}


def _data(row: Row, _caller: Caller) -> Cell:
    """Return the fields with what they hold as a reader says it."""
    told = {}
    for name, kind in row["fields"].items():
        plain, *nothing = kind.split(" | ")
        said = _KINDS.get(plain, plain)
        told[name] = f"{said} or nothing" if nothing else said
    return Cell(told)


class EventTypeRow(RowModel):
    """A type of event."""

    type: Annotated[str, Column("Type", Show.MONO, sort=True)]
    description: Annotated[str, Column("Says")]
    fields: Annotated[
        dict[str, str], Column("Data", cell=_data, about="Field: its type.")
    ]
    roles: Annotated[list[str], Column("Roles", about="Who may be told.")]


class EventTypeQuestion(Question):
    """Which types are asked for; only those the caller may be told of."""

    type: Annotated[Word, Choice("Type")] = None
    role: Annotated[Word, Choice("Role", about="Who may be told.")] = None


def _types(
    _connection: Connection, asked: EventTypeQuestion, viewer: Viewer
) -> Iterator[dict[str, Any]]:
    for one in event_catalogue.event_types():
        if one.roles.isdisjoint(viewer.caller.roles):
            continue
        if asked.role is None or asked.role in one.roles:
            yield {
                "type": one.type,
                "description": one.description,
                "fields": dict(one.fields),
                "roles": sorted(one.roles),
            }


EVENT_TYPES = Resource(
    name="event-types",
    command="event-type",
    title=N_("Types of events"),
    counted=NN_("{count} type", "{count} types"),
    group="house",
    roles=frozenset({Role.IT, Role.HR, Role.ACCOUNTING, Role.AUDITOR}),
    rows=EventTypeRow,
    question=EventTypeQuestion,
    sort="type",
    source=ComputedSource(
        rows=EventTypeRow, compute=_types, answered=frozenset({"role"})
    ),
)
