"""Which nodes of a graph reach each other when one of them is taken out. Pure.

Tarjan's depth-first search finds it for all nodes at once, in time and room linear in
the links: what is below a node stays together with what is above it if, from there, a
link leads past the node (Hopcroft and Tarjan, CACM 16 (6), 1973, algorithm 447).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping

ABOVE = -1
"""The part which the root of the search is in."""


class Parts:
    """Parts of a graph without one of its nodes.

    Args:
        near: Node -> its neighbours; of a link, both ends name each other.
    """

    def __init__(self, near: Mapping[int, Collection[int]]) -> None:
        self._near = near
        self._first: dict[int, int] = {}
        self._last: dict[int, int] = {}
        self._root: dict[int, int] = {}
        self._below: dict[int, list[int]] = {}
        self._past: dict[int, int] = {}
        for root in sorted(near):
            if root not in self._first:
                self._search(root)

    def part(self, without: int, node: int) -> int | None:
        """Return which part a node is in once another one is taken out.

        Returns:
            A name of the part, of which only equality says something; None of what
            was not connected with the node that is taken out, or is that node.
        """
        root = self._root.get(without)
        if root is None or self._root.get(node) != root or node == without:
            return None
        number = self._first[node]
        if not self._first[without] < number <= self._last[without]:
            return ABOVE
        below = self._below[without]
        at = bisect_right(below, number, key=self._first.__getitem__) - 1
        child = below[at]
        return ABOVE if self._past[child] < self._first[without] else child

    def _search(self, root: int) -> None:
        """Number the nodes connected with one, each before those below it."""
        self._enter(root, root)
        way: list[tuple[int, Iterator[int]]] = [(root, iter(self._around(root)))]
        while way:
            node, left = way[-1]
            for other in left:
                if other not in self._first:
                    self._below[node].append(other)
                    self._enter(other, root)
                    way.append((other, iter(self._around(other))))
                    break
                self._past[node] = min(self._past[node], self._first[other])
            else:
                way.pop()
                self._last[node] = len(self._first) - 1
                if way:
                    # The link to the node above leads to it and not past it.
                    above = way[-1][0]
                    self._past[above] = min(self._past[above], self._past[node])

    def _enter(self, node: int, root: int) -> None:
        self._first[node] = self._past[node] = len(self._first)
        self._root[node] = root
        self._below[node] = []

    def _around(self, node: int) -> list[int]:
        return sorted(self._near[node])
