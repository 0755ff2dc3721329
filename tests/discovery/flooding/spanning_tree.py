"""Which ports a spanning tree blocks (IEEE 802.1D, 17: roles of ports)."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Identifier = tuple[int, str]
"""Priority and MAC of a bridge; the lower one wins."""
PortOf = tuple[int, int]
"""Bridge and port."""


@dataclass(frozen=True, slots=True)
class Tree:
    """What the bridges agreed on."""

    blocked: frozenset[PortOf]


def spanning_tree(
    bridges: Mapping[int, Identifier], cables: Sequence[Sequence[PortOf]]
) -> Tree:
    """Return the blocked ports: those that are neither root nor designated ports.

    Args:
        bridges: Bridge -> identifier.
        cables: The ports on each segment between bridges; all cost the same.
    """
    on: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, ports in enumerate(cables):
        for bridge, port in ports:
            on[bridge].append((port, number))
    cost: dict[int, int] = {}
    for root in sorted(bridges, key=bridges.__getitem__):
        if root not in cost:
            cost |= _costs(root, on, cables)
    keep: set[PortOf] = set()
    for ports in cables:
        keep.add(min(ports, key=lambda p: (cost[p[0]], bridges[p[0]], p[1])))
    for bridge in bridges:
        root_port = _root_port(bridge, on, cables, bridges, cost)
        if root_port is not None:
            keep.add((bridge, root_port))
    return Tree(frozenset({p for ports in cables for p in ports} - keep))


def _costs(
    root: int,
    on: Mapping[int, list[tuple[int, int]]],
    cables: Sequence[Sequence[PortOf]],
) -> dict[int, int]:
    cost: dict[int, int] = {}
    waiting = [(0, root)]
    while waiting:
        far, bridge = heapq.heappop(waiting)
        if bridge in cost:
            continue
        cost[bridge] = far
        for _, number in on.get(bridge, ()):
            for other, _port in cables[number]:
                if other not in cost:
                    heapq.heappush(waiting, (far + 1, other))
    return cost


def _root_port(
    bridge: int,
    on: Mapping[int, list[tuple[int, int]]],
    cables: Sequence[Sequence[PortOf]],
    bridges: Mapping[int, Identifier],
    cost: Mapping[int, int],
) -> int | None:
    """Return the port toward the root: cost, then sender's identifier and port."""
    if cost[bridge] == 0:
        return None
    offers = [
        (cost[other], bridges[other], their_port, port)
        for port, number in on.get(bridge, ())
        for other, their_port in cables[number]
        if other != bridge
    ]
    return min(offers)[3] if offers else None
