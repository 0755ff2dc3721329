"""Who is seen only on ports that lead to other bridges is behind one of them."""

from __future__ import annotations

import pytest

from tests.discovery.rules_topology.wiring import PC, PC_2, PHONE, Wiring


@pytest.mark.parametrize(
    ("kind", "via"), [("access-point", "wireless"), ("server", "host")]
)
def test_behind_a_bridge_that_is_no_switch_is_behind_a_radio_or_a_host(
    kind: str, via: str
) -> None:
    """It was read, and lists no stations of its own: a radio, or a hypervisor."""
    net = Wiring()
    net.switch("core")
    net.switch("box", kind=kind)
    net.hears_node(1, 1, 2, 1)
    net.learns(1, 1, PC)
    assert net.where(PC) == f"core 1 behind box ({via})"


def test_several_behind_a_host_are_behind_the_host_and_not_behind_a_hub() -> None:
    net = Wiring()
    net.switch("core")
    net.switch("box", kind="server")
    net.hears_node(1, 1, 2, 1)
    net.learns(1, 1, PC, PC_2)
    assert net.where(PC) == net.where(PC_2) == "core 1 behind box (host)"


def test_hosts_of_unknown_place_are_not_together_behind_a_hub() -> None:
    net = Wiring()
    for name in ("east", "west"):
        node = net.switch(name)
        net.learns(node, 3, PC)
        net.learns(node, 4, PC_2)
    places = net.drawn().places
    assert [places[mac].via for mac in (PC, PC_2)] == ["", ""]


def test_a_bridge_that_is_no_switch_is_itself_at_the_port() -> None:
    net = Wiring()
    net.switch("core")
    net.switch("ap", kind="access-point")
    net.hears_node(1, 1, 2, 1)
    net.learns(1, 1, net.mac(2))
    assert net.where(net.mac(2)) == "core 1"


def two_behind_one_port() -> Wiring:
    net = Wiring()
    for name in ("core", "acc1", "acc2"):
        net.switch(name)
    net.hears_node(1, 1, 2, 8)
    return net


def test_behind_one_of_two_bridges_on_a_port_is_not_guessed() -> None:
    net = two_behind_one_port()
    net.hears_node(1, 1, 3, 8)
    net.learns(1, 1, PC)
    assert net.where(PC) == "unknown: behind one of acc1, acc2"


def test_of_two_bridges_behind_a_port_the_one_that_announces_itself_is_near() -> None:
    """acc2 is further on: its address is seen, its announcement is not."""
    net = two_behind_one_port()
    net.learns(1, 1, net.mac(3), PC)
    assert net.where(PC) == "acc1 ? (neighbour): behind acc1, which does not list it"


def unread_between(*, both_hear: bool = True) -> Wiring:
    """east 1 - dist - west 1; dist could not be read."""
    net = Wiring()
    net.switch("east")
    net.switch("west")
    net.switch("dist", read=False)
    net.learns(1, 1, net.mac(2))
    net.learns(2, 1, net.mac(1))
    net.hears_node(1, 1, 3, 1)
    if both_hear:
        net.hears_node(2, 1, 3, 2)
    return net


def test_a_host_on_an_unread_switch_between_two_others_is_behind_it() -> None:
    net = unread_between()
    net.learns(1, 1, PC)
    net.learns(2, 1, PC)
    assert net.where(PC) == "east 1 behind dist (neighbour)"


def test_an_unread_switch_between_two_others_is_at_the_port_to_it() -> None:
    net = unread_between()
    net.learns(1, 1, net.mac(3))
    net.learns(2, 1, net.mac(3))
    assert net.where(net.mac(3)) == "east 1"


def test_a_switch_that_only_one_side_announces_is_not_taken_for_the_place() -> None:
    net = unread_between(both_hear=False)
    net.learns(1, 1, PC)
    net.learns(2, 1, PC)
    assert net.where(PC) == "unknown: seen only between switches: east, west"


def test_a_telephone_between_two_switches_is_not_taken_for_a_switch() -> None:
    net = Wiring()
    net.switch("east")
    net.switch("west")
    net.device("tel", "phone", PHONE)
    for here, there in ((1, 2), (2, 1)):
        net.learns(here, 1, net.mac(there), PC)
        net.hears(here, 1, chassis_id=PHONE, chassis_id_type="mac")
    assert net.where(PC) == "unknown: seen only between switches: east, west"


def test_of_many_places_four_are_named() -> None:
    net = Wiring()
    for name in "fedcba":
        node = net.switch(f"s-{name}")
        net.learns(node, 3, PC_2)
    assert net.where(PC_2) == (
        "unknown: learned at 6 places: "
        "s-a Gi1/0/3, s-b Gi1/0/3, s-c Gi1/0/3, s-d Gi1/0/3"
    )


def ring() -> Wiring:
    """Three switches in a ring that announce themselves all around."""
    net = Wiring()
    for name in ("one", "two", "three"):
        net.switch(name)
    for a, b in ((1, 2), (2, 3), (3, 1)):
        net.cable(a, 1, b, 2)
    return net


def test_in_a_ring_a_host_is_at_the_only_port_without_a_switch_behind() -> None:
    net = ring()
    net.learns(1, 5, PC)
    net.learns(2, 2, PC)
    net.learns(3, 1, PC)
    assert net.where(PC) == "one 5"


def test_in_a_ring_a_host_that_no_edge_lists_is_unknown() -> None:
    net = ring()
    net.learns(2, 2, PC)
    net.learns(3, 1, PC)
    assert net.where(PC) == "unknown: seen only between switches: three, two"
