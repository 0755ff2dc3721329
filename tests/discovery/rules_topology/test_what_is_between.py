"""What lies between a port and what is seen on it: telephone, radio, host or hub."""

from __future__ import annotations

import pytest

from discovery.topology.model import Station
from tests.discovery.fakes import T0
from tests.discovery.rules_topology.wiring import PC, PC_2, PC_3, PHONE, VM, Wiring


@pytest.fixture
def net() -> Wiring:
    """One switch: acc (1)."""
    made = Wiring()
    made.switch("acc")
    return made


def test_a_computer_behind_a_telephone_is_behind_it_and_the_telephone_is_not(
    net: Wiring,
) -> None:
    net.device("tel", "phone", PHONE)
    net.learns(1, 3, PHONE, PC)
    assert net.where(PC) == "acc 3 behind tel (phone)"
    assert net.where(PHONE) == "acc 3"


def test_a_telephone_that_was_only_heard_is_between_all_the_same(net: Wiring) -> None:
    net.device("tel", "phone", PHONE)
    net.hears(1, 3, "cdp", chassis_id="SEP3CD92B000004")
    net.learns(1, 3, PC)
    assert net.where(PC) == "acc 3 behind tel (phone)"


def test_two_telephones_on_one_port_need_a_hub(net: Wiring) -> None:
    net.device("tel", "phone", PHONE)
    net.device("tel2", "phone", PC_2)
    net.learns(1, 3, PHONE, PC_2, PC)
    assert net.where(PC) == "acc 3 (unmanaged)"
    assert net.where(PHONE) == "acc 3 (unmanaged)"


def test_the_second_address_of_a_telephone_is_not_behind_it(net: Wiring) -> None:
    net.device("tel", "phone", PHONE, PC_2)
    net.learns(1, 3, PHONE, PC_2)
    assert net.where(PC_2) == "acc 3"


def test_who_is_behind_several_known_switches_is_behind_no_unmanaged_one(
    net: Wiring,
) -> None:
    """Their tables are not read, so nobody knows which of them it is plugged into."""
    far = [net.switch(name, read=False) for name in ("far", "farther")]
    net.learns(1, 3, PC, PC_2, *map(net.mac, far))
    assert net.where(PC) == "acc 3 (switches)"
    assert net.where(PC_2) == "acc 3 (switches)"
    assert net.where(net.mac(far[0])) == "acc 3"


def test_several_strangers_on_a_port_have_an_unmanaged_switch_between(
    net: Wiring,
) -> None:
    net.learns(1, 3, PC, PC_2)
    assert net.where(PC) == "acc 3 (unmanaged)"
    assert net.where(PC_2) == "acc 3 (unmanaged)"


def test_several_addresses_of_one_device_need_no_hub(net: Wiring) -> None:
    net.device("pc", "computer", PC, PC_2)
    net.learns(1, 3, PC, PC_2)
    assert net.where(PC) == "acc 3"


def test_one_host_alone_has_nothing_between(net: Wiring) -> None:
    net.learns(1, 3, PC)
    net.learns(1, 4, PC_2)
    assert net.where(PC) == "acc 3"


def test_virtual_machines_are_behind_the_one_host_on_their_port(net: Wiring) -> None:
    net.device("host", "server", PC)
    net.learns(1, 3, PC, VM)
    assert net.where(VM) == "acc 3 behind host (host)"
    assert net.where(PC) == "acc 3"


@pytest.mark.parametrize(
    "mac",
    [
        "00:50:56:01:02:03",
        "00:0c:29:01:02:03",
        "00:05:69:01:02:03",
        "52:54:00:01:02:03",
        "08:00:27:01:02:03",
        "00:15:5d:01:02:03",
        "00:16:3e:01:02:03",
        "bc:24:11:01:02:03",
        "02:42:01:02:03:04",
    ],
)
def test_hypervisors_give_out_addresses_of_their_own_block(
    net: Wiring, mac: str
) -> None:
    net.device("host", "server", PC)
    net.learns(1, 3, PC, mac)
    assert net.where(mac) == "acc 3 behind host (host)"


def test_a_virtual_machine_that_was_read_itself_is_behind_its_host(
    net: Wiring,
) -> None:
    net.device("host", "server", PC)
    net.device("guest", "", VM)
    net.learns(1, 3, PC, VM)
    assert net.where(VM) == "acc 3 behind host (host)"


def test_a_host_whose_own_address_is_virtual_is_not_behind_itself(net: Wiring) -> None:
    """A hypervisor that runs in a virtual machine."""
    net.device("host", "server", VM)
    net.learns(1, 3, VM, "52:54:00:00:00:01")
    assert net.where("52:54:00:00:00:01") == "acc 3 behind host (host)"
    assert net.where(VM) == "acc 3"


def test_a_real_card_beside_a_host_needs_a_hub(net: Wiring) -> None:
    net.device("host", "server", PC)
    net.learns(1, 3, PC, PC_2)
    assert net.where(PC_2) == "acc 3 (unmanaged)"
    assert net.where(PC) == "acc 3 (unmanaged)"


def test_virtual_machines_between_two_hosts_are_behind_neither(net: Wiring) -> None:
    net.device("host", "server", PC)
    net.device("host2", "computer", PC_2)
    net.learns(1, 3, PC, PC_2, VM)
    assert net.where(VM) == "acc 3 (unmanaged)"


def test_what_is_on_the_port_of_an_access_point_is_behind_it(net: Wiring) -> None:
    net.device("ap", "access-point", PHONE)
    net.learns(1, 3, PHONE, PC, PC_2)
    assert net.where(PC) == "acc 3 behind ap (wireless)"
    assert net.where(PHONE) == "acc 3"


def test_a_radio_is_nearer_than_a_telephone_that_uses_it(net: Wiring) -> None:
    net.device("ap", "access-point", PC_3)
    net.device("tel", "phone", PHONE)
    net.learns(1, 3, PC_3, PHONE, PC)
    assert net.where(PHONE) == "acc 3 behind ap (wireless)"
    assert net.where(PC) == "acc 3 behind ap (wireless)"


def test_a_switch_that_answers_nothing_but_its_address_is_between(net: Wiring) -> None:
    net.switch("small", read=False)
    net.learns(1, 3, net.mac(2), PC, PC_2)
    assert net.where(PC) == "acc 3 behind small (neighbour)"
    assert net.where(net.mac(2)) == "acc 3"


def test_a_wifi_client_is_at_the_port_of_its_access_point(net: Wiring) -> None:
    net.device("ap", "access-point", PHONE)
    net.learns(1, 3, PHONE)
    net.stations.append(Station(PC, 2, ssid="office"))
    assert net.where(PC) == "acc 3 behind ap (wireless)"
    place = net.drawn().places[PC]
    assert (place.ssid, place.read_at) == ("office", T0)


def test_a_wifi_client_keeps_the_vlan_it_was_learned_in(net: Wiring) -> None:
    net.device("ap", "access-point", PHONE)
    net.learns(1, 3, PHONE, vlan=1)
    net.learns(1, 3, PC, vlan=30)
    net.stations.append(Station(PC, 2))
    assert net.where(PC) == "acc 3 behind ap (wireless)"
    assert net.vlan(PC) == 30


def test_a_wifi_client_is_where_its_radio_is_and_not_where_it_was_on_a_cable(
    net: Wiring,
) -> None:
    """The association is current, the forwarding row may be that of a dock."""
    net.device("ap", "access-point", PHONE)
    net.learns(1, 3, PHONE)
    net.learns(1, 5, PC)
    net.stations.append(Station(PC, 2))
    assert net.where(PC) == "acc 3 behind ap (wireless)"


def test_an_access_point_of_unknown_port_is_itself_the_place_of_its_clients(
    net: Wiring,
) -> None:
    net.device("ap", "access-point", PHONE)
    net.stations.append(Station(PC, 2))
    assert net.where(PC) == "ap ? behind ap (wireless)"
    assert net.vlan(PC) is None


def test_who_announced_itself_is_placed_where_no_table_was_read() -> None:
    net = Wiring()
    net.switch("acc", read=False)
    net.device("tel", "phone", PHONE, PC_2)
    net.hears(1, 3, chassis_id=PHONE, chassis_id_type="mac")
    assert net.where(min(PHONE, PC_2)) == "acc 3"
    assert net.drawn().places[min(PHONE, PC_2)].read_at is None


def test_who_announced_itself_and_was_learned_is_placed_once(net: Wiring) -> None:
    net.device("tel", "phone", PHONE, PC_2)
    net.hears(1, 3, chassis_id=PHONE, chassis_id_type="mac")
    net.learns(1, 3, PHONE)
    assert net.where(PHONE) == "acc 3"
    assert net.where(PC_2) == "nowhere"


def test_who_announced_itself_on_two_ports_is_at_neither(net: Wiring) -> None:
    net.device("tel", "phone", PHONE)
    net.hears(1, 3, chassis_id=PHONE, chassis_id_type="mac")
    net.hears(1, 4, chassis_id=PHONE, chassis_id_type="mac")
    assert net.where(PHONE) == "nowhere"


def test_a_switch_that_announced_itself_is_a_link_and_no_place(net: Wiring) -> None:
    net.switch("small", read=False)
    net.hears_node(1, 3, 2, 1)
    assert net.where(net.mac(2)) == "nowhere"


def test_who_announced_itself_on_an_unmapped_port_is_not_placed(net: Wiring) -> None:
    net.device("tel", "phone", PHONE)
    net.hears(1, None, chassis_id=PHONE, chassis_id_type="mac")
    assert net.where(PHONE) == "nowhere"


def voice(net: Wiring, *vlans: int) -> None:
    net.device("tel", "phone", PHONE)
    for vlan in vlans:
        net.learns(1, 3, PHONE, PC, vlan=vlan)


@pytest.mark.parametrize("order", [(1, 20), (20, 1)])
def test_a_telephone_is_in_the_voice_vlan_and_the_computer_behind_it_is_not(
    net: Wiring, order: tuple[int, int]
) -> None:
    """A phone boots in the data VLAN, and both may be learned in both."""
    net.change_port(1, 3, voice_vlan=20)
    voice(net, *order)
    assert net.vlan(PHONE) == 20
    assert net.vlan(PC) == 1


def test_a_voice_vlan_with_a_lower_number_is_the_voice_vlan_too(net: Wiring) -> None:
    net.change_port(1, 3, voice_vlan=5)
    voice(net, 5, 100)
    assert net.vlan(PHONE) == 5
    assert net.vlan(PC) == 100


def test_the_telephone_tells_the_voice_vlan_where_the_switch_does_not(
    net: Wiring,
) -> None:
    """LLDP-MED network policy, application type 1 (ANSI/TIA-1057)."""
    net.hears(1, 3, chassis_id=PHONE, chassis_id_type="mac", voice_vlan=20)
    voice(net, 1, 20)
    assert net.vlan(PHONE) == 20
    assert net.vlan(PC) == 1


def test_the_switch_tells_the_voice_vlan_better_than_the_telephone(
    net: Wiring,
) -> None:
    net.change_port(1, 3, voice_vlan=30)
    net.hears(1, 3, chassis_id=PHONE, chassis_id_type="mac", voice_vlan=20)
    voice(net, 20, 30)
    assert net.vlan(PHONE) == 30


def test_a_computer_learned_in_the_voice_vlan_only_is_in_it(net: Wiring) -> None:
    net.change_port(1, 3, voice_vlan=20)
    net.learns(1, 3, PC, vlan=20)
    assert net.vlan(PC) == 20


def test_a_telephone_without_voice_vlan_is_in_the_vlan_it_was_learned_in(
    net: Wiring,
) -> None:
    net.change_port(1, 3, voice_vlan=20)
    net.device("tel", "phone", PHONE)
    net.learns(1, 3, PHONE, vlan=1)
    assert net.vlan(PHONE) == 1


def test_a_table_without_vlans_tells_none(net: Wiring) -> None:
    net.learns(1, 3, PC, vlan=None)
    assert net.vlan(PC) is None


def test_of_a_row_with_a_vlan_and_one_without_the_vlan_counts(net: Wiring) -> None:
    net.learns(1, 3, PC, vlan=None)
    net.learns(1, 3, PC, vlan=7)
    assert net.vlan(PC) == 7
