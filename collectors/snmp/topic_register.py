"""The register of topics: what is read, and which facts it becomes.

A topic is added here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from collectors.snmp.neighbours import lldp_local
from collectors.snmp.neighbours import topic as neighbours
from collectors.snmp.neighbours.lldp import parse_announced_ports
from collectors.snmp.switching import fdb, poe, vlans
from collectors.snmp.switching.port_map import PortMap
from collectors.snmp.topic import Cells, Topic
from collectors.snmp.topics import (
    addresses,
    arp,
    entity,
    host,
    interfaces,
    modems,
    phones,
    port_users,
    power,
    printer,
    routing_peers,
    system,
    wireless,
)

Build = Callable[[Cells, PortMap], Any]
"""Makes the value of one field of an observation."""


@dataclass(frozen=True, slots=True)
class Part:
    """A topic and what its cells become.

    Attributes:
        topic: What is read.
        builds: Parser by field of `Observation`. Several parts may fill one field:
            tuples are joined, of single records the first counts.
        usual: Read unless asked otherwise.
    """

    topic: Topic
    builds: Mapping[str, Build]
    usual: bool = True


def _plain(parse: Callable[[Cells], Any]) -> Build:
    return lambda cells, _: parse(cells)


PARTS = (
    Part(system.TOPIC, {"system": _plain(system.parse_system)}),
    Part(entity.TOPIC, {"components": _plain(entity.parse_components)}),
    Part(interfaces.TOPIC, {"interfaces": _plain(interfaces.parse_interfaces)}),
    Part(addresses.TOPIC, {"addresses": _plain(addresses.parse_addresses)}),
    Part(arp.TOPIC, {"arp": _plain(arp.parse_arp)}),
    Part(fdb.TOPIC, {"fdb": fdb.parse_fdb}),
    Part(vlans.TOPIC, {"vlans": vlans.parse_vlans}),
    Part(
        neighbours.TOPIC,
        {
            "neighbours": neighbours.parse_neighbours,
            "announced_ports": parse_announced_ports,
        },
    ),
    Part(poe.TOPIC, {"poe": poe.parse_poe, "measures": _plain(poe.parse_budget)}),
    Part(port_users.TOPIC, {"port_users": _plain(port_users.parse_port_users)}),
    Part(wireless.AP_TOPIC, {"access_points": _plain(wireless.parse_access_points)}),
    Part(
        wireless.CLIENT_TOPIC,
        {"wireless_clients": _plain(wireless.parse_wireless_clients)},
    ),
    Part(
        printer.TOPIC,
        {
            "supplies": _plain(printer.parse_supplies),
            "hardware": _plain(printer.parse_printer),
            "measures": _plain(printer.parse_counts),
        },
    ),
    Part(
        power.TOPIC,
        {
            "hardware": _plain(power.parse_power_unit),
            "measures": _plain(power.parse_power_measures),
        },
    ),
    Part(
        lldp_local.TOPIC,
        {
            "hardware": _plain(lldp_local.parse_local_inventory),
            "clues": _plain(lldp_local.parse_local_clues),
        },
    ),
    Part(modems.TOPIC, {"modems": _plain(modems.parse_modems)}),
    Part(phones.TOPIC, {"phones": _plain(phones.parse_phones)}),
    Part(routing_peers.TOPIC, {"peers": _plain(routing_peers.parse_peers)}),
    Part(
        host.TOPIC,
        {
            "components": _plain(host.parse_host_parts),
            "measures": _plain(host.parse_host_measures),
        },
    ),
    Part(host.SOFTWARE_TOPIC, {"software": _plain(host.parse_software)}),
    Part(host.PROCESS_TOPIC, {"clues": _plain(host.parse_processes)}, usual=False),
)
TOPICS = tuple(part.topic.name for part in PARTS)
"""Names that `collect_snmp` takes for `topics`."""

NEED_PORTS = frozenset({"fdb", "vlans", "neighbours", "poe"})
"""Topics that name interfaces and so need the tables of topic `interfaces`."""
