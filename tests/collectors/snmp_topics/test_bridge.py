"""A switch whose bridge ports, FDB ids and LLDP ports each count differently."""

from __future__ import annotations

import pytest

from collectors.facts import Address, ArpEntry, Observation, Vlan
from collectors.ports import Oid, Value
from collectors.recordings.replay import Recording
from collectors.snmp.neighbours import lldp
from collectors.snmp.switching.port_map import PortMap, port_list
from tests.collectors.snmp_topics.seen import observe, recording


@pytest.fixture
async def switch() -> Observation:
    return await observe("q-bridge")


def test_bridge_ports_are_mapped_to_interfaces(switch: Observation) -> None:
    where = {(e.mac, e.vlan): (e.bridge_port, e.if_index) for e in switch.fdb}
    assert where["02:00:00:ee:02:01", 10] == (1, 101)
    assert where["02:00:00:dd:02:02", 20] == (2, 102)
    assert where["02:00:00:cc:00:01", 1] == (5, 105)


def test_a_database_the_map_leaves_out_has_no_vlan(switch: Observation) -> None:
    assert [e.vlan for e in switch.fdb if e.mac == "02:00:00:ee:02:03"] == [None]


def test_invalid_rows_and_port_zero_are_dropped(switch: Observation) -> None:
    macs = {e.mac for e in switch.fdb}
    assert "02:00:00:ee:02:04" not in macs
    assert "02:00:01:00:00:00" not in macs


def test_the_older_table_adds_only_what_is_new(switch: Observation) -> None:
    plain = [e for e in switch.fdb if e.mac == "02:00:00:ee:02:09"]
    assert [(e.vlan, e.if_index) for e in plain] == [(None, 103)]
    assert len([e for e in switch.fdb if e.mac == "02:00:00:ee:02:01"]) == 1


def test_port_lists_count_bridge_ports(switch: Observation) -> None:
    assert switch.vlans == (
        Vlan(vlan=1, name="DEFAULT", untagged=(103, 104, 105, 106)),
        Vlan(vlan=10, name="office", tagged=(105,), untagged=(101, 102)),
        Vlan(vlan=20, name="voice", tagged=(101, 102, 105)),
    )
    assert {i.pvid for i in switch.interfaces} == {10, 1, None}


def test_port_lists_may_be_numbers_with_commas() -> None:
    column: dict[Oid, Value] = {(1,): b"513,517", (2,): b"", (3,): b"520"}
    assert port_list(column) == {(1,): (513, 517), (2,): (), (3,): (520,)}
    assert port_list({(1,): b"\x80\x01"}) == {(1,): (1, 16)}


def test_port_lists_of_digits_without_a_comma_are_bitmaps() -> None:
    assert port_list({(1,): b"0"}) == {(1,): (3, 4)}


def test_lldp_ports_follow_the_scheme_their_names_show(switch: Observation) -> None:
    (core,) = switch.neighbours
    assert core.local_if_index == 105
    assert (core.port_id, core.port_id_type) == ("517", "local")


def test_addresses_come_with_prefix_and_without_broadcast(switch: Observation) -> None:
    assert switch.addresses == (
        Address(ip="10.20.0.12", prefix_length=24, if_index=200),
        Address(ip="2001:db8:14::12", prefix_length=64, if_index=200),
        Address(ip="2001:db8:14::13", if_index=200),
        Address(ip="fe80::1ff:fe00:0", if_index=200),
    )


def test_arp_and_neighbour_discovery_drop_what_is_not_bound(
    switch: Observation,
) -> None:
    assert switch.arp == (
        ArpEntry(ip="10.20.0.1", mac="02:00:00:cc:00:01", if_index=200),
        ArpEntry(ip="2001:db8:14::1", mac="02:00:00:cc:00:01", if_index=200),
    )


def test_speeds_survive_what_agents_do_to_them(switch: Observation) -> None:
    speeds = {i.name: i.speed for i in switch.interfaces}
    assert speeds["1"] == 1_000_000_000, "megabits in both"
    assert speeds["5"] == 10_000_000_000, "saturated"
    assert speeds["6"] == 100_000_000, "bits in the field for megabits"
    assert speeds["cpu"] == 0


def test_a_placeholder_location_is_no_location(switch: Observation) -> None:
    assert switch.system is not None
    assert switch.system.location is None
    assert switch.system.contact == "ops@example.test"


def test_an_agent_without_a_port_map_means_interfaces() -> None:
    ports = PortMap({1, 2}, {})
    assert (ports.bridge_port(2), ports.bridge_port(3)) == (2, None)
    assert not ports.knows(0)
    assert PortMap({2}, {0: 2}).knows(0)


@pytest.mark.parametrize("copy", lldp.COPIES)
async def test_copies_of_the_lldp_tables_are_read_like_the_original(
    switch: Observation, copy: Oid
) -> None:
    size = len(lldp.MIB)
    moved = Recording(
        {
            copy + name[size:] if name[:size] == lldp.MIB else name: value
            for name, value in recording("q-bridge").objects.items()
        }
    )
    assert (await observe(moved)).neighbours == switch.neighbours


def test_ports_are_told_as_the_switch_announces_them(switch: Observation) -> None:
    told = [(p.if_index, p.port_id, p.port_id_type) for p in switch.announced_ports]
    assert told == [(100 + n, str(n), "local") for n in range(1, 7)]
    assert "announced_ports" in switch.reads


async def test_who_hears_nobody_tells_of_its_ports_too(switch: Observation) -> None:
    heard = lldp.rem_entry(lldp.MIB)
    deaf = Recording(
        {
            name: value
            for name, value in recording("q-bridge").objects.items()
            if name[: len(heard)] != heard
        }
    )
    observed = await observe(deaf)
    assert observed.neighbours == ()
    assert observed.announced_ports == switch.announced_ports
