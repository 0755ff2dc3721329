"""A spanning tree per VLAN, aggregates to two switches, tables that were cut off."""

from __future__ import annotations

import pytest

from tests.discovery.rules_topology.wiring import PC, PC_2, PC_3, Wiring


def square(*, servers: bool = False) -> Wiring:
    """Cores 1 and 2, access switches 3 and 4 with a cable to either.

    VLAN 1 and its bridge addresses have their root at core 1, VLAN 20 at core 2.
    """
    net = Wiring()
    lag = {5: 9, 6: 9} if servers else None
    for name in ("core1", "core2"):
        net.switch(name, lag=lag)
    net.switch("acc1")
    net.switch("acc2")
    net.cable(1, 1, 2, 1)
    for core in (1, 2):
        net.cable(core, 2, 3, core)
        net.cable(core, 3, 4, core)
    ways = {1: {2: 1, 3: 2, 4: 3}, 2: {1: 1, 3: 1, 4: 1}, 3: {1: 1, 2: 1, 4: 1}}
    ways[4] = {1: 1, 2: 1, 3: 1}
    for here, there in ways.items():
        for other, port in there.items():
            net.learns(here, port, net.mac(other), vlan=1)
    return net


def test_in_a_vlan_with_a_tree_of_its_own_a_host_is_at_its_edge() -> None:
    net = square()
    net.learns(3, 5, PC, vlan=20)
    net.learns(2, 2, PC, vlan=20)
    net.learns(1, 1, PC, vlan=20)
    net.learns(4, 2, PC, vlan=20)
    assert net.where(PC) == "acc1 5"


def test_a_server_with_an_aggregate_to_two_switches_has_both_ports() -> None:
    net = square(servers=True)
    net.learns(1, 9, PC, vlan=20)
    net.learns(2, 9, PC, vlan=20)
    net.learns(3, 2, PC, vlan=20)
    assert net.where(PC) == "core1 9 and core2 9"


def test_two_single_ports_are_not_one_end_of_an_aggregate() -> None:
    net = square()
    net.learns(1, 9, PC, vlan=20)
    net.learns(2, 9, PC, vlan=20)
    assert net.where(PC) == "unknown: learned at 2 places: core1 Gi1/0/9, core2 Gi1/0/9"


def quiet() -> Wiring:
    """Switches 1 and 2 see each other at port 8, and announce nothing."""
    net = Wiring()
    net.switch("one")
    net.switch("two")
    net.learns(1, 8, net.mac(2))
    net.learns(2, 8, net.mac(1))
    return net


def test_two_quiet_switches_that_see_each_other_are_linked() -> None:
    assert quiet().links() == ["one 8 - two 8, inferred: fdb"]


def test_a_table_that_was_cut_off_draws_no_link() -> None:
    net = quiet()
    net.cut_off.add(2)
    assert net.links() == []


def test_no_link_goes_past_a_port_whose_neighbour_announces_itself() -> None:
    net = quiet()
    switch = frozenset(("bridge",))
    net.hears(1, 8, chassis_id="x", sys_name="stranger", capabilities=switch)
    assert net.links() == []


def test_no_link_goes_past_a_port_that_its_neighbour_tells_of() -> None:
    """The neighbour hears who is at its own port, though nobody hears it."""
    net = quiet()
    net.switch("between", read=False)
    net.hears_node(3, 1, 1, 8)
    assert net.links() == ["one 8 - between 1, direct: lldp b"]


def test_no_link_goes_past_a_switch_that_was_not_read() -> None:
    net = quiet()
    net.switch("between", read=False)
    for node in (1, 2):
        net.learns(node, 8, net.mac(3))
    assert net.links() == []


def test_a_telephone_on_the_port_does_not_stop_a_link() -> None:
    net = quiet()
    phone = frozenset(("bridge", "telephone"))
    net.hears(1, 8, chassis_id="x", sys_name="SEP", capabilities=phone)
    assert net.links() == ["one 8 - two 8, inferred: fdb"]


def test_an_uplink_in_a_table_that_was_cut_off_is_no_edge() -> None:
    net = Wiring()
    net.switch("one")
    net.switch("two")
    net.cut_off.add(2)
    net.learns(1, 3, PC)
    net.learns(2, 8, PC, PC_2)
    assert net.where(PC) == "one 3"
    assert net.where(PC_2) == "unknown: the table was cut off: two"


def test_where_the_uplinks_are_announced_a_table_may_be_cut_off() -> None:
    net = Wiring()
    net.switch("one")
    net.switch("two")
    net.cable(1, 8, 2, 8)
    net.cut_off.add(2)
    net.learns(1, 8, PC_2)
    net.learns(2, 3, PC_2)
    assert net.where(PC_2) == "two 3"


def test_where_none_is_announced_a_port_with_one_address_has_no_switch_behind() -> None:
    net = quiet()
    net.switch("three")
    net.learns(3, 1, net.mac(1), net.mac(2))
    net.learns(3, 2, PC)
    net.learns(3, 3, PC_2, PC_3)
    net.cut_off.add(3)
    assert net.where(PC) == "three 2"
    assert net.where(PC_2) == "unknown: the table was cut off: three"


def remembering(cut_off: int) -> Wiring:
    """Two quiet switches; the table of one was cut off before it told of the other."""
    net = quiet()
    net.remembered = list(net.drawn().links)
    net.cut_off.add(cut_off)
    net.learned[cut_off] = []
    return net


@pytest.mark.parametrize("cut_off", [1, 2])
def test_a_link_is_told_again_by_the_end_that_can(cut_off: int) -> None:
    net = remembering(cut_off)
    assert net.links() == ["one 8 - two 8, inferred: fdb"]


def test_a_link_is_not_told_again_by_an_end_that_sees_the_other_elsewhere() -> None:
    net = remembering(2)
    net.learned[1] = []
    net.learns(1, 7, net.mac(2))
    assert net.links() == []


def test_an_uplink_is_remembered_as_long_as_no_table_says_more() -> None:
    net = remembering(2)
    net.cut_off.add(1)
    net.learned[1] = []
    net.learns(2, 8, PC)
    assert net.links() == []
    told = "one ? (neighbour): behind one, which does not list it"
    assert net.where(PC) == told
    net.cut_off.clear()
    assert net.where(PC) == "two 8"
