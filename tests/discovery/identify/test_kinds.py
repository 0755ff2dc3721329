"""Types by forms, registered names, tables and roles; systems by their builds."""

from __future__ import annotations

import pytest

from collectors.facts import (
    Clue,
    Hardware,
    Interface,
    Observation,
    OperatingSystem,
    Peer,
    Phone,
)
from discovery.identity.identify import (
    Knowledge,
    KnowledgeError,
    build_knowledge,
    identify,
)
from tests.discovery.identify.support import SEEN, knowledge, seen

NEW = "e.64999.1.5"

FORMS = [
    ("GX5200-28T Device, Compiled Mar 30", "switch"),
    ("sensorProbe8 SP8470 161014", "environment"),
    ("Model X 1024QAM outdoor unit", "wireless"),
    ("EAP245X, firmware 3.1", "wireless"),
    ("Web/SNMP Card V4.36", "power"),
    ("XW-44 8GPON concentrator", "switch"),
    ("Wideband transponder shelf, DWDM", "other"),
    ("Acme Secure Web Gateway 7", "firewall"),
    ("TX 300W FM Transmitter", "media"),
    ("Quantum filer, disk shelf 4", "storage"),
    ("3 lines, 8FXS adapter", "phone"),
]


@pytest.mark.parametrize(("descr", "kind"), FORMS)
def test_a_code_or_a_compound_word_tells_the_type(
    descr: str, kind: str, shipped: Knowledge
) -> None:
    assert identify([seen(descr, NEW)], shipped).value("type") == kind


def test_a_form_never_outweighs_the_file_of_the_vendor(shipped: Knowledge) -> None:
    told = seen("RouterOS CCR2004-16G-2S+", "e.14988.1")
    assert identify([told], shipped).value("type") == "router"


def ports(count: int, kind: int) -> tuple[Interface, ...]:
    return tuple(
        Interface(if_index=n, name=f"p{n}", type=kind) for n in range(1, count + 1)
    )


SHAPES = [
    (ports(24, 6), "router"),
    (ports(2, 71), "wireless"),
    (ports(16, 56), "switch"),
    (ports(8, 195), "other"),
    (ports(48, 97), "switch"),
    (ports(4, 166), "router"),
    (ports(2, 6), None),
]


@pytest.mark.parametrize(("interfaces", "kind"), SHAPES)
def test_interfaces_suggest_a_type(
    interfaces: tuple[Interface, ...], kind: str | None, shipped: Knowledge
) -> None:
    told = seen("Mystery", NEW, interfaces=interfaces)
    assert identify([told], shipped).value("type") == kind


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        ([f"{slot}/{n}" for slot in (1, 2) for n in range(4)], "router"),
        ([f"eth{n}" for n in range(8)], None),
        (["port1", "port2", "port3", "port4", "port5", "dmz", "wan1"], "firewall"),
        (["eth0", "wlan0"], "wireless"),
        (["eth0", "wlan0", "wan"], "router"),
        (["eth0", "ppp0"], "router"),
    ],
)
def test_names_of_interfaces_suggest_a_type(
    names: list[str], kind: str | None, shipped: Knowledge
) -> None:
    interfaces = tuple(
        Interface(if_index=n, name=name, type=6) for n, name in enumerate(names, 1)
    )
    told = seen("Mystery", NEW, interfaces=interfaces)
    assert identify([told], shipped).value("type") == kind


def test_many_ports_that_are_bridged_are_a_switch(shipped: Knowledge) -> None:
    spanning_tree = Clue("object", "3", "snmp 1.3.6.1.2.1.17.2.1.0")
    told = seen("Mystery", NEW, interfaces=ports(24, 6), clues=(spanning_tree,))
    assert identify([told], shipped).value("type") == "switch"


@pytest.mark.parametrize(
    ("descr", "kind"),
    [
        ("EdgeRouter Pro", "router"),
        ("HiveAP320_n, build 3", "access-point"),
        ("ZyWALL 2X", "firewall"),
        ("16Gb SAN Scalable Switch: Flex System", "switch"),
        ("Network Video Encoder; 5.75.1", "camera"),
        ("PDU Management Module, revision 1.00", "pdu"),
        ("Router model M1L 4FESW VoIP", "router"),
        ("Smart switch for wireless access points", "switch"),
    ],
)
def test_of_the_words_of_the_trade_the_last_of_a_phrase_names_it(
    descr: str, kind: str, shipped: Knowledge
) -> None:
    assert identify([seen(descr, NEW)], shipped).kind == kind


def test_who_exchanges_routes_is_a_router(shipped: Knowledge) -> None:
    peers = (Peer(ip="192.0.2.2", protocol="bgp"),)
    told = seen("Mystery", NEW, peers=peers, interfaces=ports(24, 6))
    assert identify([told], shipped).value("type") == "router"


KINDS = {"kinds": "oid\ttype\tscore\n64999\tpower\t28\n64999.1.5\tpdu\t40\n"}


@pytest.mark.parametrize(
    ("oid", "kind"), [("e.64999.1.5.2", "pdu"), ("e.64999.9", "power"), ("e.6", None)]
)
def test_names_registered_near_an_object_id_suggest_a_type(
    oid: str, kind: str | None
) -> None:
    assert identify([seen("x", oid)], knowledge(**KINDS)).kind == kind


def test_a_broken_table_of_types_is_named() -> None:
    with pytest.raises(KnowledgeError, match=r"kinds.tsv, line 2: unknown type 'toy'"):
        build_knowledge([], tables={"kinds": "oid\ttype\tscore\n1.2\ttoy\t40\n"})


def test_long_tables_are_searched_for_first_middle_and_last_rows() -> None:
    rows = "".join(f"{n}\tMaker {n}\n" for n in range(2, 400, 3))
    catalogue = knowledge(enterprises=f"number\torganisation\n{rows}").catalogue
    for number in range(400):
        expected = f"Maker {number}" if number % 3 == 2 else None
        assert catalogue.organisation(number) == expected


WINDOWS = "Hardware: Intel64 Family 6 - Software: Windows Version 6.3 (Build {} Free)"
BUILDS = [
    ("e.311.1.1.3.1.1", 19045, "Windows 10", "workstation"),
    ("e.311.1.1.3.1.1", 22631, "Windows 11", "workstation"),
    ("e.311.1.1.3.1.2", 17763, "Windows Server 2019", "server"),
    ("e.311.1.1.3.1.3", 20348, "Windows Server 2022", "server"),
    ("e.311.1.1.3.1.2", 99999, "Windows", "server"),
]


@pytest.mark.parametrize(("oid", "build", "system", "kind"), BUILDS)
def test_windows_is_named_by_its_build(
    oid: str, build: int, system: str, kind: str, shipped: Knowledge
) -> None:
    identity = identify([seen(WINDOWS.format(build), oid)], shipped)
    assert (identity.value("os"), identity.kind) == (system, kind)
    assert identity.value("model") is None
    assert identity.value("hardware_rev") is None


@pytest.mark.parametrize(
    ("descr", "system", "version"),
    [
        ("Darwin mac.lan 23.5.0 Darwin Kernel Version 23.5.0: x", "macOS 14", "23.5.0"),
        ("Darwin Kernel Version 15.6.0: Thu Jun 21", "OS X 10.11", "15.6.0"),
        ("Darwin box 99.1.0 Darwin Kernel Version 99.1.0", "macOS", "99.1.0"),
    ],
)
def test_macos_is_named_by_its_kernel(
    descr: str, system: str, version: str, shipped: Knowledge
) -> None:
    identity = identify([seen(descr, "e.8072.3.2.255")], shipped)
    assert (identity.value("os"), identity.value("version")) == (system, version)
    assert (identity.value("vendor"), identity.value("type")) == ("Apple", "computer")


BOX = Hardware(
    manufacturer="Dell Inc.",
    model="PowerEdge R440",
    serial="ABC1234",
    chassis_type="Rack Mount Chassis",
    source="dmi",
)
DEBIAN = OperatingSystem(name="Debian GNU/Linux", version="12")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("sip-user-agent", "Asterisk PBX 20.5.0"),
        ("sip-server", "FPBX-16.0.40.7(18.20.0)"),
        ("http-server", "Asterisk/18.9.0"),
        ("sip-server", "kamailio (5.7.1 (x86_64/linux))"),
    ],
)
def test_an_exchange_is_one_whatever_box_it_runs_on(
    kind: str, text: str, shipped: Knowledge
) -> None:
    told = seen(
        "Linux pbx 6.1.0-21-amd64 #1 SMP x86_64",
        "e.8072.3.2.10",
        clues=(Clue(kind, text, "told"),),
        hardware=BOX,
        operating_system=DEBIAN,
    )
    identity = identify([told], shipped)
    assert identity.kind == "pbx"
    assert identity.value("model") == "PowerEdge R440"


def test_where_telephones_are_registered_is_an_exchange(shipped: Knowledge) -> None:
    phones = (Phone(source="ami", extension="100"), Phone(source="ami"))
    told = Observation(
        address="192.0.2.9", collector="pbx", seen_at=SEEN, phones=phones
    )
    box = seen("Linux x 6.1 #1 SMP x86_64", "e.8072.3.2.10", operating_system=DEBIAN)
    assert identify([told, box], shipped).kind == "pbx"
    assert identify([box], shipped).kind == "computer"


NAMED = [
    (
        "Aruba JL262A 2930F-48G-PoE+-4SFP Switch, revision WC.16.11.0012, ROM WC.16",
        "e.11.2.3.7.11.181.25",
        {},
        ("Aruba", "ArubaOS-Switch", "switch"),
    ),
    (
        "ArubaOS (MODEL: 515), Version 8.10.0.0-8.10.0.0 LSR",
        "e.14823.1.2.107",
        {},
        ("Aruba", "ArubaOS", "access-point"),
    ),
    (
        "Juniper Networks, Inc. ex2300-24p Ethernet Switch, kernel JUNOS 21.4R3",
        "e.2636.1.1.1.4.132.1",
        {"e.2636.3.1.2.0": "Juniper EX2300-24P Switch"},
        ("Juniper", "Junos", "switch"),
    ),
]


@pytest.mark.parametrize(("descr", "oid", "objects", "expected"), NAMED)
def test_systems_of_one_name_are_told_apart(
    descr: str,
    oid: str,
    objects: dict[str, str],
    expected: tuple[str, str, str],
    shipped: Knowledge,
) -> None:
    identity = identify([seen(descr, oid, objects)], shipped)
    found = (identity.value("vendor"), identity.value("os"), identity.kind)
    assert found == expected
    assert not str(identity.value("model")).endswith("Switch")


MADE = {"00:00:5e:00:53:01": "Newcomer Devices GmbH", "00:00:5e:00:53:02": "Chipco Ltd"}


def heard(mac: str) -> Observation:
    return Observation(
        address="", collector="seen", seen_at=SEEN, clues=(Clue("mac", mac, "fdb"),)
    )


def test_a_device_known_by_its_address_alone_has_the_vendor_of_its_block() -> None:
    known = build_knowledge([], tables={"chips": "x\nChipco\n"}, makers=MADE.get)
    verdict = identify([heard("00:00:5e:00:53:01")], known).fields["vendor"]
    assert verdict.value == "Newcomer Devices"
    assert verdict.confidence < 0.4
    chips = identify([heard("00:00:5e:00:53:02")], known)
    assert chips.value("vendor") is None
    assert identify([heard("00:00:5e:00:53:03")], known).value("vendor") is None
