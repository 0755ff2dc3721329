"""The shipped rule files as data: sane, consistent, and free of single devices."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from collectors.facts import Clue
from config import catalog
from discovery.identity.device_types import GENERAL
from discovery.identity.identify import Knowledge, KnowledgeError, identify
from discovery.identity.rules.knowledge import compile_documents
from discovery.identity.rules.lint import reasons, shared_conditions
from tests.discovery.identify.support import knowledge, seen
from tests.tools.reliability import rising


def test_every_enterprise_number_belongs_to_one_vendor(shipped: Knowledge) -> None:
    owners: dict[int, set[str | None]] = defaultdict(set)
    for document in shipped.documents:
        for number in document.enterprises:
            owners[number].add(document.vendor)
    assert {n: names for n, names in owners.items() if len(names) > 1} == {}


def test_no_vendor_claims_the_number_of_a_generic_agent(shipped: Knowledge) -> None:
    claimed = {n for d in shipped.documents for n in d.enterprises}
    assert claimed & shipped.catalogue.generic == set()


def test_no_rule_of_a_vendor_holds_on_devices_of_anybody(shipped: Knowledge) -> None:
    assert list(shared_conditions(shipped)) == []


SHARED = [
    "oid: '0.10.43.6.1.4.1'",
    "oid: e.2021.250.10",
    "oid: e.8072.3.2.10",
    "text: [Net-SNMP]",
]


@pytest.mark.parametrize("condition", SHARED)
def test_a_condition_that_strangers_meet_is_refused(condition: str) -> None:
    rule = f"vendor: Acme\ntype: power\nrules: [{{{condition}, type: ups}}]"
    agents = "number\twhat\n2021\tUCD-SNMP\n8072\tNet-SNMP\n"
    assert len(list(shared_conditions(knowledge(rule, agents=agents)))) == 1


def test_no_vendor_file_says_only_what_a_line_of_the_table_holds() -> None:
    lines = {"vendor", "enterprises", "type", "aliases", "ouis", "common_words"}
    assert [name for name, said in catalog.vendors() if said.keys() <= lines] == []


def test_who_goes_on_with_a_business_is_said_once(shipped: Knowledge) -> None:
    claimed = {n for d in shipped.documents for n in d.enterprises}
    assert claimed & shipped.catalogue.successors.keys() == set()


def test_the_gear_of_a_business_that_goes_on_is_of_its_successor(
    shipped: Knowledge,
) -> None:
    number, brand = next(iter(shipped.catalogue.successors.items()))
    found = identify([seen("Box", f"e.{number}.1")], shipped)
    assert found.value("vendor") == brand


def test_surer_answers_are_right_more_often(shipped: Knowledge) -> None:
    for rows in shipped.catalogue.reliability.values():
        assert list(rows) == sorted(rows)
        assert [share for _, share in rows] == sorted(share for _, share in rows)


def test_what_is_right_too_seldom_is_a_suggestion() -> None:
    table = "field\tweight\tright\tcases\ntype\t0\t{}\t50\n"
    trade = "word\ttype\ttrust\twhere\nswitch\tswitch\t42\ttext\n"
    for share, suggested in (("79", True), ("81", False)):
        known = knowledge(trade=trade, reliability=table.format(share))
        verdict = identify([seen("A switch")], known).fields["type"]
        assert (verdict.suggested, verdict.confidence) == (suggested, int(share) / 100)


def test_what_a_maker_of_many_kinds_mostly_makes_is_judged_apart() -> None:
    table = "field\tweight\tright\tcases\n{}"
    rows = "type\t0\t90\t50\ntype by default\t0\t60\t50\n"
    maker = "vendor: Acme\nenterprises: [64999]\ntype: switch\nrules:\n"
    maker += "  - {text: [Roaster], type: computer, anywhere: true}\n"
    known = knowledge(maker, reliability=table.format(rows))
    default = identify([seen("Box", "e.64999.1")], known).fields["type"]
    assert (default.value, default.suggested) == ("switch", True)
    told = identify([seen("Roaster", "e.64999.1")], known).fields["type"]
    assert (told.value, told.suggested) == ("computer", False)


def test_cases_of_one_weight_are_one_share() -> None:
    even = [(0.5, n % 2 == 0) for n in range(60)]
    pools = rising(sorted([*even, *((0.9, True) for _ in range(20))]))
    assert [(pool.least, pool.cases, pool.right) for pool in pools] == [
        (0.5, 60, 30),
        (0.9, 20, 20),
    ]


def test_a_row_of_the_table_of_vendors_names_them() -> None:
    table = "vendor\tenterprises\ttype\taliases\touis\tnamed\nAcme\t64999\tups\n"
    found = identify([seen("X", "e.64999.1")], knowledge(vendors=table))
    assert (found.value("vendor"), found.kind) == ("Acme", "ups")


@pytest.mark.parametrize("row", ["Acme\tx\tups", "Acme\t1\tkettle", "\t1"])
def test_a_broken_row_of_the_table_of_vendors_is_named(row: str) -> None:
    with pytest.raises(KnowledgeError, match=r"vendors\.tsv, line 2"):
        knowledge(vendors=f"vendor\tenterprises\ttype\n{row}\n")


def test_codes_keep_the_letters_they_begin_with(shipped: Knowledge) -> None:
    product = shipped.catalogue.product
    assert product("1.3.6.1.4.1.6027.1.3.22") == "s4048on"
    assert product("1.3.6.1.4.1.11.2.3.7.11.20") == "J4850A"
    assert product("1.3.6.1.4.1.25506.1.1") == "s5500-28C-EI"
    assert product("1.3.6.1.4.1.25053.3.1.11.1") == "SZ100"


def test_every_vendor_file_says_what_its_vendor_mostly_makes(
    shipped: Knowledge,
) -> None:
    vendors = [d for d in shipped.documents if d.name.startswith("vendors")]
    assert len(vendors) > 400
    for document in vendors:
        assert document.vendor, document.name
        assert document.root.constants.get("type") in GENERAL, document.name


def test_no_rule_keys_on_what_looks_like_a_serial_or_a_host_name(
    shipped: Knowledge,
) -> None:
    serial = re.compile(r"\b[A-Z]{2,4}\d{2}[A-Z0-9]{6,}\b")
    for document in shipped.documents:
        for rule in document.rules:
            for text in rule.text:
                assert not serial.search(text.upper()), rule.about
                assert "localhost" not in text


def test_names_found_in_texts_are_no_everyday_words(shipped: Knowledge) -> None:
    everyday = {"switch", "router", "network", "systems", "power", "linux", "server"}
    assert (
        everyday & {p for found in shipped.aliases.values() for p, _ in found} == set()
    )


SAMPLES = [
    ("e.9.1.1745", "Cisco IOS Software, Version 15.2(2)E7, RELEASE", "Cisco", "switch"),
    (
        "e.9.1.2409",
        "Cisco Adaptive Security Appliance Version 9.1(5)21",
        "Cisco",
        "firewall",
    ),
    (
        "e.6876.4.1",
        "VMware ESXi 7.0.3 build-19193900 VMware, Inc. x86_64",
        "VMware",
        "hypervisor",
    ),
    (
        "e.311.1.1.3.1.2",
        "Hardware: Intel64 - Software: Windows Version 6.3 (Build 17763)",
        None,
        "server",
    ),
    (
        "e.311.1.1.3.1.1",
        "Hardware: Intel64 - Software: Windows Version 6.3 (Build 19045)",
        None,
        "workstation",
    ),
    (
        "e.8072.3.2.10",
        "Linux pve1 5.15.74-1-pve #1 SMP PVE 5.15.74-1 x86_64",
        None,
        "hypervisor",
    ),
    ("e.674.10892.5", "", "Dell", "bmc"),
    ("e.1347.41", "KYOCERA Document Solutions Printing System", "Kyocera", "printer"),
    ("e.1248.1.1.2.1.3", "EPSON Built-in 11b/g/n Print Server", "Epson", "printer"),
    ("e.1718.3", "Sentry Smart CDU", "Server Technology", "pdu"),
    ("e.5597.30", "Meinberg LANTIME M300 V6.24.021", "Meinberg", "time-server"),
    ("e.12196.250.10", "LoadMaster", "Kemp", "load-balancer"),
    ("e.25053.3.1.4.83", "Ruckus Wireless Inc (C) 2006", "Ruckus", "access-point"),
    ("e.27514.1.1.1.221", "QSW-3400-28T-AC Device", "QTECH", "switch"),
    ("e.6527.1.3.17", "TiMOS-C-23.10.R3 cpm/hops64 Nokia 7750 SR", "Nokia", "router"),
    (
        "e.6889.1.45.3.1",
        "Avaya Inc. G450 Media Gateway SW Version: 38.20",
        "Avaya",
        "voice-gateway",
    ),
    ("e.1768.1.1", "SmartNode 4112", "Patton", "voice-gateway"),
    ("e.6530.11", "2N IP Verso", "2N", "door-station"),
    ("e.13885.101", "RealPresence Group 500", "Polycom", "conference-phone"),
    ("e.40482.1", "Pure Storage FlashArray", "Pure Storage", "storage"),
]


@pytest.mark.parametrize(("oid", "descr", "vendor", "kind"), SAMPLES)
def test_a_family_is_known_by_its_number_and_text(
    oid: str, descr: str, vendor: str | None, kind: str, shipped: Knowledge
) -> None:
    identity = identify([seen(descr, oid)], shipped)
    assert identity.value("vendor") == vendor
    assert identity.kind == kind


ANNOUNCED = [
    ("http-title", "iDRAC9 - Login", "Dell", "bmc"),
    ("mdns", "_ipp._tcp.local", None, "printer"),
    ("ws-discovery", "dn:NetworkVideoTransmitter", None, "camera"),
    ("ssdp", "urn:schemas-upnp-org:device:InternetGatewayDevice:1", None, "router"),
    ("http-title", "Synology DiskStation - NAS", "Synology", "storage"),
    ("ssh-banner", "SSH-2.0-ROSSSH", "MikroTik", "router"),
    ("dhcp-vendor-class", "yealink", "Yealink", "desk-phone"),
    ("dhcp-vendor-class", "MSFT 5.0", None, "computer"),
    ("tls-name", "FortiGate", "Fortinet", "firewall"),
]


@pytest.mark.parametrize(("kind", "text", "vendor", "device"), ANNOUNCED)
def test_what_a_device_announces_without_snmp_counts(
    kind: str, text: str, vendor: str | None, device: str, shipped: Knowledge
) -> None:
    told = seen(clues=(Clue(kind, text, "sweep"),))
    identity = identify([told], shipped)
    assert identity.value("vendor") == vendor
    assert identity.kind == device


def test_every_file_of_a_vendor_says_why_it_is_no_line_of_a_table() -> None:
    wrong = {
        document.name: (sorted(parsed.why), sorted(reasons(document)))
        for document, parsed in compile_documents(catalog.vendors())
        if not parsed.why or set(parsed.why) != reasons(document)
    }
    assert wrong == {}, "stated and what holds; without a reason: vendors.tsv"
