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
from inventory.kernel.texts import N_, NN_, Said
from inventory.outbox import event_catalogue

_KINDS = {
    "int": N_("number"),
    "str": N_("text"),
    "date": N_("day"),
    "datetime": N_("moment"),
    "bool": N_("yes or no"),
}


def _data(row: Row, _caller: Caller) -> Cell:
    """Return the fields with what they hold as a reader says it."""
    told = {}
    for name, kind in row["fields"].items():
        plain, *nothing = kind.split(" | ")
        said = Said(_KINDS.get(plain, plain))
        told[name] = Said(N_("{kind} or nothing"), kind=said) if nothing else said
    return Cell(told)


class EventTypeRow(RowModel):
    """A type of event."""

    type: Annotated[str, Column("Type", Show.MONO, sort=True)]
    description: Annotated[str, Column("Says", Show.SAID)]
    fields: Annotated[
        dict[str, str], Column("Data", cell=_data, about="Field: its type.")
    ]
    roles: Annotated[list[str], Column("Roles", Show.WORD, about="Who may be told.")]


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
