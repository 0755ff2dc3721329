"""From the numbers and names agents use for ports to ifIndex. Pure.

Bridge ports, LLDP port numbers and PoE ports each have their own numbering; this is
the one place that knows how they lead to an interface.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from collectors.ports import Oid, Value
from collectors.snmp.smi_values import bits, mac, number, oid, text
from collectors.snmp.topic import Cells, Group
from collectors.snmp.topics.interfaces import (
    IF_ALIAS,
    IF_DESCR,
    IF_NAME,
    IF_PHYS_ADDRESS,
    IF_TYPE,
)

BASE_PORT_IF_INDEX = oid("1.3.6.1.2.1.17.1.4.1.2")
IEEE_BASE_PORT_IF_INDEX = oid("1.3.111.2.802.1.1.2.1.1.4.1.3")

BASE_PORTS = Group((BASE_PORT_IF_INDEX,))
IEEE_BASE_PORTS = Group((IEEE_BASE_PORT_IF_INDEX,), unless=(BASE_PORT_IF_INDEX,))


_SLOT = re.compile(r"\d+/(\d{1,3})/(\d{1,3})$")


class PortMap:
    """Answers "which interface is this?" for one device.

    Attributes:
        interfaces: All ifIndex values.
        base: ifIndex by bridge port number.
    """

    def __init__(self, interfaces: Iterable[int], base: Mapping[int, int]) -> None:
        self.interfaces = frozenset(interfaces)
        self.base = dict(base)
        self._names: dict[str, set[int]] = {}
        self._aliases: dict[str, set[int]] = {}
        self._macs: dict[str, set[int]] = {}
        self._labels: dict[int, str] = {}

    @classmethod
    def of(cls, cells: Cells) -> PortMap:
        """Build the map from IF-MIB and BRIDGE-MIB cells."""
        indexes = {
            index[0]
            for column in (IF_DESCR, IF_TYPE, IF_NAME)
            for index in cells.column(column)
            if len(index) == 1
        }
        ports = cls(indexes, base_ports(cells.column(BASE_PORT_IF_INDEX)))
        if not ports.base:
            ports.base = base_ports(cells.column(IEEE_BASE_PORT_IF_INDEX))
        descrs, names = _texts(cells, IF_DESCR), _texts(cells, IF_NAME)
        ports._labels = descrs | names
        if not ports.base:
            ports.base = counted(ports._labels)
        ports._names = _inverted(names, descrs)
        ports._aliases = _inverted(_texts(cells, IF_ALIAS))
        for index, value in cells.column(IF_PHYS_ADDRESS).items():
            address = mac(value)
            if address:
                ports._macs.setdefault(address, set()).add(index[-1])
        return ports

    def bridge_port(self, port: int) -> int | None:
        """Return the interface of a bridge port.

        Where the agent has no map, or leaves ports out of it, the number is taken
        for an ifIndex if there is such an interface.
        """
        if port in self.base:
            return self.base[port]
        return port if port in self.interfaces else None

    def knows(self, port: int) -> bool:
        """Whether a bridge port number means a port: 0 is nobody's but in the map."""
        return port > 0 or port in self.base

    def named(self, name: str | None) -> int | None:
        """Return the one interface of that ifName or ifDescr, in any case."""
        return _only(self._names, name)

    def label(self, if_index: int) -> str | None:
        """Return ifName, else ifDescr, of an interface."""
        return self._labels.get(if_index)

    def by_slot(self) -> dict[tuple[int, int], int]:
        """Return ifIndex by (slot, port) of interfaces named FRAME/SLOT/PORT."""
        found: dict[tuple[int, int], int] = {}
        for if_index, label in sorted(self._labels.items()):
            if place := _SLOT.search(label):
                found.setdefault((int(place[1]), int(place[2])), if_index)
        return found

    def aliased(self, alias: str | None) -> int | None:
        """Return the one interface of that ifAlias."""
        return _only(self._aliases, alias)

    def addressed(self, address: str | None) -> int | None:
        """Return the one interface of that MAC."""
        return _only(self._macs, address)


_PLACE = re.compile(r"(?:^|[a-z -])(\d{1,3}(?:/\d{1,3}){1,2})(?: :|$)", re.IGNORECASE)
_LEAST_COUNTED = 4


def counted(labels: Mapping[int, str]) -> dict[int, int]:
    """Return ifIndex by port number where one constant lies between the two.

    Some agents number bridge ports by the last number of the interface's name, and
    leave the map of RFC 4188 out, or zero. It is believed where the names of all ports
    of one unit show the same distance, and no such number is an ifIndex itself.
    """
    numbers: dict[int, int] = {}
    units: set[str] = set()
    for if_index, label in labels.items():
        if found := _PLACE.search(label):
            unit, _, last = found[1].rpartition("/")
            units.add(unit)
            numbers[int(last)] = if_index
    distances = {if_index - port for port, if_index in numbers.items()}
    if len(units) != 1 or len(distances) != 1 or len(numbers) < _LEAST_COUNTED:
        return {}
    return {} if numbers.keys() & labels.keys() else numbers


def base_ports(column: Mapping[Oid, Value]) -> dict[int, int]:
    """Return ifIndex by bridge port; zero and unmapped ports are left out."""
    ports = {}
    for index, value in column.items():
        if_index = number(value)
        if index and if_index:
            ports[index[-1]] = if_index
    return ports


def port_list(values: Mapping[Oid, Value]) -> dict[Oid, tuple[int, ...]]:
    """Return the bridge ports in each PortList of a column.

    A PortList is a bitmap, port 1 first (RFC 4363). Juniper sends the numbers as
    text with commas instead; a column is taken as such if all of it reads so and
    a comma occurs.
    """
    octets = {index: v for index, v in values.items() if isinstance(v, bytes)}
    if any(b"," in v for v in octets.values()) and all(map(_is_list, octets.values())):
        return {
            index: tuple(int(n) for n in value.split(b",") if n.strip())
            for index, value in octets.items()
        }
    return {index: tuple(_ports(value)) for index, value in octets.items()}


def _is_list(value: bytes) -> bool:
    return all(not n.strip() or n.strip().isdigit() for n in value.split(b","))


def _ports(value: bytes) -> Iterator[int]:
    return (bit + 1 for bit in bits(value))


def _texts(cells: Cells, column: Oid) -> dict[int, str]:
    texts = ((i, text(value)) for i, value in cells.column(column).items())
    return {i[0]: spelled for i, spelled in texts if spelled and len(i) == 1}


def _inverted(*columns: Mapping[int, str]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for column in columns:
        for if_index, spelled in column.items():
            found[spelled.lower()].add(if_index)
    return found


def _only(known: Mapping[str, set[int]], key: str | None) -> int | None:
    found = known.get(key.strip().lower(), set()) if key else set()
    return next(iter(found)) if len(found) == 1 else None
