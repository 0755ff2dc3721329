"""A host that was moved is at its new port or unknown, never at the old one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from discovery.topology.placement import STALE
from tests.discovery.fakes import T0
from tests.discovery.rules_topology.wiring import PC, Wiring

HOSTS = (2, 4, 5, 6, 7)
"""Ports with a host that does not move; fewer would be too little evidence."""

ONES = {port: f"3c:d9:2b:00:01:{port:02x}" for port in HOSTS}
TWOS = {port: f"3c:d9:2b:00:02:{port:02x}" for port in HOSTS}


@pytest.fixture
def net() -> Wiring:
    """core (1): port 1 to acc1 (2), port 2 to acc2 (3); five hosts on each."""
    made = Wiring()
    for name in ("core", "acc1", "acc2"):
        made.switch(name)
    made.cable(1, 1, 2, 8)
    made.cable(1, 2, 3, 8)
    for port in HOSTS:
        made.learns(1, 1, ONES[port])
        made.learns(2, port, ONES[port])
        made.learns(3, 8, ONES[port])
        made.learns(1, 2, TWOS[port])
        made.learns(2, 8, TWOS[port])
        made.learns(3, port, TWOS[port])
    return made


def test_hosts_that_did_not_move_are_at_their_ports(net: Wiring) -> None:
    for port in HOSTS:
        assert net.where(ONES[port]) == f"acc1 {port}"
        assert net.where(TWOS[port]) == f"acc2 {port}"


def test_the_core_that_looks_the_same_way_confirms_a_place(net: Wiring) -> None:
    net.learns(2, 3, PC)
    net.learns(1, 1, PC)
    net.learns(3, 8, PC)
    assert net.where(PC) == "acc1 3"


def test_an_old_row_at_the_edge_is_not_believed_against_the_core(net: Wiring) -> None:
    """acc2 has not heard of the host yet, and the core has it in that direction."""
    net.learns(2, 3, PC)
    net.learns(1, 2, PC)
    assert net.where(PC) == ("unknown: learned at 2 places: acc1 Gi1/0/3, core Gi1/0/2")


def test_an_old_row_and_a_new_one_at_edges_are_both_named(net: Wiring) -> None:
    net.learns(2, 3, PC)
    net.learns(3, 3, PC)
    net.learns(1, 2, PC)
    assert net.where(PC) == ("unknown: learned at 2 places: acc1 Gi1/0/3, acc2 Gi1/0/3")


def test_an_old_row_in_a_much_older_table_is_passed_over(net: Wiring) -> None:
    net.read_at[2] = T0 - STALE - timedelta(seconds=1)
    net.learns(2, 3, PC)
    net.learns(3, 3, PC)
    assert net.where(PC) == "acc2 3"


def test_an_old_row_at_an_uplink_does_not_disturb_a_place_at_the_edge(
    net: Wiring,
) -> None:
    """acc1 still has the host in the direction of the core: it was never on acc1."""
    net.learns(3, 3, PC)
    net.learns(2, 8, PC)
    assert net.where(PC) == "acc2 3"


def test_a_host_that_the_core_has_at_an_edge_of_its_own_is_disputed(
    net: Wiring,
) -> None:
    net.learns(1, 5, PC)
    net.learns(2, 3, PC)
    assert net.where(PC) == ("unknown: learned at 2 places: acc1 Gi1/0/3, core Gi1/0/5")


def test_a_host_on_two_ports_of_one_switch_is_disputed(net: Wiring) -> None:
    net.learns(2, 2, PC)
    net.learns(2, 3, PC, vlan=9)
    assert net.where(PC) == ("unknown: learned at 2 places: acc1 Gi1/0/2, acc1 Gi1/0/3")
