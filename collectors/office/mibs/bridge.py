"""BRIDGE-MIB and Q-BRIDGE-MIB: bridge ports, MAC tables, VLANs of ports. Pure.

Vendors differ, and so do the sections here: Q-BRIDGE by VLAN, Q-BRIDGE by a filtering
id that is not the VLAN (Junos), and Cisco's BRIDGE-MIB that shows one VLAN per
context (community string indexing under v2c, `vlan-N` contexts under v3).
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.office.cabling import Scene
from collectors.office.layout import Iface
from collectors.office.mibs.values import (
    Cell,
    Rows,
    Table,
    gauge,
    integer,
    mac,
    mac_arcs,
    port_list,
    scalars,
    text,
)

_LEARNED = 3
_SELF = 4
_BRIDGE = "1.3.6.1.2.1.17"
_Q = "1.3.6.1.2.1.17.7.1"
_FILTERING_STEP = 65536
"""Junos numbers its filtering databases far from the VLAN ids."""


def bridged(scene: Scene, key: str, vlan: int | None = None) -> Iterator[Iface]:
    """Yield the bridge ports, in use or not; those of one VLAN if given."""
    for iface in scene.interfaces(key):
        in_vlan = vlan in (None, iface.use.untagged or 1, *iface.use.tagged)
        if iface.bridge is not None and iface.use.lag is None and in_vlan:
            yield iface


def base(scene: Scene, key: str, vlan: int | None = None) -> Rows:
    """dot1dBase and dot1dBasePortTable (RFC 4188)."""
    rows: Rows = {}
    ports = list(bridged(scene, key, vlan))
    own = scene.device(key).mac
    cells: dict[int, Cell | None] = {
        1: mac(own),
        2: integer(len(ports)),
        3: integer(2),
    }
    scalars(rows, f"{_BRIDGE}.1", cells)
    table = Table(rows, f"{_BRIDGE}.1.4.1")
    for iface in ports:
        number = iface.bridge or 0
        row = {1: integer(number), 2: integer(iface.index)}
        table.row((number,), dict(row))
    return rows


def _entries(scene: Scene, key: str) -> Iterator[tuple[str, int, int, int]]:
    """Yield MAC, VLAN, bridge port and status of every forwarding entry."""
    for station, iface in scene.learned(key):
        yield station.mac, station.vlan, iface.bridge or 0, _LEARNED
    for iface in scene.interfaces(key):
        if iface.vlan is not None and iface.mac:
            yield iface.mac, iface.vlan, 0, _SELF


def flat_fdb(scene: Scene, key: str, vlan: int | None = None) -> Rows:
    """dot1dTpFdbTable: all MACs, or those of one VLAN."""
    rows: Rows = {}
    table = Table(rows, f"{_BRIDGE}.4.3.1")
    for address, where, port, status in _entries(scene, key):
        if vlan in (None, where):
            row = {1: mac(address), 2: integer(port), 3: integer(status)}
            table.row(mac_arcs(address), dict(row))
    return rows


def per_vlan_contexts(scene: Scene, key: str) -> dict[str, Rows]:
    """Cisco: VLAN id -> the BRIDGE-MIB of that VLAN alone, VLAN 1 included."""
    return {
        str(number): base(scene, key, number) | flat_fdb(scene, key, number)
        for number in (1, *(v.id for v in scene.office.vlans))
    }


def base_of_vlan_1(scene: Scene, key: str) -> Rows:
    """Cisco's default context: bridge ports of VLAN 1, an empty MAC table."""
    return base(scene, key, 1)


def q_fdb(scene: Scene, key: str) -> Rows:
    """dot1qTpFdbTable where the filtering id is the VLAN id (RFC 4363)."""
    return _q_fdb(scene, key, 0)


def q_fdb_junos(scene: Scene, key: str) -> Rows:
    """dot1qTpFdbTable by filtering ids; dot1qVlanFdbId tells the VLAN."""
    return _q_fdb(scene, key, _FILTERING_STEP)


def _q_fdb(scene: Scene, key: str, step: int) -> Rows:
    rows: Rows = {}
    table = Table(rows, f"{_Q}.2.2.1")
    for address, vlan, port, status in _entries(scene, key):
        filtering = vlan if not step else _filtering(scene, vlan, step)
        row = {2: integer(port), 3: integer(status)}
        table.row((filtering, *mac_arcs(address)), dict(row))
    return rows


def _filtering(scene: Scene, vlan: int, step: int) -> int:
    order = [v.id for v in scene.office.vlans]
    return step * (order.index(vlan) + 1)


def q_vlans(scene: Scene, key: str) -> Rows:
    """dot1qVlanCurrentTable, dot1qVlanStaticTable and dot1qPortVlanTable."""
    return _q_vlans(scene, key, 0)


def q_vlans_junos(scene: Scene, key: str) -> Rows:
    """The same with filtering ids that are not VLAN ids."""
    return _q_vlans(scene, key, _FILTERING_STEP)


def _q_vlans(scene: Scene, key: str, step: int) -> Rows:
    rows: Rows = {}
    ports = list(bridged(scene, key))
    size = max(p.bridge or 0 for p in ports) // 8 + 1
    scalars(rows, f"{_Q}.1", {1: integer(1), 2: integer(4094), 3: gauge(4094)})
    current = Table(rows, f"{_Q}.4.2.1")
    static = Table(rows, f"{_Q}.4.3.1")
    for vlan in scene.office.vlans:
        tagged = {p.bridge or 0 for p in ports if vlan.id in p.use.tagged}
        plain = {p.bridge or 0 for p in ports if p.use.untagged == vlan.id}
        egress, untagged = port_list(tagged | plain, size), port_list(plain, size)
        filtering = vlan.id if not step else _filtering(scene, vlan.id, step)
        row = {3: gauge(filtering), 4: egress, 5: untagged, 6: integer(2)}
        current.row((0, vlan.id), dict(row))
        names = {1: text(vlan.name), 2: egress, 4: untagged, 5: integer(1)}
        static.row((vlan.id,), dict(names))
    pvid = Table(rows, f"{_Q}.4.5.1")
    for port in ports:
        row = {1: gauge(port.use.untagged or 1), 2: integer(1)}
        pvid.row((port.bridge or 0,), dict(row))
    return rows
