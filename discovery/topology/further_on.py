"""Which bridges see an address that no other one sees further on. Pure.

The gateway of a network is in the table of every switch. Comparing all of them with
each other costs the square of their number; in a tree of links it is enough to say of
each cable, once in either direction, whether anybody behind it has the address at a
port that does not lead back. In rings, ports that lead to other bridges say something
only of bridges that the tables name or that are next: few, and the ports at the edge
that list one address are few as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence, Set
from typing import Generic, Protocol, TypeVar

from discovery.topology.bridges import Directions

FEW = 12
"""So many rows are compared with each other."""


class Row(Protocol):
    """An address in the table of a bridge."""

    @property
    def node(self) -> int:
        """The bridge."""

    @property
    def port(self) -> int:
        """Its port."""


R = TypeVar("R", bound=Row)


def nearest(
    rows: Sequence[R],
    directions: Directions,
    leading: Set[int],
    is_beyond: Callable[[R, R], bool],
) -> list[R]:
    """Return the rows that no other one is beyond.

    Args:
        rows: All that list one address.
        directions: Of the network.
        leading: Ports that lead to bridges of which the table is known.
        is_beyond: Whether the second row is behind the port of the first, and sees
            the address further on; for what the tree of links does not tell.
    """
    if len(rows) <= FEW:
        return [
            here
            for here in rows
            if not directions.leads_on(here.port)
            or not any(is_beyond(here, other) for other in rows)
        ]
    search = _Search(rows, directions, leading, is_beyond)
    return [
        here
        for here in rows
        if not directions.leads_on(here.port) or not search.is_seen_beyond(here)
    ]


class _Search(Generic[R]):
    """Rows of one address, by the trees that their bridges are in."""

    def __init__(
        self,
        rows: Sequence[R],
        directions: Directions,
        leading: Set[int],
        is_beyond: Callable[[R, R], bool],
    ) -> None:
        self._rows = rows
        self._directions = directions
        self._is_beyond = is_beyond
        self._at: dict[int, list[R]] = defaultdict(list)
        self._edge = [row for row in rows if row.port not in leading]
        self._odd: dict[int, list[R]] = defaultdict(list)
        plain: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for row in rows:
            self._at[row.node].append(row)
            root = directions.root_of(row.node)
            if root is None:
                continue
            if directions.is_plain(row.node):
                plain[root][row.node].append(row.port)
            else:
                self._odd[root].append(row)
        self._trees = {
            root: _Tree(directions, root, ports, leading)
            for root, ports in plain.items()
        }

    def is_seen_beyond(self, here: R) -> bool:
        """Whether any other row is beyond this one."""
        root = self._directions.root_of(here.node)
        if root is None:
            return self._is_beyond_any(here)
        if not self._directions.is_plain(here.node):
            return any(self._is_beyond(here, other) for other in self._rows)
        if self._trees[root].is_seen_beyond(here.node, here.port):
            return True
        if any(self._is_beyond(here, other) for other in self._odd[root]):
            return True
        return any(
            self._is_beyond(here, other)
            for node in self._directions.seen_outside(here.node)
            for other in self._at.get(node, ())
        )

    def _is_beyond_any(self, here: R) -> bool:
        """Whether a row is beyond that of a bridge which is in no tree.

        The other bridge has to know the way back, or its port leads nowhere else.
        """
        if any(self._is_beyond(here, other) for other in self._edge):
            return True
        return any(
            self._is_beyond(here, other)
            for node in self._directions.reaching(here.node)
            for other in self._at.get(node, ())
        )


class _Tree:
    """Where in a tree an address is seen at a port that does not lead back.

    Args:
        directions: Of the network.
        root: Of the tree.
        ports: Bridge -> its ports with the address.
        leading: As of `nearest`.
    """

    def __init__(
        self,
        directions: Directions,
        root: int,
        ports: dict[int, list[int]],
        leading: Set[int],
    ) -> None:
        self._directions = directions
        self._ports = ports
        self._leading = leading
        self._down: dict[int, bool] = {}
        self._up: dict[int, bool] = {}
        self._below: dict[int, int] = defaultdict(int)
        cables = directions.cables(root)
        for node, above in reversed(cables):
            found = self._below[node] > 0 or self._looks_away(node, above)
            self._down[node] = found
            self._below[above] += found
        for node, above in cables:
            self._up[node] = self._looks_away(above, node) or self._further(node, above)

    def is_seen_beyond(self, here: int, port: int) -> bool:
        """Whether a bridge behind a port has the address where it does not lead back.

        A link beside another one to the same bridge leads to that bridge alone.
        """
        for there in self._directions.linked_at(port):
            if self._looks_away(there, here, at_once=True):
                return True
            whole = self._directions.step(here, there) == port
            if whole and self._further(here, there):
                return True
        return False

    def _looks_away(self, node: int, toward: int, *, at_once: bool = False) -> bool:
        """Whether a bridge has the address at a port that leads not to a neighbour.

        Args:
            node: The bridge.
            toward: The neighbour.
            at_once: A further link to that neighbour leads there, if to no other.
        """
        back = self._directions.step(node, toward)
        for port in self._ports.get(node, ()):
            if port == back or (back is None and port in self._leading):
                continue
            if not at_once or toward not in self._directions.linked_at(port):
                return True
        return False

    def _further(self, here: int, there: int) -> bool:
        """Whether any bridge behind a neighbour has it at a port that looks away."""
        if self._directions.above(there) == here:
            return self._below[there] > 0
        others = self._below[there] - self._down[here]
        return others > 0 or self._up.get(there, False)
