"""Expirations: warranties, contracts and licences that end soon."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import Connection

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
from inventory.kernel.texts import N_, NN_
from inventory.queries.register.contracts import ending_soon

SOON = 90
"""Days ahead without a wish."""
What = Literal["contract", "licence", "asset"]


class ExpirationRow(RowModel):
    """Something that ends, or has to be given notice of."""

    what: Annotated[What, Column("What", sort=True)]
    id: int
    name: Annotated[str, Column("Name", sort=True)]
    text: Annotated[Text, Column("About")]
    on: Annotated[date, Column("On", Show.DAY, sort=True)]
    why: Annotated[str, Column("Why", sort=True)]


class ExpirationQuestion(Question):
    """What is asked for; also what ended in the last 30 days."""

    what: Annotated[What | None, Choice("What")] = None
    days: Annotated[
        Annotated[int, Field(ge=0, le=3650)] | None,
        Choice("Days", about="How many days ahead; 90 without."),
    ] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    on: Annotated[date | None, Choice("On", main=False)] = None
    why: Annotated[Word, Choice("Why", main=False)] = None


def _ending(
    connection: Connection, asked: ExpirationQuestion, viewer: Viewer
) -> list[dict[str, Any]]:
    days = SOON if asked.days is None else asked.days
    rows = ending_soon(connection, viewer.today, days)
    return [{name: row[name] for name in ExpirationRow.model_fields} for row in rows]


EXPIRATIONS = Resource(
    name="expirations",
    command="expiration",
    title=N_("What ends soon"),
    counted=NN_("{count} thing", "{count} things"),
    group="register",
    rows=ExpirationRow,
    question=ExpirationQuestion,
    sort="on",
    source=ComputedSource(
        rows=ExpirationRow, compute=_ending, answered=frozenset({"days"})
    ),
)
