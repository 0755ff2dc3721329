"""Registrations: which phone has, or had, which extension, from - to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import AwareDatetime
from sqlalchemy import or_

from api.resources.declare import (
    Choice,
    Column,
    Day,
    Question,
    RowModel,
    Show,
    Text,
    Word,
)
from api.resources.references import (
    EXTENSION,
    PHONE,
    PHONE_SYSTEM,
    ExtensionRef,
    PhoneRef,
    PhoneSystemRef,
)
from api.resources.resource import Resource
from api.resources.sources import TableSource
from api.resources.telephony.extensions import SEE_LINES
from inventory.kernel.texts import N_, NN_
from inventory.storage.rows import table_of
from inventory.telecom.tables import ExtensionPhone

_pair = table_of(ExtensionPhone)
_extension, _phone, _system = EXTENSION.table, PHONE.table, PHONE_SYSTEM.table


class RegistrationRow(RowModel):
    """A phone on an extension."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    extension_id: int
    extension: Annotated[str, Column("Extension", Show.MONO, sort=True, lead=True)]
    system: Annotated[str, Column("System", sort=True)]
    phone_id: int
    mac: Annotated[Text, Column("MAC", Show.MONO, sort=True)]
    model: Annotated[Text, Column("Product", sort=True)]
    registered: Annotated[
        bool | None,
        Column("Registered", Show.YES, about="Reachable when last asked."),
    ]
    valid_from: Annotated[date, Column("From", Show.DAY, sort=True)]
    valid_to: Annotated[
        Day, Column("Until", Show.DAY, sort=True, about="First day no more.")
    ]
    source: Annotated[str, Column("Source", shown=False)]
    last_seen: Annotated[datetime, Column("Last seen", Show.AGO, sort=True)]


class RegistrationQuestion(Question):
    """Which registrations are asked for; all of all days, unless a day is given."""

    extension: Annotated[
        ExtensionRef | None, Choice("Extension", pick="extensions")
    ] = None
    phone: Annotated[PhoneRef | None, Choice("Phone", pick="phones")] = None
    system: Annotated[
        PhoneSystemRef | None, Choice("System", pick="phone-systems", main=False)
    ] = None
    on: Annotated[
        date | None, Choice("On", main=False, lookups=(), about="In force that day.")
    ] = None
    registered: Annotated[bool | None, Choice("Registered")] = None
    source: Annotated[Word, Choice("Source", main=False)] = None
    valid_from: Annotated[date | None, Choice("From", main=False)] = None
    valid_to: Annotated[date | None, Choice("Until", main=False)] = None
    last_seen: Annotated[AwareDatetime | None, Choice("Last seen", main=False)] = None


_SOURCE: TableSource[RegistrationQuestion] = TableSource(
    table=_pair,
    columns={
        name: _pair.c[name]
        for name in (
            "id extension_id phone_id registered valid_from valid_to source last_seen"
        ).split()
    }
    | {
        "extension": _extension.c.number,
        "system": _system.c.name,
        "mac": _phone.c.mac,
        "model": _phone.c.model,
        "phone": _pair.c.phone_id,
    },
    shown=tuple(RegistrationRow.model_fields),
    refers={"extension": _pair.c.extension_id, "system": _extension.c.system_id},
    filters={
        "on": lambda day, _viewer: (
            (_pair.c.valid_from <= day)
            & or_(_pair.c.valid_to.is_(None), _pair.c.valid_to > day)
        )
    },
    joined=_pair.join(_extension, _extension.c.id == _pair.c.extension_id)
    .join(_system, _system.c.id == _extension.c.system_id)
    .join(_phone, _phone.c.id == _pair.c.phone_id),
    searched=(_extension.c.number, _phone.c.mac, _phone.c.model),
)

REGISTRATIONS = Resource(
    name="registrations",
    command="registration",
    title=N_("Registrations"),
    counted=NN_("{count} registration", "{count} registrations"),
    icon="phone",
    group="telephony",
    roles=SEE_LINES,
    rows=RegistrationRow,
    question=RegistrationQuestion,
    sort="extension",
    source=_SOURCE,
)
