from __future__ import annotations

import pytest

from collectors.facts import (
    Clue,
    Component,
    FdbEntry,
    Hardware,
    Interface,
    OperatingSystem,
    Supply,
)
from discovery.identity.identify import identify
from tests.discovery.identify.support import knowledge, seen

NOTHING = knowledge()


def part(index: int, kind: str, serial: str | None = None, **more: object) -> Component:
    return Component(index=index, kind=kind, serial=serial, **more)  # type: ignore[arg-type]


def test_the_chassis_names_the_device() -> None:
    parts = (
        part(1, "chassis", "FOC1", model="C9300-48P", software_rev="17.9.4"),
        part(2, "power-supply", "PSU9", parent=1, model="PWR-C1"),
    )
    identity = identify([seen(components=parts)], NOTHING)
    assert identity.value("serial") == "FOC1"
    assert identity.value("model") == "C9300-48P"
    assert identity.value("version") == "17.9.4"


def test_of_a_stack_the_first_member_counts_never_the_stack_row() -> None:
    parts = (
        part(1, "stack", "COPIED", model="c38xx Stack"),
        part(2000, "chassis", "SECOND", parent=1, position=2, model="M2"),
        part(1000, "chassis", "FIRST", parent=1, position=1, model="M1"),
    )
    identity = identify([seen(components=parts)], NOTHING)
    assert identity.value("serial") == "FIRST"
    assert identity.value("model") == "M1"


def test_a_chassis_without_a_serial_gives_way_to_one_that_has_one() -> None:
    parts = (
        part(1, "chassis", "N/A", position=0),
        part(2, "chassis", "REAL77", position=1),
    )
    assert identify([seen(components=parts)], NOTHING).value("serial") == "REAL77"


def test_parts_without_classes_are_read_from_the_first_that_names_itself() -> None:
    parts = (part(1, "other"), part(1001, "other", "FOC2", model="WS-C2960"))
    assert identify([seen(components=parts)], NOTHING).value("model") == "WS-C2960"


@pytest.mark.parametrize(
    ("objects", "kind"),
    [
        ({"1.3.6.1.2.1.33.1.1.2.0": "Smart-UPS 1500"}, "ups"),
        ({"1.3.6.1.2.1.43.5.1.1.17.1": "VNB3C12345"}, "printer"),
    ],
)
def test_what_answers_a_mib_of_its_kind_is_of_that_kind(
    objects: dict[str, str], kind: str
) -> None:
    assert identify([seen(objects=objects)], NOTHING).kind == kind


def test_supplies_make_a_printer() -> None:
    told = seen(supplies=(Supply(name="Black toner"),))
    assert identify([told], NOTHING).value("type") == "printer"


def test_many_bridged_ports_make_a_switch() -> None:
    ports = tuple(Interface(if_index=n, name=f"p{n}", type=6) for n in range(1, 10))
    told = seen(interfaces=ports, fdb=(FdbEntry(mac="02:00:00:00:00:01"),))
    assert identify([told], NOTHING).value("type") == "switch"


def test_a_computer_tells_what_it_is_by_smbios() -> None:
    told = seen(
        hardware=Hardware(
            manufacturer="LENOVO",
            model="ThinkPad T14",
            serial="PF3ABC",
            chassis_type="Notebook",
            source="dmi",
        ),
        operating_system=OperatingSystem(name="Windows 11 Pro", version="10.0.22631"),
    )
    identity = identify([told], knowledge("vendor: Lenovo"))
    assert identity.value("vendor") == "Lenovo"
    assert identity.value("serial") == "PF3ABC"
    assert identity.kind == "laptop"
    assert identity.value("os") == "Windows 11 Pro"
    assert identity.value("version") == "10.0.22631"


def test_a_virtual_machine_is_one_whatever_its_chassis_says() -> None:
    told = seen(
        hardware=Hardware(chassis_type="Rack Mount Chassis", source="dmi"),
        operating_system=OperatingSystem(name="Debian", virtualisation="kvm"),
    )
    assert identify([told], NOTHING).kind == "virtual-machine"


def test_placeholders_of_boards_are_no_serials() -> None:
    told = seen(
        hardware=Hardware(serial="To Be Filled By O.E.M.", model="Default string")
    )
    identity = identify([told], NOTHING)
    assert identity.value("serial") is None
    assert identity.value("model") is None


@pytest.mark.parametrize(
    ("ports", "kind"),
    [(("9100", "631"), "printer"), (("3389", "445"), "computer"), (("554",), "camera")],
)
def test_open_ports_hint_at_the_type_with_low_confidence(
    ports: tuple[str, ...], kind: str
) -> None:
    clues = tuple(Clue("open-port", port, "sweep") for port in ports)
    verdict = identify([seen(clues=clues)], NOTHING).fields["type"]
    assert verdict.value == kind
    assert verdict.confidence < 0.8


def test_a_mac_prefix_hints_at_the_vendor_only_weakly() -> None:
    know = knowledge("vendor: Snom\nouis: ['000413']\ntype: desk-phone")
    told = seen(clues=(Clue("mac", "00:04:13:aa:bb:cc", "arp"),))
    identity = identify([told], know)
    assert identity.value("vendor") == "Snom"
    assert identity.fields["vendor"].confidence < 0.5
    assert identity.value("type") is None


def test_the_maker_of_the_chassis_tells_what_it_mostly_makes() -> None:
    known = knowledge("vendor: Acme\naliases: [Acme Storage]\ntype: storage\n")
    chassis = part(1, "chassis", manufacturer="Acme Storage, Inc.")
    identity = identify([seen("Linux 4.2.2", components=(chassis,))], known)
    assert identity.value("vendor") == "Acme"
    assert identity.value("type") == "storage"
    assert identity.fields["vendor"].confidence == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("oid", "value", "expected"),
    [
        ("1.3.6.1.2.1.14.1.2.0", "1", "router"),
        ("1.3.6.1.2.1.14.1.2.0", "2", None),
        ("1.3.6.1.2.1.15.2.0", "65001", "router"),
        ("1.3.6.1.2.1.15.2.0", "0", None),
        ("1.3.6.1.2.1.68.1.1.0", "2", "router"),
        ("1.3.6.1.2.1.25.3.5.1.1.1", "3", "printer"),
        ("1.3.6.1.2.1.16.1.1.1.2.1", "0.0", "switch"),
    ],
)
def test_a_standard_mib_that_answers_tells_the_type(
    oid: str, value: str, expected: str | None
) -> None:
    found = identify([seen("Box", objects={oid: value})], knowledge())
    assert found.value("type") == expected
