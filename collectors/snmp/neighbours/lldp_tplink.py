"""Topic neighbours, LLDP as TP-Link's switches tell it (TPLINK-LLDPINFO-MIB). Pure.

Every column is text, types and capabilities too. Some firmware keeps only this table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from collectors.facts import Neighbour
from collectors.ports import Value
from collectors.snmp.neighbours.lldp_ids import identifier
from collectors.snmp.smi_values import oid, some_text
from collectors.snmp.switching.port_map import PortMap
from collectors.snmp.topic import Cells, Group, columns

ENTRY = oid("1.3.6.1.4.1.11863.6.35.1.2.2.1")
_READ = (3, 4, 5, 6, 8, 9, 10, 12)
_TYPES = {
    "mac address": "mac",
    "interface name": "ifname",
    "interface alias": "ifalias",
    "network address": "ip",
    "local": "local",
    "locally assigned": "local",
}
_CAPABILITIES = {
    "bridge": "bridge",
    "router": "router",
    "wlan access point": "wlan-ap",
    "telephone": "telephone",
    "station only": "station",
    "repeater": "repeater",
    "docsis cable device": "docsis",
}


def groups(unless: tuple[tuple[int, ...], ...]) -> tuple[Group, ...]:
    """Return what to read, where the table of the standard is empty."""
    return (Group(columns(ENTRY, *_READ), unless=unless),)


def parse_tplink(cells: Cells, ports: PortMap) -> Iterator[Neighbour]:
    """Yield the neighbours; the index is ifIndex and a number."""
    for index, row in cells.rows(ENTRY, *_READ):
        if len(index) == 2:
            yield _neighbour(index[0], index[1], row, ports)


def _neighbour(
    if_index: int, remote: int, row: Mapping[int, Value], ports: PortMap
) -> Neighbour:
    chassis = identifier(_type(row.get(3)), row.get(4))
    port = identifier(_type(row.get(5)), row.get(6))
    enabled = (some_text(row.get(12)) or "").lower()
    return Neighbour(
        protocol="lldp",
        local_if_index=if_index if if_index in ports.interfaces else None,
        local_port=ports.label(if_index) or str(if_index),
        remote_index=remote,
        chassis_id=chassis[1],
        chassis_id_type=chassis[0],
        port_id=port[1],
        port_id_type=port[0],
        port_descr=some_text(row.get(8)),
        sys_name=some_text(row.get(9)),
        sys_descr=some_text(row.get(10)),
        capabilities=tuple(
            word for name, word in _CAPABILITIES.items() if name in enabled
        ),
    )


def _type(value: Value | None) -> str | None:
    return _TYPES.get((some_text(value) or "").lower())
