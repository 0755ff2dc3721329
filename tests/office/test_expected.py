from __future__ import annotations

from collectors.office.expected_findings import Expected, ExpectedDevice, ExpectedLink


def device(wanted: Expected, key: str) -> ExpectedDevice:
    return next(d for d in wanted.devices if d.key == key)


def test_every_device_is_expected_and_the_missing_one_is_not(wanted: Expected) -> None:
    assert len(wanted.devices) == 62
    assert wanted.missing == ("7RN5QK3",)
    assert "7RN5QK3" not in {d.serial for d in wanted.devices}


def test_a_phone_is_expected_with_what_its_switch_is_told(wanted: Expected) -> None:
    phone = device(wanted, "tel-09")
    assert (phone.type, phone.vendor, phone.model) == ("phone", "Snom", "D785")
    assert phone.serial == "000413A0B109"
    assert phone.seen_by == ("sip", "lldp", "fdb")


def test_an_access_point_is_a_kind_of_wireless_device(wanted: Expected) -> None:
    found = device(wanted, "ap-1")
    assert (found.type, found.subtype) == ("wireless", "access-point")


def test_windows_that_lets_nobody_in_tells_name_and_version_and_no_more(
    wanted: Expected,
) -> None:
    closed = device(wanted, "pc-03")
    assert closed.seen_by == ("probe", "fdb")
    assert closed.mac == "d8:9e:f3:4a:01:03"
    assert (closed.type, closed.name, closed.version) == (
        *("computer", "PC-0103", "22631"),
    )
    assert closed.serial is closed.model is None


def test_what_is_announced_is_expected(wanted: Expected) -> None:
    camera = device(wanted, "cam-1")
    assert (camera.vendor, camera.model, camera.serial) == ("Axis", "P3245-LVE", None)
    assert device(wanted, "nas-1").serial == "2110SBRQ7WX4C"
    stranger = device(wanted, "rogue-1")
    assert stranger.type is stranger.serial is stranger.model is None


def test_windows_tells_its_version_by_snmp_but_no_serial(wanted: Expected) -> None:
    computer = device(wanted, "pc-01")
    assert (computer.type, computer.os, computer.version) == (
        "computer",
        "Windows",
        "22631",
    )
    assert computer.serial is None


def test_a_machine_with_inventory_in_its_lldp_is_expected_with_its_serial(
    wanted: Expected,
) -> None:
    assert device(wanted, "ws-04").serial == "MJ0LAB04"
    assert device(wanted, "ws-04").os is None
    assert device(wanted, "pc-08").serial is None


def test_the_stack_is_one_device_with_two_members(wanted: Expected) -> None:
    assert device(wanted, "sw-a").members == ("JAE2451121X", "JAE2451134B")


def test_every_end_device_has_a_port(wanted: Expected) -> None:
    assert len(wanted.endpoints) == 56
    behind = next(e for e in wanted.endpoints if e.device == "nb-01")
    assert (behind.switch, behind.port, behind.behind) == ("sw-floor2", "4", "tel-12")


def test_links_are_the_cables_between_network_devices(wanted: Expected) -> None:
    assert len(wanted.links) == 6
    assert (
        ExpectedLink(a="sw-core-1", a_port="Te1/0/4", b="fw-edge", b_port="x1")
        in wanted.links
    )
