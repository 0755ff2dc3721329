"""Forwarding tables to the ports that lead from bridge to bridge. Pure.

A bridge that learns another bridge's own MAC on a port has that bridge behind the
port. Two bridges are neighbours if no third one lies between them: none that one of
them sees on the same port as the other, and the other one too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from discovery.topology import End, LinkFound, Network, Ports

Sees = Mapping[int, Mapping[int, int]]
"""Bridge -> other bridge -> port behind which it is seen."""


def bridges_seen(
    network: Network, ports: Ports, owner: Mapping[str, int]
) -> dict[int, dict[int, int]]:
    """Return behind which port each bridge sees each other bridge.

    A bridge seen behind several ports (a loop, a stale entry) is seen behind none.
    """
    found: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for node, table in network.tables.items():
        for row in table.rows:
            other = owner.get(row.mac)
            if other is None or other == node or other not in network.tables:
                continue
            port = ports.at(node, row.if_index)
            if port is not None:
                found[node][other].add(port.id)
    return {
        node: {other: next(iter(p)) for other, p in seen.items() if len(p) == 1}
        for node, seen in found.items()
    }


def inferred_links(sees: Sees, known: set[frozenset[int]]) -> list[LinkFound]:
    """Return links between neighbouring bridges that announce nothing.

    Args:
        sees: From `bridges_seen`.
        known: Pairs of nodes that are linked already.
    """
    found = []
    for a in sorted(sees):
        for b, port in sorted(sees[a].items()):
            back = sees.get(b, {}).get(a)
            if b <= a or back is None or frozenset((a, b)) in known:
                continue
            if not _something_between(sees, a, b):
                found.append(
                    LinkFound(
                        a=End(a, port),
                        b=End(b, back),
                        kind="inferred",
                        evidence=("fdb",),
                    )
                )
    return found


def _something_between(sees: Sees, a: int, b: int) -> bool:
    toward_b, toward_a = sees[a][b], sees[b][a]
    return any(
        c != b and port == toward_b and sees[b].get(c) == toward_a
        for c, port in sees[a].items()
    )
