"""Places that announcements and radios tell, where no forwarding table does. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from discovery.topology.model import SWITCHING, Network, Place, Ports


def add_announced(
    found: dict[str, Place],
    network: Network,
    ports: Ports,
    heard_on: Mapping[int, set[int]],
) -> None:
    """Place who announced itself where no table was read, or is undecided."""
    at: dict[int, set[int]] = defaultdict(set)
    for port_id, there in heard_on.items():
        for node_id in there:
            at[node_id].add(port_id)
    for node_id, where in sorted(at.items()):
        node = network.nodes[node_id]
        placed = any(m in found and found[m].port for m in node.macs)
        if len(where) != 1 or node.kind in SWITCHING or placed or not node.macs:
            continue
        port = ports.by_id[min(where)]
        table = network.tables.get(port.node)
        mac = min(node.macs)
        found[mac] = Place(
            mac=mac,
            node=port.node,
            port=port.id,
            read_at=table.read_at if table else None,
        )


def add_stations(
    found: dict[str, Place], network: Network, owner: Mapping[str, int]
) -> None:
    """Put Wi-Fi clients behind their access point, at its port."""
    port_of = {
        node: place
        for mac, place in found.items()
        if (node := owner.get(mac)) is not None and place.port is not None
    }
    for station in network.stations:
        radio = port_of.get(station.node)
        known = found.get(station.mac)
        place = Place(
            mac=station.mac,
            node=radio.node if radio else station.node,
            port=radio.port if radio else None,
            vlan=known.vlan if known and known.vlan else None,
            behind=station.node,
            via="wireless",
            ssid=station.ssid,
            read_at=radio.read_at if radio else None,
        )
        found[station.mac] = place
