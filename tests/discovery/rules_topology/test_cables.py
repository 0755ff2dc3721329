"""What neighbours announce becomes links: each cable once, with both its ports."""

from __future__ import annotations

import pytest

from discovery.topology.model import Port, Ports
from tests.discovery.rules_topology.wiring import PC, PC_2, PHONE, Wiring

BOTH = "core 1 - acc 8, direct: lldp a, lldp b"


@pytest.fixture
def net() -> Wiring:
    """Two switches: core (1) and acc (2)."""
    made = Wiring()
    made.switch("core")
    made.switch("acc")
    return made


def test_a_cable_that_both_ends_announce_is_one_link(net: Wiring) -> None:
    net.cable(1, 1, 2, 8)
    assert net.links() == [BOTH]


def test_a_cable_that_one_end_announces_is_a_link_with_both_ports(net: Wiring) -> None:
    net.hears_node(2, 8, 1, 1)
    assert net.links() == ["core 1 - acc 8, direct: lldp b"]


def test_a_far_port_that_nobody_can_name_stays_unknown(net: Wiring) -> None:
    net.hears_node(1, 1, 2, None, port_id="3c:d9:2b:ff:ff:ff", port_id_type="mac")
    assert net.links() == ["core 1 - acc ?, direct: lldp a"]


def test_a_local_port_that_could_not_be_mapped_stays_unknown(net: Wiring) -> None:
    net.hears_node(1, None, 2, 8)
    assert net.links() == ["core ? - acc 8, direct: lldp a"]


def test_an_end_that_one_side_cannot_name_is_told_by_the_other_side(
    net: Wiring,
) -> None:
    net.hears_node(1, 1, 2, None)
    net.hears_node(2, 8, 1, 1)
    assert net.links() == [BOTH]


def test_an_unmapped_local_port_is_told_by_the_other_side(net: Wiring) -> None:
    net.hears_node(1, None, 2, 8)
    net.hears_node(2, 8, 1, 1)
    assert net.links() == [BOTH]


def test_a_half_known_cable_on_a_shared_port_stays_beside_the_others(
    net: Wiring,
) -> None:
    net.hears_node(1, 1, 2, 7)
    net.hears_node(1, 1, 2, 8)
    net.hears_node(1, 1, 2, None)
    assert net.links() == [
        "core 1 - acc ?, direct: lldp a",
        "core 1 - acc 7, direct: lldp a",
        "core 1 - acc 8, direct: lldp a",
    ]


def test_a_half_known_cable_that_fits_two_others_is_not_put_into_either(
    net: Wiring,
) -> None:
    net.cable(1, 1, 2, 7)
    net.cable(1, 2, 2, 8)
    net.hears_node(1, None, 2, None)
    assert net.links() == [
        "core ? - acc ?, direct: lldp a",
        "core 1 - acc 7, direct: lldp a, lldp b",
        "core 2 - acc 8, direct: lldp a, lldp b",
    ]


def test_a_half_known_cable_at_another_port_is_another_cable(net: Wiring) -> None:
    net.cable(1, 1, 2, 7)
    net.hears_node(1, 2, 2, None)
    assert net.links() == [
        "core 1 - acc 7, direct: lldp a, lldp b",
        "core 2 - acc ?, direct: lldp a",
    ]


def test_lldp_and_cdp_of_one_neighbour_support_each_other(net: Wiring) -> None:
    net.hears_node(1, 1, 2, 8)
    net.hears_node(1, 1, 2, 8, protocol="cdp")
    assert net.links() == ["core 1 - acc 8, direct: cdp a, lldp a"]


def test_lldp_and_cdp_that_name_different_neighbours_are_both_kept(
    net: Wiring,
) -> None:
    """As on a port with a telephone that speaks CDP and a computer that speaks LLDP."""
    net.device("tel", "phone", PHONE)
    net.device("pc", "computer", PC)
    net.hears(2, 3, "cdp", chassis_id="SEP3CD92B000004")
    net.hears(2, 3, "lldp", chassis_id=PC, chassis_id_type="mac")
    assert net.links() == [
        "acc 3 - tel ?, direct: cdp a",
        "acc 3 - pc ?, direct: lldp a",
    ]


def test_parallel_cables_are_links_of_their_own(net: Wiring) -> None:
    for a, b in ((1, 5), (2, 7), (3, 6)):
        net.cable(1, a, 2, b)
    assert net.links() == [
        f"core {a} - acc {b}, direct: lldp a, lldp b"
        for a, b in ((1, 5), (2, 7), (3, 6))
    ]


def test_the_members_of_an_aggregate_are_one_link_that_names_them() -> None:
    net = Wiring()
    net.switch("core", lag={1: 9, 2: 9})
    net.switch("acc", lag={7: 9, 8: 9})
    net.cable(1, 1, 2, 7)
    net.cable(1, 2, 2, 8)
    assert net.links() == ["core 9 - acc 9, aggregate: lldp a, lldp b"]
    (link,) = net.drawn().links
    assert link.members == (("Gi1/0/1", "Gi1/0/7"), ("Gi1/0/2", "Gi1/0/8"))


def test_an_aggregate_with_one_member_left_is_shown_at_the_aggregate() -> None:
    net = Wiring()
    net.switch("core", lag={1: 9})
    net.switch("acc")
    net.cable(1, 1, 2, 7)
    (link,) = net.drawn().links
    assert net.links() == ["core 9 - acc 7, direct: lldp a, lldp b"]
    assert link.members == (("Gi1/0/1", "Gi1/0/7"),)


def test_a_plain_cable_needs_no_members(net: Wiring) -> None:
    net.cable(1, 1, 2, 8)
    assert net.drawn().links[0].members == ()


def test_an_aggregate_spread_over_two_switches_is_a_link_to_each() -> None:
    net = Wiring()
    net.switch("acc", lag={7: 9, 8: 9})
    net.switch("core1")
    net.switch("core2")
    net.cable(1, 7, 2, 1)
    net.cable(1, 8, 3, 1)
    assert net.links() == [
        "acc 9 - core1 1, direct: lldp a, lldp b",
        "acc 9 - core2 1, direct: lldp a, lldp b",
    ]


def test_several_switches_announced_on_one_port_have_an_unmanaged_one_between() -> None:
    net = Wiring()
    for name in ("core", "acc1", "acc2"):
        net.switch(name)
    net.hears_node(1, 1, 2, 8)
    net.hears_node(1, 1, 3, 8)
    assert net.links() == [
        "core 1 - acc1 8, shared: lldp a",
        "core 1 - acc2 8, shared: lldp a",
    ]


def test_a_telephone_beside_a_switch_makes_no_port_shared(net: Wiring) -> None:
    """A telephone is a bridge too: LLDP lists both capabilities for it."""
    net.device("tel", "phone", PHONE)
    net.hears_node(1, 1, 2, 8)
    net.hears(
        1,
        1,
        chassis_id=PHONE,
        chassis_id_type="mac",
        capabilities=frozenset(("bridge", "telephone")),
    )
    assert net.links() == [
        "core 1 - acc 8, direct: lldp a",
        "core 1 - tel ?, direct: lldp a",
    ]


def test_a_computer_beside_a_switch_makes_no_port_shared(net: Wiring) -> None:
    net.device("pc", "computer", PC)
    net.hears_node(1, 1, 2, 8)
    net.hears(
        1, 1, chassis_id=PC, chassis_id_type="mac", capabilities=frozenset(("station",))
    )
    assert [link.kind for link in net.drawn().links] == ["direct", "direct"]


def test_a_router_beside_a_switch_makes_a_port_shared(net: Wiring) -> None:
    net.device("gw", "router", PC_2)
    net.hears_node(1, 1, 2, 8)
    net.hears(
        1,
        1,
        chassis_id=PC_2,
        chassis_id_type="mac",
        capabilities=frozenset(("router",)),
    )
    assert [link.kind for link in net.drawn().links] == ["shared", "shared"]


def test_what_a_switch_hears_of_itself_is_no_link(net: Wiring) -> None:
    """A loop, or a tap, brings its own frames back."""
    net.hears_node(1, 1, 1, 2)
    assert net.links() == []


def test_who_is_not_known_makes_no_link(net: Wiring) -> None:
    net.hears(1, 1, chassis_id="3c:d9:2b:77:77:77", chassis_id_type="mac")
    assert net.links() == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("bridge1/ether2", 3),
        ("Bridge1/Ether2", 3),
        ("ether2", 3),
        ("bridge9/ether2", None),
        ("bridge1/4", None),
        ("bridge1/ether7", None),
    ],
)
def test_a_port_may_be_told_with_the_bridge_it_is_in(
    text: str, number: int | None
) -> None:
    names = {1: "ether1", 2: "bridge1", 3: "ether2", 4: "ether4"}
    ports = Ports(
        Port(id=n, node=1, name=name, if_index=n) for n, name in names.items()
    )
    found = ports.named(1, text)
    assert (found.id if found else None) == number
