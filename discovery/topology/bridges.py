"""Forwarding tables to the ports that lead from bridge to bridge. Pure.

A bridge that learns another bridge's own MAC on a port has that bridge behind the
port. Two bridges are neighbours if no third one lies between them: none that both see
in each other's direction, and none that sees the two behind different ports.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set

from discovery.topology.cut_vertices import Parts
from discovery.topology.model import SWITCHING, End, LinkFound, Network, Ports

Sees = Mapping[int, Mapping[int, int]]
"""Bridge -> other bridge -> port behind which it is seen."""


def bridges_seen(
    network: Network, ports: Ports, owner: Mapping[str, int]
) -> dict[int, dict[int, int]]:
    """Return behind which port each bridge sees each other bridge.

    A bridge seen behind several ports (a loop, a stale entry) is seen behind none.
    Switches whose table is not known are seen as well: they may lie between others.
    """
    bridges = network.tables.keys() | {
        node.id for node in network.nodes.values() if node.kind in SWITCHING
    }
    found: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for node, table in network.tables.items():
        for row in table.rows:
            other = owner.get(row.mac)
            if other is None or other == node or other not in bridges:
                continue
            port = ports.at(node, row.if_index)
            if port is not None:
                found[node][other].add(port.id)
    return {
        node: {other: next(iter(p)) for other, p in seen.items() if len(p) == 1}
        for node, seen in found.items()
    }


def inferred_links(
    sees: Sees,
    known: set[frozenset[int]],
    whole: Set[int],
    taken: Set[int],
) -> list[LinkFound]:
    """Return links between neighbouring bridges that announce nothing.

    Args:
        sees: From `bridges_seen`.
        known: Pairs of nodes that are linked already.
        whole: Bridges whose tables are complete: in others a third one may be missing.
        taken: Ports on which somebody announces that it is the neighbour.
    """
    found = []
    for a in sorted(sees):
        for b, port in sorted(sees[a].items()):
            back = sees.get(b, {}).get(a)
            if b <= a or back is None or frozenset((a, b)) in known:
                continue
            if not {a, b} <= whole or {port, back} & taken:
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


def confirmed_links(
    sees: Sees, remembered: Iterable[LinkFound], whole: Set[int], taken: Set[int]
) -> list[LinkFound]:
    """Return inferred links that one end tells again while the other cannot.

    The table of the other end was cut off: it may have seen this one at its port or
    not at all. Arguments as of `inferred_links`.
    """
    found = []
    for link in remembered:
        ends = (link.a, link.b), (link.b, link.a)
        telling = [here for here, _ in ends if here.node in whole]
        if len(telling) != 1 or {link.a.port, link.b.port} & taken:
            continue
        seen = {here: sees.get(here.node, {}).get(far.node) for here, far in ends}
        agrees = all(
            port == here.port or (port is None and here not in telling)
            for here, port in seen.items()
        )
        if agrees and not _is_apart(sees, link.a.node, link.b.node):
            found.append(link)
    return found


def _something_between(sees: Sees, a: int, b: int) -> bool:
    """Whether both see a third bridge in each other's direction, or it sees both apart.

    The third one may be quiet: then only its own table tells that it is between.
    """
    toward_b, toward_a = sees[a][b], sees[b][a]
    if any(
        c != b and port == toward_b and sees[b].get(c) == toward_a
        for c, port in sees[a].items()
    ):
        return True
    return _is_apart(sees, a, b)


def _is_apart(sees: Sees, a: int, b: int) -> bool:
    """Whether a third bridge sees two behind different ports."""
    return any(
        a in seen and b in seen and seen[a] != seen[b]
        for c, seen in sees.items()
        if c not in (a, b)
    )


class Directions:
    """Through which port one bridge reaches another.

    Forwarding tables say it directly. Where they are silent, links do, as long as
    they form a tree: there is then one way only. In a ring it depends on the VLAN,
    for each may have a spanning tree of its own: then a port may lead to whatever can
    be reached through it.

    Args:
        links: All links between bridges.
        sees: From `bridges_seen`.
    """

    def __init__(self, links: Iterable[LinkFound], sees: Sees) -> None:
        self._sees = sees
        self._port: dict[tuple[int, int], int | None] = {}
        self._far: dict[int, set[int]] = defaultdict(set)
        near: dict[int, set[int]] = defaultdict(set)
        for link in links:
            for here, there in ((link.a, link.b), (link.b, link.a)):
                near[here.node].add(there.node)
                self._port[here.node, there.node] = here.port
                if here.port is not None:
                    self._far[here.port].add(there.node)
        self._near = near
        self._parts = Parts(near)
        self._seen_by: dict[int, list[int]] | None = None
        told = (port for seen in sees.values() for port in seen.values())
        self._leading = {*self._far, *told}
        self._above: dict[int, int] = {}
        self._below: dict[int, list[int]] = {}
        self._span: dict[int, tuple[int, int]] = {}
        self._tree: dict[int, int] = {}
        self._cables: dict[int, list[tuple[int, int]]] = {}
        self._plain: dict[int, bool] = {}
        self._walk(near)

    def _walk(self, near: Mapping[int, set[int]]) -> None:
        """Number the nodes of each tree so that a subtree is a run of numbers."""
        clock = 0
        seen: set[int] = set()
        for root in sorted(near):
            if root in seen:
                continue
            order, looped = self._order(root, near, seen)
            if looped:
                continue
            self._cables[root] = [(node, self._above[node]) for node in order[1:]]
            first = {node: clock + place for place, node in enumerate(order)}
            clock += len(order)
            last = dict(first)
            for node in reversed(order):
                above = self._above.get(node)
                if above is not None:
                    last[above] = max(last[above], last[node])
            for node in order:
                self._span[node] = (first[node], last[node])
                self._tree[node] = root
                below = [n for n in near[node] if self._above.get(n) == node]
                self._below[node] = sorted(below, key=first.__getitem__)

    def _order(
        self, root: int, near: Mapping[int, set[int]], seen: set[int]
    ) -> tuple[list[int], bool]:
        """Return a component in depth-first order, and whether it has a loop."""
        order: list[int] = []
        stack = [(root, root)]
        looped = False
        while stack:
            node, above = stack.pop()
            if node in seen:
                looped = True
                continue
            seen.add(node)
            order.append(node)
            if node != root:
                self._above[node] = above
            stack += [(n, node) for n in sorted(near[node], reverse=True) if n != above]
        return order, looped

    def toward(self, here: int, there: int) -> int | None:
        """Return the port of one bridge that leads to another; None if unknown."""
        port = self._sees.get(here, {}).get(there)
        if port is not None:
            return port
        if here not in self._tree or self._tree[here] != self._tree.get(there):
            return self._port.get((here, there))
        return self._by_links(here, there)

    def leads_on(self, port: int) -> bool:
        """Whether a port may lead to any bridge."""
        return port in self._leading

    def may_lead(self, here: int, port: int, there: int) -> bool:
        """Whether a port of one bridge leads to another, in one VLAN at least."""
        far = self._far.get(port, set())
        if there in far or self._sees.get(here, {}).get(there) == port:
            return True
        if here in self._tree or there not in self._near:
            return self.toward(here, there) == port
        part = self._parts.part(here, there)
        return part is not None and any(
            self._parts.part(here, node) == part for node in far
        )

    def root_of(self, node: int) -> int | None:
        """Return the root of the tree of links that a bridge is in, if it is one."""
        return self._tree.get(node)

    def cables(self, root: int) -> Sequence[tuple[int, int]]:
        """Return the bridges of a tree, each with the one above it and after that."""
        return self._cables[root]

    def above(self, node: int) -> int | None:
        """Return the bridge above one in its tree; None of the root."""
        return self._above.get(node)

    def step(self, here: int, there: int) -> int | None:
        """Return the port of a link to the next bridge, if it is known."""
        return self._port.get((here, there))

    def linked_at(self, port: int) -> Set[int]:
        """Return the next bridges that links lead to from a port."""
        return self._far.get(port, set())

    def is_plain(self, node: int) -> bool:
        """Whether the table of a bridge in a tree says what the links say."""
        if node not in self._plain:
            seen = self._sees.get(node, {})
            self._plain[node] = all(
                port == self._by_links(node, other)
                for other, port in seen.items()
                if self._tree.get(other) == self._tree[node]
            )
        return self._plain[node]

    def seen_outside(self, node: int) -> list[int]:
        """Return the bridges in the table of one that no link leads to."""
        root, seen = self._tree.get(node), self._sees.get(node, {})
        return [other for other in seen if self._tree.get(other) != root]

    def reaching(self, node: int) -> Set[int]:
        """Return the bridges that know a way to one which is in no tree."""
        if self._seen_by is None:
            self._seen_by = defaultdict(list)
            for here, seen in self._sees.items():
                for there in seen:
                    self._seen_by[there].append(here)
        return {*self._near.get(node, ()), *self._seen_by.get(node, ())}

    def _by_links(self, here: int, there: int) -> int | None:
        """Return the port that leads to another bridge of the same tree."""
        first, last = self._span[here]
        number, _ = self._span[there]
        if first < number <= last:
            step = self._child_over(here, number)
        else:
            step = self._above.get(here)
        return None if step is None else self._port.get((here, step))

    def _child_over(self, node: int, number: int) -> int | None:
        below = self._below[node]
        place = bisect_right(below, number, key=lambda n: self._span[n][0])
        return below[place - 1] if place else None
