"""Topic addresses: the IP addresses a device holds. Pure.

IP-MIB new (ipAddressTable, RFC 4293) and old (ipAddrTable, RFC 1213), IPV6-MIB
(RFC 2465), CISCO-IETF-IP-MIB.
"""

from __future__ import annotations

from collectors.facts import Address
from collectors.ports import Value
from collectors.snmp.smi_values import (
    inet_index,
    ip,
    ip_arcs,
    number,
    oid,
    prefix_of_mask,
)
from collectors.snmp.topic import Cells, Group, Topic, columns

NEW_ENTRY = oid("1.3.6.1.2.1.4.34.1")
OLD_ENTRY = oid("1.3.6.1.2.1.4.20.1")
IPV6_ENTRY = oid("1.3.6.1.2.1.55.1.8.1")
CISCO_ENTRY = oid("1.3.6.1.4.1.9.10.86.1.1.2.1")

TOPIC = Topic(
    "addresses",
    (
        Group(columns(NEW_ENTRY, 3, 4, 5)),
        Group(columns(OLD_ENTRY, 1, 2, 3)),
        Group(columns(IPV6_ENTRY, 2)),
        Group(columns(CISCO_ENTRY, 3, 5)),
    ),
)

_BROADCAST = 3
_UNSPECIFIED = ("0.0.0.0", "::")  # noqa: S104 - interfaces that wait for an address


def parse_addresses(cells: Cells) -> tuple[Address, ...]:
    """Return each address once, with what the tables together say about it."""
    found: dict[str, Address] = {}
    for address in (*_new(cells), *_old(cells), *_ipv6(cells), *_cisco(cells)):
        known = found.get(address.ip)
        found[address.ip] = address if known is None else _merged(known, address)
    return tuple(found[ip] for ip in sorted(found) if ip not in _UNSPECIFIED)


def _merged(first: Address, second: Address) -> Address:
    prefix = first.prefix_length
    if_index = first.if_index
    return Address(
        ip=first.ip,
        prefix_length=prefix if prefix is not None else second.prefix_length,
        if_index=if_index if if_index is not None else second.if_index,
    )


def _new(cells: Cells) -> list[Address]:
    found = []
    for index, row in cells.rows(NEW_ENTRY, 3, 4, 5):
        parsed = inet_index(index)
        if parsed and row.get(4) != _BROADCAST:
            found.append(
                Address(
                    ip=parsed[0],
                    prefix_length=_prefix(parsed[0], row.get(5)),
                    if_index=number(row.get(3)),
                )
            )
    return found


def _old(cells: Cells) -> list[Address]:
    """Read ipAddrTable.

    Some agents number its rows instead of naming the address; others write behind it
    in which virtual system it is, and leave out the column that names it.
    """
    found = []
    for index, row in cells.rows(OLD_ENTRY, 1, 2, 3):
        address = ip(row.get(1)) or ip_arcs(index[:4])
        if address:
            found.append(
                Address(
                    ip=address,
                    prefix_length=prefix_of_mask(row.get(3)) or None,
                    if_index=number(row.get(2)),
                )
            )
    return found


def _ipv6(cells: Cells) -> list[Address]:
    found = []
    for index, length in cells.column((*IPV6_ENTRY, 2)).items():
        arcs = index[2:] if len(index) == 18 and index[1] == 16 else index[1:]
        address = ip_arcs(arcs)
        if address:
            found.append(
                Address(ip=address, prefix_length=number(length), if_index=index[0])
            )
    return found


def _cisco(cells: Cells) -> list[Address]:
    found = []
    for index, row in cells.rows(CISCO_ENTRY, 3, 5):
        parsed = inet_index(index)
        if parsed:
            found.append(
                Address(
                    ip=parsed[0],
                    prefix_length=_prefix(parsed[0], row.get(5)),
                    if_index=number(row.get(3)),
                )
            )
    return found


def _prefix(address: str, pointer: Value | None) -> int | None:
    """Return the prefix length that a RowPointer to ipAddressPrefixTable ends in."""
    if not isinstance(pointer, tuple) or len(pointer) < 8:
        return None
    last: int = pointer[-1]
    return last if 0 < last <= (128 if ":" in address else 32) else None
