"""VLAN tables of vendors that do not fill Q-BRIDGE-MIB: where to look, as data. Pure.

A vendor is added with one row in `NAMED` (or `TAGGED`), no code.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from collectors.ports import Oid
from collectors.snmp.smi_values import bits, number, oid, some_text
from collectors.snmp.switching.port_map import PortMap
from collectors.snmp.topic import Cells, Group


@dataclass(frozen=True, slots=True)
class NameTable:
    """A table of VLAN names.

    Attributes:
        name: Column with the names.
        tag: Column with the VLAN ids; empty where the index ends in the id.
    """

    name: Oid
    tag: Oid = ()


@dataclass(frozen=True, slots=True)
class MemberTable:
    """A table with one row a VLAN and port, index VLAN.ifIndex.

    Attributes:
        kind: Column that tells how the port carries the VLAN.
        untagged: Value of `kind` for untagged members.
        tagged: Value of `kind` for tagged members.
    """

    kind: Oid
    untagged: int
    tagged: int


@dataclass(frozen=True, slots=True)
class AccessTable:
    """A table with one row an interface: the VLAN it is in while in access mode.

    Attributes:
        vlan: Column with the VLAN id.
        mode: Column with the mode of the port.
        access: Values of `mode` that mean access.
    """

    vlan: Oid
    mode: Oid
    access: tuple[int, ...]


NAMED = (
    # ALCATEL-IND1-VLAN-MGR-MIB vlanDescription, AOS 6 and 7/8
    NameTable(oid("1.3.6.1.4.1.6486.800.1.2.1.3.1.1.1.1.1.2")),
    NameTable(oid("1.3.6.1.4.1.6486.801.1.2.1.3.1.1.1.1.1.2")),
    # TPLINK-DOT1Q-VLAN-MIB vlanConfigVlanName
    NameTable(oid("1.3.6.1.4.1.11863.6.14.1.2.1.1.2")),
    # HUAWEI-VLAN-MIB hwVlanName, of access platforms
    NameTable(oid("1.3.6.1.4.1.2011.5.6.1.1.1.2")),
    # HUAWEI-L2VLAN-MIB hwL2VlanDescr
    NameTable(oid("1.3.6.1.4.1.2011.5.25.42.3.1.1.1.1.2")),
    # RAPID-CITY rcVlanName (Nortel, Avaya, Extreme VOSS)
    NameTable(oid("1.3.6.1.4.1.2272.1.3.2.1.2")),
    # EXTREME-VLAN-MIB extremeVlanIfDescr, extremeVlanIfVlanId
    NameTable(
        oid("1.3.6.1.4.1.1916.1.2.1.2.1.2"), oid("1.3.6.1.4.1.1916.1.2.1.2.1.10")
    ),
    # JUNIPER-L2ALD-MIB jnxL2aldVlanName, jnxL2aldVlanTag
    NameTable(
        oid("1.3.6.1.4.1.2636.3.48.1.3.1.1.2"), oid("1.3.6.1.4.1.2636.3.48.1.3.1.1.3")
    ),
    # JUNIPER-VLAN-MIB jnxExVlanName, jnxExVlanTag
    NameTable(
        oid("1.3.6.1.4.1.2636.3.40.1.5.1.5.1.2"),
        oid("1.3.6.1.4.1.2636.3.40.1.5.1.5.1.5"),
    ),
)
MEMBERS = (
    # ALCATEL-IND1-VLAN-MGR-MIB vpaType: 1 cfgDefault, 2 qTagged
    MemberTable(oid("1.3.6.1.4.1.6486.800.1.2.1.3.1.1.2.1.1.3"), 1, 2),
    MemberTable(oid("1.3.6.1.4.1.6486.801.1.2.1.3.1.1.2.1.1.3"), 1, 2),
)
ACCESS = (
    # CISCOSB-vlan-MIB and RADLAN-vlan-MIB vlanAccessPortModeVlanId, vlanPortModeState
    AccessTable(
        oid("1.3.6.1.4.1.9.6.1.101.48.62.1.1"),
        oid("1.3.6.1.4.1.9.6.1.101.48.22.1.1"),
        (2, 11),
    ),
    AccessTable(
        oid("1.3.6.1.4.1.89.48.62.1.1"), oid("1.3.6.1.4.1.89.48.22.1.1"), (2, 11)
    ),
)
INTERNAL = (
    # jnxExVlanTag; jnxL2aldVlanTag: Q-BRIDGE-MIB there has numbers of Junos' own
    oid("1.3.6.1.4.1.2636.3.40.1.5.1.5.1.5"),
    oid("1.3.6.1.4.1.2636.3.48.1.3.1.1.3"),
)
HUAWEI_L2_IF_INDEX = oid("1.3.6.1.4.1.2011.5.25.42.1.1.1.3.1.2")
HUAWEI_L2_PVID = oid("1.3.6.1.4.1.2011.5.25.42.1.1.1.3.1.4")
HUAWEI_L2_PORTS = oid("1.3.6.1.4.1.2011.5.25.42.3.1.1.1.1.3")
"""hwL2IfPortIfIndex, hwL2IfPVID and hwL2VlanPortList, a bitmap of the former's rows."""
HUAWEI_ACCESS = oid("1.3.6.1.4.1.2011.5.6.1.1.1")
"""hwVlanMIBTable of access platforms: 2 name, 3 ports."""
_PORTS_OF_A_SLOT = 64

GROUPS = (
    tuple(
        Group((table.name, table.tag) if table.tag else (table.name,))
        for table in NAMED
    )
    + tuple(Group((table.kind,)) for table in MEMBERS)
    + (
        *(Group((table.vlan, table.mode)) for table in ACCESS),
        *(Group((column,)) for column in INTERNAL),
        Group((HUAWEI_L2_IF_INDEX, HUAWEI_L2_PVID)),
        Group((HUAWEI_L2_PORTS,)),
        Group(((*HUAWEI_ACCESS, 3),)),
    )
)


def vendor_names(cells: Cells) -> Iterator[tuple[int, str | None]]:
    """Yield VLAN id and name of every row; an id of 0 stands for no VLAN."""
    for table in NAMED:
        tags = cells.column(table.tag) if table.tag else None
        for index, value in cells.column(table.name).items():
            vlan = index[-1] if tags is None else number(tags.get(index))
            if vlan:
                yield vlan, some_text(value)


def access_vlans(cells: Cells) -> Iterator[tuple[int, int]]:
    """Yield ifIndex and VLAN of ports in access mode."""
    for table in ACCESS:
        modes = cells.column(table.mode)
        for index, value in cells.column(table.vlan).items():
            vlan = number(value)
            if vlan and modes.get(index) in table.access:
                yield index[-1], vlan


def internal_numbers(cells: Cells) -> dict[int, int]:
    """Return the VLAN id by the number an agent uses in its place."""
    found = {}
    for column in INTERNAL:
        for index, value in cells.column(column).items():
            if tag := number(value):
                found[index[-1]] = tag
    return found


def huawei_ports(cells: Cells) -> Iterator[tuple[int, int, bool]]:
    """Yield VLAN id, ifIndex and whether tagged, of VRP's own tables."""
    if_index = {
        index[-1]: number(value)
        for index, value in cells.column(HUAWEI_L2_IF_INDEX).items()
    }
    pvids = {
        index[-1]: number(value)
        for index, value in cells.column(HUAWEI_L2_PVID).items()
    }
    for index, value in cells.column(HUAWEI_L2_PORTS).items():
        for bit in bits(value) if isinstance(value, bytes) else ():
            if interface := if_index.get(bit + 1):
                yield index[-1], interface, pvids.get(bit + 1) != index[-1]


def huawei_access(cells: Cells, ports: PortMap) -> Iterator[tuple[int, int, bool]]:
    """Yield the same of an access platform, whose ports are spelled in hexadecimal.

    64 ports a slot, the first of eight in the lowest bit; which interface that is, its
    name `ethernet0/SLOT/PORT` tells.
    """
    by_place = ports.by_slot()
    for index, value in cells.column((*HUAWEI_ACCESS, 3)).items():
        if not isinstance(value, bytes):
            continue
        try:
            octets = bytes.fromhex(value.decode("ascii"))
        except ValueError:
            octets = value
        for at, octet in enumerate(octets):
            for bit in range(8):
                place = divmod(8 * at + bit, _PORTS_OF_A_SLOT)
                if octet >> bit & 1 and place in by_place:
                    yield index[-1], by_place[place], True


def vendor_members(cells: Cells) -> Iterator[tuple[int, int, bool]]:
    """Yield VLAN id, ifIndex and whether frames are tagged."""
    for table in MEMBERS:
        for index, value in cells.column(table.kind).items():
            if len(index) == 2 and value in (table.untagged, table.tagged):
                yield index[0], index[1], value == table.tagged
