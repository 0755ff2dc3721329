"""Ports of switches: all of them in the order they stand, and who is on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    case,
    cast,
    literal,
    or_,
    select,
)

from api.http.callers import Caller
from api.resources.declare import (
    Cell,
    Choice,
    Column,
    DetailModel,
    Moment,
    Number,
    Question,
    Row,
    Show,
    Viewer,
    Word,
)
from api.resources.declare import Text as MaybeText
from api.resources.network.parts.of_device import READERS, PartRow
from api.resources.references import DEVICE, DeviceRef, Reference
from api.resources.resource import Resource
from api.resources.sources import TableSource
from inventory.kernel.texts import N_, NN_
from inventory.network.queries.topology import port_named
from inventory.network.tables import Interface, Sighting
from inventory.queries.network import ports as queries
from inventory.storage.rows import table_of

_device = DEVICE.table
_port = table_of(Interface)
_seen = table_of(Sighting)
NETWORK_TYPES = ("switch", "router", "firewall", "wireless")
MOST_PAST = 200
"""Rows of the history of a port with the port; the list of sightings has all."""


class Occupant(DetailModel):
    """A device on a port at present."""

    mac: str
    ip: str
    device_id: Number
    device: MaybeText
    type: MaybeText
    vlan: Number
    via: str = Field(description="What lies between: phone, unmanaged, host, ...")
    since: datetime
    asset_id: Number
    asset: MaybeText = Field(description="Tag of the asset it is.")
    holder: MaybeText = Field(description="Who holds that asset at present.")


class PastOccupant(Occupant):
    """A device that is or was on a port."""

    last_seen: datetime
    until: Moment


class PortEnd(DetailModel):
    """The other end of a cable."""

    device_id: Number
    device: MaybeText = Field(description="The device, or what it calls itself.")
    type: MaybeText
    port: MaybeText


MOST_NAMED = 4
"""Devices of one port that are named beside it; all of them stand with the port."""


def _named_on(row: Row) -> list[str]:
    """Return what is on a port: the other end of its cable, and who is seen there."""
    end, seen = row["leads_to"], row["occupants"]
    ends = [] if end is None else [" ".join(filter(None, (end["device"], end["port"])))]
    others = [
        one["device"] or one["mac"]
        for one in seen
        if end is None or one["device_id"] != end["device_id"]
    ]
    names = [*ends, *dict.fromkeys(others)]
    left = len(names) - MOST_NAMED
    return [*names[:MOST_NAMED], f"+{left}"] if left > 0 else names


def _on_it(row: Row, _caller: Caller) -> Cell:
    end, there = row["leads_to"], row["occupants"]
    first = end or (there[0] if there else None)
    if first is None:
        return Cell(None)
    href = f"/devices/{first['device_id']}" if first["device_id"] else ""
    name, *others = _named_on(row)
    return Cell(name, href, ", ".join(others))


def _of_whom(row: Row, _caller: Caller) -> Cell:
    first = next((one for one in row["occupants"] if one["asset_id"]), None)
    if first is None:
        return Cell(None)
    return Cell(first["asset"], f"/assets/{first['asset_id']}", first["holder"] or "")


def _rate(row: Row, _caller: Caller) -> Cell:
    bits = row["speed"]
    if not bits or row["state"] != "up":
        return Cell(None)
    for size, unit in ((10**9, "Gbit/s"), (10**6, "Mbit/s"), (10**3, "kbit/s")):
        if bits >= size:
            return Cell(f"{bits / size:g} {unit}", under=row["duplex"] or "")
    return Cell(f"{bits} bit/s")


def _carried(row: Row, _caller: Caller) -> Cell:
    return Cell(short_list(row["tagged_vlans"] or ()) or None)


def _power(row: Row, _caller: Caller) -> Cell:
    milliwatts = row["poe_milliwatts"] if row["poe_delivering"] else None
    return Cell(
        row["poe_delivering"], under=f"{milliwatts / 1000:.1f} W" if milliwatts else ""
    )


def short_list(numbers: Sequence[int]) -> str:
    """Return numbers as text, those that follow one another as a range: `1-3, 7`."""
    spans: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if spans and spans[-1][1] == number - 1:
            spans[-1] = spans[-1][0], number
        else:
            spans.append((number, number))
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)


class PortRow(PartRow):
    """A port of a switch, with who is on it."""

    name: Annotated[str, Column("Port", Show.MONO, sort=True, lead=True)]
    alias: Annotated[MaybeText, Column("Alias", sort=True)]
    state: Annotated[
        str, Column("State", Show.STATE, about="up, down, disabled or unknown.")
    ]
    on_it: Annotated[
        MaybeText,
        Column("On it", cell=_on_it, about="The other end, or the devices seen there."),
    ]
    asset: Annotated[
        MaybeText, Column("Asset", cell=_of_whom, about="Of the first that has one.")
    ]
    holder: Annotated[
        MaybeText, Column("Held by", shown=False, about="Who holds that asset.")
    ]
    pvid: Annotated[Number, Column("VLAN", Show.CODE, about="Of untagged frames.")]
    voice_vlan: Annotated[Number, Column("Voice VLAN", Show.CODE)]
    tagged_vlans: Annotated[
        list[int] | None, Column("Tagged VLANs", cell=_carried, about="None: not read.")
    ]
    speed: Annotated[
        Number, Column("Speed", sort=True, cell=_rate, about="Bits per second.")
    ]
    duplex: Annotated[MaybeText, Column("Duplex", shown=False)]
    poe_delivering: Annotated[
        bool | None,
        Column(
            "PoE", Show.YES, cell=_power, about="Whether it gives power over Ethernet."
        ),
    ]
    poe_enabled: Annotated[bool | None, Column("PoE enabled", Show.YES, shown=False)]
    poe_class: Annotated[Number, Column("PoE class", Show.NUMBER, shown=False)]
    poe_milliwatts: Annotated[
        Number, Column("PoE power", Show.NUMBER, shown=False, about="Milliwatts.")
    ]
    changed_at: Annotated[
        Moment,
        Column("Changed", Show.AGO, sort=True, about="Went up or down last."),
    ]
    used_at: Annotated[
        Moment, Column("Used last", Show.AGO, about="Up, or something was seen on it.")
    ]
    first_seen: Annotated[datetime, Column("Known since", Show.AGO, shown=False)]
    if_index: Annotated[Number, Column("ifIndex", Show.CODE, shown=False)]
    descr: Annotated[MaybeText, Column("Description", shown=False)]
    mac: Annotated[MaybeText, Column("MAC", Show.MONO, shown=False)]
    mtu: Annotated[Number, Column("MTU", Show.NUMBER, shown=False)]
    lag_if_index: Annotated[
        Number, Column("Aggregate", Show.CODE, shown=False, about="Its ifIndex.")
    ]
    occupants: list[Occupant] = Field(description="What is seen on it at present.")
    leads_to: PortEnd | None = Field(description="The other end of its cable.")


class PortDetail(PortRow):
    """A port with its history."""

    history: list[PastOccupant] = Field(description="Who was on it, newest first.")


class PortQuestion(Question):
    """Which ports are asked for; without a device those of network devices."""

    device: Annotated[DeviceRef | None, Choice("Device", pick="devices")] = None
    state: Annotated[
        Literal["up", "down", "disabled", "unknown"] | None, Choice("State")
    ] = None
    vlan: Annotated[
        Annotated[int | None, Field(ge=1, le=4095)],
        Choice("VLAN", about="Untagged, tagged or for voice.", lookups=()),
    ] = None
    unused_for: Annotated[
        Annotated[int | None, Field(ge=0, le=36500)],
        Choice(
            "Unused for",
            about="Days: down, unchanged and with nothing seen on it for so long.",
            lookups=(),
        ),
    ] = None
    occupied: Annotated[
        bool | None, Choice("Occupied", main=False, about="Something is on it.")
    ] = None
    poe_delivering: Annotated[bool | None, Choice("PoE", main=False)] = None
    poe_enabled: Annotated[bool | None, Choice("PoE enabled", main=False)] = None
    poe_class: Annotated[Number, Choice("PoE class", main=False)] = None
    poe_milliwatts: Annotated[Number, Choice("PoE power", main=False)] = None
    site: Annotated[Word, Choice("Site", main=False)] = None
    device_name: Annotated[Word, Choice("Name of the device", main=False)] = None
    name: Annotated[Word, Choice("Port", main=False)] = None
    alias: Annotated[Word, Choice("Alias", main=False)] = None
    pvid: Annotated[Number, Choice("VLAN of untagged frames", main=False)] = None
    voice_vlan: Annotated[Number, Choice("Voice VLAN", main=False)] = None
    speed: Annotated[Number, Choice("Speed", main=False)] = None
    duplex: Annotated[Word, Choice("Duplex", main=False)] = None
    mac: Annotated[Word, Choice("MAC", main=False)] = None


STATE: ColumnElement[str] = case(
    (_port.c.admin_up.is_(False), "disabled"),
    (_port.c.oper_up.is_(True), "up"),
    (_port.c.oper_up.is_(False), "down"),
    else_="unknown",
)
_STANDS: ColumnElement[str] = (
    _device.c.name
    + literal("\x01")
    + cast(_device.c.id, Text)
    + literal("\x01")
    + _port.c.position
)
"""Devices by name, the ports of each as they stand."""


def _where(_viewer: Viewer) -> Sequence[ColumnElement[bool]]:
    """Keep ports with a connector, of what forwards frames."""
    seen_on = select(_seen.c.id).where(_seen.c.device_id == _device.c.id)
    return (
        _port.c.removed_at.is_(None),
        _port.c.physical.is_not(False),
        _device.c.merged_at.is_(None),
        or_(
            _device.c.type.in_(NETWORK_TYPES),
            _device.c.type.is_(None),
            seen_on.exists(),
        ),
    )


def _in_vlan(number: Any, _viewer: Viewer) -> ColumnElement[bool]:  # noqa: ANN401
    return or_(
        _port.c.pvid == number,
        _port.c.voice_vlan == number,
        _port.c.tagged_vlans.contains(f",{number},"),
    )


def _unused(days: Any, _viewer: Viewer) -> ColumnElement[bool]:  # noqa: ANN401
    return queries.idle_since(datetime.now(UTC) - timedelta(days=int(days)))


def _occupied(wanted: Any, _viewer: Viewer) -> ColumnElement[bool]:  # noqa: ANN401
    on_it = (
        select(_seen.c.id)
        .where(
            _seen.c.device_id == _port.c.device_id,
            _seen.c.interface_id == _port.c.id,
            _seen.c.closed_at.is_(None),
        )
        .exists()
    )
    return on_it if wanted else ~on_it


def _finish(
    connection: Connection, rows: list[dict[str, Any]], _viewer: Viewer
) -> list[dict[str, Any]]:
    numbers = [row["id"] for row in rows]
    there = queries.occupants(connection, numbers)
    ends = queries.leads_to(connection, numbers)
    used = queries.used_last(connection, numbers)
    for row in rows:
        row["occupants"] = there.get(row["id"], [])
        row["leads_to"] = ends.get(row["id"])
        row["on_it"] = ", ".join(_named_on(row)) or None
        nobody: dict[str, Any] = {}
        owned = next((one for one in row["occupants"] if one["asset"]), nobody)
        row["asset"], row["holder"] = owned.get("asset"), owned.get("holder")
        row["used_at"] = _used(row, row.pop("read_at"), used.get(row["id"]))
        tagged = row["tagged_vlans"]
        row["tagged_vlans"] = (
            None if tagged is None else [int(n) for n in tagged.split(",") if n]
        )
    return rows


def _used(
    row: Mapping[str, Any], read_at: datetime, seen: datetime | None
) -> datetime | None:
    """Return when a port was used last: as read if up, when it went down, or seen."""
    if row["state"] == "up":
        return read_at
    return max(filter(None, (row["changed_at"], seen)), default=None)


_COMPUTED = ("occupants", "on_it", "asset", "holder", "used_at", "leads_to")
_OF_DEVICE = {"device_name": _device.c.name, "site": _device.c.site}
_COLUMNS: dict[str, ColumnElement[Any]] = {
    name: _OF_DEVICE[name] if name in _OF_DEVICE else _port.c[name]
    for name in PortRow.model_fields
    if name != "state" and name not in _COMPUTED
}
SOURCE: TableSource[PortQuestion] = TableSource(
    table=_port,
    columns=_COLUMNS
    | {"state": STATE, "read_at": _device.c.last_seen, "device": _port.c.device_id},
    shown=(*_COLUMNS, "state", "read_at"),
    joined=_port.join(_device, _device.c.id == _port.c.device_id),
    where=_where,
    orders={"device_name": _STANDS, "name": _port.c.position},
    filters={"vlan": _in_vlan, "unused_for": _unused, "occupied": _occupied},
    finish=_finish,
    searched=(_port.c.name, _port.c.alias, _port.c.descr, _device.c.name),
)


def _get(connection: Connection, port: int, viewer: Viewer) -> Row | None:
    row = SOURCE.one(connection, port, viewer)
    if row is None:
        return None
    return row | {"history": queries.history(connection, port, MOST_PAST)}


def _named(connection: Connection, text: str) -> list[int]:
    device, _, port = text.strip().rpartition(" ")
    if not device:
        return []
    found = port_named(connection, DEVICE.resolve(connection, device), port)
    return [] if found is None else [found]


PORT = Reference("port", Interface, more=_named)
"""By the name of its switch and its own: `sw-1 Gi1/0/14`."""

PORTS = Resource(
    name="ports",
    command="port",
    title=N_("Ports"),
    counted=NN_("{count} port", "{count} ports"),
    group="network",
    roles=READERS,
    rows=PortRow,
    question=PortQuestion,
    sort="device_name",
    source=SOURCE,
    reference=PORT,
    detail=PortDetail,
    get=_get,
    called=lambda row: f"{row['device_name']} {row['name']}",
)
