"""Which interface an LLDP local port number means (IEEE 802.1AB lldpLocPortTable).

The standard lets agents number ports as they like. Most use ifIndex, many the bridge
port, some a counter of their own. Names given for the port decide where they fit;
the rest follows the scheme that the named ports of the same device show. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

from collectors.ports import Oid, Value
from collectors.snmp.smi_values import is_printable, mac, number, some_text
from collectors.snmp.switching.port_map import PortMap
from collectors.snmp.topic import Cells

_ALIAS, _MAC, _NAME, _LOCAL = 1, 3, 5, 7


class LocalPorts:
    """Answers for one device; see `of`."""

    def __init__(self, rows: Mapping[int, Mapping[int, Value]], ports: PortMap) -> None:
        self._rows = rows
        self._ports = ports
        self._named = {n: self._by_name(row) for n, row in rows.items()}
        self._bridge_first = self._prefers_bridge_ports()

    @classmethod
    def of(cls, cells: Cells, ports: PortMap, entry: Oid) -> LocalPorts:
        """Read lldpLocPortTable, whose row object is `entry`."""
        rows = {
            index[0]: row
            for index, row in cells.rows(entry, 2, 3, 4)
            if len(index) == 1
        }
        return cls(rows, ports)

    def interface(self, port: int) -> int | None:
        """Return the ifIndex, None if nothing leads to an interface."""
        named = self._named.get(port)
        if named is not None:
            return named
        by_base = self._ports.base.get(port)
        by_index = port if port in self._ports.interfaces else None
        first, second = (
            (by_base, by_index) if self._bridge_first else (by_index, by_base)
        )
        return first if first is not None else second

    def name(self, port: int) -> str | None:
        """Return what the agent calls the port: its id if readable, else its text."""
        row = self._rows.get(port, {})
        value = row.get(3)
        if isinstance(value, bytes) and number(row.get(2)) != _MAC:
            if is_printable(value):
                return some_text(value)
        return some_text(row.get(4))

    def _by_name(self, row: Mapping[int, Value]) -> int | None:
        subtype = number(row.get(2))
        spelled, described = some_text(row.get(3)), some_text(row.get(4))
        if subtype == _MAC:
            tried = [self._ports.addressed(mac(row.get(3)))]
        else:
            tried = [self._ports.named(spelled)]
        tried.append(self._ports.named(described))
        if subtype == _ALIAS:
            tried.append(self._ports.aliased(spelled))
        tried.append(self._ports.aliased(described))
        if subtype == _LOCAL and spelled and spelled.isdigit():
            index = int(spelled)
            tried.append(index if index in self._ports.interfaces else None)
        return next((found for found in tried if found is not None), None)

    def _prefers_bridge_ports(self) -> bool:
        """Whether named ports fit bridge port numbers better than ifIndex."""
        fits = {True: 0, False: 0}
        for port, if_index in self._named.items():
            if if_index is not None:
                fits[True] += self._ports.base.get(port) == if_index
                fits[False] += port == if_index
        return fits[True] >= fits[False]
