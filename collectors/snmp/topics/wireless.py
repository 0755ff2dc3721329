"""Topic access_points and wireless_clients: what a wireless controller knows. Pure.

The tables of the vendors are data: which column means what. All of them carry a MAC
in the index; where a column has it too, the column counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from collectors.facts import AccessPoint, WirelessClient
from collectors.ports import Oid, Value
from collectors.snmp.smi_values import ip, ip_arcs, mac, mac_arcs, oid, some_text
from collectors.snmp.topic import Cells, Group, Topic, columns

_Read = Callable[[Value | None], str | None]
_TEXT: _Read = some_text
_READERS: Mapping[str, _Read] = {
    "mac": mac,
    "ethernet_mac": mac,
    "ap_mac": mac,
    "ip": ip,
}


@dataclass(frozen=True, slots=True)
class Layout:
    """Where one vendor keeps a table.

    Attributes:
        entry: Row object.
        fields: Field of the fact by column number.
        index: How the index names the row: `mac`, `mac.ip`, or `ssid.mac` after an
            ifIndex.
    """

    entry: Oid
    fields: Mapping[int, str]
    index: str = "mac"

    @property
    def group(self) -> Group:
        """The columns to walk."""
        return Group(columns(self.entry, *self.fields))


ACCESS_POINTS = (
    # AIRESPACE-WIRELESS-MIB bsnAPTable (Cisco WLC, C9800)
    Layout(
        oid("1.3.6.1.4.1.14179.2.2.1.1"),
        {1: "mac", 3: "name", 16: "model", 17: "serial", 19: "ip", 33: "ethernet_mac"},
    ),
    # CISCO-LWAPP-AP-MIB cLApTable
    Layout(oid("1.3.6.1.4.1.9.9.513.1.1.1.1"), {2: "ethernet_mac", 5: "name"}),
    # WLSX-WLAN-MIB wlsxWlanAPTable (Aruba)
    Layout(
        oid("1.3.6.1.4.1.14823.2.2.1.5.2.1.4.1"),
        {2: "ip", 3: "name", 6: "serial", 13: "model"},
    ),
    # AI-AP-MIB aiAccessPointTable (Aruba Instant)
    Layout(
        oid("1.3.6.1.4.1.14823.2.3.3.1.2.1.1"),
        {1: "mac", 2: "name", 3: "ip", 4: "serial", 6: "model"},
    ),
    # RUCKUS-ZD-WLAN-MIB ruckusZDWLANAPTable
    Layout(
        oid("1.3.6.1.4.1.25053.1.2.2.1.1.2.1.1"),
        {1: "mac", 2: "name", 4: "model", 5: "serial", 10: "ip"},
    ),
    # RUCKUS-SZ-WLAN-MIB ruckusSZAPTable
    Layout(
        oid("1.3.6.1.4.1.25053.1.4.2.1.1.2.2.1"),
        {1: "mac", 5: "name", 8: "model", 9: "serial", 10: "ip"},
    ),
)
CLIENTS = (
    # AIRESPACE-WIRELESS-MIB bsnMobileStationTable
    Layout(
        oid("1.3.6.1.4.1.14179.2.1.4.1"),
        {1: "mac", 2: "ip", 3: "user", 4: "ap_mac", 7: "ssid"},
    ),
    # WLSX-USER-MIB nUserTable, index MAC and IP
    Layout(oid("1.3.6.1.4.1.14823.2.2.1.4.1.2.1"), {3: "user"}, "mac.ip"),
    # AI-AP-MIB aiClientTable
    Layout(
        oid("1.3.6.1.4.1.14823.2.3.3.1.2.4.1"),
        {1: "mac", 2: "ap_mac", 3: "ip", 5: "user"},
    ),
    # RUCKUS-ZD-WLAN-MIB ruckusZDWLANStaTable
    Layout(
        oid("1.3.6.1.4.1.25053.1.2.2.1.1.3.1.1"),
        {1: "mac", 2: "ap_mac", 4: "ssid", 5: "user", 8: "ip"},
    ),
    # CISCO-DOT11-ASSOCIATION-MIB cDot11ClientTable (autonomous access points)
    Layout(oid("1.3.6.1.4.1.9.9.273.1.2.1.1"), {2: "ap_mac"}, "ssid.mac"),
)

AP_TOPIC = Topic("access_points", tuple(layout.group for layout in ACCESS_POINTS))
CLIENT_TOPIC = Topic("wireless_clients", tuple(layout.group for layout in CLIENTS))


def parse_access_points(cells: Cells) -> tuple[AccessPoint, ...]:
    """Return each access point once; what several tables say of it is put together."""
    return tuple(AccessPoint(**row) for row in _merged(cells, ACCESS_POINTS).values())


def parse_wireless_clients(cells: Cells) -> tuple[WirelessClient, ...]:
    """Return each station once, with the name of its access point where known."""
    names = {point.mac: point.name for point in parse_access_points(cells)}
    return tuple(
        WirelessClient(ap_name=names.get(row.get("ap_mac") or ""), **row)
        for row in _merged(cells, CLIENTS).values()
    )


def _merged(cells: Cells, layouts: tuple[Layout, ...]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for layout in layouts:
        for row in _rows(cells, layout):
            known = found.setdefault(row["mac"], row)
            for field, value in row.items():
                known[field] = known.get(field) or value
    return found


def _rows(cells: Cells, layout: Layout) -> Iterator[dict[str, Any]]:
    for index, row in cells.rows(layout.entry, *layout.fields):
        facts: dict[str, Any] = _named_by(index, layout.index)
        for column, field in layout.fields.items():
            value = _READERS.get(field, _TEXT)(row.get(column))
            facts[field] = value or facts.get(field)
        if facts.get("mac"):
            yield facts


def _named_by(index: Oid, kind: str) -> dict[str, Any]:
    """Return what the index says. An SSID in it has its length before it."""
    if kind == "mac.ip":
        return {"mac": mac_arcs(index[:6]), "ip": ip_arcs(index[6:])}
    if kind == "ssid.mac":
        length = index[1] if len(index) > 1 else 0
        ssid = bytes(arc & 0xFF for arc in index[2 : 2 + length])
        return {"mac": mac_arcs(index[2 + length :]), "ssid": some_text(ssid)}
    return {"mac": mac_arcs(index)}
