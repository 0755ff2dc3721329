"""LLDP-MED inventory of neighbours (ANSI/TIA-1057, LLDP-EXT-MED-MIB). Pure.

Keyed by local port *and* remote index: two endpoints on one port, such as a phone and
a computer behind it, each keep their own serial. The arc 4795 is what agents answer
at, whatever some copies of the MIB say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from collectors.facts import MedInventory
from collectors.ports import Oid, Value
from collectors.snmp.neighbours.lldp import RemoteKey
from collectors.snmp.smi_values import is_printable, number, oid, some_text
from collectors.snmp.topic import Cells, Group, columns

_BASE = oid("1.0.8802.1.1.2.1.5.4795.1.3")
CAPABILITY_ENTRY = (*_BASE, 1, 1)
POLICY_ENTRY = (*_BASE, 2, 1)
INVENTORY_ENTRY = (*_BASE, 3, 1)
LOCATION_INFO = (*_BASE, 4, 1, 2)
POE_TYPE = (*_BASE, 5, 1, 1)
PSE_POWER = (*_BASE, 6, 1, 1)
PD_POWER = (*_BASE, 7, 1, 1)

_INVENTORY = (1, 2, 3, 4, 5, 6, 7)
_FAMILY = columns(CAPABILITY_ENTRY, 3) + columns(INVENTORY_ENTRY, *_INVENTORY)
GROUPS = (
    Group(columns(CAPABILITY_ENTRY, 3)),
    Group(columns(INVENTORY_ENTRY, *_INVENTORY)),
    Group(columns(POLICY_ENTRY, 2, 5), needs=_FAMILY),
    Group((LOCATION_INFO,), needs=_FAMILY),
    Group((PSE_POWER,), needs=_FAMILY),
    Group((PD_POWER,), needs=_FAMILY),
)

_FIELDS = {
    1: "hardware_rev",
    2: "firmware_rev",
    3: "software_rev",
    4: "serial",
    5: "manufacturer",
    6: "model",
    7: "asset_id",
}
_COORDINATES, _CIVIC, _ELIN = 2, 3, 4


def parse_med(cells: Cells) -> dict[RemoteKey, MedInventory]:
    """Return what MED says of each neighbour; of several time marks the newest."""
    facts: dict[RemoteKey, dict[str, object]] = defaultdict(dict)
    for index, row in cells.rows(INVENTORY_ENTRY, *_INVENTORY):
        if len(index) == 3:
            texts = {_FIELDS[n]: some_text(v) for n, v in row.items()}
            facts[_key(index)].update(texts)
    for index, value in cells.column((*CAPABILITY_ENTRY, 3)).items():
        if len(index) == 3 and (number(value) or 0) > 0:
            facts[_key(index)]["device_class"] = number(value)
    for key, policies in _policies(cells).items():
        facts[key]["policies"] = policies
    for key, location in _locations(cells.column(LOCATION_INFO)).items():
        facts[key]["location"] = location
    for column in (PSE_POWER, PD_POWER):
        for index, value in cells.column(column).items():
            if len(index) == 3 and number(value):
                facts[_key(index)]["power"] = number(value)
    return {
        key: MedInventory(**known)  # type: ignore[arg-type]
        for key, known in facts.items()
        if any(value is not None for value in known.values())
    }


def _key(index: Oid) -> RemoteKey:
    return RemoteKey(index[1], index[2])


def _policies(cells: Cells) -> dict[RemoteKey, tuple[tuple[int, int], ...]]:
    """Return (application, VLAN) pairs; the application is a one-octet BITS index.

    It is spelled as length and octet, or as the octet alone, or as a plain number.
    """
    found: dict[RemoteKey, dict[int, int]] = defaultdict(dict)
    for index, row in cells.rows(POLICY_ENTRY, 2, 5):
        vlan = number(row.get(2))
        if len(index) < 4 or vlan is None:
            continue
        application = _application(index[-1])
        if application:
            found[_key(index)][application] = vlan
    return {key: tuple(sorted(pairs.items())) for key, pairs in found.items()}


def _application(octet: int) -> int | None:
    """Return the application type: bit 1 (0x40) is voice, as is the number 1."""
    if 1 <= octet <= 8 and octet not in (2, 4, 8):
        return octet
    for bit in range(1, 8):
        if octet == 0x80 >> bit:
            return bit
    return None


def _locations(column: Mapping[Oid, Value]) -> dict[RemoteKey, str]:
    found: dict[RemoteKey, str] = {}
    for index, value in column.items():
        if len(index) != 4 or not isinstance(value, bytes) or not value:
            continue
        place = {_CIVIC: _civic, _ELIN: some_text}.get(index[3], _raw)(value)
        if place:
            found[_key(index)] = place
    return found


def _raw(value: bytes) -> str | None:
    return some_text(value) if is_printable(value) else value.hex()


def _civic(value: bytes) -> str | None:
    """Return the parts of a civic address (RFC 4776) after country, comma separated.

    Layout: length, what, country (2 octets), then type, length, text for each part.
    """
    if is_printable(value):
        return some_text(value)
    country, rest = value[2:4].decode("latin-1"), value[4:]
    parts = [country] if country.isalpha() else []
    while len(rest) >= 2 and len(rest) >= 2 + rest[1]:
        part = some_text(rest[2 : 2 + rest[1]])
        if part:
            parts.append(part)
        rest = rest[2 + rest[1] :]
    return ", ".join(parts) or value.hex()
