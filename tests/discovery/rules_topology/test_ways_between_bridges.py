"""Through which port one bridge reaches another: what tables say, else a tree's way."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from discovery.topology.bridges import Directions
from discovery.topology.model import End, LinkFound

TREE = ((1, 2), (1, 3), (2, 4), (2, 5), (3, 6))
"""Bridge 1 has 2 and 3 below it, 2 has 4 and 5, 3 has 6."""

NEXT = {
    1: {2: 2, 4: 2, 5: 2, 3: 3, 6: 3},
    2: {4: 4, 5: 5, 1: 1, 3: 1, 6: 1},
    3: {6: 6, 1: 1, 2: 1, 4: 1, 5: 1},
    4: dict.fromkeys((1, 2, 3, 5, 6), 2),
    5: dict.fromkeys((1, 2, 3, 4, 6), 2),
    6: dict.fromkeys((1, 2, 3, 4, 5), 3),
}
"""Bridge -> other bridge -> the next one on the way."""


def links(pairs: Iterable[tuple[int, int]], shift: int = 0) -> list[LinkFound]:
    """Cables; port 203 of bridge 2 leads to bridge 3."""
    return [
        LinkFound(a=End(a, a * 100 + b), b=End(b, b * 100 + a))
        for a, b in ((a + shift, b + shift) for a, b in pairs)
    ]


@pytest.mark.parametrize("turned", [False, True])
def test_in_a_tree_every_bridge_is_reached_by_the_next_one_on_the_way(
    turned: bool,
) -> None:
    cables = links((b, a) if turned else (a, b) for a, b in TREE)
    ways = Directions(cables, {})
    found = {a: {b: ways.toward(a, b) for b in NEXT[a]} for a in NEXT}
    assert found == {
        a: {b: a * 100 + step for b, step in steps.items()} for a, steps in NEXT.items()
    }


def test_the_second_of_two_trees_is_as_good_as_the_first() -> None:
    ways = Directions([*links(TREE), *links(TREE, shift=6)], {})
    assert ways.toward(7, 11) == 708
    assert ways.toward(10, 12) == 1008
    assert ways.toward(9, 10) == 907
    assert ways.toward(4, 6) == 402


def test_no_way_leads_from_one_tree_to_another() -> None:
    ways = Directions([*links(TREE), *links(TREE, shift=6)], {})
    pairs = [(a, b) for a in range(1, 7) for b in range(7, 13)]
    assert {ways.toward(a, b) for a, b in pairs} == {None}
    assert {ways.toward(b, a) for a, b in pairs} == {None}


def test_in_a_ring_only_neighbours_have_a_way() -> None:
    """Spanning tree blocks one of the cables, and links do not tell which."""
    ways = Directions(links(((1, 2), (2, 3), (3, 4), (4, 1))), {})
    assert ways.toward(1, 2) == 102
    assert ways.toward(4, 1) == 401
    assert ways.toward(1, 3) is None


def test_a_ring_beside_a_tree_does_not_spoil_it() -> None:
    ring = links(((1, 2), (2, 3), (3, 1)))
    ways = Directions([*ring, *links(((1, 2), (2, 3)), shift=6)], {})
    assert ways.toward(7, 9) == 708
    assert ways.toward(9, 7) == 908


def test_a_forwarding_table_tells_the_way_whatever_the_links_say() -> None:
    ways = Directions(links(TREE), {4: {6: 499}, 9: {1: 901}})
    assert ways.toward(4, 6) == 499
    assert ways.toward(4, 3) == 402
    assert ways.toward(9, 1) == 901


def test_who_has_no_link_is_reached_by_nobody() -> None:
    ways = Directions(links(TREE), {})
    assert ways.toward(1, 99) is None
    assert ways.toward(99, 1) is None


def test_a_link_of_an_unknown_port_is_a_way_without_a_port() -> None:
    ways = Directions([LinkFound(a=End(1, None), b=End(2, 201))], {})
    assert ways.toward(1, 2) is None
    assert ways.toward(2, 1) == 201
