"""Tables that agents fill in ways of their own, as small agents made by hand."""

from __future__ import annotations

import pytest

from collectors.facts import Observation
from collectors.recordings.replay import ReplaySnmp, parse_recording
from tests.collectors.snmp_topics.seen import observe

LLDP = "1.0.8802.1.1.2.1.4.1.1"
Q = "1.3.6.1.2.1.17.7.1"
HUAWEI = "1.3.6.1.4.1.2011.5.6.1.1.1"
TPLINK = "1.3.6.1.4.1.11863.6.35.1.2.2.1"


def ports(names: dict[int, str]) -> list[str]:
    return [f"1.3.6.1.2.1.31.1.1.1.1.{n}|4|{name}" for n, name in names.items()] + [
        f"1.3.6.1.2.1.2.2.1.3.{n}|2|6" for n in names
    ]


async def read(*lines: str, names: dict[int, str]) -> Observation:
    system = ["1.3.6.1.2.1.1.1.0|4|made by hand", "1.3.6.1.2.1.1.3.0|67|100"]
    text = "\n".join([*system, *ports(names), *lines])
    return await observe(ReplaySnmp(parse_recording(text.encode())))


def remote(index: str, chassis: str, port: str, name: str = "") -> list[str]:
    return [
        f"{LLDP}.4.{index}|2|7",
        f"{LLDP}.5.{index}|4|{chassis}",
        f"{LLDP}.6.{index}|2|7",
        f"{LLDP}.7.{index}|4|{port}",
        f"{LLDP}.9.{index}|4|{name}",
    ]


async def test_pvid_1_without_any_vlan_is_the_default_and_configures_nothing() -> None:
    pvids = [f"{Q}.4.5.1.1.{n}|66|1" for n in (1, 2)]
    seen = await read(*pvids, names={1: "sfp1", 2: "sfp2"})
    assert [i.pvid for i in seen.interfaces] == [None, None]
    assert seen.vlans == ()


async def test_pvid_1_stays_where_there_are_vlans() -> None:
    pvids = [f"{Q}.4.5.1.1.{n}|66|1" for n in (1, 2)]
    seen = await read(*pvids, f"{Q}.4.3.1.1.20|4|voice", names={1: "sfp1", 2: "sfp2"})
    assert [i.pvid for i in seen.interfaces] == [1, 1]


async def test_routeros_says_in_its_own_table_where_a_neighbour_was_heard() -> None:
    seen = await read(
        *remote("0.0.11", "switch", "ge17"),
        *remote("0.0.12", "bridge", "wlan1"),
        "1.3.6.1.4.1.14988.1.1.11.1.1.8.11|2|2",
        "1.3.6.1.4.1.14988.1.1.11.1.1.8.12|2|1",
        names={1: "wlan1", 2: "ether1"},
    )
    told = [(n.local_if_index, n.port_id) for n in seen.neighbours]
    assert told == [(2, "ge17"), (1, "wlan1")]


async def test_remotes_without_a_time_mark_are_read_from_the_end_of_the_index() -> None:
    seen = await read(
        *remote("1.1", "core", "e19"),
        *remote("2.2", "core", "e17"),
        names={1: "a", 2: "b"},
    )
    told = [(n.local_if_index, n.port_id) for n in seen.neighbours]
    assert told == [(1, "e19"), (2, "e17")]


async def test_remotes_that_only_the_time_mark_tells_apart_are_both_kept() -> None:
    seen = await read(
        *remote("400.1.1", "phone-1", "p"),
        *remote("700.1.1", "phone-2", "p"),
        names={1: "a"},
    )
    assert sorted(n.chassis_id or "" for n in seen.neighbours) == ["phone-1", "phone-2"]


async def test_one_remote_under_several_time_marks_is_one() -> None:
    rows = [*remote("400.1.1", "sw", "p"), *remote("700.1.1", "sw", "p", "renamed")]
    seen = await read(*rows, names={1: "a"})
    assert [n.sys_name for n in seen.neighbours] == ["renamed"]


async def test_a_row_of_zeros_is_nobody() -> None:
    zeros = [f"{LLDP}.{column}.1|4x|00000000" for column in (5, 7, 9, 10)]
    assert (await read(*zeros, names={1: "a"})).neighbours == ()


async def test_an_address_under_another_number_is_of_the_only_remote() -> None:
    address = "1.0.8802.1.1.2.1.4.2.1.3.0.1.77.1.4.192.0.2.9|2|2"
    seen = await read(*remote("0.1.5", "sw", "p"), address, names={1: "a"})
    assert seen.neighbours[0].management_addresses == ("192.0.2.9",)


async def test_neighbours_that_only_the_makers_own_table_has() -> None:
    cells = {3: "MAC address", 4: "02:00:5E:10:00:01", 5: "Interface name", 6: "gi1"}
    cells |= {9: "sw22", 12: "Bridge Router"}
    rows = [f"{TPLINK}.{n}.49153.1|4|{value}" for n, value in cells.items()]
    (found,) = (await read(*rows, names={49153: "gigabitEthernet 1/0/1"})).neighbours
    assert (found.local_if_index, found.chassis_id_type) == (49153, "mac")
    assert (found.chassis_id, found.port_id) == ("02:00:5e:10:00:01", "gi1")
    assert found.capabilities == ("bridge", "router")


JETSTREAM = {49152 + n: f"gigabitEthernet 1/0/{n} : copper" for n in range(1, 9)}


@pytest.mark.parametrize("base", [(), ("1.3.6.1.2.1.17.1.4.1.2.3|2|0",)])
async def test_bridge_ports_a_constant_away_from_ifindex(base: tuple[str, ...]) -> None:
    row = f"{Q}.2.2.1.2.1.2.0.94.16.0.1|2|3"
    seen = await read(row, *base, names=JETSTREAM)
    assert [e.if_index for e in seen.fdb] == [49155]


async def test_no_distance_is_guessed_where_names_do_not_agree() -> None:
    odd = JETSTREAM | {49170: "gigabitEthernet 1/0/3"}
    row = f"{Q}.2.2.1.2.1.2.0.94.16.0.1|2|3"
    assert [e.if_index for e in (await read(row, names=odd)).fdb] == [None]


async def test_vlans_of_an_access_platform_with_ports_in_hexadecimal_text() -> None:
    mask = bytearray(32)
    mask[16] = 0x01
    rows = (f"{HUAWEI}.2.682|4|v682", f"{HUAWEI}.3.682|4|{mask.hex()}")
    names = {234897408: "ethernet0/2/0", 234897472: "ethernet0/2/1"}
    (vlan,) = (await read(*rows, names=names)).vlans
    assert (vlan.vlan, vlan.name, vlan.tagged) == (682, "v682", (234897408,))


async def test_internal_numbers_of_vlans_are_replaced_by_their_tags() -> None:
    rows = (f"{Q}.4.3.1.1.5|4|office", "1.3.6.1.4.1.2636.3.40.1.5.1.5.1.5.5|2|240")
    seen = await read(*rows, names={1: "ge-0/0/0"})
    assert [(v.vlan, v.name) for v in seen.vlans] == [(240, "office")]


async def test_access_ports_by_the_table_of_the_switchs_maker() -> None:
    root = "1.3.6.1.4.1.9.6.1.101.48"
    rows = (
        f"{root}.22.1.1.1|2|11", f"{root}.62.1.1.1|2|30",
        f"{root}.22.1.1.2|2|12", f"{root}.62.1.1.2|2|40",
    )  # fmt: skip
    seen = await read(*rows, names={1: "gi1", 2: "gi2"})
    assert [i.pvid for i in seen.interfaces] == [30, None]
