"""Topic neighbours, the LLDP part (IEEE 802.1AB, both generations of its MIB). Pure.

LLDP-MIB counts ports in its own way; how a number leads to an interface is worked
out per device. lldpV2 uses ifIndex.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from collectors.facts import AnnouncedPort, MedInventory, Neighbour
from collectors.ports import Oid, Value
from collectors.snmp.neighbours.lldp_ids import (
    CHASSIS_TYPES,
    PORT_TYPES,
    capabilities,
    identifier,
)
from collectors.snmp.neighbours.lldp_ports import LocalPorts
from collectors.snmp.smi_values import inet_index, number, oid, some_text
from collectors.snmp.switching.port_map import PortMap
from collectors.snmp.topic import Cells, Group, columns

MIB = oid("1.0.8802.1.1.2.1")
COPIES = (
    oid("1.3.6.1.4.1.3320.127.1"),  # NMS-LLDP-MIB, BDCOM
    oid("1.3.6.1.4.1.11606.10.127.1"),  # the same, PBN
    oid("1.3.6.1.4.1.6141.2.60.26.1"),  # WWP-LEOS-LLDP-MIB, Ciena
)
"""Where vendors keep a copy of LLDP-MIB; they may leave the standard one empty."""
PORT_VLAN = oid("1.0.8802.1.1.2.1.5.32962.1.3.1.1.1")
V2_LOC_PORT_ENTRY = oid("1.3.111.2.802.1.1.13.1.3.7.1")
V2_REM_ENTRY = oid("1.3.111.2.802.1.1.13.1.4.1.1")
V2_REM_MAN_IF_SUBTYPE = oid("1.3.111.2.802.1.1.13.1.4.2.1.3")
NOKIA_REM_ENTRY = oid("1.3.6.1.4.1.6527.3.1.2.59.4.1.1")
"""TIMETRA-LLDP-MIB: the remote table with ifIndex and a destination in the index."""
NOKIA_REM_MAN_IF_SUBTYPE = oid("1.3.6.1.4.1.6527.3.1.2.59.4.2.1.3")
MIKROTIK_INTERFACE = oid("1.3.6.1.4.1.14988.1.1.11.1.1.8")
"""mtxrNeighborInterfaceID: RouterOS leaves the local port zero in LLDP-MIB, and
numbers neighbours alike in both tables."""

_REM = (4, 5, 6, 7, 8, 9, 10, 11, 12)
_V2_SHIFT = 1
"""Columns of the second generation carry the next higher number."""

_LOC_PORT = (2, 3, 4)

_NOKIA_COLUMNS = columns(NOKIA_REM_ENTRY, *_REM)
_V2_COLUMNS = columns(V2_REM_ENTRY, *(c + _V2_SHIFT for c in _REM))


def rem_entry(mib: Oid) -> Oid:
    """Return lldpRemEntry of LLDP-MIB or a copy."""
    return (*mib, 4, 1, 1)


def rem_man_if_subtype(mib: Oid) -> Oid:
    """Return lldpRemManAddrIfSubtype; the address is in its index."""
    return (*mib, 4, 2, 1, 3)


def _loc_port_entry(mib: Oid) -> Oid:
    return (*mib, 3, 7, 1)


def _groups(mib: Oid) -> tuple[Group, ...]:
    neighbours = columns(rem_entry(mib), *_REM)
    # Who hears nobody is heard by others, and they name its ports as it does.
    alone = () if mib == MIB else neighbours
    return (
        Group(neighbours),
        Group(columns(_loc_port_entry(mib), *_LOC_PORT), needs=alone),
        Group((rem_man_if_subtype(mib),), needs=neighbours),
    )


GROUPS = (
    *(group for mib in (MIB, *COPIES) for group in _groups(mib)),
    Group((PORT_VLAN,), needs=columns(rem_entry(MIB), *_REM)),
    Group((MIKROTIK_INTERFACE,), needs=columns(rem_entry(MIB), *_REM)),
    Group(_V2_COLUMNS),
    Group(columns(V2_LOC_PORT_ENTRY, *_LOC_PORT), needs=_V2_COLUMNS),
    Group((V2_REM_MAN_IF_SUBTYPE,), needs=_V2_COLUMNS),
    Group(_NOKIA_COLUMNS),
    Group((NOKIA_REM_MAN_IF_SUBTYPE,), needs=_NOKIA_COLUMNS),
)

STANDARD = columns(rem_entry(MIB), *_REM)
_T = TypeVar("_T")
_USELESS_ADDRESSES = ("0.0.0.0", "::")  # noqa: S104 - compared, never bound


@dataclass(frozen=True, slots=True, order=True)
class RemoteKey:
    """Tells remote systems apart: local port number and lldpRemIndex."""

    port: int
    remote: int


def parse_lldp(
    cells: Cells, ports: PortMap, med: Mapping[RemoteKey, MedInventory]
) -> Iterator[Neighbour]:
    """Yield the neighbours of all tables; of several time marks the newest."""
    yield from _by_local_port(cells, ports, MIB, med)
    for mib in COPIES:
        yield from _by_local_port(cells, ports, mib, {})
    yield from _by_if_index(cells, ports, med)


def parse_announced_ports(cells: Cells, ports: PortMap) -> tuple[AnnouncedPort, ...]:
    """Return what the device calls its own ports, where that leads to an interface.

    Of two numbers that lead to one interface neither is believed.
    """
    found: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for mib in (MIB, *COPIES):
        entry = _loc_port_entry(mib)
        local = LocalPorts.of(cells, ports, entry)
        for index, row in cells.rows(entry, *_LOC_PORT):
            if_index = local.interface(index[0]) if len(index) == 1 else None
            _note_id(found, if_index, row)
    for index, row in cells.rows(V2_LOC_PORT_ENTRY, *_LOC_PORT):
        _note_id(found, index[0] if index[0] in ports.interfaces else None, row)
    return tuple(
        AnnouncedPort(if_index=if_index, port_id=spelled, port_id_type=kind)
        for if_index, ids in sorted(found.items())
        for kind, spelled in ids
        if len(ids) == 1
    )


def _note_id(
    found: dict[int, set[tuple[str, str]]],
    if_index: int | None,
    row: Mapping[int, Value],
) -> None:
    kind, spelled = identifier(PORT_TYPES.get(number(row.get(2)) or 0), row.get(3))
    if if_index is not None and spelled:
        found[if_index].add((kind, spelled))


def _by_local_port(
    cells: Cells, ports: PortMap, mib: Oid, med: Mapping[RemoteKey, MedInventory]
) -> Iterator[Neighbour]:
    """Read a table with the index TimeMark.LocalPortNum.RemIndex."""
    local = LocalPorts.of(cells, ports, _loc_port_entry(mib))
    mikrotik = cells.column(MIKROTIK_INTERFACE)
    addresses = _addresses(cells.column(rem_man_if_subtype(mib)), 3)
    alone = _of_the_only_remote(addresses)
    vlans = _newest(_keyed(cells.column(PORT_VLAN)))
    rows: dict[Oid, dict[int, Value]] = {
        _whole(i): r for i, r in cells.rows(rem_entry(mib), *_REM) if len(i) <= 3
    }
    for key, row in _remotes(rows):
        if_index, name = local.interface(key.port), local.name(key.port)
        if not key.port:
            if_index = number(mikrotik.get((key.remote,)))
        yield _neighbour(
            row,
            key,
            if_index,
            name,
            addresses.get((key.port, key.remote)) or alone.get(key.port, ()),
            number(vlans.get(key)),
            med.get(key),
        )


def _by_if_index(
    cells: Cells, ports: PortMap, med: Mapping[RemoteKey, MedInventory]
) -> Iterator[Neighbour]:
    """Read the tables with the index TimeMark.ifIndex.destination.RemIndex."""
    for entry, shift, man_address in (
        (V2_REM_ENTRY, _V2_SHIFT, V2_REM_MAN_IF_SUBTYPE),
        (NOKIA_REM_ENTRY, 0, NOKIA_REM_MAN_IF_SUBTYPE),
    ):
        addresses = _addresses(cells.column(man_address), 4)
        rows: dict[Oid, dict[int, Value]] = {
            (index[0], index[1], index[3]): {n - shift: v for n, v in row.items()}
            for index, row in cells.rows(entry, *(c + shift for c in _REM))
            if len(index) == 4
        }
        for key, row in _remotes(rows):
            if_index = key.port if key.port in ports.interfaces else None
            found = addresses.get((key.port, key.remote), ())
            name = ports.label(key.port)
            yield _neighbour(row, key, if_index, name, found, None, med.get(key))


def _keyed(column: Mapping[Oid, Value]) -> dict[Oid, Value]:
    return {index: value for index, value in column.items() if len(index) == 3}


def _whole(index: Oid) -> Oid:
    """Return TimeMark.LocalPortNum.RemIndex; some agents leave out what comes first."""
    return (0, 0, 0, *index)[-3:]


def _remotes(
    rows: Mapping[Oid, dict[int, Value]],
) -> Iterator[tuple[RemoteKey, dict[int, Value]]]:
    """Yield each remote system once, whatever its time marks.

    Agents that number all remotes of a port alike tell them apart by the time mark:
    rows of one number that name different systems are different remotes.
    """
    found: dict[tuple[RemoteKey, Value, Value], dict[int, Value]] = {}
    for index in sorted(rows):
        row = rows[index]
        if not any(_tells(row.get(column)) for column in (5, 7, 9, 10)):
            continue
        key = RemoteKey(index[1], index[2])
        found[key, row.get(5, b""), row.get(7, b"")] = row
    for (key, *_), row in sorted(found.items(), key=lambda each: each[0][0]):
        yield key, row


def _tells(value: Value | None) -> bool:
    """Whether a value names something: agents fill rows of nobody with zeros."""
    return isinstance(value, bytes) and any(value)


def _of_the_only_remote(
    addresses: Mapping[tuple[int, int], tuple[str, ...]],
) -> dict[int, tuple[str, ...]]:
    """Return the addresses of ports that have those of one remote only.

    Some agents number remotes in the table of addresses in a way of its own.
    """
    remotes: dict[int, list[tuple[str, ...]]] = defaultdict(list)
    for (port, _), found in addresses.items():
        remotes[port].append(found)
    return {port: found[0] for port, found in remotes.items() if len(found) == 1}


def _newest(rows: Mapping[Oid, _T]) -> dict[RemoteKey, _T]:
    newest = {RemoteKey(i[1], i[2]): rows[i] for i in sorted(rows)}
    return {key: newest[key] for key in sorted(newest)}


def _addresses(
    column: Mapping[Oid, Value], size: int
) -> dict[tuple[int, int], tuple[str, ...]]:
    """Return management addresses by local port and remote index.

    The address stands in the index after the `size` arcs that name the neighbour.
    """
    found: dict[tuple[int, int], dict[str, None]] = defaultdict(dict)
    for index in sorted(column):
        parsed = inet_index(index[size:]) if index[size : size + 1] <= (2,) else None
        if parsed and parsed[0] not in _USELESS_ADDRESSES:
            found[index[1], index[size - 1]][parsed[0]] = None
    return {key: tuple(addresses) for key, addresses in found.items()}


def _neighbour(
    row: Mapping[int, Value],
    key: RemoteKey,
    if_index: int | None,
    local_port: str | None,
    addresses: tuple[str, ...],
    vlan: int | None,
    med: MedInventory | None,
) -> Neighbour:
    chassis = identifier(CHASSIS_TYPES.get(number(row.get(4)) or 0), row.get(5))
    port = identifier(PORT_TYPES.get(number(row.get(6)) or 0), row.get(7))
    return Neighbour(
        protocol="lldp",
        local_if_index=if_index,
        local_port=local_port or (str(key.port) if key.port else None),
        remote_index=key.remote,
        chassis_id=chassis[1],
        chassis_id_type=chassis[0],
        port_id=port[1],
        port_id_type=port[0],
        port_descr=some_text(row.get(8)),
        sys_name=some_text(row.get(9)),
        sys_descr=some_text(row.get(10)),
        capabilities=capabilities(row.get(12), row.get(11)),
        management_addresses=addresses,
        native_vlan=vlan or None,
        med=med,
    )
