"""Which ports of two bridges face each other, told by what both have learned."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.topology.port_pairs import ANY, facing, last_of


def test_macs_on_both_sides_tell_both_ports() -> None:
    a = {"m1": 1, "m2": 2, "m3": 9, "m4": 9}
    b = {"m1": 7, "m2": 7, "m3": 3, "m4": 4}
    assert facing(a, b) == {(9, 7)}


def test_macs_on_one_side_only_tell_one_port() -> None:
    a = {"m1": 9, "m2": 9, "m3": 9, "m4": 9}
    b = {"m1": 1, "m2": 1, "m3": 2, "m4": 2}
    assert facing(a, b) == {(9, ANY), (9, 1), (9, 2)}


def test_one_row_left_over_from_a_move_does_not_mislead() -> None:
    a = {f"m{n}": 9 for n in range(5)} | {f"n{n}": n for n in range(5)}
    b = {f"m{n}": n for n in range(5)} | {f"n{n}": 7 for n in range(5)}
    assert facing(a | {"m1": 4}, b) == {(9, 7)}


def test_bridges_that_have_nothing_in_common_tell_nothing() -> None:
    assert facing({"m1": 1}, {"m2": 1}) == frozenset()


@given(st.integers(0, 10**6), st.integers(2, 30), st.integers(2, 30))
@settings(max_examples=60, deadline=None)
def test_the_true_pair_is_never_ruled_out(seed: int, near: int, far: int) -> None:
    rng = random.Random(seed)
    a, b = {}, {}
    for n in range(near + far):
        mine = n < near
        # Ports 1 to 8 are at the edge; 9 of the one faces 7 of the other.
        a[f"m{n}"] = rng.randint(1, 6) if mine else 9
        b[f"m{n}"] = 7 if mine else rng.randint(1, 6)
    a = {mac: port for mac, port in a.items() if rng.random() < 0.8}
    b = {mac: port for mac, port in b.items() if rng.random() < 0.8}
    found = facing(a, b)
    assert not found or any(x in (9, ANY) and y in (7, ANY) for x, y in found)
    assert {(y, x) for x, y in facing(b, a)} == found


@given(st.integers(0, 10**6), st.integers(1, 12), st.floats(0, 1))
def test_the_last_are_those_that_lead_to_none_of_the_others(
    seed: int, size: int, share: float
) -> None:
    rng = random.Random(seed)
    pairs = [(a, b) for a in range(size) for b in range(size) if a != b]
    known = {pair for pair in pairs if rng.random() < share}
    items = rng.sample(range(size), size)
    truth = [a for a in items if not any((a, b) in known for b in items)]
    found = last_of(items, lambda a, b: (a, b) in known, size)
    assert found is not None
    assert sorted(found) == sorted(truth)


def test_of_a_tree_every_port_is_compared_with_the_last_one_alone() -> None:
    asked = []

    def leads(here: int, there: int) -> bool:
        asked.append((here, there))
        return there == 0

    assert last_of(range(300), leads, 16) == [0]
    assert len(asked) <= 3 * 300


def test_of_many_places_none_of_which_leads_on_nothing_is_told() -> None:
    asked = []

    def leads(here: int, there: int) -> bool:
        asked.append((here, there))
        return False

    assert last_of(range(1000), leads, 16) is None
    assert len(asked) < 400
