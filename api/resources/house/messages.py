"""Messages: what happened, as it is told to webhooks; never with their text."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime

from api.http.callers import Role
from api.resources.declare import Choice, Column, Question, RowModel, Show, Word
from api.resources.references import MESSAGE
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_

_message = MESSAGE.table


class MessageRow(RowModel):
    """A message of the outbox."""

    id: Annotated[int, Column("Number", sort=True, shown=False)]
    uid: Annotated[str, Column("Message", Show.MONO, lead=True, about="`webhook-id`.")]
    type: Annotated[str, Column("Event", Show.MONO, sort=True)]
    actor: Annotated[str, Column("Caused by", sort=True)]
    recorded_at: Annotated[datetime, Column("Happened", Show.AGO, sort=True)]


class MessageQuestion(Question):
    """Which messages are asked for."""

    type: Annotated[Word, Choice("Event")] = None
    actor: Annotated[Word, Choice("Caused by")] = None
    uid: Annotated[Word, Choice("Message", main=False)] = None
    recorded_at: Annotated[AwareDatetime | None, Choice("Happened", main=False)] = None


_SOURCE: TableSource[MessageQuestion] = TableSource(
    table=_message,
    columns={name: _message.c[name] for name in MessageRow.model_fields},
    searched=(_message.c.uid, _message.c.type, _message.c.actor),
    offered=("type",),
)

MESSAGES = Resource(
    name="messages",
    command="message",
    title=N_("Messages"),
    counted=NN_("{count} message", "{count} messages"),
    group="house",
    roles=frozenset({Role.IT, Role.AUDITOR}),
    rows=MessageRow,
    question=MessageQuestion,
    sort="-id",
    source=_SOURCE,
    reference=MESSAGE,
    detail=MessageRow,
    get=_SOURCE.one,
    called=lambda row: str(row["uid"]),
)
