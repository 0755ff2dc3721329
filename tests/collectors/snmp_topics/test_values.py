"""Reading SMI values as agents really send them."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.snmp import smi_values
from collectors.snmp.neighbours.cdp import device_id
from collectors.snmp.neighbours.lldp_ids import capabilities, identifier
from collectors.snmp.topic import Cells
from collectors.snmp.topics.interfaces import speed
from collectors.snmp.topics.system import ENGINE_TIME, SYS_UPTIME, parse_system


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"plain", "plain"),
        (b"", ""),
        (b"padded\0\0\0", "padded"),
        (b"old\0garbage", "old"),
        ("grün".encode(), "grün"),
        ("grün".encode("latin-1"), "grün"),
        ("wide".encode("utf-16-le"), "wide"),
        (b"bell\x07 ", "bell"),
    ],
)
def test_text_is_what_a_person_would_read(octets: bytes, text: str) -> None:
    assert smi_values.text(octets) == text


@pytest.mark.parametrize(
    ("octets", "mac"),
    [
        (b"\x02\0\0\0\0\x01", "02:00:00:00:00:01"),
        (b"\x06\x02\0\0\0\0\x01", "02:00:00:00:00:01"),
        (b"0:1b:2:3:4:5", "00:1b:02:03:04:05"),
        (b"001B.0203.0405", "00:1b:02:03:04:05"),
        (b"00 1B 02 03 04 05 ", "00:1b:02:03:04:05"),
        (b"\x02\0\0\0", None),
        (b"no mac here", None),
        (b"", None),
    ],
)
def test_macs_come_in_octets_and_in_text(octets: bytes, mac: str | None) -> None:
    assert smi_values.mac(octets) == mac


@given(st.ip_addresses(), st.booleans(), st.lists(st.integers(0, 9), max_size=3))
def test_addresses_in_indexes_are_found_with_and_without_length(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
    with_length: bool,
    rest: list[int],
) -> None:
    octets = list(address.packed)
    family = 1 if address.version == 4 else 2
    if not with_length and octets[0] == len(octets):
        return  # such an address cannot be told from one with its length
    head = [family, len(octets)] if with_length else [family]
    assert smi_values.inet_index([*head, *octets, *rest]) == (str(address), tuple(rest))


def test_a_zone_is_left_out_of_an_address() -> None:
    link_local = list(ipaddress.IPv6Address("fe80::1").packed)
    index = [4, 20, *link_local, 0, 0, 0, 7, 99]
    assert smi_values.inet_index(index) == ("fe80::1", (99,))


def test_ipv6_in_an_index_may_be_eight_numbers() -> None:
    index = [2, 8193, 3512, 0, 0, 0, 0, 0, 7, 31]
    assert smi_values.inet_index(index) == ("2001:db8::7", (31,))
    assert smi_values.inet_index([2, *range(8), 9]) is None, "octets, and too few"


@given(st.integers(0, 32))
def test_netmasks_become_prefix_lengths(length: int) -> None:
    mask = ipaddress.ip_network(f"0.0.0.0/{length}").netmask.packed
    assert smi_values.prefix_of_mask(mask) == length


def test_a_mask_with_holes_is_no_prefix() -> None:
    assert smi_values.prefix_of_mask(bytes([255, 0, 255, 0])) is None


@given(st.sets(st.integers(0, 200)))
def test_bits_are_read_back(positions: set[int]) -> None:
    octets = bytearray(26)
    for position in positions:
        octets[position // 8] |= 0x80 >> position % 8
    assert set(smi_values.bits(bytes(octets))) == positions


@pytest.mark.parametrize(
    ("bits", "megabits", "expected"),
    [
        (1_000_000_000, 1000, 1_000_000_000),
        (2**32 - 1, 10_000, 10_000_000_000),
        (2**32 - 1, 0, None),
        (1000, 1000, 1_000_000_000),
        (0, 100, 100_000_000),
        (64_000, 0, 64_000),
        (100_000_000, 100_000_000, 100_000_000),
        (None, None, None),
        (10_000_000, None, 10_000_000),
    ],
)
def test_speed_takes_the_field_that_makes_sense(
    bits: int | None, megabits: int | None, expected: int | None
) -> None:
    assert speed(bits, megabits) == expected


@pytest.mark.parametrize(
    ("kind", "octets", "expected"),
    [
        ("mac", b"\x02\0\0\0\0\x01", ("mac", "02:00:00:00:00:01")),
        ("mac", b"vmnic2", ("other", "vmnic2")),
        ("mac", b"00:1b:02:03:04:05", ("mac", "00:1b:02:03:04:05")),
        ("ip", b"\x01\x0a\0\0\x01", ("ip", "10.0.0.1")),
        ("ip", b"\x02" + bytes(15) + b"\x01", ("ip", "::1")),
        ("local", b"\x02\0\0\0\0\x01", ("mac", "02:00:00:00:00:01")),
        ("local", b"12\0", ("local", "12")),
        ("ifname", b"Gi1/0/1", ("ifname", "Gi1/0/1")),
        ("ifname", b"\x01\x02", ("ifname", "0102")),
        (None, b"", ("other", None)),
    ],
)
def test_lldp_ids_are_read_by_their_subtype(
    kind: str | None, octets: bytes, expected: tuple[str, str | None]
) -> None:
    assert identifier(kind, octets) == expected


def test_lldp_capabilities_fall_back_to_the_supported_ones() -> None:
    assert capabilities(b"\x00\x00", b"\x28\x00") == ("bridge", "router")
    assert capabilities(b"\x04", b"\x28") == ("telephone",)
    assert capabilities(b"28 00 2 4", None) == ()


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b"SEP0011223344AA", ("00:11:22:33:44:aa", "mac", "SEP0011223344AA")),
        (b"core(FOX0000A01)", ("core(FOX0000A01)", "local", "core")),
        (b"TBA00000001(core)", ("TBA00000001(core)", "local", "core")),
        (b"0011223344aa", ("00:11:22:33:44:aa", "mac", None)),
        (b"\x00\x11\x22\x33\x44\xaa", ("00:11:22:33:44:aa", "mac", None)),
        (b"Switch", ("Switch", "local", "Switch")),
        (b"", (None, "other", None)),
    ],
)
def test_cdp_device_ids_hold_names_serials_and_macs(
    octets: bytes, expected: tuple[str | None, str, str | None]
) -> None:
    assert device_id(octets) == expected


@pytest.mark.parametrize(
    ("ticks", "engine_time", "expected"),
    [
        (100_00, None, 100.0),
        (100_00, 42949672 + 101, 100 + 2**32 / 100),
        (100_00, 105, 100.0),
        (100_00, 5_000_000, 100.0),
        (None, 77, 77.0),
    ],
)
def test_uptime_believes_the_engine_only_where_it_agrees(
    ticks: int | None, engine_time: int | None, expected: float
) -> None:
    given_values = {SYS_UPTIME: ticks, ENGINE_TIME: engine_time}
    cells = Cells(scalars={k: v for k, v in given_values.items() if v is not None})
    assert parse_system(cells).uptime == pytest.approx(expected, abs=0.01)
