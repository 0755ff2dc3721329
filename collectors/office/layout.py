"""The interfaces of a device and what each is used for. Pure.

Ports come from the model's port groups, VLAN interfaces and aggregates from the truth
file's addresses and links. Indexes, bridge ports and MACs follow from the model, so
that every agent of a model numbers its ports alike, as real ones do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from collectors.office.model import Device, Office
from collectors.office.products import Model, PortGroup, Virtual

VLAN_INTERFACE = 53
"""IANAifType propVirtual, which vendors use for VLAN interfaces and units."""
AGGREGATE = 161
"""IANAifType ieee8023adLag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What is plugged into a port.

    Attributes:
        kind: `trunk`, `phone`, `access-point`, `access` or `free`.
        untagged: Untagged VLAN; None on a free port of an end device.
        tagged: Tagged VLANs.
        lag: Number of the aggregate the port is a member of.
        label: For ifAlias.
    """

    kind: str = "free"
    untagged: int | None = None
    tagged: tuple[int, ...] = ()
    lag: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Iface:
    """One interface as the agent lists it.

    Attributes:
        index: ifIndex.
        name: ifDescr.
        short: ifName.
        speed: Mb/s.
        port: Its number on its stack member; 0 for virtual interfaces.
        member: Stack member number.
        lower: ifIndex values below it.
        upper: The interface carrying the bridge port, where it is not this one.
    """

    index: int
    name: str
    short: str
    type: int = 6
    speed: int = 1000
    mac: str | None = None
    up: bool = False
    bridge: int | None = None
    poe: bool = False
    port: int = 0
    member: int = 1
    physical: bool = True
    lower: tuple[int, ...] = ()
    upper: int | None = None
    vlan: int | None = None
    use: Use = field(default_factory=Use)


def plus(mac: str, offset: int) -> str:
    """Return the MAC `offset` addresses further."""
    value = int(mac.replace(":", ""), 16) + offset
    return value.to_bytes(6, "big").hex(":")


def interfaces(office: Office, key: str, uses: Mapping[str, Use]) -> tuple[Iface, ...]:
    """Return all interfaces of a device in ifIndex order.

    Args:
        office: The office.
        key: Key of the device.
        uses: ifName -> use, for the ports that are plugged.
    """
    device, model = office.devices[key], office.model_of(key)
    macs = [m.mac for m in device.members] or [device.mac]
    found: list[Iface] = []
    for number, mac in enumerate(macs, 1):
        for group in model.groups:
            found += _ports(group, number, mac, model.index_step, uses)
    found += _aggregates(model, device, found)
    found += _vlan_interfaces(model, device)
    return tuple(sorted(found, key=lambda i: i.index))


def _ports(
    group: PortGroup, member: int, mac: str, step: int, uses: Mapping[str, Use]
) -> Iterator[Iface]:
    shift = (member - 1) * step
    for at in range(group.count):
        short = group.short.format(m=member, n=group.first + at)
        index = group.index + at * group.step + shift
        bridge = None if group.bridge is None else group.bridge + at + shift
        port = Iface(
            index=index,
            name=group.name.format(m=member, n=group.first + at),
            short=short,
            type=group.type,
            speed=group.speed,
            mac=None if group.mac is None else plus(mac, group.mac + at),
            up=group.up or short in uses,
            bridge=bridge,
            poe=group.poe,
            port=group.first + at,
            member=member,
            physical=group.type == 6,
            use=uses.get(short, Use()),
        )
        if group.unit is None:
            yield port
        else:
            yield from _with_unit(port, group.unit)


def _with_unit(port: Iface, suffix: str) -> Iterator[Iface]:
    unit = replace(
        port,
        index=port.index + 1,
        name=port.name + suffix,
        short=port.short + suffix,
        type=VLAN_INTERFACE,
        poe=False,
        port=0,
        physical=False,
        lower=(port.index,),
    )
    yield replace(port, bridge=None, upper=unit.index)
    yield unit


def _aggregates(model: Model, device: Device, ports: list[Iface]) -> Iterator[Iface]:
    numbers = sorted({p.use.lag for p in ports if p.use.lag is not None})
    for number in numbers:
        if model.lag is None:
            raise ValueError(f"model {device.model} has no aggregates")
        members = [p for p in ports if p.use.lag == number and p.physical]
        yield replace(
            _virtual(model.lag, number, device.mac),
            speed=sum(p.speed for p in members),
            mac=members[0].mac,
            lower=tuple(p.index for p in members),
            use=replace(members[0].use, lag=None),
        )


def _vlan_interfaces(model: Model, device: Device) -> Iterator[Iface]:
    for vlan in sorted(device.svis):
        if model.svi is None:
            raise ValueError(f"model {device.model} has no VLAN interfaces")
        yield replace(_virtual(model.svi, vlan, device.mac), vlan=vlan)


def _virtual(pattern: Virtual, number: int, mac: str) -> Iface:
    return Iface(
        index=pattern.index + number,
        name=pattern.name.format(n=number),
        short=pattern.short.format(n=number),
        type=pattern.type,
        mac=mac if pattern.mac is None else plus(mac, pattern.mac + number),
        up=True,
        bridge=None if pattern.bridge is None else pattern.bridge + number,
        physical=False,
    )
