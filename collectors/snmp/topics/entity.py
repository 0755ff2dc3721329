"""Topic components: the physical parts (ENTITY-MIB, RFC 6933). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from collectors.facts import Component
from collectors.ports import Oid, Value
from collectors.snmp.smi_values import (
    date_and_time,
    dotted,
    number,
    oid,
    some_text,
    truth,
)
from collectors.snmp.topic import Cells, Group, Topic, columns

ENTRY = oid("1.3.6.1.2.1.47.1.1.1.1")
ALIAS_MAPPING = oid("1.3.6.1.2.1.47.1.3.2.1.2")
_COLUMNS = (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19)
_IF_INDEX = oid("1.3.6.1.2.1.2.2.1.1")

TOPIC = Topic(
    "components",
    (
        Group(columns(ENTRY, *_COLUMNS)),
        Group((ALIAS_MAPPING,), needs=columns(ENTRY, 2, 5)),
    ),
)

_KINDS = {
    3: "chassis",
    4: "backplane",
    5: "container",
    6: "power-supply",
    7: "fan",
    8: "sensor",
    9: "module",
    10: "port",
    11: "stack",
    12: "cpu",
    14: "battery",
    15: "disk",
}
"""IANAPhysicalClass; 1 is other, 2 unknown."""
_TRANSCEIVER = ("transceiver", "sfp", "xfp", "gbic", "qsfp", "cfp")


def parse_components(cells: Cells) -> tuple[Component, ...]:
    """Return the physical parts; a parent that is absent or loops back is dropped."""
    raw = {
        index[0]: row for index, row in cells.rows(ENTRY, *_COLUMNS) if len(index) == 1
    }
    parents = _parents({n: number(row.get(4)) for n, row in raw.items()})
    interfaces = interfaces_of_parts(cells.column(ALIAS_MAPPING))
    return tuple(
        _component(index, row, parents[index], interfaces.get(index))
        for index, row in raw.items()
    )


def _component(
    index: int, row: Mapping[int, Value], parent: int | None, if_index: int | None
) -> Component:
    vendor_type = row.get(3)
    return Component(
        index=index,
        parent=parent,
        kind=_kind(row),
        position=number(row.get(6)),
        name=some_text(row.get(7)),
        descr=some_text(row.get(2)),
        vendor_type=_vendor_type(vendor_type),
        manufacturer=some_text(row.get(12)),
        model=some_text(row.get(13)),
        serial=some_text(row.get(11)),
        hardware_rev=some_text(row.get(8)),
        firmware_rev=some_text(row.get(9)),
        software_rev=some_text(row.get(10)),
        alias=some_text(row.get(14)),
        asset_id=some_text(row.get(15)),
        manufactured=date_and_time(row.get(17)),
        uuid=_uuid(row.get(19)),
        is_fru=truth(row.get(16)),
        if_index=if_index,
    )


def _vendor_type(value: Value | None) -> str | None:
    if isinstance(value, tuple) and any(value):
        return dotted(value)
    return None


def _kind(row: Mapping[int, Value]) -> str:
    kind = _KINDS.get(number(row.get(5)) or 0, "other")
    plugged = bool(number(row.get(4)))  # a root is the device, whatever ports it names
    if plugged and kind in ("module", "port", "other"):
        words = (some_text(row.get(2)) or "").lower()
        if row.get(11) and any(word in words for word in _TRANSCEIVER):
            return "transceiver"
    return kind


def _uuid(value: Value | None) -> str | None:
    if isinstance(value, bytes) and len(value) == 16 and any(value):
        return str(UUID(bytes=value))
    return None


def _parents(contained: Mapping[int, int | None]) -> dict[int, int | None]:
    """Return the parent of each part, None at roots.

    Agents name parts that do not exist, parts that contain themselves and circles;
    the link that closes a circle is cut so that every part has a way to a root.
    """
    parents: dict[int, int | None] = {}
    for index, parent in contained.items():
        here = parent if parent in contained and parent != index else None
        above, steps = here, 0
        while above is not None and steps <= len(contained):
            if above == index:
                here = None
                break
            above = parents.get(above)
            steps += 1
        parents[index] = here
    return parents


def interfaces_of_parts(mapping: Mapping[Oid, Value]) -> dict[int, int]:
    """Return the ifIndex each part carries: part index and logical entity index."""
    found: dict[int, int] = {}
    for index, target in mapping.items():
        if isinstance(target, tuple) and len(index) == 2 and target[:-1] == _IF_INDEX:
            found.setdefault(index[0], target[-1])
    return found
