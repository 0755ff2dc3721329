"""Topic fdb: which MAC was learned on which port. Pure.

Q-BRIDGE-MIB (RFC 4363) and BRIDGE-MIB (RFC 4188), IEEE8021-Q-BRIDGE-MIB. Cisco keeps
one BRIDGE-MIB per VLAN in contexts: see `collectors.snmp.switching.fdb_per_vlan`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from collectors.facts import FdbEntry
from collectors.ports import Oid
from collectors.snmp.smi_values import mac_arcs, number, oid
from collectors.snmp.switching.port_map import BASE_PORTS, IEEE_BASE_PORTS, PortMap
from collectors.snmp.topic import Cells, Group, Topic, columns

FDB_ENTRY = oid("1.3.6.1.2.1.17.4.3.1")
Q_FDB_ENTRY = oid("1.3.6.1.2.1.17.7.1.2.2.1")
VLAN_FDB_ID = oid("1.3.6.1.2.1.17.7.1.4.2.1.3")
IEEE_FDB_ENTRY = oid("1.3.111.2.802.1.1.4.1.2.2.1")

TOPIC = Topic(
    "fdb",
    (
        BASE_PORTS,
        IEEE_BASE_PORTS,
        Group(columns(Q_FDB_ENTRY, 2, 3)),
        Group((VLAN_FDB_ID,), needs=columns(Q_FDB_ENTRY, 2)),
        Group(columns(FDB_ENTRY, 2, 3)),
        Group(columns(IEEE_FDB_ENTRY, 2, 3)),
    ),
)

_STATUS = {1: "other", 3: "learned", 4: "self", 5: "mgmt"}
_INVALID = 2
_VLANS = range(1, 4095)


def parse_fdb(cells: Cells, ports: PortMap) -> tuple[FdbEntry, ...]:
    """Return every learned MAC with its port and VLAN.

    Rows of the VLAN-unaware table that the VLAN-aware one has too are left out.
    """
    entries = list(_aware(cells, Q_FDB_ENTRY, ports, vlans_of_fdb(cells)))
    entries += _aware(cells, IEEE_FDB_ENTRY, ports, {})
    known = {(e.mac, e.bridge_port) for e in entries}
    entries += [
        e
        for e in parse_context(cells, ports, None)
        if (e.mac, e.bridge_port) not in known
    ]
    return tuple(dict.fromkeys(entries))


def parse_context(cells: Cells, ports: PortMap, vlan: int | None) -> Iterator[FdbEntry]:
    """Yield the rows of a VLAN-unaware table, all of them in `vlan`."""
    for index, row in cells.rows(FDB_ENTRY, 2, 3):
        mac = mac_arcs(index)
        port = number(row.get(2)) or 0
        if mac and ports.knows(port) and row.get(3) != _INVALID:
            yield _entry(mac, port, vlan, number(row.get(3)), ports)


def vlans_of_fdb(cells: Cells) -> dict[int, set[int]]:
    """Return the VLANs of each filtering database, empty if the agent has no map.

    The index is TimeMark.VLAN; some agents leave out the time mark.
    """
    found: dict[int, set[int]] = defaultdict(set)
    for index, value in cells.column(VLAN_FDB_ID).items():
        fdb = number(value)
        if fdb is not None and index:
            found[fdb].add(index[-1])
    return found


def _aware(
    cells: Cells, entry: Oid, ports: PortMap, vlans: dict[int, set[int]]
) -> Iterable[FdbEntry]:
    alike = all(number_of in of for number_of, of in vlans.items())
    for index, row in cells.rows(entry, 2, 3):
        mac = mac_arcs(index[-6:])
        port = number(row.get(2)) or 0
        if mac and len(index) >= 7 and ports.knows(port) and row.get(3) != _INVALID:
            vlan = _vlan(index[-7], vlans, alike=alike)
            yield _entry(mac, port, vlan, number(row.get(3)), ports)


def _vlan(fdb: int, vlans: dict[int, set[int]], *, alike: bool) -> int | None:
    """Return the VLAN of a filtering database.

    Without a map the numbers are `alike`, and as well for a database that a map of
    equal numbers leaves out. One shared by several VLANs does not tell which.
    """
    known = vlans.get(fdb)
    if known:
        return next(iter(known)) if len(known) == 1 else None
    return fdb if alike and fdb in _VLANS else None


def _entry(
    mac: str, port: int, vlan: int | None, status: int | None, ports: PortMap
) -> FdbEntry:
    return FdbEntry(
        mac=mac,
        if_index=ports.bridge_port(port),
        vlan=vlan,
        bridge_port=port,
        status=_STATUS.get(3 if status is None else status, "other"),
    )
