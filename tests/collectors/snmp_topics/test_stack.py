"""A stack of IOS access switches with phones and computers behind them."""

from __future__ import annotations

import pytest

from collectors.facts import Measure, MedInventory, Neighbour, Observation, PortUser
from tests.collectors.snmp_topics.seen import observe


@pytest.fixture
async def stack() -> Observation:
    return await observe("stack-ios")


def neighbour(stack: Observation, port: int, remote: int) -> Neighbour:
    return next(
        n
        for n in stack.neighbours
        if n.local_if_index == port and n.remote_index == remote
    )


def test_uptime_goes_past_the_wrap_of_the_tick_counter(stack: Observation) -> None:
    assert stack.system is not None
    assert stack.system.uptime == pytest.approx(42949672.96 + 42949600.0, abs=1)
    assert stack.system.engine_id == "800000090300020000aa0001"
    assert stack.system.base_mac == "02:00:00:aa:00:01"


def test_stack_members_hang_below_the_stack(stack: Observation) -> None:
    parts = {part.index: part for part in stack.components}
    members = [p for p in parts.values() if p.kind == "chassis"]
    assert [p.serial for p in members] == ["FDO0000A001", "FDO0000A002"]
    assert {p.parent for p in members} == {1}
    assert parts[1].kind == "stack"
    supplies = [p.model for p in parts.values() if p.kind == "power-supply"]
    assert supplies == ["C2960X-PSU"] * 2


def test_ports_carry_interfaces_and_transceivers(stack: Observation) -> None:
    parts = {part.index: part for part in stack.components}
    assert (parts[1012].kind, parts[1012].if_index) == ("port", 10101)
    optic = parts[2051]
    assert (optic.kind, optic.serial, optic.parent) == (
        "transceiver",
        "AGM0000C002",
        2035,
    )


def test_members_of_an_aggregate_point_to_it(stack: Observation) -> None:
    ports = {i.if_index: i for i in stack.interfaces}
    assert ports[10124].lag_if_index == ports[20124].lag_if_index == 5001
    assert ports[5001].lower == (10124, 20124)
    assert ports[10101].lag_if_index is None
    assert ports[10101].physical
    assert not ports[5001].physical


def test_ports_know_their_vlan_and_their_voice_vlan(stack: Observation) -> None:
    ports = {i.if_index: i for i in stack.interfaces}
    assert (ports[10101].pvid, ports[10101].voice_vlan) == (20, 120)
    assert (ports[10102].pvid, ports[10102].voice_vlan) == (20, None)
    assert ports[5001].pvid == 10


def test_vlans_list_tagged_and_untagged_ports(stack: Observation) -> None:
    vlans = {v.vlan: v for v in stack.vlans}
    assert vlans[20].name == "office"
    assert vlans[20].tagged == (5001,)
    assert vlans[20].untagged == (10101, 10102, 10103, 20101, 20102, 20103)
    assert vlans[10].untagged == (5001,)
    assert vlans[30].tagged == ()


def test_forwarding_tables_are_read_per_vlan(stack: Observation) -> None:
    found = {(e.mac, e.vlan, e.if_index) for e in stack.fdb}
    assert found == {
        ("02:00:00:cc:00:01", 10, 5001),
        ("02:00:00:ee:01:01", 20, 10101),
        ("02:00:00:dd:01:01", 120, 10101),
        ("02:00:00:dd:02:01", 120, 20101),
    }
    assert "fdb" in stack.reads


def test_phone_and_computer_on_one_port_keep_their_own_serials(
    stack: Observation,
) -> None:
    phone, computer = neighbour(stack, 10101, 5), neighbour(stack, 10101, 6)
    assert phone.med == MedInventory(
        device_class=3,
        hardware_rev="66.0.0.128",
        software_rev="66.86.0.15",
        serial="020000dd0101",
        manufacturer="Yealink",
        model="SIP-T42S",
        asset_id="IT-00501",
        policies=((1, 120),),
        location="4930123456",
    )
    assert computer.med is not None
    assert (computer.med.serial, computer.med.device_class) == ("5CG0000D01", 1)


def test_a_phone_may_name_itself_by_its_address(stack: Observation) -> None:
    phone = neighbour(stack, 10101, 5)
    assert (phone.chassis_id, phone.chassis_id_type) == ("10.21.0.31", "ip")
    assert (phone.port_id, phone.port_id_type) == ("02:00:00:dd:01:01", "mac")
    assert phone.capabilities == ("bridge", "telephone")
    assert phone.management_addresses == ("10.21.0.31",)


def test_the_newest_of_several_time_marks_counts(stack: Observation) -> None:
    names = [n.sys_name for n in stack.neighbours if n.local_if_index == 10102]
    assert names == ["VVX 411"]


def test_a_civic_location_is_spelled_out(stack: Observation) -> None:
    med = neighbour(stack, 10102, 1).med
    assert med is not None
    assert (med.location, med.power) == ("DE, Berlin, 301", 60)


def test_management_addresses_of_both_families_are_kept(stack: Observation) -> None:
    core = neighbour(stack, 10124, 2)
    assert core.management_addresses == ("10.20.0.1", "2001:db8::1")
    assert core.local_port == "Gi1/0/24"


def test_a_cdp_phone_is_named_by_its_mac(stack: Observation) -> None:
    phone = neighbour(stack, 20101, 7)
    assert phone.protocol == "cdp"
    assert (phone.chassis_id, phone.chassis_id_type) == ("02:00:00:dd:02:01", "mac")
    assert phone.sys_name == "SEP020000DD0201"
    assert "telephone" in phone.capabilities
    assert phone.voice_vlan == 120


def test_a_serial_in_brackets_is_no_part_of_the_name(stack: Observation) -> None:
    core = neighbour(stack, 10124, 9)
    assert core.sys_name == "core-1.example.test"
    assert core.chassis_id == "core-1.example.test(FDO0000E01)"


def test_power_ports_lead_to_interfaces(stack: Observation) -> None:
    ports = {p.if_index: p for p in stack.poe}
    assert set(ports) == {10101, 10102, 10103, 20101, 20102, 20103}
    assert (ports[10101].delivering, ports[10101].device_class) == (True, 2)
    assert ports[10101].milliwatts == 5200
    assert (ports[10103].delivering, ports[10103].device_class) == (False, None)
    assert Measure(name="poe-budget-1", value=370.0, unit="W") in stack.measures


def test_users_and_pinned_macs_are_found_on_their_ports(stack: Observation) -> None:
    assert stack.port_users == (
        PortUser(if_index=10101, user="EXAMPLE\\sari"),
        PortUser(if_index=10102, mac="02:00:00:ee:01:02"),
        PortUser(if_index=10103, mac="02:00:00:ee:01:03"),
    )
