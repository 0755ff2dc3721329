"""Which ports of two bridges face each other, from what both have learned. Pure.

Neither bridge needs to have learned the other one. If port x of one faces port y of
the other, then whatever both know is behind x or behind y: a MAC that the first has
learned elsewhere is on the first one's side, so the second sees it through y, and the
other way round (the simple connection rule of Lowekamp, O'Hallaron and Gross, SIGCOMM
2001). Often few pairs of ports pass that test, and they agree on one of the ports.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from discovery.topology.model import Network, Ports

ANY: int | None = None
"""A port nothing is known about: any of those on which both learned nothing."""

LEAST = 2
"""MACs that must speak for a port; a single one may be a leftover of a move."""

T = TypeVar("T")

Facing = frozenset[tuple[int | None, int | None]]


class Pairs:
    """Compares the tables of two bridges at a time, and remembers what came of it."""

    def __init__(self, network: Network, ports: Ports) -> None:
        self._network = network
        self._ports = ports
        self._learned: dict[int, dict[str, int]] = {}
        self._known: dict[tuple[int, int], Facing] = {}

    def leads(self, here: int, port: int, there: int, their_port: int) -> bool:
        """Whether a port leads to another bridge which has its own port elsewhere.

        Args:
            here: A bridge.
            port: The port of it.
            there: The other bridge.
            their_port: A port of that one; it must not face the first bridge.
        """
        facing = self._facing(here, there)
        return bool(facing) and all(
            x == port and y not in (their_port, ANY) for x, y in facing
        )

    def may_face(self, here: int, port: int, there: int, their_port: int) -> bool:
        """Whether a port may face another one of a bridge than the one that is named.

        Arguments as of `leads`.
        """
        return any(
            x == port and y not in (their_port, ANY)
            for x, y in self._facing(here, there)
        )

    def leads_away(self, here: int, port: int, there: int) -> bool:
        """Whether a port of a bridge leads elsewhere than to another bridge."""
        facing = self._facing(here, there)
        return bool(facing) and all(x != port for x, _ in facing)

    def _facing(self, a: int, b: int) -> Facing:
        """Return the pairs of ports that may face each other, as (of a, of b)."""
        if (a, b) not in self._known:
            found = facing(self._table(a), self._table(b))
            self._known[a, b] = found
            self._known[b, a] = frozenset((y, x) for x, y in found)
        return self._known[a, b]

    def _table(self, node: int) -> Mapping[str, int]:
        """Return MAC -> port of a bridge, for MACs that it has at one port only."""
        if node not in self._learned:
            at: dict[str, set[int]] = defaultdict(set)
            for row in self._network.tables[node].rows:
                port = self._ports.at(node, row.if_index)
                if port is not None:
                    at[row.mac].add(port.id)
            self._learned[node] = {
                mac: next(iter(ports)) for mac, ports in at.items() if len(ports) == 1
            }
        return self._learned[node]


def last_of(
    items: Sequence[T], leads: Callable[[T, T], bool], most: int
) -> list[T] | None:
    """Return the items that lead to none of the others.

    Args:
        items: Those that are probably the last ones first: they spare comparing the
            others with each other.
        leads: Whether the first item leads to the second.
        most: So many may be left.

    Returns:
        None if more were left at a time.
    """
    left: list[T] = []
    gone: list[T] = []
    for item in items:
        behind = [other for other in left if leads(other, item)]
        gone += behind
        left = [other for other in left if other not in behind]
        if any(leads(item, other) for other in left):
            gone.append(item)
            continue
        left.append(item)
        if len(left) > most:
            return None
    return [item for item in left if not any(leads(item, other) for other in gone)]


def facing(a: Mapping[str, int], b: Mapping[str, int]) -> Facing:
    """Return which pairs of ports of two bridges may face each other.

    A row that is left over from before a move contradicts the right pair, so it is
    the pair with the fewest contradictions that counts, and any about as good.

    Args:
        a: MAC -> port of one bridge.
        b: The same of the other.

    Returns:
        The likely pairs; empty if the tables have no MAC in common.
    """
    few, many = (a, b) if len(a) <= len(b) else (b, a)
    cells = Counter[tuple[int | None, int | None]]()
    cells.update((a[mac], b[mac]) for mac in few if mac in many)
    across, down = Counter[int | None](), Counter[int | None]()
    for (x, y), count in cells.items():
        across[x] += count
        down[y] += count
    across[ANY], down[ANY] = 0, 0
    # What is behind x, behind y, or behind both speaks for a pair.
    agree = {(x, y): across[x] + down[y] - cells[x, y] for x in across for y in down}
    best = max(agree.values())
    if not best:
        return frozenset()
    return frozenset(pair for pair, count in agree.items() if count > best - LEAST)
