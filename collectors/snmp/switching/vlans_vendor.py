"""VLAN tables of vendors that do not fill Q-BRIDGE-MIB: where to look, as data. Pure.

A vendor is added with one row in `NAMED` (or `TAGGED`), no code.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from collectors.ports import Oid
from collectors.snmp.smi_values import number, oid, some_text
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


NAMED = (
    # ALCATEL-IND1-VLAN-MGR-MIB vlanDescription, AOS 6 and 7/8
    NameTable(oid("1.3.6.1.4.1.6486.800.1.2.1.3.1.1.1.1.1.2")),
    NameTable(oid("1.3.6.1.4.1.6486.801.1.2.1.3.1.1.1.1.1.2")),
    # TPLINK-DOT1Q-VLAN-MIB vlanConfigVlanName
    NameTable(oid("1.3.6.1.4.1.11863.6.14.1.2.1.1.2")),
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
GROUPS = tuple(
    Group((table.name, table.tag) if table.tag else (table.name,)) for table in NAMED
) + tuple(Group((table.kind,)) for table in MEMBERS)


def vendor_names(cells: Cells) -> Iterator[tuple[int, str | None]]:
    """Yield VLAN id and name of every row; an id of 0 stands for no VLAN."""
    for table in NAMED:
        tags = cells.column(table.tag) if table.tag else None
        for index, value in cells.column(table.name).items():
            vlan = index[-1] if tags is None else number(tags.get(index))
            if vlan:
                yield vlan, some_text(value)


def vendor_members(cells: Cells) -> Iterator[tuple[int, int, bool]]:
    """Yield VLAN id, ifIndex and whether frames are tagged."""
    for table in MEMBERS:
        for index, value in cells.column(table.kind).items():
            if len(index) == 2 and value in (table.untagged, table.tagged):
                yield index[0], index[1], value == table.tagged
