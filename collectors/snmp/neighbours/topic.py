"""Topic neighbours: LLDP with LLDP-MED, CDP, FDP and EDP together. Pure."""

from __future__ import annotations

from collectors.facts import Neighbour
from collectors.snmp.neighbours import cdp, lldp, lldp_med, lldp_tplink
from collectors.snmp.switching.port_map import BASE_PORTS, PortMap
from collectors.snmp.topic import Cells, Topic

TOPIC = Topic(
    "neighbours",
    (
        BASE_PORTS,
        *lldp.GROUPS,
        *lldp_tplink.groups(unless=lldp.STANDARD),
        *lldp_med.GROUPS,
        *cdp.GROUPS,
    ),
)


def parse_neighbours(cells: Cells, ports: PortMap) -> tuple[Neighbour, ...]:
    """Return what every protocol says; the same device may appear under several."""
    return (
        *lldp.parse_lldp(cells, ports, lldp_med.parse_med(cells)),
        *lldp_tplink.parse_tplink(cells, ports),
        *cdp.parse_cdp(cells, ports),
        *cdp.parse_fdp(cells, ports),
        *cdp.parse_edp(cells, ports),
    )
