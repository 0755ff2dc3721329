"""A MAC is at the port on which no bridge further on sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from discovery.topology.placement import STALE
from tests.discovery.fakes import HOUR, T0
from tests.discovery.rules_topology.wiring import PC, PC_2, PC_3, Wiring

INSTANT = timedelta(seconds=1)


@pytest.fixture
def net() -> Wiring:
    """core (1) port 1 to acc (2) port 8, announced by both."""
    made = Wiring()
    made.switch("core")
    made.switch("acc")
    made.cable(1, 1, 2, 8)
    return made


@pytest.fixture
def chain() -> Wiring:
    """core (1), dist (2), acc (3) in a row that nobody announces: 1-8, 1-8."""
    made = Wiring()
    for name in ("core", "dist", "acc"):
        made.switch(name)
    made.learns(1, 1, made.mac(2), made.mac(3))
    made.learns(2, 8, made.mac(1))
    made.learns(2, 1, made.mac(3))
    made.learns(3, 8, made.mac(1), made.mac(2))
    return made


def test_a_host_is_at_the_edge_and_not_at_the_uplinks_that_learned_it(
    net: Wiring,
) -> None:
    net.learns(1, 1, PC)
    net.learns(2, 3, PC)
    assert net.where(PC) == "acc 3"


def test_a_host_that_only_its_own_switch_learned_is_there(net: Wiring) -> None:
    net.learns(2, 3, PC)
    assert net.where(PC) == "acc 3"


def test_a_host_at_the_core_is_seen_by_the_access_switch_at_its_uplink(
    net: Wiring,
) -> None:
    net.learns(1, 5, PC)
    net.learns(2, 8, PC)
    assert net.where(PC) == "core 5"


def test_bridges_that_announce_nothing_are_linked_by_their_tables(
    chain: Wiring,
) -> None:
    assert chain.links() == [
        "core 1 - dist 8, inferred: fdb",
        "dist 1 - acc 8, inferred: fdb",
    ]


def test_no_link_is_inferred_past_a_switch_that_both_see_between(
    chain: Wiring,
) -> None:
    assert not any("core" in link and "acc" in link for link in chain.links())


def test_no_link_is_inferred_that_only_one_side_sees(chain: Wiring) -> None:
    chain.learned[3] = []
    assert chain.links() == ["core 1 - dist 8, inferred: fdb"]


def test_no_link_is_inferred_past_a_quiet_switch_that_sees_both_apart() -> None:
    """dist has acc1 and acc2 on different ports, so dist lies between them."""
    net = Wiring()
    for name in ("dist", "acc1", "acc2"):
        net.switch(name)
    net.learns(1, 1, net.mac(2))
    net.learns(1, 2, net.mac(3))
    net.learns(2, 8, net.mac(3))
    net.learns(3, 8, net.mac(2))
    assert net.links() == []


def test_a_bridge_seen_behind_two_ports_tells_nothing(chain: Wiring) -> None:
    """A loop, or a row left over from before a cable was moved."""
    chain.learns(1, 2, chain.mac(2))
    assert chain.links() == ["dist 1 - acc 8, inferred: fdb"]


def test_an_announced_link_is_not_inferred_once_more(net: Wiring) -> None:
    net.learns(1, 1, net.mac(2))
    net.learns(2, 8, net.mac(1))
    assert net.links() == ["core 1 - acc 8, direct: lldp a, lldp b"]


def test_a_host_behind_three_silent_switches_is_at_the_last(chain: Wiring) -> None:
    chain.learns(1, 1, PC)
    chain.learns(2, 1, PC)
    chain.learns(3, 3, PC)
    assert chain.where(PC) == "acc 3"


def test_a_host_in_the_middle_of_silent_switches_is_in_the_middle(
    chain: Wiring,
) -> None:
    chain.learns(1, 1, PC)
    chain.learns(2, 4, PC)
    chain.learns(3, 8, PC)
    assert chain.where(PC) == "dist 4"


def test_a_host_behind_a_switch_that_could_not_be_read_is_at_the_port_to_it() -> None:
    net = Wiring()
    net.switch("core")
    net.switch("acc", read=False)
    net.hears_node(1, 1, 2, 8)
    net.learns(1, 1, PC, PC_2)
    assert net.where(PC) == "core 1 behind acc (neighbour)"
    assert net.where(PC_2) == "core 1 behind acc (neighbour)"


def test_a_switch_that_could_not_be_read_is_itself_at_the_port_to_it() -> None:
    net = Wiring()
    net.switch("core")
    net.switch("acc", read=False)
    net.hears_node(1, 1, 2, 8)
    net.learns(1, 1, net.mac(2), PC)
    assert net.where(net.mac(2)) == "core 1"


def test_a_host_that_its_switch_forgot_is_behind_that_switch(net: Wiring) -> None:
    """Rows age out after five minutes (IEEE 802.1Q); the core may know it longer."""
    net.learns(1, 1, PC)
    assert net.where(PC) == "acc ? (neighbour): behind acc, which does not list it"


def test_a_host_that_uplinks_alone_know_on_both_sides_is_unknown(net: Wiring) -> None:
    net.learns(1, 1, PC)
    net.learns(2, 8, PC)
    assert net.where(PC) == "unknown: seen only between switches: acc, core"


def two_places(older: timedelta) -> Wiring:
    """Switches that do not know of each other; PC on port 3 of both."""
    net = Wiring()
    net.switch("east", at=T0)
    net.switch("west", at=T0 - older)
    net.learns(1, 3, PC)
    net.learns(2, 3, PC)
    return net


def test_a_host_at_two_places_in_fresh_tables_is_unknown_and_both_are_named() -> None:
    found = two_places(HOUR).where(PC)
    assert found == "unknown: learned at 2 places: east Gi1/0/3, west Gi1/0/3"


def test_a_table_is_believed_against_one_that_is_much_older() -> None:
    assert two_places(STALE).where(PC).startswith("unknown: learned at 2 places")
    assert two_places(STALE + INSTANT).where(PC) == "east 3"


def test_an_old_table_is_believed_where_nothing_contradicts_it() -> None:
    net = two_places(STALE * 9)
    net.learned[1] = []
    assert net.where(PC) == "west 3"


def test_of_two_places_the_one_where_it_announces_itself_is_right() -> None:
    net = two_places(HOUR)
    net.device("pc", "computer", PC)
    net.hears(2, 3, chassis_id=PC, chassis_id_type="mac")
    assert net.where(PC) == "west 3"
    assert net.vlan(PC) == 1


def test_an_announcement_of_somebody_else_does_not_decide() -> None:
    net = two_places(HOUR)
    net.device("other", "computer", PC_2)
    net.hears(2, 3, chassis_id=PC_2, chassis_id_type="mac")
    assert net.where(PC).startswith("unknown: learned at 2 places")


def test_a_host_that_moved_to_the_other_end_of_a_link_is_not_at_both(
    net: Wiring,
) -> None:
    """Both switches have it at the edge: one of the rows is from before the move."""
    net.learns(1, 5, PC)
    net.learns(2, 3, PC)
    assert net.where(PC) == ("unknown: learned at 2 places: acc Gi1/0/3, core Gi1/0/5")


def test_a_place_names_when_its_table_was_read(net: Wiring) -> None:
    net.read_at[2] = T0 - HOUR
    net.learns(2, 3, PC)
    assert net.drawn().places[PC].read_at == T0 - HOUR


@pytest.mark.parametrize(
    "mac",
    [
        "00:00:5e:00:01:0a",
        "00:00:0c:07:ac:01",
        "00:00:0c:9f:f0:01",
        "01:00:5e:00:00:fb",
        "ff:ff:ff:ff:ff:ff",
        "00:00:00:00:00:00",
    ],
    ids=["VRRP", "HSRP 1", "HSRP 2", "multicast", "broadcast", "zero"],
)
def test_addresses_of_no_box_are_plugged_in_nowhere(net: Wiring, mac: str) -> None:
    net.learns(2, 3, mac)
    assert net.where(mac) == "nowhere"


def test_a_switch_is_shown_by_its_links_and_not_as_an_endpoint(net: Wiring) -> None:
    net.learns(1, 1, net.mac(2))
    assert net.where(net.mac(2)) == "nowhere"


def test_a_firewall_without_forwarding_table_is_an_endpoint(net: Wiring) -> None:
    fw = net.device("fw", "firewall", PC)
    net.learns(2, 3, PC)
    assert net.where(net.mac(fw)) == "acc 3"


def test_a_server_that_bridges_is_an_endpoint(net: Wiring) -> None:
    """A hypervisor has a forwarding table, and is still a computer on a port."""
    host = net.device("host", "server", PC)
    net.learned[host], net.read_at[host] = [], T0
    net.learns(2, 3, PC)
    assert net.where(PC) == "acc 3"


def test_a_bridges_own_addresses_in_its_own_table_are_no_hosts(net: Wiring) -> None:
    """Status self(4) and mgmt(5), which some agents report as learned."""
    net.nodes[2] = replace(net.nodes[2], macs=net.nodes[2].macs | {PC}, kind="server")
    net.learns(2, 3, PC)
    assert net.where(PC) == "nowhere"


def test_rows_of_a_port_that_does_not_exist_are_passed_over(net: Wiring) -> None:
    net.learns(2, 77, PC)
    assert net.where(PC) == "nowhere"


def test_a_host_on_a_member_is_shown_at_the_aggregate() -> None:
    net = Wiring()
    net.switch("acc", lag={3: 9, 4: 9})
    net.learns(1, 3, PC)
    net.learns(1, 9, PC_2)
    assert net.where(PC).startswith("acc 9")
    assert net.where(PC_2).startswith("acc 9")


def test_a_host_on_both_members_of_an_aggregate_is_at_one_place() -> None:
    net = Wiring()
    net.switch("acc", lag={3: 9, 4: 9})
    net.learns(1, 3, PC)
    net.learns(1, 4, PC)
    assert net.where(PC) == "acc 9"


def test_a_host_on_a_logical_unit_is_shown_at_the_port_below(net: Wiring) -> None:
    """Junos learns on ge-0/0/3.0, a unit of ge-0/0/3."""
    net.change_port(2, 7, lower=3)
    net.learns(2, 7, PC)
    assert net.where(PC) == "acc 3"


def test_a_unit_of_a_member_is_shown_at_the_aggregate(net: Wiring) -> None:
    net.change_port(2, 7, lower=3)
    net.change_port(2, 3, lag=9)
    net.learns(2, 7, PC)
    assert net.where(PC) == "acc 9"


def test_an_uplink_is_one_on_every_member_of_its_aggregate() -> None:
    net = Wiring()
    net.switch("core", lag={1: 9, 2: 9})
    net.switch("acc", lag={7: 9, 8: 9})
    net.cable(1, 1, 2, 7)
    net.learns(1, 2, PC)
    net.learns(2, 3, PC)
    assert net.where(PC) == "acc 3"


def test_tables_in_common_tell_the_uplink_of_silent_switches() -> None:
    """Neither knows the other's address; what both have learned tells the ports."""
    net = Wiring()
    net.switch("east")
    net.switch("west")
    there = [f"3c:d9:2b:00:01:{n:02x}" for n in range(4)]
    here = [f"3c:d9:2b:00:02:{n:02x}" for n in range(4)]
    for n, mac in enumerate(there):
        net.learns(1, 9, mac)
        net.learns(2, 1 + n, mac)
    for n, mac in enumerate(here):
        net.learns(1, 1 + n, mac)
        net.learns(2, 8, mac)
    assert [net.where(mac) for mac in there] == [f"west {1 + n}" for n in range(4)]
    assert [net.where(mac) for mac in here] == [f"east {1 + n}" for n in range(4)]


def test_a_host_alone_on_two_silent_switches_is_not_guessed() -> None:
    """One row in common may be left over from a move."""
    net = Wiring()
    net.switch("east")
    net.switch("west")
    net.learns(1, 9, PC)
    net.learns(2, 1, PC)
    net.learns(2, 2, PC_3)
    assert net.where(PC).startswith("unknown: learned at 2 places")
