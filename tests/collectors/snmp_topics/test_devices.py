"""Printers, power units, wireless controllers, call managers, servers and routers."""

from __future__ import annotations

from collectors.facts import (
    AccessPoint,
    Address,
    ArpEntry,
    Clue,
    Hardware,
    Measure,
    Peer,
    Software,
    Supply,
    WirelessClient,
)
from collectors.ports import Oid, Value
from collectors.snmp.smi_values import oid
from collectors.snmp.topic import Cells
from collectors.snmp.topics import routing_peers
from tests.collectors.snmp_topics.seen import observe

Tables = dict[Oid, dict[Oid, Value]]


async def test_negative_supply_levels_are_states_not_percentages() -> None:
    printer = await observe("printer")
    assert printer.supplies == (
        Supply(name="Black Cartridge", kind="toner", level=28.0, state="ok"),
        Supply(name="Cyan Cartridge", kind="toner", level=0.0, state="empty"),
        Supply(name="Imaging Drum", kind="drum", state="ok"),
        Supply(name="Waste Toner Box", kind="waste-toner", state="some-left"),
        Supply(name="fuser", kind="fuser", level=71.0, state="ok"),
        Supply(name="Staples", kind="staples", state="unknown"),
        Supply(name="Ink", kind="ink", state="unrestricted"),
    )


async def test_a_printer_tells_serial_model_pages_and_trays() -> None:
    printer = await observe("printer")
    assert printer.hardware == Hardware(
        model="LaserThing 400 MFP", serial="PRN0000F01", source="snmp Printer-MIB"
    )
    assert printer.measures == (
        Measure(name="page-count", value=15232.0, unit="pages"),
        Measure(name="tray Tray 1", value=50.0, unit="percent"),
    )


async def test_a_ups_is_named_by_standard_and_vendor_together() -> None:
    ups = await observe("ups")
    assert ups.hardware == Hardware(
        manufacturer="APC",
        model="Smart-UPS 1500 RM",
        serial="AS0000000G01",
        firmware="UPS 09.1",
        source="snmp PowerNet-MIB upsAdvIdent",
    )
    measures = {m.name: (m.value, m.unit) for m in ups.measures}
    assert measures == {
        "seconds-on-battery": (0.0, "seconds"),
        "battery-runtime": (2520.0, "seconds"),
        "battery-charge": (98.0, "percent"),
        "load": (31.0, "percent"),
        "power": (310.0, "W"),
    }


async def test_a_controller_knows_access_points_and_stations() -> None:
    controller = await observe("controller")
    assert controller.access_points[0] == AccessPoint(
        mac="02:00:05:00:00:10",
        name="ap-1",
        model="AIR-AP2802I",
        serial="FGL0000H01",
        ip="10.20.0.41",
        ethernet_mac="02:00:05:00:00:01",
    )
    assert controller.wireless_clients == (
        WirelessClient(
            mac="02:00:05:aa:00:01",
            ip="10.22.0.7",
            ap_mac="02:00:05:00:00:20",
            ap_name="ap-2",
            ssid="office",
            user="mika",
        ),
        WirelessClient(
            mac="02:00:05:aa:00:02",
            ap_mac="02:00:05:00:00:10",
            ap_name="ap-1",
            ssid="guest",
        ),
    )


async def test_a_call_manager_lists_phones_and_gateways() -> None:
    manager = await observe("call-manager")
    phone, silent, gateway = manager.phones
    assert (phone.mac, phone.device_name) == ("02:00:06:00:00:01", "SEP020006000001")
    assert (phone.user, phone.contact_ip) == ("front", "10.21.0.50")
    assert (phone.model, phone.firmware) == ("Cisco 8851", "sip88xx.14-1-1")
    assert (phone.registered, silent.registered) == (True, False)
    assert (gateway.device_name, gateway.contact_ip) == ("gw-1", "10.20.0.60")


async def test_a_server_tells_processors_memory_and_disks() -> None:
    server = await observe("server")
    kinds = [part.kind for part in server.components]
    assert kinds == ["cpu", "cpu", "disk", "memory"]
    sizes = {part.kind: part.size for part in server.components}
    assert sizes["memory"] == 16301236 * 1024
    assert sizes["disk"] == 468851544 * 1024


async def test_volumes_past_two_to_the_31_are_not_negative() -> None:
    measures = {m.name: m.value for m in (await observe("server")).measures}
    assert measures["volume /"] == (2**32 - 2_000_000_000) * 4096
    assert measures["load-5-minutes"] == 0.42


async def test_package_names_are_split_from_versions() -> None:
    assert (await observe("server")).software == (
        Software(name="openssh-server", version="1:9.2p1-2+deb12u3"),
        Software(name="bash", version="5.1.8-9.el9"),
        Software(name="Vendor Tool 3"),
    )


async def test_processes_are_read_only_when_asked_for() -> None:
    usual = await observe("server")
    asked = await observe("server", topics={"processes"})
    assert not [c for c in usual.clues if c.kind == "process"]
    assert [c.value for c in asked.clues if c.kind == "process"] == ["sshd", "systemd"]


async def test_answers_to_extra_objects_become_clues() -> None:
    server = await observe(
        "server", extra=[oid("1.3.6.1.4.1.2021.4.5.0"), oid("1.3.6.1.4.1.9.1.0")]
    )
    assert [c for c in server.clues if c.kind == "object"] == [
        Clue("object", "16301236", "snmp 1.3.6.1.4.1.2021.4.5.0")
    ]


async def test_old_and_vendor_address_tables_are_read_where_nothing_else_is() -> None:
    router = await observe("router")
    assert router.addresses == (
        Address(ip="192.0.2.8", prefix_length=24, if_index=1),
        Address(ip="2001:db8:8::1", prefix_length=64, if_index=1),
        Address(ip="2001:db8:8::2", prefix_length=127, if_index=2),
    )
    assert router.arp == (
        ArpEntry(ip="192.0.2.9", mac="02:00:08:00:00:09", if_index=1),
    )


async def test_routing_peers_are_hints_where_to_look_next() -> None:
    assert (await observe("router")).peers == (
        Peer(
            ip="192.0.2.1",
            protocol="bgp",
            router_id="192.0.2.1",
            up=True,
            remote_as=64501,
        ),
        Peer(ip="192.0.2.2", protocol="bgp", up=False, remote_as=64502),
        Peer(ip="2001:db8:8::9", protocol="bgp", up=True, remote_as=64503),
        Peer(ip="192.0.2.5", protocol="ospf", router_id="192.0.2.105", up=True),
        Peer(ip="192.0.2.6", protocol="ospf", up=False),
    )


def test_eigrp_neighbours_and_the_default_gateway_are_peers() -> None:
    arcs, octets = (192, 0, 2, 254), bytes((192, 0, 2, 7))
    eigrp: Tables = {(*routing_peers.EIGRP_ENTRY, 3): {(0, 100, 1): octets}}
    routes: tuple[Tables, ...] = (
        {routing_peers.INET_DEFAULT_ROUTE: {(2, 0, 0, 1, 4, *arcs): 3}},
        {routing_peers.CIDR_DEFAULT_ROUTE: {(0, *arcs): bytes(arcs)}},
        {routing_peers.DEFAULT_ROUTE: {(): bytes(arcs)}},
    )
    for route in routes:
        found = routing_peers.parse_peers(Cells(tables=eigrp | route))
        assert found == (
            Peer(ip="192.0.2.7", protocol="eigrp", up=True),
            Peer(ip="192.0.2.254", protocol="gateway"),
        )


async def test_every_neighbour_protocol_is_understood() -> None:
    found = {
        n.sys_name: (n.protocol, n.local_if_index, n.port_id)
        for n in (await observe("router")).neighbours
    }
    assert found == {
        "v2-1": ("lldp", 1, "xe-0/0/1"),
        "sr-1": ("lldp", 2, "xe-0/0/1"),
        "icx-1": ("fdp", 1, "ethernet1/1/1"),
        "xos-1": ("edp", 2, "1/12"),
    }
