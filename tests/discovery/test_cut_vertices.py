"""What stays together when one node of a graph is taken out."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from discovery.topology.cut_vertices import Parts

LINKS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=24)


def reached(near: dict[int, set[int]], gone: int | None, start: int) -> set[int]:
    """Return what is connected with a node, without another one, by walking."""
    found: set[int] = set()
    left = [start]
    while left:
        node = left.pop()
        if node != gone and node not in found:
            found.add(node)
            left += near[node]
    return found


@given(LINKS)
def test_parts_are_what_walking_finds(links: list[tuple[int, int]]) -> None:
    near: dict[int, set[int]] = defaultdict(set)
    for a, b in links:
        near[a].add(b)
        near[b].add(a)
    parts = Parts(dict(near))
    for gone in near:
        whole = reached(near, None, gone) - {gone}
        for node in near:
            part = parts.part(gone, node)
            assert (part is None) == (node not in whole)
            if part is not None:
                same = {n for n in near if parts.part(gone, n) == part}
                assert same == reached(near, gone, node)


def test_of_a_long_chain_every_node_parts_the_others() -> None:
    """Deeper than calls may be nested."""
    size = 5000
    near = {n: [m for m in (n - 1, n + 1) if 0 <= m < size] for n in range(size)}
    parts = Parts(near)
    assert parts.part(2500, 0) != parts.part(2500, size - 1)
    assert parts.part(2500, 2501) == parts.part(2500, size - 1)
    assert parts.part(2500, size) is None
