"""What is drawn of networks that flood frames: right, coarse, unknown or wrong."""

from __future__ import annotations

from collections import Counter

import pytest

from discovery.topology.compute import compute_topology
from tests.discovery.flooding.reading import cables, judge
from tests.discovery.flooding.situations import SITUATIONS, make


def drawn(situation: str, networks: int) -> Counter[str]:
    """Judge some networks of a kind, the links with them."""
    counts: Counter[str] = Counter()
    for seed in range(networks):
        reading = make(situation, seed)
        network = reading.network()
        topology = compute_topology(network)
        counts += judge(reading, network, topology)
        true = cables(reading)
        for link in topology.links:
            pair = frozenset((link.a.node, link.b.node))
            counts["links" if pair in true else "invented"] += 1
    return counts


def share(counts: Counter[str], what: str) -> float:
    places = ("right", "coarse", "unknown", "wrong")
    return counts[what] / max(1, sum(counts[each] for each in places))


LEAST_RIGHT = {
    "tree for each VLAN": 0.97,
    "tree for each instance": 0.97,
}
MOST_WRONG = {"cut off": 0.001}


def fits(situation: str, counts: Counter[str]) -> bool:
    """Whether the counts are as good as they have to be."""
    return (
        counts["invented"] == 0
        and share(counts, "wrong") <= MOST_WRONG.get(situation, 0.0002)
        and share(counts, "right") >= LEAST_RIGHT.get(situation, 0.0)
    )


@pytest.mark.parametrize("situation", SITUATIONS)
def test_no_place_is_wrong_and_no_link_invented(situation: str) -> None:
    counts = drawn(situation, 3)
    assert fits(situation, counts), counts


@pytest.mark.slow
@pytest.mark.parametrize("situation", SITUATIONS)
def test_in_many_networks(situation: str) -> None:
    counts = drawn(situation, 40)
    print(f"{situation}: {dict(sorted(counts.items()))}")
    assert fits(situation, counts), counts
