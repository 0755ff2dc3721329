"""Topic poe: power over Ethernet, per port and as a whole. Pure.

POWER-ETHERNET-MIB (RFC 3621) and CISCO-POWER-ETHERNET-EXT-MIB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from collectors.facts import Measure, Poe
from collectors.ports import Oid, Value
from collectors.snmp.smi_values import number, oid, text, truth
from collectors.snmp.switching.port_map import BASE_PORTS, PortMap
from collectors.snmp.topic import Cells, Group, Topic, columns
from collectors.snmp.topics.entity import ALIAS_MAPPING, interfaces_of_parts
from collectors.snmp.topics.interfaces import IF_DESCR, IF_NAME

PORT_ENTRY = oid("1.3.6.1.2.1.105.1.1.1")
MAIN_ENTRY = oid("1.3.6.1.2.1.105.1.3.1.1")
CISCO_ENTRY = oid("1.3.6.1.4.1.9.9.402.1.2.1")

_PORT_COLUMNS = columns(PORT_ENTRY, 3, 6, 10)
TOPIC = Topic(
    "poe",
    (
        BASE_PORTS,
        Group(_PORT_COLUMNS),
        Group(columns(MAIN_ENTRY, 2, 4)),
        Group(columns(CISCO_ENTRY, 9, 11), needs=_PORT_COLUMNS),
        Group((ALIAS_MAPPING,), needs=_PORT_COLUMNS),
    ),
)

_DELIVERING = 3
_NUMBERS = re.compile(r"\d+")


def parse_poe(cells: Cells, ports: PortMap) -> tuple[Poe, ...]:
    """Return the state of every power port; the index is group and port."""
    parts = interfaces_of_parts(cells.column(ALIAS_MAPPING))
    by_name = _numbered(cells)
    rows = [(i, r) for i, r in cells.rows(PORT_ENTRY, 3, 6, 10) if len(i) == 2]
    one_group = len({index[0] for index, _ in rows}) == 1
    found = []
    for index, row in rows:
        part = number(cells.column((*CISCO_ENTRY, 11)).get(index))
        if_index = parts.get(part) if part else None
        if if_index is None:
            if_index = by_name.get((index[0], index[1]))
        if if_index is None and one_group:
            if_index = ports.bridge_port(index[1])
        found.append(_port(index, row, if_index, cells))
    return tuple(found)


def parse_budget(cells: Cells) -> tuple[Measure, ...]:
    """Return budget and consumption of each power supply group, in watts."""
    return tuple(_budget(cells))


def _budget(cells: Cells) -> Iterator[Measure]:
    for index, row in cells.rows(MAIN_ENTRY, 2, 4):
        for column, name in ((2, "poe-budget"), (4, "poe-consumption")):
            watts = number(row.get(column))
            if watts is not None:
                yield Measure(name=f"{name}-{index[-1]}", value=float(watts), unit="W")


def _port(
    index: Oid, row: Mapping[int, Value], if_index: int | None, cells: Cells
) -> Poe:
    detection = number(row.get(6))
    level = number(row.get(10))
    delivering = detection == _DELIVERING if detection is not None else None
    return Poe(
        if_index=if_index,
        port=f"{index[0]}.{index[1]}",
        enabled=truth(row.get(3)),
        delivering=delivering,
        device_class=level - 1 if level and delivering else None,
        milliwatts=number(cells.column((*CISCO_ENTRY, 9)).get(index)),
    )


def _numbered(cells: Cells) -> dict[tuple[int, int], int]:
    """Return ifIndex by first and last number of interface names like `Gi2/0/14`.

    Names with one number only, and pairs that several interfaces have, say nothing.
    Of `Gi1/0/1` and `Te1/1/1` the first is meant: uplinks in a slot give no power.
    """
    found: dict[tuple[int, int], dict[bool, set[int]]] = {}
    names = dict(cells.column(IF_DESCR)) | dict(cells.column(IF_NAME))
    for index, value in names.items():
        spelled = text(value) or ""
        digits = _NUMBERS.findall(spelled.split(".")[0])
        if len(digits) >= 2 and "/" in spelled and len(index) == 1:
            key = int(digits[0]), int(digits[-1])
            in_slot = any(int(slot) for slot in digits[1:-1])
            found.setdefault(key, {}).setdefault(in_slot, set()).add(index[0])
    chosen = {key: slots[min(slots)] for key, slots in found.items()}
    return {key: min(same) for key, same in chosen.items() if len(same) == 1}
