"""Which port of a bridge leads to another one whose address it does not know."""

from __future__ import annotations

from discovery.topology.model import Ports
from discovery.topology.port_pairs import ANY, Pairs, facing
from tests.discovery.rules_topology.wiring import Wiring

EAST = [f"3c:d9:2b:00:02:{n:02x}" for n in range(4)]
WEST = [f"3c:d9:2b:00:01:{n:02x}" for n in range(4)]


def pairs(*, east: bool = True, west: bool = True, twice: bool = False) -> Pairs:
    """Port 9 of east (1) faces port 8 of west (2); hosts at the other ports."""
    net = Wiring()
    net.switch("east")
    net.switch("west")
    for n in range(4):
        if west:
            net.learns(1, 9, WEST[n])
            net.learns(2, 1 + n, WEST[n])
        if east:
            net.learns(1, 1 + n, EAST[n])
            net.learns(2, 8, EAST[n])
        if twice:
            net.learns(2, 7, WEST[n])
    return Pairs(net.network(), Ports(net.ports.values()))


def test_a_port_leads_to_a_bridge_that_has_the_host_elsewhere() -> None:
    both = pairs()
    assert both.leads(1, 109, 2, 201)
    assert both.leads(2, 208, 1, 101)


def test_a_port_does_not_lead_to_a_host_that_is_seen_back_through_it() -> None:
    """West has the host behind the very port that faces east."""
    assert not pairs().leads(1, 109, 2, 208)
    assert not pairs().leads(2, 208, 1, 109)


def test_an_edge_port_leads_to_no_bridge() -> None:
    assert not pairs().leads(1, 101, 2, 201)


def test_where_the_far_port_is_not_known_nothing_is_ruled_out() -> None:
    """All that both know is in the west: any quiet port of west may face east."""
    one_sided = pairs(east=False)
    assert not one_sided.leads(1, 109, 2, 203)


def test_every_other_port_leads_away() -> None:
    both = pairs()
    assert both.leads_away(1, 101, 2)
    assert not both.leads_away(1, 109, 2)
    assert both.leads_away(2, 201, 1)
    assert not both.leads_away(2, 208, 1)


def test_bridges_with_nothing_in_common_tell_nothing() -> None:
    nothing = pairs(east=False, west=False)
    assert not nothing.leads(1, 109, 2, 201)
    assert not nothing.leads_away(1, 101, 2)


def test_a_mac_at_two_ports_of_a_bridge_tells_nothing() -> None:
    """It has moved, or there is a loop: west's own hosts are no evidence."""
    moved = pairs(east=False, twice=True)
    assert not moved.leads_away(1, 101, 2)


def test_a_pair_that_few_macs_speak_against_is_still_possible() -> None:
    """A single row may be left over from before a move; it rules nothing out."""
    one = facing({"m": 9}, {"m": 1})
    assert one == {(9, 1), (9, ANY), (ANY, 1), (ANY, ANY)}
    edge = {"m": 1, "n": 2, "o": 3}
    found = facing(dict.fromkeys(edge, 9), edge)
    assert found == {(9, 1), (9, 2), (9, 3), (9, ANY)}
