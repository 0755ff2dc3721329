"""Links and places, on networks made by hand and on generated ones."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.topology.compute import compute_topology
from discovery.topology.model import Network, Place, Table
from tests.discovery.network_truth import Made, Truth
from tests.discovery.networks import HSRP, Maker

T = TypeVar("T")


def judge(made: Made, places: dict[str, Place]) -> Counter[str]:
    """Count places that are right, coarse, unknown or wrong.

    Coarse is the nearest switch that was read where the switch itself was not, or the
    access point where its own port is not known. Disputed is unknown because tables
    that were read before and after a move contradict each other; misled is where all
    tables that were read say the same, and it was so before the move.
    """
    found: Counter[str] = Counter()
    for address, truth in made.truth.items():
        place = places.get(address)
        if place is None or place.node is None:
            found[_unknown(truth)] += 1
        elif place.port == truth.port:
            found["right"] += 1
        elif place.node == truth.behind:
            found["coarse"] += 1
        elif not truth.listed and (place.port is None or place.port in truth.path):
            found["coarse"] += 1
        elif truth.moved and not truth.listed:
            found["misled"] += 1
        else:
            found["wrong"] += 1
    return found


def _unknown(truth: Truth) -> str:
    if not truth.listed:
        return "unknown"
    return "disputed" if truth.moved else "lost"


def total(drawn: list[Counter[str]]) -> Counter[str]:
    return sum(drawn, Counter())


def test_every_endpoint_of_well_read_networks_is_at_its_port() -> None:
    counts = total(
        [
            judge(made, dict(compute_topology(made.network).places))
            for made in (Maker(seed).make(6, 25) for seed in range(40))
        ]
    )
    assert set(counts) == {"right"}
    assert counts["right"] > 1500


@pytest.mark.parametrize(
    ("noise", "unread", "silent"),
    [
        (0.1, 0.0, 0.0),
        (0.0, 0.3, 0.0),
        (0.0, 0.0, 0.4),
        (0.1, 0.2, 0.3),
        (0.3, 0.4, 0.6),
    ],
    ids=["rows aged out", "not read", "silent", "all of it", "much of it"],
)
def test_places_are_never_wrong_and_mostly_known(
    noise: float, unread: float, silent: float
) -> None:
    counts = total(
        [
            judge(made, dict(compute_topology(made.network).places))
            for made in (
                Maker(seed, noise=noise, unread=unread, silent=silent).make(6, 25)
                for seed in range(60)
            )
        ]
    )
    determined = counts["right"] + counts["lost"] + counts["wrong"]
    assert counts["wrong"] == 0, counts
    assert counts["right"] >= 0.99 * determined, counts


@pytest.mark.parametrize("silent", [0.0, 1.0])
def test_what_moved_a_moment_ago_is_at_its_new_port_or_unknown(silent: float) -> None:
    counts = total(
        [
            judge(made, dict(compute_topology(made.network).places))
            for made in (
                Maker(seed, moved=0.1, silent=silent).make(6, 25) for seed in range(40)
            )
        ]
    )
    assert set(counts) == {"right", "disputed"}
    assert counts["right"] > 20 * counts["disputed"]


def test_a_doubtful_place_has_a_reason() -> None:
    for seed in range(20):
        made = Maker(seed, moved=0.3, unread=0.2, noise=0.2).make(6, 20)
        for place in compute_topology(made.network).places.values():
            assert place.node is not None or place.reason


def test_who_is_in_between_is_told() -> None:
    wrong = []
    for seed in range(30):
        made = Maker(seed).make(4, 20)
        places = compute_topology(made.network).places
        wrong += [
            (seed, address, truth, places[address])
            for address, truth in made.truth.items()
            if truth.behind is not None and places[address].behind != truth.behind
        ]
    assert wrong == []


def test_every_cable_between_switches_is_one_link() -> None:
    for seed in range(40):
        made = Maker(seed).make(7, 10)
        links = {
            frozenset((link.a.node, link.b.node)): link
            for link in compute_topology(made.network).links
            if {link.a.node, link.b.node} <= set(range(7))
        }
        assert links.keys() == made.cables.keys()
        for pair, (ends, _) in made.cables.items():
            assert {links[pair].a.port, links[pair].b.port} == ends


def test_cables_that_nobody_announces_are_inferred_from_the_tables() -> None:
    made = Maker(3, silent=1.0).make(6, 10)
    links = [
        link
        for link in compute_topology(made.network).links
        if {link.a.node, link.b.node} <= set(range(6))
    ]
    assert {frozenset((k.a.node, k.b.node)) for k in links} == made.cables.keys()
    assert {link.kind for link in links} == {"inferred"}
    for link in links:
        ends, _ = made.cables[frozenset((link.a.node, link.b.node))]
        assert {link.a.port, link.b.port} == ends


@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_the_order_of_rows_does_not_matter(seed: int, rng: random.Random) -> None:
    made = Maker(seed, noise=0.1, unread=0.2, silent=0.2).make(5, 12)
    assert compute_topology(shuffled(made.network, rng)) == compute_topology(
        made.network
    )


def shuffled(network: Network, rng: random.Random) -> Network:
    def mixed(items: list[T]) -> list[T]:
        return rng.sample(items, len(items))

    return replace(
        network,
        nodes=dict(mixed(list(network.nodes.items()))),
        ports=mixed(list(network.ports)),
        announcements=mixed(list(network.announcements)),
        tables={
            node: Table(tuple(mixed(list(table.rows))), table.read_at)
            for node, table in mixed(list(network.tables.items()))
        },
        stations=mixed(list(network.stations)),
    )


def test_virtual_router_addresses_are_nowhere() -> None:
    assert HSRP not in compute_topology(Maker(1).make(3, 5).network).places
