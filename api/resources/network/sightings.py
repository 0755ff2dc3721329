"""Where a MAC or an address was, and what was on a port: intervals, never moved."""

from __future__ import annotations

import ipaddress
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, Field
from sqlalchemy import ColumnElement, func, or_

from api.http.parse_days import moment_of
from api.resources.declare import (
    Choice,
    Column,
    Moment,
    Number,
    Question,
    RowModel,
    Show,
    Text,
    Viewer,
    Word,
)
from api.resources.network.parts.of_device import READERS, YesNoBoth, set_or_not
from api.resources.references import DEVICE, DeviceRef
from api.resources.resource import Resource
from api.resources.sources import TableSource
from collectors import macs
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_, NN_
from inventory.network.tables import Interface, Sighting
from inventory.storage.rows import table_of

_sighting = table_of(Sighting)
_switch = DEVICE.table.alias("switch")
_endpoint = DEVICE.table.alias("endpoint")
_port = table_of(Interface).alias("port")


def _mac(text: str | None) -> str | None:
    if text is None:
        return None
    found = macs.from_text(text)
    if found is None:
        raise ValueError(
            f"{text!r} is not a MAC address; write 00:1b:2c:3d:4e:5f or 001b.2c3d.4e5f"
        )
    return found


def _ip(text: str | None) -> str | None:
    try:
        return text and str(ipaddress.ip_address(text))
    except ValueError:
        return text


def _at(text: str | None) -> str | None:
    if text is not None:
        try:
            moment_of(text)
        except Invalid as error:
            raise ValueError(f"{error.problem} {error.remedy}") from None
    return text


class SightingRow(RowModel):
    """Where a MAC was, from - to: switch, port, VLAN, and what lies between."""

    id: Annotated[int, Column("Number", shown=False, sort=True)]
    site: Annotated[str, Column("Site", sort=True, shown=False)]
    mac: Annotated[str, Column("MAC", Show.MONO, sort=True, lead=True)]
    ip: Annotated[str, Column("Address", Show.MONO, sort=True)]
    device_id: Number = Field(description="The switch or access point.")
    interface_id: Number
    vlan: Annotated[Number, Column("VLAN", Show.CODE)]
    ssid: Annotated[Text, Column("Network name", shown=False, about="Of the Wi-Fi.")]
    via: Annotated[str, Column("Through", about="What lies between port and endpoint.")]
    behind_id: Number = Field(description="The phone or host that lies between.")
    reason: Annotated[
        Text, Column("Remark", shown=False, about="Why the place is not known.")
    ]
    endpoint_id: Number
    first_seen: Annotated[datetime, Column("From", Show.AGO, sort=True)]
    last_seen: Annotated[datetime, Column("Last seen", Show.AGO, sort=True)]
    closed_at: Annotated[Moment, Column("Until", Show.AGO)]
    device_name: Annotated[Text, Column("Plugged into")]
    port: Annotated[Text, Column("Port", Show.MONO)]
    port_alias: Text
    endpoint_name: Annotated[Text, Column("Device")]
    endpoint_type: Annotated[Text, Column("Type", shown=False)]


class SightingQuestion(Question):
    """Which places are asked for: of a MAC, an address or a device; or on a port."""

    mac: Annotated[
        Annotated[str | None, Field(max_length=40), AfterValidator(_mac)],
        Choice("MAC", about="In any usual spelling.", lookups=("in", "contains")),
    ] = None
    ip: Annotated[
        Annotated[str | None, Field(max_length=45), AfterValidator(_ip)],
        Choice("Address", lookups=("in", "contains")),
    ] = None
    device: Annotated[
        DeviceRef | None,
        Choice("Switch", pick="devices", about="Or access point: what it is on."),
    ] = None
    port: Annotated[
        Word, Choice("Port", about="Its name, alias or description.", lookups=())
    ] = None
    endpoint: Annotated[
        DeviceRef | None,
        Choice("Device", pick="devices", about="The device that was seen."),
    ] = None
    at: Annotated[
        Annotated[str | None, Field(max_length=40), AfterValidator(_at)],
        Choice(
            "At",
            about="A day (YYYY-MM-DD) or a moment in ISO 8601; without it the whole"
            " history.",
        ),
    ] = None
    ended: Annotated[
        YesNoBoth, Choice("Ended", main=False, about="no: where things are at present.")
    ] = "both"
    placed: Annotated[
        YesNoBoth, Choice("Port is known", main=False, about="no: with the reason.")
    ] = "both"
    site: Annotated[Word, Choice("Site", main=False)] = None
    vlan: Annotated[Number, Choice("VLAN", main=False)] = None
    ssid: Annotated[Word, Choice("Network name", main=False)] = None
    via: Annotated[Word, Choice("Through", main=False)] = None
    reason: Annotated[Word, Choice("Remark", main=False)] = None
    device_name: Annotated[Word, Choice("Name of the switch", main=False)] = None
    endpoint_name: Annotated[Word, Choice("Name of the device", main=False)] = None
    endpoint_type: Annotated[Word, Choice("Type of the device", main=False)] = None
    first_seen: Annotated[AwareDatetime | None, Choice("From", main=False)] = None
    last_seen: Annotated[AwareDatetime | None, Choice("Last seen", main=False)] = None
    closed_at: Annotated[AwareDatetime | None, Choice("Until", main=False)] = None


def _on_port(name: Any, _viewer: Viewer) -> ColumnElement[bool]:  # noqa: ANN401
    folded = str(name).strip().lower()
    names = (_port.c.name, _port.c.alias, _port.c.descr)
    return or_(*(func.lower(one) == folded for one in names))


def _held(text: Any, _viewer: Viewer) -> ColumnElement[bool]:  # noqa: ANN401
    """Keep the places whose interval overlaps a time.

    A place holds until something is seen elsewhere, not only until it was last seen.
    """
    start, end = moment_of(str(text))
    closed = _sighting.c.closed_at
    begun: ColumnElement[bool] = _sighting.c.first_seen < end
    return begun & or_(closed.is_(None), closed > start)


_OWN = tuple(n for n in SightingRow.model_fields if n in _sighting.c)
SOURCE: TableSource[SightingQuestion] = TableSource(
    table=_sighting,
    columns={name: _sighting.c[name] for name in _OWN}
    | {
        "device_name": _switch.c.name,
        "port": _port.c.name,
        "port_alias": _port.c.alias,
        "endpoint_name": _endpoint.c.name,
        "endpoint_type": _endpoint.c.type,
        "device": _sighting.c.device_id,
        "endpoint": _sighting.c.endpoint_id,
    },
    shown=tuple(SightingRow.model_fields),
    joined=_sighting.outerjoin(_switch, _switch.c.id == _sighting.c.device_id)
    .outerjoin(_port, _port.c.id == _sighting.c.interface_id)
    .outerjoin(_endpoint, _endpoint.c.id == _sighting.c.endpoint_id),
    filters={
        "port": _on_port,
        "at": _held,
        "ended": set_or_not(_sighting.c.closed_at),
        "placed": set_or_not(_sighting.c.interface_id),
    },
    searched=(_sighting.c.mac, _sighting.c.ip, _endpoint.c.name, _switch.c.name),
)

SIGHTINGS = Resource(
    name="sightings",
    command="sighting",
    title=N_("Sightings"),
    counted=NN_("{count} place", "{count} places"),
    group="network",
    roles=READERS,
    rows=SightingRow,
    question=SightingQuestion,
    sort="-id",
    source=SOURCE,
)
