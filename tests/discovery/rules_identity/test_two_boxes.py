"""Two boxes that answer at once, with one fact in common or one that is not told.

Each row is the smallest thing that could make one device of two. None may, in silence;
what has to stay one device stands below, so that the rules cannot pass by joining
nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from collectors.facts import Address, Clue, Observation
from discovery.matching.clusters import Record
from discovery.matching.identifiers import Identifier
from discovery.matching.match import resolve
from tests.discovery.fakes import T0, box
from tests.discovery.rules_identity.visits import (
    AGENT_1,
    AGENT_2,
    BOARD_1,
    BOARD_2,
    CARD_1,
    CARD_2,
    DAY,
    devices,
    record,
)

ONE: dict[str, Any] = {
    "serial": "FDO1111A0AB",
    "uuid": BOARD_1,
    "name": "sw-a1",
    "macs": [CARD_1],
    "engine": AGENT_1,
    "base": "3c:d9:2b:aa:00:01",
}
TWO: dict[str, Any] = {
    "serial": "FDO2222B0CD",
    "uuid": BOARD_2,
    "name": "sw-b1",
    "macs": [CARD_2],
    "engine": AGENT_2,
    "base": "3c:d9:2b:bb:00:02",
}
MORE = {
    "host-key": ("SHA256:one", "SHA256:two", 65),
    "imei": ("490154203237518", "356938035643809", 95),
    "sip-instance": ("urn:uuid:1", "urn:uuid:2", 75),
}
FACTS = (*ONE, *MORE)


def told(key: str, facts: dict[str, Any], **more: str) -> Record:
    """What a box at an address of its own tells."""
    made = record(key, box(f"10.0.0.{ord(key)}", **facts))
    also = frozenset(
        Identifier(kind, value, strength=MORE[kind][2]) for kind, value in more.items()
    )
    return replace(made, identifiers=made.identifiers | also)


def all_more(which: int) -> dict[str, str]:
    return {kind: str(values[which]) for kind, values in MORE.items()}


def with_fact(fact: str, value: Any) -> tuple[dict[str, Any], dict[str, str]]:  # noqa: ANN401
    """The second box, with one fact changed; None takes it away."""
    facts, more = dict(TWO), all_more(1)
    if fact in MORE:
        more[fact] = value
    else:
        facts[fact] = value
    return facts, {kind: value for kind, value in more.items() if value is not None}


def two(first: Record, second: Record) -> None:
    assert devices(resolve([first, second])) == ["a", "b"]
    assert devices(resolve([second, first])) == ["a", "b"]


@pytest.mark.parametrize("fact", FACTS)
def test_one_fact_in_common_makes_no_device_of_two(fact: str) -> None:
    same = MORE[fact][0] if fact in MORE else ONE[fact]
    facts, more = with_fact(fact, same)
    two(told("a", ONE, **all_more(0)), told("b", facts, **more))


@pytest.mark.parametrize("fact", FACTS)
def test_one_fact_that_is_not_told_makes_no_device_of_two(fact: str) -> None:
    facts, more = with_fact(fact, None if fact != "macs" else ())
    two(told("a", ONE, **all_more(0)), told("b", facts, **more))


@pytest.mark.parametrize("fact", [f for f in FACTS if f not in ("name", "serial")])
def test_one_fact_in_common_of_boxes_that_tell_no_serial_joins_nothing(
    fact: str,
) -> None:
    same = MORE[fact][0] if fact in MORE else ONE[fact]
    facts, more = with_fact(fact, same)
    two(
        told("a", {**ONE, "serial": None}, **all_more(0)),
        told("b", {**facts, "serial": None}, **more),
    )


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"serial": "12345"}, {"serial": "12345"}),
        ({"serial": "N/A"}, {"serial": "N/A"}),
        (
            {"uuid": "03000200-0400-0500-0006-000700080009"},
            {"uuid": "03000200-0400-0500-0006-000700080009"},
        ),
        (
            {"uuid": "ffffffff-ffff-ffff-ffff-ffffffffffff"},
            {"uuid": "ffffffff-ffff-ffff-ffff-ffffffffffff"},
        ),
        ({"engine": "8000000001020304"}, {"engine": "8000000001020304"}),
        ({"macs": ["00:e0:4c:68:00:17"]}, {"macs": ["00:e0:4c:68:00:17"]}),
        ({"base": "00:00:5e:00:01:0a"}, {"base": "00:00:5e:00:01:0a"}),
        ({"name": "switch"}, {"name": "switch"}),
        (
            {"serial": "S1234567", "macs": [CARD_1]},
            {"serial": "S1234567", "macs": [CARD_2]},
        ),
    ],
    ids=[
        "run",
        "filler",
        "board",
        "empty flash",
        "example",
        "dock",
        "virtual",
        "default",
        "maker",
    ],
)
def test_what_identifies_nobody_joins_nobody(
    ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    two(told("a", ours), told("b", theirs))


def router(address: str, **facts: Any) -> Observation:  # noqa: ANN401
    """Tells both its addresses wherever it is asked."""
    own = (Address(ip="10.0.0.1"), Address(ip="10.0.1.1"))
    return replace(box(address, **{**ONE, **facts}), addresses=own)


@pytest.mark.parametrize("missing", [None, *ONE])
def test_a_router_asked_at_two_addresses_is_one(missing: str | None) -> None:
    facts = {missing: () if missing == "macs" else None} if missing else {}
    first = record("a", router("10.0.0.1"))
    second = record("b", router("10.0.1.1", **facts))
    assert devices(resolve([first, second])) == ["a+b"]


@pytest.mark.parametrize("changed", ["name", "macs", "engine", "base"])
def test_who_changed_one_thing_and_its_address_is_the_same_later(changed: str) -> None:
    first = record("a", box("10.0.0.1", **ONE))
    later = box("10.0.0.2", **{**ONE, changed: TWO[changed]}, at=T0 + DAY * 1.1)
    assert devices(resolve([first, record("b", later)])) == ["a+b"]


def test_what_others_say_of_a_box_is_not_another_box() -> None:
    """What was only heard of answered nowhere, so it is at no other address."""
    heard = replace(
        box("", name="SEP3CD92B111111", collector="heard"),
        clues=(Clue("mac", CARD_1, "lldp"),),
    )
    own = record("a", box("10.0.0.1", **ONE))
    other = replace(record("b", heard), address="")
    assert devices(resolve([own, other])) == ["a+b"]
