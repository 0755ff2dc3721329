"""IP-MIB: the addresses an agent holds and the ARP entries it has. Pure.

Old agents answer only the tables of RFC 1213, new ones those of RFC 4293, many both;
a model's sections say which.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from collectors.office.cabling import Scene
from collectors.office.layout import Iface
from collectors.office.mibs.values import (
    Cell,
    Rows,
    Table,
    address,
    integer,
    ip_arcs,
    mac,
    parse_oid,
)

_IPV4 = 1
_PREFIX = "1.3.6.1.2.1.4.32.1.5"


def held(scene: Scene, key: str) -> Iterator[tuple[Iface, IPv4Address, IPv4Network]]:
    """Yield interface, address and network of every address of a device."""
    device = scene.device(key)
    networks = {v.id: v.network for v in scene.office.vlans}
    for iface in scene.interfaces(key):
        if iface.vlan is not None:
            yield iface, device.svis[iface.vlan], networks[iface.vlan]
    if device.address and not device.svis:
        yield scene.nic(key), device.address, networks[device.vlan]


def new_addresses(scene: Scene, key: str) -> Rows:
    """IP-MIB::ipAddressTable (RFC 4293)."""
    rows: Rows = {}
    table = Table(rows, "1.3.6.1.2.1.4.34.1")
    for iface, ip, network in held(scene, key):
        prefix = (
            *parse_oid(_PREFIX),
            iface.index,
            _IPV4,
            4,
            *network.network_address.packed,
            network.prefixlen,
        )
        cells = {
            3: integer(iface.index),
            4: integer(1),
            5: Cell(0x06, prefix),
            6: integer(2),
            7: integer(1),
        }
        table.row((_IPV4, 4, *ip_arcs(ip)), dict(cells))
    return rows


def old_addresses(scene: Scene, key: str) -> Rows:
    """RFC1213-MIB::ipAddrTable."""
    rows: Rows = {}
    table = Table(rows, "1.3.6.1.2.1.4.20.1")
    for iface, ip, network in held(scene, key):
        cells = {
            1: address(ip),
            2: integer(iface.index),
            3: address(network.netmask),
            4: integer(1),
        }
        table.row(ip_arcs(ip), dict(cells))
    return rows


def new_arp(scene: Scene, key: str) -> Rows:
    """IP-MIB::ipNetToPhysicalTable (RFC 4293): 3 dynamic, 1 reachable."""
    rows: Rows = {}
    table = Table(rows, "1.3.6.1.2.1.4.35.1")
    for leg, station in scene.arp(key):
        cells = {4: mac(station.mac), 6: integer(3), 7: integer(1), 8: integer(1)}
        ip = ip_arcs(station.ip or "0.0.0.0")  # noqa: S104 - never bound
        table.row((leg.index, _IPV4, 4, *ip), dict(cells))
    return rows


def old_arp(scene: Scene, key: str) -> Rows:
    """RFC1213-MIB::ipNetToMediaTable: 3 dynamic."""
    rows: Rows = {}
    table = Table(rows, "1.3.6.1.2.1.4.22.1")
    for leg, station in scene.arp(key):
        ip = station.ip or "0.0.0.0"  # noqa: S104 - never bound
        cells = {
            1: integer(leg.index),
            2: mac(station.mac),
            3: address(ip),
            4: integer(3),
        }
        table.row((leg.index, *ip_arcs(ip)), dict(cells))
    return rows
