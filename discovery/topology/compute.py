"""The whole topology of a site in one step: links, places, who announced what. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from discovery.topology.bridges import Directions, bridges_seen, inferred_links
from discovery.topology.links import (
    Remote,
    announced_links,
    ports_with_neighbours,
    resolve_announcements,
)
from discovery.topology.model import LinkFound, Network, Place, Ports, own_index
from discovery.topology.placement import Places


@dataclass(frozen=True, slots=True)
class Topology:
    """The topology of a site.

    Attributes:
        remotes: Announcement (node, port, key) -> who it was.
        places: MAC -> where it is.
        bridges: MACs of bridges, which have links instead of places.
        directions: Which port leads from bridge to bridge.
    """

    remotes: Mapping[tuple[int, str, str], Remote]
    links: Sequence[LinkFound]
    places: Mapping[str, Place]
    bridges: frozenset[str]
    directions: Directions = field(compare=False)


def compute_topology(network: Network) -> Topology:
    """Return links and places; the order of the rows does not matter."""
    ports = Ports(network.ports)
    owner = own_index(network.nodes.values())
    remotes = resolve_announcements(network, ports)
    links = announced_links(network, ports, remotes)
    sees = bridges_seen(network, ports, owner)
    pairs = {frozenset((link.a.node, link.b.node)) for link in links}
    whole = {node for node, table in network.tables.items() if table.complete}
    taken = ports_with_neighbours(network, ports)
    links = [*links, *inferred_links(sees, pairs, whole, taken)]
    bridging = [k for k in links if {k.a.node, k.b.node} <= network.tables.keys()]
    directions = Directions(bridging, sees)
    uplinks: dict[int, set[int]] = {}
    for seen in sees.values():
        for other, port in seen.items():
            uplinks.setdefault(port, set()).add(other)
    places = Places(network, ports, links, remotes, owner, uplinks, directions)
    return Topology(remotes, links, places.all(), places.bridges(), directions)
