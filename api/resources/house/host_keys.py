"""SSH host keys that are pinned, and what they changed to."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime
from sqlalchemy import ColumnElement

from api.http.actions import Act, Acting, NothingIn
from api.resources.declare import (
    Choice,
    Column,
    Moment,
    Question,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.house.credentials import ADMINS, READERS
from api.resources.references import HOST_KEY
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_
from inventory.vault import uses

_pin = HOST_KEY.table


class HostKeyRow(RowModel):
    """The SSH host key pinned at an address; `changed_to` stops logins there."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    site: Annotated[str, Column("Site", sort=True)]
    address: Annotated[str, Column("Address", Show.MONO, sort=True, lead=True)]
    port: Annotated[int, Column("Port", Show.CODE, sort=True)]
    fingerprint: Annotated[str, Column("Pinned", Show.MONO)]
    first_at: Annotated[datetime, Column("Since", Show.AGO, sort=True)]
    changed_to: Annotated[Text, Column("Shows by now", Show.MONO)]
    changed_at: Annotated[Moment, Column("Changed", Show.AGO, sort=True)]


class HostKeyQuestion(Question):
    """Which host keys are asked for."""

    changed: Annotated[
        bool | None, Choice("Changed", about="Another one is shown by now.")
    ] = None
    site: Annotated[Word, Choice("Site")] = None
    address: Annotated[Word, Choice("Address", main=False)] = None
    port: Annotated[int | None, Choice("Port", main=False)] = None
    fingerprint: Annotated[Word, Choice("Pinned", main=False)] = None
    first_at: Annotated[AwareDatetime | None, Choice("Since", main=False)] = None
    changed_at: Annotated[AwareDatetime | None, Choice("Changed", main=False)] = None


def _changed(value: bool, _viewer: Viewer) -> ColumnElement[bool]:
    column = _pin.c.changed_to
    return column.is_not(None) if value else column.is_(None)


def _forget(acting: Acting, _given: NothingIn) -> None:
    uses.forget_pin(acting.work, acting.id)


_SOURCE: TableSource[HostKeyQuestion] = TableSource(
    table=_pin,
    columns={name: _pin.c[name] for name in HostKeyRow.model_fields},
    filters={"changed": _changed},
    searched=(_pin.c.address, _pin.c.fingerprint),
)

HOST_KEYS = Resource(
    name="host-keys",
    command="host-key",
    title=N_("Host keys"),
    counted=NN_("{count} host key", "{count} host keys"),
    group="house",
    roles=READERS,
    rows=HostKeyRow,
    question=HostKeyQuestion,
    sort="-changed_at",
    source=_SOURCE,
    reference=HOST_KEY,
    detail=HostKeyRow,
    get=_SOURCE.one,
    called=lambda row: f"{row['address']}:{row['port']}",
    acts=(
        Act(
            "forget-host-key",
            NothingIn,
            _forget,
            ADMINS,
            verb="delete",
            about="Forget the key of a machine that was replaced; the next is pinned.",
            danger=True,
        ),
    ),
)
