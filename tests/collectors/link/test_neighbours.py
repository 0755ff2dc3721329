"""The system's neighbour tables, read from netlink messages."""

from __future__ import annotations

import struct
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.link import kernel_neighbours
from collectors.link.kernel_neighbours import (
    KernelNeighbour,
    parse_addresses,
    parse_neighbours,
)
from collectors.sweep import sweep as sweeping
from collectors.sweep.sweep import SweepPlan, sweep


def message(kind: int, fixed: bytes, *told: tuple[int, bytes]) -> bytes:
    body = fixed
    for number, value in told:
        piece = struct.pack("=HH", 4 + len(value), number) + value
        body += piece + bytes(-len(piece) % 4)
    return struct.pack("=IHHII", 16 + len(body), kind, 0, 1, 0) + body


def neighbour(state: int, ip: bytes, mac: bytes) -> bytes:
    fixed = struct.pack("=BxxxiHBB", 2, 4, state, 0, 1)
    return message(28, fixed, (1, ip), (2, mac))


PHONE = bytes.fromhex("000413741767")


def test_resolved_neighbours_have_address_mac_and_freshness() -> None:
    data = (
        neighbour(0x02, bytes([10, 0, 0, 21]), PHONE)
        + neighbour(0x04, bytes.fromhex("20010db8" + "00" * 11 + "05"), PHONE)
        + neighbour(0x20, bytes([10, 0, 0, 99]), PHONE)
        + neighbour(0x40, bytes([224, 0, 0, 22]), bytes.fromhex("01005e000016"))
        + neighbour(0x02, bytes([10, 0, 0, 7]), b"")
    )
    assert parse_neighbours(data) == [
        KernelNeighbour("10.0.0.21", "00:04:13:74:17:67", True),
        KernelNeighbour("2001:db8::5", "00:04:13:74:17:67", False),
    ]


def test_own_addresses_come_with_their_interface() -> None:
    fixed = struct.pack("=BBBBI", 2, 24, 0, 0, 4)
    data = message(20, fixed, (1, bytes([10, 0, 0, 5])), (2, bytes([10, 0, 0, 5])))
    loopback = message(20, fixed, (1, bytes([127, 0, 0, 1])))
    assert parse_addresses(data + loopback) == [("10.0.0.5", 4)]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    parse_neighbours(data)
    parse_addresses(data)


@given(st.integers(0, 120))
def test_a_message_cut_anywhere_is_left_out(size: int) -> None:
    whole = neighbour(0x02, bytes([10, 0, 0, 21]), PHONE)
    assert len(parse_neighbours((whole + whole)[:size])) == min(size // len(whole), 2)


@pytest.mark.skipif(sys.platform != "linux", reason="netlink is Linux'")
def test_the_kernel_answers_here() -> None:
    dumped = kernel_neighbours._dump(22)
    assert any(kind == 20 for kind, _ in kernel_neighbours.messages(dumped))
    assert isinstance(kernel_neighbours.resolved_neighbours(), list)


async def test_only_a_fresh_entry_is_a_sign_of_life(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = [
        KernelNeighbour("127.0.9.1", "00:04:13:00:00:01", True),
        KernelNeighbour("127.0.9.2", "00:04:13:00:00:02", False),
        KernelNeighbour("10.9.9.9", "00:04:13:00:00:03", True),
    ]
    monkeypatch.setattr(sweeping, "resolved_neighbours", lambda: table)
    plan = SweepPlan(icmp=False)
    found = [a async for a in sweep(["127.0.9.1", "127.0.9.2"], plan)]
    assert [(a.address, a.protocol, a.detail["mac"]) for a in found] == [
        ("127.0.9.1", "arp", "00:04:13:00:00:01")
    ]
