"""A MAC identifies a card if it was burnt in and nobody else was given it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectors.facts import Clue, Interface
from discovery.matching.match import resolve
from tests.discovery.fakes import box
from tests.discovery.rules_identity.visits import (
    AGENT_1,
    AGENT_2,
    BOARD_1,
    BOARD_2,
    BOARDS,
    CARD_1,
    CARD_2,
    CARD_3,
    DAY,
    devices,
    known,
    sorted_into,
    values,
    visit,
)


def test_one_card_at_two_addresses_is_one_device() -> None:
    assert sorted_into(visit("a", macs=[CARD_1]), visit("b", macs=[CARD_1])) == ["a+b"]


def test_two_cards_at_two_addresses_are_two_devices() -> None:
    one, other = visit("a", macs=[CARD_1]), visit("b", macs=[CARD_2])
    assert sorted_into(one, other) == ["a", "b"]


def test_a_card_ties_two_others_to_one_device() -> None:
    """Each interface of a router answers with another part of its cards."""
    assert sorted_into(
        visit("a", macs=[CARD_1, CARD_2]),
        visit("b", macs=[CARD_2, CARD_3]),
        visit("c", macs=[CARD_3]),
    ) == ["a+b+c"]


@pytest.mark.parametrize(
    "mac",
    [
        "00:00:5e:00:01:0a",
        "00:00:5e:00:02:0a",
        "00:00:0c:07:ac:01",
        "00:00:0c:9f:f0:01",
        "00:05:73:a0:00:01",
        "00:07:b4:00:01:01",
    ],
    ids=["VRRP", "VRRP for IPv6", "HSRP 1", "HSRP 2", "HSRP for IPv6", "GLBP"],
)
def test_the_address_of_a_virtual_router_is_of_no_box(mac: str) -> None:
    assert known(box(macs=[mac]), kind="mac") == []


@pytest.mark.parametrize(
    "mac",
    [
        "00:00:00:00:00:00",
        "ff:ff:ff:ff:ff:ff",
        "01:80:c2:00:00:0e",
        "33:33:00:00:00:01",
    ],
    ids=["zero", "broadcast", "LLDP group", "IPv6 group"],
)
def test_group_addresses_and_zero_are_of_no_card(mac: str) -> None:
    assert known(box(macs=[mac]), kind="mac") == []


@pytest.mark.parametrize("mac", ["da:a1:19:12:34:56", "02:42:ac:11:00:02"])
def test_a_locally_administered_address_is_of_no_card(mac: str) -> None:
    """IEEE 802, U/L bit: phones draw one for each Wi-Fi, containers for each start."""
    assert known(box(macs=[mac]), kind="mac") == []


@pytest.mark.parametrize(
    "mac", ["00:50:56:c0:00:08", "00:1a:7d:da:71:0a", "00:05:9a:3c:7a:00"]
)
def test_addresses_that_software_or_a_factory_gave_to_many_identify_none(
    mac: str,
) -> None:
    assert known(box(macs=[mac]), kind="mac") == []


def test_the_address_of_a_dock_follows_the_dock() -> None:
    dock = "00:e0:4c:68:00:17"
    one, other = visit("a", macs=[dock, CARD_1]), visit("b", macs=[dock, CARD_2])
    assert sorted_into(one, other) == ["a", "b"]
    assert sorted_into(visit("a", macs=[dock]), visit("b", macs=[dock])) == ["a", "b"]


def test_an_adapter_on_usb_is_a_dock_whatever_its_maker() -> None:
    """systemd names network cards on USB `enx` and the address."""
    adapter = Interface(if_index=2, name="enx3cd92b111111", mac=CARD_1, physical=True)
    seen = replace(box(), interfaces=(adapter,))
    assert values(seen, kind="mac") == []
    onboard = replace(adapter, name="enp0s31f6")
    assert values(replace(seen, interfaces=(onboard,)), kind="mac") == [CARD_1]


@pytest.mark.parametrize(
    "kind",
    [53, 131, 135, 161, 209, 24],
    ids=["virtual", "tunnel", "VLAN", "aggregate", "bridge", "loopback"],
)
def test_interfaces_made_by_software_borrow_their_address(kind: int) -> None:
    """IANAifType: only Ethernet and 802.11 kinds are cards."""
    made = Interface(if_index=9, name="x9", type=kind, mac=CARD_1)
    assert values(replace(box(), interfaces=(made,)), kind="mac") == []


@pytest.mark.parametrize("kind", [6, 62, 69, 71, 117, None])
def test_ethernet_and_radio_interfaces_are_cards(kind: int | None) -> None:
    card = Interface(if_index=1, name="x1", type=kind, mac=CARD_1)
    assert values(replace(box(), interfaces=(card,)), kind="mac") == [CARD_1]


def test_whether_there_is_a_connector_outweighs_the_type() -> None:
    bridge = Interface(if_index=1, name="br0", type=6, mac=CARD_1, physical=False)
    assert values(replace(box(), interfaces=(bridge,)), kind="mac") == []
    odd = replace(bridge, type=131, physical=True)
    assert values(replace(box(), interfaces=(odd,)), kind="mac") == [CARD_1]


def test_the_base_address_of_a_switch_is_its_own() -> None:
    """dot1dBaseBridgeAddress is unique to the bridge (RFC 4188)."""
    one, other = visit("a", base=CARD_1, name="x"), visit("b", base=CARD_1, name="y")
    assert sorted_into(one, other) == ["a+b"]


def test_the_base_address_counts_more_than_that_of_a_port() -> None:
    base = known(box(base=CARD_1), kind="mac")[0]
    port = known(box(macs=[CARD_1]), kind="mac")[0]
    assert base.strength > port.strength
    both = known(box(base=CARD_1, macs=[CARD_1]), kind="mac")
    assert [i.strength for i in both] == [base.strength]


def test_a_virtual_base_address_is_none() -> None:
    assert known(box(base="00:00:5e:00:01:0a"), kind="mac") == []


def test_an_address_on_two_agents_with_other_names_at_once_is_a_shared_one() -> None:
    """A redundant pair answers with one address from two control units."""
    one = visit("a", macs=[CARD_1], engine=AGENT_1, name="fw-a1")
    other = visit("b", macs=[CARD_1], engine=AGENT_2, name="fw-b1")
    found = resolve([one, other])
    assert devices(found) == ["a", "b"]
    assert [i.value for i in found.shared] == [CARD_1]


def test_a_shared_address_is_proven_by_another_agent_and_not_by_another_name() -> None:
    one = visit("a", macs=[CARD_1], engine=AGENT_1, name="fw-a1")
    assert sorted_into(one, visit("b", macs=[CARD_1], name="fw-b1")) == ["a+b"]
    assert sorted_into(one, visit("b", macs=[CARD_1], engine=AGENT_2)) == ["a", "b"]


def test_a_box_that_was_renamed_and_reset_keeps_its_card() -> None:
    """More than a day apart, another name and agent are a reinstallation."""
    for early, late in ("ab", "ba"):
        one = visit(early, macs=[CARD_1], engine=AGENT_1, name="old1")
        at_once = visit(late, macs=[CARD_1], engine=AGENT_2, name="new1", after=DAY)
        later = replace(at_once, seen_at=one.seen_at + DAY * 1.01)
        assert sorted_into(one, at_once) == ["a", "b"]
        assert sorted_into(one, later) == ["a+b"]


def test_a_dock_known_by_two_boards_joins_neither_with_a_third() -> None:
    one = visit("a", uuid=BOARD_1, macs=[CARD_1])
    two = visit("b", uuid=BOARD_2, macs=[CARD_1])
    only = visit("c", macs=[CARD_1])
    found = resolve([one, two, only])
    assert devices(found) == ["a", "b"]
    (conflict,) = found.conflicts
    assert conflict.keys == {"c"}
    assert conflict.between == (frozenset("a"), frozenset("b"))
    assert conflict.reasons == (
        f"mac {CARD_1} belongs to 2 devices that are not the same",
    )


def test_an_address_told_as_a_clue_is_that_of_a_card() -> None:
    seen = replace(box(), clues=(Clue("mac", CARD_1, "NetBIOS"),))
    assert values(seen, kind="mac") == [CARD_1]
    other = replace(box(), clues=(Clue("oui", CARD_1, "NetBIOS"),))
    assert values(other, kind="mac") == []


def test_who_has_none_of_the_shared_addresses_is_no_conflict() -> None:
    docked = [
        visit(k, uuid=u, macs=[CARD_1]) for k, u in zip("ab", BOARDS, strict=True)
    ]
    found = resolve([*docked, visit("c", macs=[CARD_2])])
    assert devices(found) == ["a", "b", "c"]
    assert found.conflicts == ()


def test_a_record_between_two_devices_does_not_part_what_belongs_together() -> None:
    """Only the addresses that tie it to both are shared; a third one joins as ever."""
    one = visit("a", uuid=BOARD_1, macs=[CARD_1, CARD_3])
    two = visit("b", uuid=BOARD_2, macs=[CARD_2])
    both = visit("c", macs=[CARD_1, CARD_2])
    ours = visit("d", macs=[CARD_3])
    found = resolve([one, two, both, ours])
    assert devices(found) == ["a+d", "b"]
    assert [conflict.keys for conflict in found.conflicts] == [frozenset("c")]
    assert sorted(i.value for i in found.shared) == [CARD_1, CARD_2]


def test_two_agents_with_one_address_stay_devices_beside_one_that_says_less() -> None:
    one = visit("a", macs=[CARD_1], engine=AGENT_1, name="fw-a1")
    two = visit("b", macs=[CARD_1], engine=AGENT_2, name="fw-b1")
    silent = visit("c", macs=[CARD_1], name="fw-c1")
    found = resolve([one, two, silent])
    assert devices(found) == ["a", "b"]
    assert [conflict.keys for conflict in found.conflicts] == [frozenset("c")]
