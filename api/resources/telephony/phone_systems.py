"""Telephone systems that were read, with how it went last."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime

from api.http.callers import Role
from api.resources.declare import (
    Choice,
    Column,
    Moment,
    Question,
    RowModel,
    Show,
    Text,
    Word,
)
from api.resources.references import PHONE_SYSTEM
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_

_system = PHONE_SYSTEM.table


class PhoneSystemRow(RowModel):
    """A telephone system of the list."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    name: Annotated[str, Column("Name", sort=True, lead=True)]
    kind: Annotated[str, Column("Kind", Show.WORD, sort=True)]
    site: Annotated[str, Column("Site", sort=True)]
    address: Annotated[str, Column("Address", Show.MONO)]
    product: Annotated[Text, Column("Product")]
    version: Annotated[Text, Column("Version")]
    last_seen: Annotated[Moment, Column("Last read", Show.AGO, sort=True)]
    problems: Annotated[
        str, Column("Problems", about="What did not work then, a line each.")
    ]
    recorded_at: Annotated[datetime, Column("Recorded", Show.AGO, shown=False)]


class PhoneSystemQuestion(Question):
    """Which telephone systems are asked for."""

    kind: Annotated[Word, Choice("Kind")] = None
    site: Annotated[Word, Choice("Site")] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    address: Annotated[Word, Choice("Address", main=False)] = None
    product: Annotated[Word, Choice("Product", main=False)] = None
    version: Annotated[Word, Choice("Version", main=False)] = None
    last_seen: Annotated[AwareDatetime | None, Choice("Last read", main=False)] = None


_SOURCE: TableSource[PhoneSystemQuestion] = TableSource(
    table=_system,
    columns={name: _system.c[name] for name in PhoneSystemRow.model_fields},
    searched=(_system.c.name, _system.c.address),
    offered=("kind", "site"),
)

PHONE_SYSTEMS = Resource(
    name="phone-systems",
    command="phone-system",
    title=N_("Telephone systems"),
    counted=NN_("{count} telephone system", "{count} telephone systems"),
    icon="phone",
    group="telephony",
    roles=frozenset({Role.IT, Role.AUDITOR}),
    rows=PhoneSystemRow,
    question=PhoneSystemQuestion,
    sort="name",
    source=_SOURCE,
    reference=PHONE_SYSTEM,
    detail=PhoneSystemRow,
    get=_SOURCE.one,
    called=lambda row: str(row["name"]),
)
