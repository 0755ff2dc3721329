from __future__ import annotations

import pytest

from discovery.identity.identify import (
    Knowledge,
    columns_to_read,
    identify,
    objects_to_read,
)
from tests.discovery.identify.support import full, knowledge, seen

TABLES = {
    "enterprises": "number\torganisation\n77777\tNewcomer Devices GmbH\n",
    "products": "oid\tname\n77777.1.5\tNC-24P\n",
    "objects": (
        "object\tkind\tscore\n"
        "77777.2.1.0\ts\t90\n"
        "77777.2.2.0\tm\t85\n"
        "77777.2.3.0\tf\t80\n"
        "77777.3.1.4.*\ts\t50\n"
        "77777.1.5.9.0\ts\t70\n"
    ),
    "agents": "number\tagent\n8072\tNet-SNMP\n",
}
UNKNOWN = knowledge(**TABLES)


def test_the_registered_organisation_is_the_vendor() -> None:
    identity = identify([seen("x", "e.77777.1.5")], UNKNOWN)
    assert identity.value("vendor") == "Newcomer Devices"


def test_the_registered_product_is_a_weak_model() -> None:
    verdict = identify([seen("x", "e.77777.1.5.3")], UNKNOWN).fields["model"]
    assert verdict.value == "NC-24P"
    assert verdict.confidence < 0.5


def test_likely_objects_are_asked_for_those_near_the_product_first() -> None:
    first = seen("x", "e.77777.1.5")
    asked = [".".join(map(str, oid)) for oid in objects_to_read(first, UNKNOWN)]
    near, far = asked.index(full("e.77777.1.5.9.0")), asked.index(full("e.77777.2.1.0"))
    assert near < far
    columns = [".".join(map(str, oid)) for oid in columns_to_read(first, UNKNOWN)]
    assert full("e.77777.3.1.4") in columns


def test_likely_objects_are_believed_with_lower_confidence() -> None:
    answers = {
        "e.77777.2.1.0": "NCS00042",
        "e.77777.2.2.0": "NC-24P-POE",
        "e.77777.2.3.0": "4.1.2",
    }
    identity = identify([seen("hello", "e.77777.1", answers)], UNKNOWN)
    assert identity.value("serial") == "NCS00042"
    assert identity.value("model") == "NC-24P-POE"
    assert identity.value("version") == "4.1.2"
    assert 0.3 < identity.fields["serial"].confidence < 0.7


def test_agreement_with_the_description_raises_trust() -> None:
    answers = {"e.77777.2.2.0": "NC-24P-POE"}
    alone = identify([seen("hello", "e.77777.1", answers)], UNKNOWN)
    agreed = identify([seen("Model NC-24P-POE", "e.77777.1", answers)], UNKNOWN)
    assert agreed.fields["model"].confidence > alone.fields["model"].confidence


@pytest.mark.parametrize(
    "value", ["192.0.2.7", "1.2.3", "12/03/2024", "not a serial number", "0", "xx"]
)
def test_an_answer_of_the_wrong_form_is_no_serial(value: str) -> None:
    told = seen("hello", "e.77777.1", {"e.77777.2.1.0": value})
    assert identify([told], UNKNOWN).value("serial") is None


def test_a_serial_that_repeats_the_model_is_no_serial() -> None:
    answers = {"e.77777.2.1.0": "NC24PPOE", "e.77777.2.2.0": "NC-24P-POE"}
    assert identify([seen("x", "e.77777.1", answers)], UNKNOWN).value("serial") is None


def test_a_doubtful_column_is_believed_only_in_a_short_table() -> None:
    short = {f"e.77777.3.1.4.{n}": f"CARD000{n}" for n in (1, 2)}
    long = {f"e.77777.3.1.4.{n}": f"CARD000{n}" for n in range(1, 9)}
    assert identify([seen("x", "e.77777.1", short)], UNKNOWN).value("serial")
    assert identify([seen("x", "e.77777.1", long)], UNKNOWN).value("serial") is None


FORMS = [
    ("Model: QX-200, Version 4.5.6", "QX-200", "4.5.6", None),
    ("QX-200", "QX-200", None, None),
    ("QX-200 Managed Switch, firmware 2.0.1", "QX-200", "2.0.1", None),
    ("Widget QX200 v3.1.4", "Widget QX200", "3.1.4", None),
    ("Thing S/N: AB12345 SW: 1.2.3", None, "1.2.3", "AB12345"),
    ("24-port 10/100/1000 Ethernet switch", None, None, None),
    ("Linux host 5.10.0-8-amd64 #1 SMP x86_64", None, None, None),
    ("SNMPv2 agent", None, None, None),
    ("Box revision RA.16.02.0012, boot R1", None, "RA.16.02.0012", None),
    ("something kernel NEWOS 12.3R11.2", None, "12.3R11.2", None),
    ("NEWOS-B-9.0.R9 both", None, "9.0.R9", None),
    ("Newcomer QX-200 switch", "QX-200", None, None),
]


@pytest.mark.parametrize(("descr", "model", "version", "serial"), FORMS)
def test_a_description_is_read_by_its_form(
    descr: str, model: str | None, version: str | None, serial: str | None
) -> None:
    identity = identify([seen(descr, "e.77777.1")], UNKNOWN)
    assert identity.value("model") == model
    assert identity.value("version") == version
    assert identity.value("serial") == serial


def test_a_generic_agent_tells_no_organisation() -> None:
    tables = {**TABLES, "enterprises": "n\to\n8072\tnet-snmp\n"}
    identity = identify([seen("x", "e.8072.3.2.10")], knowledge(**tables))
    assert identity.value("vendor") is None


def test_a_wireless_device_tells_itself_by_the_standard_mib(shipped: Knowledge) -> None:
    first = seen("Linux 2.6.32", "e.10002.1")
    row = "1.2.840.10036.3.1.2.1"
    asked = [".".join(map(str, oid)) for oid in columns_to_read(first, shipped)]
    assert f"{row}.3" in asked
    answers = {f"{row}.3.5": "Nanolink 5", f"{row}.4.5": "XC.qca955x.v8.7.4"}
    identity = identify([seen("Linux 2.6.32", "e.99999.1", answers)], shipped)
    assert identity.value("type") == "wireless"
    assert identity.value("model") == "Nanolink 5"
    assert identity.value("version") == "8.7.4"


def test_a_cable_modem_is_read_by_its_prescribed_description(
    shipped: Knowledge,
) -> None:
    descr = (
        "Wideband Modem <<HW_REV: 1; VENDOR: Newcomer; BOOTR: 2.1.6d; "
        "SW_REV: NC-2.6.2.0; MODEL: NC5101>>"
    )
    identity = identify([seen(descr, "e.99999.1")], shipped)
    assert identity.kind == "modem"
    assert identity.value("model") == "NC5101"
    assert identity.value("version") == "NC-2.6.2.0"
    assert identity.value("vendor") == "Newcomer"
