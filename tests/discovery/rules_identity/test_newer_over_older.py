"""What a device does not say again is not gone: rules of merging, table by table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectors.facts import (
    Address,
    Clue,
    Component,
    FdbEntry,
    Hardware,
    HostKey,
    Interface,
    Neighbour,
    Observation,
    Peer,
    Phone,
    PortUser,
    Software,
    Supply,
    System,
    Vlan,
)
from discovery.observations.overlay import fold, overlay
from tests.discovery.fakes import HOUR, T0
from tests.discovery.rules_identity.visits import CARD_1, CARD_2

NOTHING = Observation(address="10.0.0.1", collector="snmp", seen_at=T0)
PORT_1, PORT_2 = (Interface(if_index=n, name=f"Gi{n}") for n in (1, 2))


def with_ports(*ports: Interface, complete: bool = True) -> Observation:
    reads = frozenset(("interfaces",)) if complete else frozenset[str]()
    return replace(NOTHING, interfaces=ports, reads=reads)


def test_a_complete_table_replaces_the_old_one() -> None:
    merged = overlay(with_ports(PORT_1, PORT_2), with_ports(PORT_2))
    assert merged.interfaces == (PORT_2,)


def test_a_table_that_was_cut_short_only_adds() -> None:
    merged = overlay(with_ports(PORT_1), with_ports(PORT_2, complete=False))
    assert merged.interfaces == (PORT_2, PORT_1)


def test_an_empty_table_erases_nothing_even_if_it_was_read_to_its_end() -> None:
    assert overlay(with_ports(PORT_1), with_ports()).interfaces == (PORT_1,)


def test_the_first_rows_of_a_table_stand_alone() -> None:
    merged = overlay(NOTHING, with_ports(PORT_1, complete=False))
    assert merged.interfaces == (PORT_1,)


def test_a_port_with_another_number_after_a_reboot_is_the_same_port() -> None:
    """ifIndex may be renumbered (RFC 2863, 3.1.5); the name tells ports apart."""
    renumbered = replace(PORT_1, if_index=7)
    merged = overlay(with_ports(PORT_1), with_ports(renumbered, complete=False))
    assert merged.interfaces == (renumbered,)


def test_a_value_that_is_missing_keeps_the_old_one() -> None:
    old = replace(NOTHING, hardware=Hardware(serial="S1", model="M1"))
    for silent in (None, ""):
        new = replace(NOTHING, hardware=Hardware(serial=silent, model="M2"))
        assert overlay(old, new).hardware == Hardware(serial="S1", model="M2")


def test_zero_is_an_answer() -> None:
    old = replace(NOTHING, system=System(services=78, name="sw1"))
    new = replace(NOTHING, system=System(services=0))
    assert overlay(old, new).system == System(services=0, name="sw1")


def test_a_whole_record_that_is_missing_is_the_old_one_and_the_first_is_taken() -> None:
    told = replace(NOTHING, system=System(name="sw1"))
    assert overlay(told, NOTHING).system == System(name="sw1")
    assert overlay(NOTHING, told).system == System(name="sw1")


def test_what_was_ever_read_completely_stays_known_as_read() -> None:
    old = replace(NOTHING, reads=frozenset(("arp",)))
    new = replace(NOTHING, reads=frozenset(("fdb",)))
    assert overlay(old, new).reads == {"arp", "fdb"}


def test_the_credential_that_worked_is_remembered() -> None:
    old = replace(NOTHING, credential="read")
    assert overlay(old, NOTHING).credential == "read"
    assert overlay(old, replace(NOTHING, credential="v3")).credential == "v3"


def test_visits_are_laid_over_each_other_from_the_oldest_on() -> None:
    first = replace(NOTHING, system=System(name="old1", location="roof"))
    second = replace(NOTHING, seen_at=T0 + HOUR, system=System(name="new1"))
    for order in ([first, second], [second, first]):
        merged = fold(order)
        assert merged is not None
        assert merged.system == System(name="new1", location="roof")
        assert merged.seen_at == T0 + HOUR
    assert fold([]) is None


SAME_AND_OTHER = {
    "components": (
        Component(index=1, serial="A"),
        Component(index=1, serial="B"),
        Component(index=2),
    ),
    "addresses": (
        Address(ip="10.0.0.1", prefix_length=24),
        Address(ip="10.0.0.1", prefix_length=16),
        Address(ip="10.0.0.1", vrf="red"),
    ),
    "fdb": (
        FdbEntry(mac=CARD_1, if_index=1, vlan=1),
        FdbEntry(mac=CARD_1, if_index=2, vlan=1),
        FdbEntry(mac=CARD_1, if_index=2, vlan=9),
    ),
    "vlans": (Vlan(vlan=1, name="x"), Vlan(vlan=1, name="y"), Vlan(vlan=2)),
    "neighbours": (
        Neighbour(protocol="lldp", local_if_index=1, chassis_id="a", sys_name="x"),
        Neighbour(protocol="lldp", local_if_index=1, chassis_id="a", sys_name="y"),
        Neighbour(protocol="lldp", local_if_index=1, chassis_id="b"),
    ),
    "phones": (
        Phone(source="pbx", extension="4711", user="Tia"),
        Phone(source="pbx", extension="4711", user="Ann"),
        Phone(source="pbx", extension="4712"),
    ),
    "software": (
        Software(name="git", version="2.4", publisher="x"),
        Software(name="git", version="2.4", publisher="y"),
        Software(name="git", version="2.5"),
    ),
    "supplies": (
        Supply(name="black", level=9.0),
        Supply(name="black", level=8.0),
        Supply(name="cyan"),
    ),
    "port_users": (
        PortUser(if_index=1, mac=CARD_1, user="x"),
        PortUser(if_index=1, mac=CARD_1, user="y"),
        PortUser(if_index=1, mac=CARD_2),
    ),
    "peers": (
        Peer(ip="10.0.0.2", protocol="bgp", up=True),
        Peer(ip="10.0.0.2", protocol="bgp", up=False),
        Peer(ip="10.0.0.2", protocol="ospf"),
    ),
    "host_keys": (
        HostKey(algorithm="ssh-ed25519", fingerprint="SHA256:a"),
        HostKey(algorithm="ssh-ed25519", fingerprint="SHA256:b"),
        HostKey(algorithm="ssh-rsa", fingerprint="SHA256:a"),
    ),
    "clues": (
        Clue("mac", CARD_1, "fdb"),
        Clue("mac", CARD_2, "fdb"),
        Clue("mac", CARD_1, "arp"),
    ),
}


@pytest.mark.parametrize("table", SAME_AND_OTHER)
def test_a_row_replaces_the_one_of_the_same_thing_and_no_other(table: str) -> None:
    old, new, other = SAME_AND_OTHER[table]
    before = replace(NOTHING, **{table: (old, other)})  # type: ignore[arg-type]
    after = overlay(before, replace(NOTHING, **{table: (new,)}))  # type: ignore[arg-type]
    assert getattr(after, table) == (new, other)
