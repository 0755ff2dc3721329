"""Cisco's own VLAN tables: VTP, VLAN membership, voice VLANs, trunks. Pure."""

from __future__ import annotations

from collectors.office.cabling import Scene
from collectors.office.layout import Iface
from collectors.office.mibs.values import (
    Cell,
    Rows,
    Table,
    integer,
    octets,
    scalars,
    text,
)

_NO_VOICE = 4096
"""vmVoiceVlanId of a port without a voice VLAN."""


def vtp(scene: Scene, key: str) -> Rows:
    """CISCO-VTP-MIB: vtpVersion and vtpVlanTable with Cisco's default VLANs."""
    rows: Rows = {}
    scalars(rows, "1.3.6.1.4.1.9.9.46.1.1", {1: integer(2)})
    table = Table(rows, "1.3.6.1.4.1.9.9.46.1.3.1.1")
    known = [(1, "default"), *((v.id, v.name) for v in scene.office.vlans)]
    known += [(1002, "fddi-default"), (1003, "token-ring-default")]
    for number, name in known:
        kind = integer(1 if number < 1002 else 2)
        table.row((1, number), {2: integer(1), 3: kind, 4: text(name)})
    return rows


def membership(scene: Scene, key: str) -> Rows:
    """CISCO-VLAN-MEMBERSHIP-MIB: vmVlan and vmVoiceVlanId of access ports."""
    rows: Rows = {}
    access = Table(rows, "1.3.6.1.4.1.9.9.68.1.2.2.1")
    voice = Table(rows, "1.3.6.1.4.1.9.9.68.1.5.1.1")
    for iface in _ports(scene, key):
        if iface.use.kind == "trunk":
            continue
        state = integer(2 if iface.up else 1)
        cells: dict[int, Cell | None] = {
            1: integer(1),
            2: integer(iface.use.untagged or 1),
            3: state,
        }
        access.row((iface.index,), cells)
        is_phone = iface.use.kind == "phone"
        vlan = iface.use.tagged[0] if is_phone else _NO_VOICE
        voice.row((iface.index,), {1: integer(vlan)})
    return rows


def trunks(scene: Scene, key: str) -> Rows:
    """CISCO-VTP-MIB::vlanTrunkPortTable: VLANs 0-1023, native VLAN, status."""
    rows: Rows = {}
    table = Table(rows, "1.3.6.1.4.1.9.9.46.1.6.1.1")
    for iface in _ports(scene, key):
        trunk = iface.use.kind == "trunk"
        allowed = bytearray(128)
        for vlan in (1, *iface.use.tagged) if trunk else ():
            allowed[vlan // 8] |= 0x80 >> vlan % 8
        cells: dict[int, Cell | None] = {
            4: octets(bytes(allowed)),
            5: integer(1),
            14: integer(1 if trunk else 2),
        }
        table.row((iface.index,), cells)
    return rows


def _ports(scene: Scene, key: str) -> list[Iface]:
    return [
        i for i in scene.interfaces(key) if i.bridge is not None and i.use.lag is None
    ]
