"""Topic arp: IP to MAC bindings, ARP and Neighbour Discovery. Pure.

IP-MIB new (ipNetToPhysicalTable) and old (ipNetToMediaTable), IPV6-MIB,
CISCO-IETF-IP-MIB, and RFC 1213's atTable where there is nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.facts import ArpEntry
from collectors.snmp.smi_values import inet_index, ip_arcs, mac, oid
from collectors.snmp.topic import Cells, Group, Topic, columns

NEW_ENTRY = oid("1.3.6.1.2.1.4.35.1")
OLD_ENTRY = oid("1.3.6.1.2.1.4.22.1")
IPV6_MAC = oid("1.3.6.1.2.1.55.1.12.1.2")
CISCO_MAC = oid("1.3.6.1.4.1.9.10.86.1.1.3.1.3")
AT_MAC = oid("1.3.6.1.2.1.3.1.1.2")

TOPIC = Topic(
    "arp",
    (
        Group(columns(NEW_ENTRY, 4, 6, 7)),
        Group(columns(OLD_ENTRY, 2, 4)),
        Group((IPV6_MAC,)),
        Group((CISCO_MAC,)),
        Group((AT_MAC,), unless=columns(OLD_ENTRY, 2)),
    ),
)

_INVALID = 2
_STATE_INVALID, _STATE_INCOMPLETE = 5, 7
_NOBODY = "00:00:00:00:00:00"


def parse_arp(cells: Cells) -> tuple[ArpEntry, ...]:
    """Return each binding once; invalid and incomplete ones are left out."""
    found: dict[tuple[str, str, int | None], ArpEntry] = {}
    for entry in (*_new(cells), *_old(cells), *_ipv6(cells), *_cisco(cells)):
        if entry.mac != _NOBODY:
            found.setdefault((entry.ip, entry.mac, entry.if_index), entry)
    if not found:
        return tuple(e for e in _at(cells) if e.mac != _NOBODY)
    return tuple(found.values())


def _new(cells: Cells) -> Iterator[ArpEntry]:
    for index, row in cells.rows(NEW_ENTRY, 4, 6, 7):
        hardware = mac(row.get(4))
        parsed = inet_index(index[1:])
        bad = row.get(6) == _INVALID or row.get(7) in (
            _STATE_INVALID,
            _STATE_INCOMPLETE,
        )
        if hardware and parsed and not bad:
            yield ArpEntry(ip=parsed[0], mac=hardware, if_index=index[0])


def _old(cells: Cells) -> Iterator[ArpEntry]:
    for index, row in cells.rows(OLD_ENTRY, 2, 4):
        hardware = mac(row.get(2))
        address = ip_arcs(index[1:5])
        if hardware and address and row.get(4) != _INVALID:
            yield ArpEntry(ip=address, mac=hardware, if_index=index[0])


def _ipv6(cells: Cells) -> Iterator[ArpEntry]:
    for index, value in cells.column(IPV6_MAC).items():
        hardware = mac(value)
        arcs = index[2:] if len(index) == 18 and index[1] == 16 else index[1:]
        address = ip_arcs(arcs)
        if hardware and address:
            yield ArpEntry(ip=address, mac=hardware, if_index=index[0])


def _cisco(cells: Cells) -> Iterator[ArpEntry]:
    for index, value in cells.column(CISCO_MAC).items():
        hardware = mac(value)
        parsed = inet_index(index[1:])
        if hardware and parsed:
            yield ArpEntry(ip=parsed[0], mac=hardware, if_index=index[0])


def _at(cells: Cells) -> Iterator[ArpEntry]:
    """Read RFC 1213 atTable: index ifIndex.1.a.b.c.d."""
    for index, value in cells.column(AT_MAC).items():
        hardware = mac(value)
        address = ip_arcs(index[-4:])
        if hardware and address and len(index) >= 5:
            yield ArpEntry(ip=address, mac=hardware, if_index=index[0])
