"""Of many bridges that list an address, those are nearest that none is beyond."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass

import pytest

from discovery.topology import further_on
from discovery.topology.bridges import Directions
from discovery.topology.model import End, LinkFound


@dataclass(frozen=True, slots=True)
class Listed:
    node: int
    port: int


def port_of(here: int, there: int) -> int:
    return 10_000 * (here + 1) + there


def link(a: int, b: int, twice: int = 0, unknown: bool = False) -> LinkFound:
    """A link; one beside another has ports of its own, an unknown one none at `a`."""
    near = None if unknown else port_of(a, b) + 5000 * twice
    far = port_of(b, a) + 5000 * twice
    return LinkFound(a=End(a, near), b=End(b, far), kind="l2", evidence=("lldp a",))


class Site:
    """Some bridges, most of them in trees, and one address in their tables."""

    def __init__(
        self, chance: random.Random, size: int = 24, loops: int | None = None
    ) -> None:
        links = []
        for node in range(1, size):
            if chance.random() < 0.9:
                above = chance.randrange(max(0, node - 6), node)
                links.append(link(above, node, unknown=chance.random() < 0.1))
                if chance.random() < 0.1:
                    links.append(link(above, node, twice=1))
        if loops is None and chance.random() < 0.2:
            links.append(link(0, size - 1))
        for _ in range(loops or 0):
            near, far = sorted(chance.sample(range(size), 2))
            links.append(link(near, far))
        pairs = [(k.a.node, k.b.node) for k in links]
        sees: dict[int, dict[int, int]] = {}
        for _ in range(chance.choice((0, 3, 30))):
            here, there = chance.sample(range(size), 2)
            sees.setdefault(here, {})[there] = self._some(chance, here, pairs)
        self.links, self.sees = links, sees
        self.directions = Directions(links, sees)
        self.leading = {e.port for k in links for e in (k.a, k.b) if e.port}
        self.rows = [
            Listed(node, self._some(chance, node, pairs))
            for node in range(size)
            for _ in range(chance.choice((0, 1, 1, 1, 2)))
        ]
        self.asked = 0

    def _some(
        self, chance: random.Random, here: int, pairs: list[tuple[int, int]]
    ) -> int:
        near = [b if a == here else a for a, b in pairs if here in (a, b)]
        ports = [port_of(here, there) for there in near]
        ports += [port_of(here, near[0]) + 5000] if near else []
        return chance.choice([*ports, port_of(here, here)])

    def is_beyond(self, here: Listed, other: Listed) -> bool:
        """As `Places` says it: without the tables of other addresses."""
        self.asked += 1
        if other.node == here.node:
            return False
        if not self.directions.may_lead(here.node, here.port, other.node):
            return False
        if self.directions.may_lead(other.node, other.port, here.node):
            return False
        back = self.directions.toward(other.node, here.node)
        return back is not None or other.port not in self.leading

    def nearest(self) -> list[Listed]:
        return further_on.nearest(
            self.rows, self.directions, self.leading, self.is_beyond
        )


@pytest.mark.parametrize("start", range(0, 2000, 500))
def test_the_tree_tells_what_comparing_all_does(
    monkeypatch: pytest.MonkeyPatch, start: int
) -> None:
    kinds: Counter[int] = Counter()
    for seed in range(start, start + 500):
        made = Site(random.Random(seed))
        monkeypatch.setattr(further_on, "FEW", 1000)
        compared = made.nearest()
        monkeypatch.setattr(further_on, "FEW", 0)
        assert made.nearest() == compared, seed
        kinds[len(compared)] += 1
    assert len(kinds) > 5


def without(links: list[LinkFound], gone: int, start: int) -> set[int]:
    """Return who reaches whom once a bridge is taken out, by walking."""
    found: set[int] = set()
    left = [start]
    while left:
        node = left.pop()
        if node != gone and node not in found:
            found.add(node)
            ends = [(k.a.node, k.b.node) for k in links]
            left += [b for a, b in ends if a == node] + [
                a for a, b in ends if b == node
            ]
    return found


def by_definition(made: Site) -> list[Listed]:
    """The rows that no other is beyond: every two of them compared, by walking."""

    def leads(here: Listed, there: int) -> bool:
        if made.directions.root_of(here.node) is not None:
            return made.directions.may_lead(here.node, here.port, there)
        ends = [(k.a, k.b) for k in made.links] + [(k.b, k.a) for k in made.links]
        far = {b.node for a, b in ends if a == End(here.node, here.port)}
        seen = made.sees.get(here.node, {}).get(there) == here.port
        return seen or any(there in without(made.links, here.node, n) for n in far)

    def is_beyond(here: Listed, other: Listed) -> bool:
        if other.node == here.node or not leads(here, other.node):
            return False
        back = made.directions.toward(other.node, here.node)
        known = back is not None or other.port not in made.leading
        return known and not leads(other, here.node)

    return [
        here
        for here in made.rows
        if not made.directions.leads_on(here.port)
        or not any(is_beyond(here, other) for other in made.rows)
    ]


@pytest.mark.parametrize("loops", [0, 1, 3, 8])
def test_in_rings_a_few_comparisons_tell_what_all_do(
    monkeypatch: pytest.MonkeyPatch, loops: int
) -> None:
    monkeypatch.setattr(further_on, "FEW", 0)
    kinds: Counter[int] = Counter()
    for seed in range(150):
        made = Site(random.Random(seed), 16, loops)
        found = made.nearest()
        assert found == by_definition(made), seed
        kinds[len(found)] += 1
    assert len(kinds) > 5


def star(size: int, *, ring: bool = False) -> Site:
    """A core that does not list the gateway, which is itself, and all others do."""
    made = Site(random.Random(0), 2)
    links = [link(0, node) for node in range(1, size)]
    if ring:
        links += [link(node, node + 1) for node in range(1, size - 1)]
    made.directions = Directions(links, {})
    made.leading = {e.port for k in links for e in (k.a, k.b) if e.port}
    made.rows = [Listed(node, port_of(node, 0)) for node in range(1, size)]
    return made


def test_of_a_gateway_that_everybody_lists_each_cable_is_looked_at_a_few_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    work: Counter[int] = Counter()
    step = Directions.step

    def counted(self: Directions, here: int, there: int) -> int | None:
        work[size] += 1
        return step(self, here, there)

    monkeypatch.setattr(Directions, "step", counted)
    for size in (100, 400):
        made = star(size)
        assert len(made.nearest()) == size - 1
        assert made.asked == 0
    assert 0 < work[400] <= 5 * work[100]


def test_of_a_gateway_of_rings_few_rows_are_compared() -> None:
    for size in (100, 400):
        made = star(size, ring=True)
        assert len(made.nearest()) == size - 1
        made.rows.append(Listed(5, port_of(5, 5)))
        assert made.nearest() == [made.rows[4], made.rows[-1]]
        assert made.asked < 12 * size
