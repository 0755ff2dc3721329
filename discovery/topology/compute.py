"""The whole topology of a site in one step: links, places, who announced what. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from discovery.topology.bridges import (
    Directions,
    bridges_seen,
    confirmed_links,
    inferred_links,
)
from discovery.topology.links import (
    Remote,
    announced_links,
    linked_ports,
    ports_with_neighbours,
    resolve_announcements,
)
from discovery.topology.model import End, LinkFound, Network, Place, Ports, own_index
from discovery.topology.placement import Places
from discovery.topology.ways import Ways


@dataclass(frozen=True, slots=True)
class Topology:
    """The topology of a site.

    Attributes:
        remotes: Announcement (node, port, key) -> who it was.
        places: MAC -> where it is.
        bridges: MACs of bridges, which have links instead of places.
        ways: Which port leads, or may lead, from bridge to bridge.
    """

    remotes: Mapping[tuple[int, str, str], Remote]
    links: Sequence[LinkFound]
    places: Mapping[str, Place]
    bridges: frozenset[str]
    ways: Ways = field(compare=False)


@dataclass(frozen=True, slots=True)
class Known:
    """Who is who in a network, before anything is drawn.

    Attributes:
        ports: Of the network.
        owner: MAC -> node, for MACs that one node holds.
        remotes: As of `Topology`.
    """

    ports: Ports
    owner: Mapping[str, int]
    remotes: Mapping[tuple[int, str, str], Remote]


def known_in(network: Network) -> Known:
    """Return who is who in a network."""
    ports = Ports(network.ports)
    owner = own_index(network.nodes.values())
    return Known(ports, owner, resolve_announcements(network, ports))


def compute_topology(network: Network, known: Known | None = None) -> Topology:
    """Return links and places; the order of the rows does not matter.

    Args:
        network: All that is known.
        known: Who is who in it, if that was looked for already.
    """
    known = known or known_in(network)
    ports, owner, remotes = known.ports, known.owner, known.remotes
    links = announced_links(network, ports, remotes)
    sees = bridges_seen(network, ports, owner)
    pairs = {frozenset((link.a.node, link.b.node)) for link in links}
    whole = {node for node, table in network.tables.items() if table.complete}
    taken = ports_with_neighbours(network, ports) | linked_ports(links).keys()
    inferred = inferred_links(sees, pairs, whole, taken)
    told_again = confirmed_links(sees, network.remembered, whole, taken)
    links = [*links, *inferred, *told_again]
    remembered = _remembered(network, links, whole)
    bridging = [
        link
        for link in (*links, *remembered)
        if {link.a.node, link.b.node} <= network.tables.keys()
    ]
    directions = Directions(bridging, sees)
    uplinks = linked_ports(remembered)
    for seen in sees.values():
        for other, port in seen.items():
            uplinks.setdefault(port, set()).add(other)
    places = Places(network, ports, links, remotes, owner, uplinks, directions)
    return Topology(remotes, links, places.all(), places.bridges(), places.ways)


def _remembered(
    network: Network, links: Sequence[LinkFound], whole: Set[int]
) -> list[LinkFound]:
    """Return what is remembered of ports whose bridge cannot tell of them now."""
    known = linked_ports(links).keys()
    left = [k for k in network.remembered if not {k.a.port, k.b.port} & known]
    return [
        replace(link, a=_unless(link.a, whole), b=_unless(link.b, whole))
        for link in left
        if not {link.a.node, link.b.node} <= whole
    ]


def _unless(end: End, whole: Set[int]) -> End:
    """Return an end, without the port if the whole table of the bridge is known."""
    return replace(end, port=None) if end.node in whole else end
