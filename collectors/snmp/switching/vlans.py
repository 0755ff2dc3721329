"""Topic vlans: VLANs with names and ports, the VLAN of each port, voice VLANs. Pure.

Q-BRIDGE-MIB (RFC 4363), IEEE8021-Q-BRIDGE-MIB, CISCO-VTP-MIB and
CISCO-VLAN-MEMBERSHIP-MIB.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from collectors.facts import Interface, Vlan
from collectors.ports import Oid, Value
from collectors.snmp.smi_values import number, oid, some_text
from collectors.snmp.switching import vlans_vendor
from collectors.snmp.switching.port_map import (
    BASE_PORTS,
    IEEE_BASE_PORTS,
    PortMap,
    port_list,
)
from collectors.snmp.topic import Cells, Group, Topic, columns

STATIC_ENTRY = oid("1.3.6.1.2.1.17.7.1.4.3.1")
CURRENT_ENTRY = oid("1.3.6.1.2.1.17.7.1.4.2.1")
PVID = oid("1.3.6.1.2.1.17.7.1.4.5.1.1")
IEEE_STATIC_ENTRY = oid("1.3.111.2.802.1.1.4.1.4.3.1")
IEEE_PVID = oid("1.3.111.2.802.1.1.4.1.4.5.1.1")
VTP_VERSION = oid("1.3.6.1.4.1.9.9.46.1.1.1.0")
VTP_ENTRY = oid("1.3.6.1.4.1.9.9.46.1.3.1.1")
TRUNK_ENTRY = oid("1.3.6.1.4.1.9.9.46.1.6.1.1")
VM_VLAN = oid("1.3.6.1.4.1.9.9.68.1.2.2.1.2")
VM_VOICE = oid("1.3.6.1.4.1.9.9.68.1.5.1.1.1")

_STATIC = (1, 2, 4)
_CURRENT = (4, 5)
_VTP = (2, 3, 4)
_TRUNK = (4, 5, 14, 17, 18, 19)
_VTP_COLUMNS = columns(VTP_ENTRY, *_VTP)

TOPIC = Topic(
    "vlans",
    (
        BASE_PORTS,
        IEEE_BASE_PORTS,
        Group(columns(STATIC_ENTRY, *_STATIC)),
        Group(columns(CURRENT_ENTRY, *_CURRENT)),
        Group((PVID,)),
        Group(columns(IEEE_STATIC_ENTRY, 3, 4, 6)),
        Group((IEEE_PVID,)),
        Group(_VTP_COLUMNS),
        Group(columns(TRUNK_ENTRY, *_TRUNK), needs=_VTP_COLUMNS),
        Group((VM_VLAN,)),
        Group((VM_VOICE,)),
        *vlans_vendor.GROUPS,
    ),
    (VTP_VERSION,),
)

_VLANS = range(1, 4096)
"""4095 is reserved, but some agents list it as their control VLAN."""
_NO_VOICE = (0, 4095, 4096)
_DEFAULT_VLAN = 1
_AS_THEY_ARE: Mapping[int, int] = {}
_OPERATIONAL = 1
_ETHERNET = 1
_TRUNKING = 1
_TRUNK_BLOCKS = {4: 0, 17: 1024, 18: 2048, 19: 3072}
"""First VLAN of each of the four bitmaps of a trunk."""


@dataclass(slots=True)
class PortVlans:
    """What one table or all together say about ports.

    Attributes:
        names: Name by VLAN; a VLAN without a name is present with None.
        tagged: Interfaces by VLAN.
        untagged: Interfaces by VLAN.
        pvid: VLAN of untagged frames by interface.
        voice: Voice VLAN by interface.
    """

    names: dict[int, str | None] = field(default_factory=dict)
    tagged: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    untagged: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    pvid: dict[int, int] = field(default_factory=dict)
    voice: dict[int, int] = field(default_factory=dict)

    def vlans(self) -> tuple[Vlan, ...]:
        """Return the facts, in the order of the VLAN numbers."""
        return tuple(
            Vlan(
                vlan=vlan,
                name=self.names[vlan],
                tagged=tuple(sorted(self.tagged.get(vlan, ()))),
                untagged=tuple(sorted(self.untagged.get(vlan, ()))),
            )
            for vlan in sorted(self.names)
            if vlan in _VLANS
        )


def parse_vlans(cells: Cells, ports: PortMap) -> PortVlans:
    """Return the VLANs of all tables the agent has."""
    found = PortVlans()
    _q_bridge(cells, ports, found)
    _ieee(cells, ports, found)
    _cisco(cells, found)
    _vendor(cells, ports, found)
    _drop_defaults(found)
    return found


def _drop_defaults(found: PortVlans) -> None:
    """Leave out that every port is in VLAN 1 where there are no VLANs.

    1 is the default of dot1qPvid (RFC 4363), also of a bridge that does not filter.
    """
    if not found.names and set(found.pvid.values()) <= {_DEFAULT_VLAN}:
        found.pvid.clear()


def with_vlans(interface: Interface, known: PortVlans) -> Interface:
    """Return the interface with its own and its voice VLAN."""
    index = interface.if_index
    return replace(
        interface, pvid=known.pvid.get(index), voice_vlan=known.voice.get(index)
    )


def vlans_in_use(cells: Cells) -> list[int]:
    """Return the VLANs whose forwarding tables are worth reading on a Cisco switch.

    Operational Ethernet VLANs that some port carries; all operational ones where
    the agent tells nothing of its ports.
    """
    operational = {
        index[-1]
        for index, row in cells.rows(VTP_ENTRY, *_VTP)
        if row.get(2) == _OPERATIONAL and row.get(3, _ETHERNET) == _ETHERNET
    }
    carried = {number(v) for v in cells.column(VM_VLAN).values()}
    carried |= {number(v) for v in cells.column(VM_VOICE).values()}
    for row in _trunks(cells).values():
        carried |= _allowed(row, operational) | {number(row.get(5))}
    used = operational & carried if carried - {None} else operational
    return sorted(vlan for vlan in used if vlan in _VLANS)


def _q_bridge(cells: Cells, ports: PortMap, found: PortVlans) -> None:
    tags = vlans_vendor.internal_numbers(cells)
    for index, row in cells.rows(STATIC_ENTRY, *_STATIC):
        vlan = tags.get(index[-1], index[-1])
        found.names[vlan] = some_text(row.get(1)) or found.names.get(vlan)
    for index in cells.column((*CURRENT_ENTRY, 4)):
        found.names.setdefault(tags.get(index[-1], index[-1]), None)
    for egress, untagged in (
        ((*STATIC_ENTRY, 2), (*STATIC_ENTRY, 4)),
        ((*CURRENT_ENTRY, 4), (*CURRENT_ENTRY, 5)),
    ):
        _members(cells.column(egress), cells.column(untagged), ports, found, tags)
    for index, value in cells.column(PVID).items():
        _set_pvid(found, ports.bridge_port(index[-1]), number(value))


def _ieee(cells: Cells, ports: PortMap, found: PortVlans) -> None:
    """Read the 802.1 edition: its indexes start with a component number."""
    for index, row in cells.rows(IEEE_STATIC_ENTRY, 3, 4, 6):
        name = some_text(row.get(3))
        found.names[index[-1]] = name or found.names.get(index[-1])
    _members(
        cells.column((*IEEE_STATIC_ENTRY, 4)),
        cells.column((*IEEE_STATIC_ENTRY, 6)),
        ports,
        found,
    )
    for index, value in cells.column(IEEE_PVID).items():
        _set_pvid(found, ports.bridge_port(index[-1]), number(value))


def _members(
    egress: Mapping[Oid, Value],
    untagged: Mapping[Oid, Value],
    ports: PortMap,
    found: PortVlans,
    tags: Mapping[int, int] = _AS_THEY_ARE,
) -> None:
    """Add the members of each VLAN; of several time marks the newest counts."""
    plain = port_list(untagged)
    newest: dict[int, tuple[set[int], set[int]]] = {}
    for index, members in sorted(port_list(egress).items()):
        bare = set(plain.get(index, ()))
        newest[index[-1]] = (
            _interfaces(set(members) - bare, ports),
            _interfaces(bare & set(members), ports),
        )
    for number_of, (tagged, bare) in newest.items():
        vlan = tags.get(number_of, number_of)
        found.tagged[vlan] |= tagged - bare
        found.untagged[vlan] |= bare


def _interfaces(bridge_ports: set[int], ports: PortMap) -> set[int]:
    return {i for i in map(ports.bridge_port, bridge_ports) if i is not None}


def _set_pvid(found: PortVlans, if_index: int | None, vlan: int | None) -> None:
    if if_index is not None and vlan and vlan in _VLANS:
        found.pvid[if_index] = vlan


def _cisco(cells: Cells, found: PortVlans) -> None:
    for index, row in cells.rows(VTP_ENTRY, *_VTP):
        found.names.setdefault(index[-1], None)
        found.names[index[-1]] = some_text(row.get(4)) or found.names[index[-1]]
    for index, value in cells.column(VM_VLAN).items():
        vlan = number(value)
        if vlan and vlan in _VLANS:
            found.pvid[index[-1]] = vlan
            found.untagged[vlan].add(index[-1])
    for if_index, row in _trunks(cells).items():
        native = number(row.get(5))
        if native and native in _VLANS:
            found.pvid[if_index] = native
            found.untagged[native].add(if_index)
        for vlan in _allowed(row, found.names.keys() - {native}):
            found.tagged[vlan].add(if_index)
    for index, value in cells.column(VM_VOICE).items():
        vlan = number(value)
        if vlan is not None and vlan not in _NO_VOICE:
            found.voice[index[-1]] = vlan


def _vendor(cells: Cells, ports: PortMap, found: PortVlans) -> None:
    for vlan, name in vlans_vendor.vendor_names(cells):
        found.names[vlan] = found.names.get(vlan) or name
    for vlan, if_index, tagged in (
        *vlans_vendor.vendor_members(cells),
        *vlans_vendor.huawei_ports(cells),
        *vlans_vendor.huawei_access(cells, ports),
    ):
        if if_index not in ports.interfaces:
            continue
        found.names.setdefault(vlan, None)
        (found.tagged if tagged else found.untagged)[vlan].add(if_index)
        if not tagged:
            _set_pvid(found, if_index, vlan)
    for if_index, vlan in vlans_vendor.access_vlans(cells):
        if if_index in ports.interfaces and vlan in _VLANS:
            found.pvid[if_index] = vlan
            found.untagged[vlan].add(if_index)
            found.names.setdefault(vlan, None)


def _trunks(cells: Cells) -> dict[int, dict[int, Value]]:
    return {
        index[-1]: row
        for index, row in cells.rows(TRUNK_ENTRY, *_TRUNK)
        if row.get(14) == _TRUNKING
    }


def _allowed(row: Mapping[int, Value], vlans: Iterable[int]) -> set[int]:
    """Return which of the wanted VLANs a trunk carries."""
    maps = {
        first: octets
        for column, first in _TRUNK_BLOCKS.items()
        if isinstance(octets := row.get(column), bytes)
    }
    return {
        vlan
        for vlan in vlans
        if (vlan & 0x3FF) >> 3 < len(octets := maps.get(vlan & ~0x3FF, b""))
        and octets[(vlan & 0x3FF) >> 3] & (0x80 >> (vlan & 7))
    }
