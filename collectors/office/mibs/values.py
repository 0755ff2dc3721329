"""SMI values as agents hold them, and helpers to fill tables. Pure.

Tags are those of RFC 2578 on the wire. Two private tags mark values that grow while
the agent runs, so that the rest of a view can be encoded once.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address
from typing import NamedTuple

Oid = tuple[int, ...]

INTEGER = 0x02
OCTETS = 0x04
OBJECT_ID = 0x06
IP_ADDRESS = 0x40
COUNTER32 = 0x41
GAUGE32 = 0x42
TICKS = 0x43
COUNTER64 = 0x46
UPTIME = -1
"""TimeTicks that grow; the value is the uptime in seconds when the office started."""
SECONDS = -2
"""Integer seconds that grow, as snmpEngineTime."""


class Cell(NamedTuple):
    """A typed value: numbers as int, octets and addresses as bytes."""

    tag: int
    value: int | bytes | Oid


Rows = dict[Oid, Cell]


def integer(value: int) -> Cell:
    """Return an INTEGER or Integer32."""
    return Cell(INTEGER, value)


def text(value: str) -> Cell:
    """Return an octet string of UTF-8 text."""
    return Cell(OCTETS, value.encode())


def octets(value: bytes) -> Cell:
    """Return an octet string."""
    return Cell(OCTETS, value)


def mac(value: str | None) -> Cell:
    """Return a PhysAddress; empty where the interface has none."""
    return Cell(OCTETS, bytes.fromhex((value or "").replace(":", "")))


def object_id(value: str) -> Cell:
    """Return an object identifier written with dots."""
    return Cell(OBJECT_ID, parse_oid(value))


def address(value: IPv4Address | str) -> Cell:
    """Return an IpAddress."""
    return Cell(IP_ADDRESS, IPv4Address(value).packed)


def gauge(value: int) -> Cell:
    """Return a Gauge32 or Unsigned32, saturated as RFC 2578 says."""
    return Cell(GAUGE32, min(value, 0xFFFFFFFF))


def counter(value: int) -> Cell:
    """Return a Counter32, wrapped."""
    return Cell(COUNTER32, value & 0xFFFFFFFF)


def ticks(value: int) -> Cell:
    """Return TimeTicks in hundredths of a second."""
    return Cell(TICKS, value & 0xFFFFFFFF)


def parse_oid(dotted: str) -> Oid:
    """Return the arcs of a dotted object identifier."""
    return tuple(int(arc) for arc in dotted.strip(".").split("."))


def bits(positions: Iterable[int], size: int = 1) -> Cell:
    """Return a BITS value: bit 0 is the high bit of the first octet."""
    value = 0
    for position in positions:
        value |= 1 << (size * 8 - 1 - position)
    return Cell(OCTETS, value.to_bytes(size, "big"))


def port_list(ports: Iterable[int], size: int) -> Cell:
    """Return a PortList (RFC 4363): bit n-1, from the left, is bridge port n."""
    return bits((port - 1 for port in ports), size)


def arcs(octet_string: bytes) -> Oid:
    """Return an octet string as index arcs, without its length."""
    return tuple(octet_string)


def counted(octet_string: bytes) -> Oid:
    """Return an octet string as index arcs with its length in front."""
    return (len(octet_string), *octet_string)


def mac_arcs(value: str) -> Oid:
    """Return a MAC as six index arcs."""
    return tuple(bytes.fromhex(value.replace(":", "")))


def ip_arcs(value: IPv4Address | str) -> Oid:
    """Return an IPv4 address as four index arcs."""
    return tuple(IPv4Address(value).packed)


class Table:
    """Fills the rows of one conceptual table.

    Args:
        rows: Where the cells go.
        entry: OID of the table's entry.
    """

    def __init__(self, rows: Rows, entry: str) -> None:
        self._rows = rows
        self._entry = parse_oid(entry)

    def row(self, index: Oid, cells: dict[int, Cell | None]) -> None:
        """Add a row: column number -> cell; None leaves the cell out."""
        for column, cell in cells.items():
            if cell is not None:
                self._rows[(*self._entry, column, *index)] = cell


def scalars(rows: Rows, group: str, cells: dict[int, Cell | None]) -> None:
    """Add scalars `group.n.0`; None leaves one out."""
    base = parse_oid(group)
    for number, cell in cells.items():
        if cell is not None:
            rows[(*base, number, 0)] = cell
