"""Phones as telephone systems know them, with the device on the network each is."""

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
from api.resources.references import DEVICE, PHONE, DeviceRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from api.resources.telephony.extensions import SEE_LINES
from inventory.kernel.texts import N_, NN_

_phone, _device = PHONE.table, DEVICE.table


class PhoneRow(RowModel):
    """A phone of the list."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    mac: Annotated[Text, Column("MAC", Show.MONO, sort=True, lead=True)]
    device_name: Annotated[
        Text, Column("Name", sort=True, about="Its name in the telephone system.")
    ]
    vendor: Annotated[Text, Column("Vendor", sort=True, shown=False)]
    model: Annotated[Text, Column("Product", sort=True)]
    serial: Annotated[Text, Column("Serial", Show.MONO)]
    firmware: Annotated[Text, Column("Firmware", shown=False)]
    user_agent: Annotated[Text, Column("User agent", shown=False)]
    ip: Annotated[Text, Column("Address", Show.MONO, about="Of its last registration.")]
    instance: Annotated[Text, Column("SIP instance", Show.MONO, shown=False)]
    site: Annotated[str, Column("Site", sort=True)]
    device_id: Number
    device: Annotated[Text, Column("Device", about="On the network, where known.")]
    first_seen: Annotated[
        datetime, Column("First seen", Show.AGO, sort=True, shown=False)
    ]
    last_seen: Annotated[datetime, Column("Last seen", Show.AGO, sort=True)]


class PhoneQuestion(Question):
    """Which phones are asked for."""

    site: Annotated[Word, Choice("Site")] = None
    vendor: Annotated[Word, Choice("Vendor")] = None
    model: Annotated[Word, Choice("Product", main=False)] = None
    device: Annotated[
        DeviceRef | None, Choice("Device", pick="devices", main=False)
    ] = None
    mac: Annotated[Word, Choice("MAC", main=False)] = None
    device_name: Annotated[Word, Choice("Name", main=False)] = None
    serial: Annotated[Word, Choice("Serial", main=False)] = None
    firmware: Annotated[Word, Choice("Firmware", main=False)] = None
    user_agent: Annotated[Word, Choice("User agent", main=False)] = None
    ip: Annotated[Word, Choice("Address", main=False)] = None
    instance: Annotated[Word, Choice("SIP instance", main=False)] = None
    first_seen: Annotated[AwareDatetime | None, Choice("First seen", main=False)] = None
    last_seen: Annotated[AwareDatetime | None, Choice("Last seen", main=False)] = None


_SOURCE: TableSource[PhoneQuestion] = TableSource(
    table=_phone,
    columns={name: _phone.c[name] for name in PhoneRow.model_fields if name != "device"}
    | {"device": _device.c.name},
    refers={"device": _phone.c.device_id},
    joined=_phone.outerjoin(_device, _device.c.id == _phone.c.device_id),
    searched=(
        _phone.c.mac,
        _phone.c.device_name,
        _phone.c.model,
        _phone.c.serial,
        _phone.c.ip,
    ),
    offered=("site", "vendor"),
)

PHONES = Resource(
    name="phones",
    command="phone",
    title=N_("Phones"),
    counted=NN_("{count} phone", "{count} phones"),
    icon="phone",
    group="telephony",
    roles=SEE_LINES,
    rows=PhoneRow,
    question=PhoneQuestion,
    sort="id",
    source=_SOURCE,
    reference=PHONE,
    detail=PhoneRow,
    get=_SOURCE.one,
    called=lambda row: str(row["mac"] or row["device_name"] or f"phone {row['id']}"),
)
