"""Whom an announcement speaks of, and which of its ports it came from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.discovery.rules_topology.wiring import PC, PC_2, PHONE, Wiring


@pytest.fixture
def net() -> Wiring:
    """Two switches: core (1) and acc (2)."""
    made = Wiring()
    made.switch("core")
    made.switch("acc")
    return made


def far(net: Wiring) -> str:
    """Who is at the other end of core 1."""
    links = net.links()
    return links[0].split(" - ")[1].split(",")[0] if links else "nobody"


def test_a_chassis_mac_outweighs_the_name_that_goes_with_it(net: Wiring) -> None:
    """The configuration of acc was copied to edge: edge announces itself as acc."""
    edge = net.switch("edge")
    net.hears(1, 1, chassis_id=net.mac(edge), chassis_id_type="mac", sys_name="acc")
    assert far(net) == "edge ?"


def test_a_serial_outweighs_address_and_name(net: Wiring) -> None:
    net.device("tel", "phone", serials=frozenset(("PH00017",)))
    net.nodes[2] = replace(net.nodes[2], addresses=frozenset(("10.0.0.2",)))
    net.hears(1, 1, serial="PH00017", addresses=("10.0.0.2",), sys_name="acc")
    assert far(net) == "tel ?"


def test_an_address_outweighs_a_name(net: Wiring) -> None:
    net.device("edge", "switch", addresses=frozenset(("10.0.0.3",)))
    net.hears(1, 1, addresses=("10.0.0.3",), sys_name="acc")
    assert far(net) == "edge ?"


def test_a_chassis_id_of_subtype_address_is_an_address(net: Wiring) -> None:
    """SIP desk telephones announce themselves so."""
    net.device("tel", "phone", addresses=frozenset(("10.0.0.9",)))
    net.hears(1, 1, chassis_id="10.0.0.9", chassis_id_type="ip")
    assert far(net) == "tel ?"


def test_a_port_mac_names_the_device_where_the_chassis_does_not(net: Wiring) -> None:
    net.device("tel", "phone", PHONE)
    net.hears(1, 1, chassis_id="x", port_id=PHONE, port_id_type="mac")
    assert far(net) == "tel ?"


@pytest.mark.parametrize(
    "text", ["SEP3CD92B000004", "sep3cd92b000004", "ATA3CD92B000004"]
)
def test_cisco_telephones_are_known_by_the_mac_in_their_name(
    net: Wiring, text: str
) -> None:
    net.device("tel", "phone", PHONE)
    net.hears(1, 1, "cdp", chassis_id=text)
    assert far(net) == "tel ?"


@pytest.mark.parametrize("text", ["FOC1234(acc-new)", "acc-new(FOC1234)"])
def test_cdp_writes_serial_and_name_in_either_order(net: Wiring, text: str) -> None:
    net.device("edge", "switch", serials=frozenset(("FOC1234",)))
    net.hears(1, 1, "cdp", chassis_id=text)
    assert far(net) == "edge ?"


def test_cdp_with_an_unknown_serial_in_brackets_is_found_by_its_name(
    net: Wiring,
) -> None:
    net.hears(1, 1, "cdp", chassis_id="acc(FOC9999)")
    assert far(net) == "acc ?"


def test_a_mac_that_two_devices_hold_names_neither(net: Wiring) -> None:
    for node in (1, 2):
        net.nodes[node] = replace(net.nodes[node], macs=net.nodes[node].macs | {PC})
    edge = net.switch("edge")
    net.hears(edge, 1, chassis_id=PC, chassis_id_type="mac")
    assert net.links() == []


def test_an_address_that_two_devices_hold_names_neither(net: Wiring) -> None:
    for node in (1, 2):
        net.nodes[node] = replace(net.nodes[node], addresses=frozenset(("10.9.9.9",)))
    edge = net.switch("edge")
    net.hears(edge, 1, addresses=("10.9.9.9",))
    assert net.links() == []


def test_a_name_that_two_devices_have_names_neither(net: Wiring) -> None:
    net.device("acc", "switch")
    net.hears(1, 1, sys_name="acc")
    assert far(net) == "nobody"


def test_capitals_and_blanks_in_names_do_not_matter(net: Wiring) -> None:
    net.hears(1, 1, sys_name=" ACC ")
    assert far(net) == "acc ?"


def test_an_fqdn_names_the_switch_of_that_fqdn(net: Wiring) -> None:
    net.nodes[2] = replace(net.nodes[2], names=frozenset(("acc.example.net",)))
    net.hears(1, 1, sys_name="acc.example.net")
    assert far(net) == "acc ?"


def test_an_fqdn_names_the_switch_that_knows_its_short_name(net: Wiring) -> None:
    net.hears(1, 1, sys_name="acc.example.net")
    assert far(net) == "acc ?"


def test_a_short_name_names_the_switch_that_knows_its_fqdn(net: Wiring) -> None:
    """IOS announces host name and domain by LLDP, the host name only by CDP."""
    net.nodes[2] = replace(net.nodes[2], names=frozenset(("acc.example.net",)))
    net.hears(1, 1, "cdp", chassis_id="acc")
    assert far(net) == "acc ?"


def test_a_short_name_in_two_domains_names_neither(net: Wiring) -> None:
    net.nodes[2] = replace(net.nodes[2], names=frozenset(("acc.paris.example",)))
    net.device("acc-rome", "switch", names=frozenset(("acc.rome.example",)))
    net.hears(1, 1, sys_name="acc")
    assert far(net) == "nobody"


def test_an_fqdn_does_not_name_the_host_of_another_domain(net: Wiring) -> None:
    net.nodes[2] = replace(net.nodes[2], names=frozenset(("acc.paris.example",)))
    net.hears(1, 1, sys_name="acc.rome.example")
    assert far(net) == "nobody"


def test_a_mac_as_chassis_id_is_not_taken_for_a_name(net: Wiring) -> None:
    net.device("odd", "switch", names=frozenset((PC_2,)))
    net.hears(1, 1, chassis_id=PC_2, chassis_id_type="mac")
    assert far(net) == "nobody"


def port(net: Wiring, **said: object) -> str:
    """Which port of acc an announcement with these words came from."""
    net.hears_node(1, 1, 2, None, **said)
    return far(net)


def test_a_far_port_is_found_by_its_name(net: Wiring) -> None:
    assert port(net, port_id="gi1/0/4", port_id_type="ifname") == "acc 4"


def test_a_far_port_is_found_by_its_description(net: Wiring) -> None:
    net.change_port(2, 4, descr="GigabitEthernet1/0/4")
    assert port(net, port_id="GigabitEthernet1/0/4") == "acc 4"


def test_a_far_port_is_found_by_its_alias(net: Wiring) -> None:
    """Port id subtype 1, interfaceAlias (IEEE 802.1AB)."""
    net.change_port(2, 4, alias="to core")
    assert port(net, port_id="to core", port_id_type="ifalias") == "acc 4"


def test_a_far_port_is_found_by_its_mac(net: Wiring) -> None:
    net.change_port(2, 4, mac=PC)
    assert port(net, port_id=PC, port_id_type="mac") == "acc 4"


def test_a_mac_that_all_ports_share_does_not_tell_the_port(net: Wiring) -> None:
    for n in range(1, 10):
        net.change_port(2, n, mac=PC)
    assert port(net, port_id=PC, port_id_type="mac") == "acc ?"


def test_a_description_beside_a_shared_mac_tells_the_port(net: Wiring) -> None:
    for n in range(1, 10):
        net.change_port(2, n, mac=PC)
    found = port(net, port_id=PC, port_id_type="mac", port_descr="Gi1/0/4")
    assert found == "acc 4"


def test_a_description_tells_more_than_a_mac_as_port_id(net: Wiring) -> None:
    """Many agents give the MAC of the chassis, which is that of the first port."""
    net.change_port(2, 1, mac=PC)
    found = port(net, port_id=PC, port_id_type="mac", port_descr="Gi1/0/4")
    assert found == "acc 4"


def test_a_name_as_port_id_tells_more_than_a_description(net: Wiring) -> None:
    """The description may be what somebody wrote into the alias."""
    found = port(net, port_id="Gi1/0/4", port_id_type="ifname", port_descr="Gi1/0/7")
    assert found == "acc 4"


def test_digits_are_an_ifindex_where_no_port_is_called_so(net: Wiring) -> None:
    """Port id subtype 7, locally assigned: mostly the ifIndex."""
    assert port(net, port_id="4", port_id_type="local") == "acc 4"


def test_digits_that_are_no_ifindex_name_no_port(net: Wiring) -> None:
    assert port(net, port_id="77", port_id_type="local") == "acc ?"


def test_a_description_tells_the_port_where_the_id_does_not(net: Wiring) -> None:
    assert port(net, port_id="Slot0/4", port_descr="Gi1/0/4") == "acc 4"


def test_a_name_counts_before_the_alias_of_another_port(net: Wiring) -> None:
    """People write the far side's port into the alias."""
    net.change_port(2, 7, alias="Gi1/0/4")
    assert port(net, port_id="Gi1/0/4", port_id_type="ifname") == "acc 4"


def test_digits_are_never_the_alias_of_a_port(net: Wiring) -> None:
    """Many note the number of the far side's port there."""
    net.change_port(2, 7, alias="4")
    net.change_port(2, 8, alias="77")
    assert port(net, port_id="4", port_id_type="local") == "acc 4"
    net.heard.clear()
    assert port(net, port_id="77", port_id_type="local") == "acc ?"


def test_a_stranger_with_a_known_name_is_a_stranger(net: Wiring) -> None:
    """A spare switch that runs the configuration of acc and was not read."""
    net.hears(1, 1, chassis_id=PC_2, chassis_id_type="mac", sys_name="acc")
    assert far(net) == "nobody"


def test_a_stranger_with_our_address_is_a_stranger(net: Wiring) -> None:
    """A camera switch is delivered with the address that acc has."""
    net.nodes[2] = replace(net.nodes[2], addresses=frozenset(("192.168.0.2",)))
    strange = {"chassis_id": PC_2, "chassis_id_type": "mac"}
    net.hears(1, 1, **strange, addresses=("192.168.0.2",), sys_name="cam")
    assert far(net) == "nobody"


def test_a_chassis_mac_beside_those_that_were_read_is_no_stranger(net: Wiring) -> None:
    """Not every MAC of a box is in its tables."""
    beside = net.mac(2)[:-2] + "7f"
    net.hears(1, 1, chassis_id=beside, chassis_id_type="mac", sys_name="acc")
    assert far(net) == "acc ?"


def test_who_was_never_read_may_have_any_mac(net: Wiring) -> None:
    net.nodes[2] = replace(net.nodes[2], managed=False)
    net.hears(1, 1, chassis_id=PC_2, chassis_id_type="mac", sys_name="acc")
    assert far(net) == "acc ?"


def test_a_local_port_id_is_what_the_neighbour_itself_means_by_it(
    net: Wiring,
) -> None:
    """acc counts its ports otherwise than its interfaces."""
    for n in range(1, 5):
        net.change_port(2, n + 1, lldp_id=str(n), lldp_id_type="local")
    net.hears_node(1, 1, 2, None, port_id="2", port_id_type="local")
    assert far(net) == "acc 3"


def test_a_local_port_id_is_no_ifindex_where_others_are_known(net: Wiring) -> None:
    net.change_port(2, 5, lldp_id="4", lldp_id_type="local")
    net.hears_node(1, 1, 2, None, port_id="2", port_id_type="local")
    assert far(net) == "acc ?"


def test_an_announced_id_of_another_type_is_another_id(net: Wiring) -> None:
    net.change_port(2, 5, lldp_id="gi1/0/2", lldp_id_type="local")
    net.hears_node(1, 1, 2, None, port_id="Gi1/0/2", port_id_type="ifname")
    assert far(net) == "acc 2"


def test_a_local_port_id_is_nobodys_alias(net: Wiring) -> None:
    net.change_port(2, 5, alias="uplink")
    net.hears_node(1, 1, 2, None, port_id="uplink", port_id_type="local")
    assert far(net) == "acc ?"


def test_two_ports_announced_alike_are_not_told_apart(net: Wiring) -> None:
    for n in (4, 5):
        net.change_port(2, n, lldp_id="x", lldp_id_type="ifname")
    net.hears_node(1, 1, 2, None, port_id="x", port_id_type="ifname")
    assert far(net) == "acc ?"


def test_a_port_told_with_its_bridge_is_found_by_either_name(net: Wiring) -> None:
    """RouterOS announces `bridge1/ether2`, and calls the port ether2."""
    net.change_port(2, 2, name="ether2")
    net.change_port(2, 9, name="bridge1")
    net.hears_node(1, 1, 2, None, port_id="bridge1/ether2", port_id_type="ifname")
    assert far(net) == "acc 2"
    net.change_port(2, 3, lldp_id="bridge1/ether2", lldp_id_type="ifname")
    assert far(net) == "acc 3"
