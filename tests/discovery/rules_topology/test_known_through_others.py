"""Devices that answer nothing, and are known by what others heard and learned."""

from __future__ import annotations

from datetime import datetime

import pytest

from collectors.facts import Address, Clue, MedInventory, Neighbour, Observation
from discovery.topology.endpoints import (
    HeardAnnouncement,
    announced_endpoints,
    learned_endpoints,
)
from tests.discovery.fakes import HOUR, T0
from tests.discovery.rules_topology.wiring import PC, PC_2, PHONE

SEP = Neighbour(protocol="cdp", chassis_id="SEP3CD92B000004", sys_name="tel")
LLDP = Neighbour(protocol="lldp", chassis_id=PHONE, chassis_id_type="mac")


def heard(
    *told: Neighbour,
    kind: str = "",
    managed: bool = False,
    at: datetime = T0,
    macs: dict[str, str] | None = None,
) -> list[Observation]:
    each = [
        HeardAnnouncement(neighbour=n, kind=kind, managed=managed, at=at) for n in told
    ]
    return announced_endpoints(each, "paris", macs or {})


def test_lldp_and_cdp_of_one_telephone_are_one_observation() -> None:
    (found,) = heard(LLDP, SEP)
    assert found.address == PHONE
    assert found.collector == "heard"
    assert found.site == "paris"
    assert set(found.neighbours) == {LLDP, SEP}
    assert found.clues == (Clue("mac", PHONE, "heard"),)
    assert found.reads == {"neighbours", "clues"}


def test_the_same_announcement_heard_twice_counts_once() -> None:
    (found,) = heard(LLDP, LLDP)
    assert found.neighbours == (LLDP,)


def test_only_the_newest_announcements_count() -> None:
    before = HeardAnnouncement(neighbour=SEP, at=T0)
    now = HeardAnnouncement(neighbour=LLDP, at=T0 + HOUR)
    (found,) = announced_endpoints([before, now], "", {})
    assert found.neighbours == (LLDP,)
    assert found.seen_at == T0 + HOUR


def test_two_telephones_are_two_observations_in_order() -> None:
    other = Neighbour(protocol="lldp", chassis_id=PC, chassis_id_type="mac")
    assert [o.address for o in heard(LLDP, other)] == [PC, PHONE]


@pytest.mark.parametrize("kind", ["switch", "router", "firewall"])
def test_a_switch_that_answers_speaks_for_itself(kind: str) -> None:
    assert heard(LLDP, kind=kind, managed=True) == []
    assert len(heard(LLDP, kind=kind, managed=False)) == 1


@pytest.mark.parametrize("kind", ["phone", "access-point", ""])
def test_what_is_heard_of_an_endpoint_counts_though_it_answers(kind: str) -> None:
    """LLDP-MED knows serials that the device's own answers lack."""
    assert len(heard(LLDP, kind=kind, managed=True)) == 1


def test_a_telephone_that_tells_only_its_address_is_found_by_the_arp_table() -> None:
    by_ip = Neighbour(
        protocol="lldp",
        chassis_id="10.0.0.9",
        chassis_id_type="ip",
        management_addresses=("10.0.0.9",),
    )
    (found,) = heard(by_ip, macs={"10.0.0.9": PHONE})
    assert found.address == PHONE
    assert heard(by_ip) == []


def test_a_serial_is_what_is_left_where_no_mac_is_known() -> None:
    med = MedInventory(serial="PH00017", manufacturer="Acme")
    (found,) = heard(Neighbour(protocol="lldp", sys_name="tel", med=med))
    assert found.address == "PH00017"
    assert found.clues == ()


def test_a_name_alone_makes_no_device() -> None:
    assert heard(Neighbour(protocol="lldp", sys_name="somebody")) == []


def seen(
    mac: str = PC,
    holders: frozenset[int] = frozenset(),
    *,
    at: datetime | None = T0,
) -> list[Observation]:
    return learned_endpoints(
        {mac: at},
        {mac: ("10.0.0.7", "10.0.0.8")},
        {mac: holders},
        frozenset((7,)),
        "paris",
        default=T0 + HOUR,
    )


def test_a_mac_that_nobody_claims_is_a_device_with_its_addresses() -> None:
    (found,) = seen()
    assert found.address == PC
    assert (found.collector, found.site, found.seen_at) == ("seen", "paris", T0)
    assert found.addresses == (Address(ip="10.0.0.7"), Address(ip="10.0.0.8"))
    (card,) = found.interfaces
    assert (card.if_index, card.mac, card.physical) == (0, PC, True)
    assert found.clues == (Clue("mac", PC, "forwarding table"),)
    assert found.reads == {"addresses", "interfaces", "clues"}


def test_a_mac_of_a_device_that_tells_more_is_not_another_device() -> None:
    assert seen(holders=frozenset((3,))) == []
    assert seen(holders=frozenset((3, 7))) == []


def test_a_mac_of_a_device_known_from_tables_alone_is_seen_again() -> None:
    assert len(seen(holders=frozenset((7,)))) == 1


@pytest.mark.parametrize("mac", ["02:42:ac:11:00:02", "00:00:5e:00:01:0a"])
def test_a_mac_that_identifies_nothing_is_no_device(mac: str) -> None:
    assert seen(mac) == []


def test_who_is_in_no_table_is_dated_by_the_scan() -> None:
    (found,) = seen(at=None)
    assert found.seen_at == T0 + HOUR


def test_a_mac_without_addresses_is_a_device_all_the_same() -> None:
    (found,) = learned_endpoints({PC_2: T0}, {}, {}, frozenset(), "", default=T0)
    assert found.addresses == ()
