"""Servers that mean ill cost little; what is sent to anybody is what is listed."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import pytest

from collectors.facts import Observation
from collectors.probes.catalogue import INDUSTRIAL, PROBES, ProbeRules, within
from collectors.probes.collect import Prober
from collectors.probes.parsers.said import MOST_CLUES
from collectors.probes.wire import MOST_BYTES, Sent
from tests.collectors.probes.servers import OFFSET, machine

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
TCP = sorted({probe.port for probe in PROBES if probe.transport == "tcp"})
UDP = sorted({probe.port for probe in PROBES if probe.transport == "udp"})
TIMEOUT = 0.2
LONGEST_PROBE = 30 * TIMEOUT
"""Seconds that all conversations with one device may take, with room for a slow
machine: it is the bound of the waiting below, no measure."""


def collected(
    address: str, rules: ProbeRules | None = None
) -> tuple[Observation | None, list[Sent]]:
    sent: list[Sent] = []
    prober = Prober(rate=10_000, timeout=TIMEOUT, offset=OFFSET, log=sent.append)

    async def whole() -> Observation | None:
        async with asyncio.timeout(10 * LONGEST_PROBE):
            return await prober.collect(
                rules or ProbeRules(), address=address, seen_at=NOON
            )

    return asyncio.run(whole()), sent


def against(
    address: str,
    talk: Callable[..., object],
    answer: Callable[[bytes], list[bytes]] = lambda _: [],
) -> Observation | None:
    """Probe a machine on which one server listens on every port."""
    tcp = [port for port in TCP if port + OFFSET < 65_536]
    udp = [port for port in UDP if port + OFFSET < 65_536]

    async def whole() -> Observation | None:
        prober = Prober(rate=10_000, timeout=TIMEOUT, offset=OFFSET)
        async with machine(
            address, tcp=dict.fromkeys(tcp, talk), udp=dict.fromkeys(udp, answer)
        ):
            async with asyncio.timeout(10 * LONGEST_PROBE):
                return await prober.collect(ProbeRules(), address=address, seen_at=NOON)

    return asyncio.run(whole())


@contextmanager
def _until_the_end(writer: asyncio.StreamWriter) -> Iterator[None]:
    """Talk until the other side, or the test, is gone."""
    with suppress(ConnectionError, asyncio.CancelledError):
        yield
    writer.transport.abort()


async def _endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with _until_the_end(writer):
        while True:
            writer.write(b"220 x" * 4096)
            await writer.drain()


async def _dribble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with _until_the_end(writer):
        while True:
            writer.write(b"S")
            await writer.drain()
            await asyncio.sleep(0.02)


async def _hello_without_end(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Begin a record of TLS that is never whole (RFC 8446, 5.1)."""
    with _until_the_end(writer):
        writer.write(b"\x16\x03\x03\x40\x00\x02")
        while True:
            await writer.drain()
            await asyncio.sleep(0.02)
            writer.write(b"\0")


async def _hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


@pytest.mark.parametrize("talk", [_endless, _dribble, _hello_without_end, _hangs_up])
def test_servers_that_never_end_are_left(talk: Callable[..., object]) -> None:
    found = against("127.88.20.9", talk)
    assert found is None or len(found.clues) <= 2 * MOST_CLUES
    assert found is None or not found.problems


def test_a_flood_of_datagrams_is_cut() -> None:
    flood = [bytes([n % 256]) * 1400 for n in range(300)]
    found = against("127.88.20.10", _hangs_up, lambda _: flood)
    assert found is None or not found.problems
    assert MOST_BYTES < 1_000_000


def test_what_is_sent_is_what_is_listed_and_all_of_it() -> None:
    rules = ProbeRules()
    _, sent = collected("127.88.20.11", rules)
    listed = {(p.name, p.transport, p.port) for p in rules.probes_for("127.88.20.11")}
    assert {(s.probe, s.transport, s.port) for s in sent} == listed
    assert len(sent) == len(listed), "each is sent once to a silent host"
    assert {s.address for s in sent} == {"127.88.20.11"}
    assert not {s.port for s in sent} & {9100, 9101, 9102}


def test_ranges_are_asked_nothing_or_only_what_they_allow() -> None:
    off = ProbeRules(off=("127.88.20.0/28",), passive=("127.88.30.1-9",))
    assert collected("127.88.20.11", off) == (None, [])
    assert collected("127.88.30.5", off) == (None, [])
    assert ProbeRules(on=False).probes_for("127.88.20.11") == ()
    plain = {p.name for p in ProbeRules().probes_for("127.88.20.11")}
    assert not plain & set(INDUSTRIAL)
    one = ProbeRules(industrial=("modbus 127.88.20.0/24",))
    assert "modbus" in {p.name for p in one.probes_for("127.88.20.11")}
    assert "modbus" not in {p.name for p in one.probes_for("127.88.21.11")}
    assert within("2001:db8::7", ("2001:db8::/64",))
    assert not within("2001:db8::7", ("10.0.0.0/8",))


def test_a_description_elsewhere_is_not_fetched() -> None:
    trap = socket.socket()
    trap.bind(("127.88.20.99", 0))
    trap.listen()
    trap.settimeout(0.2)
    port = trap.getsockname()[1]
    lure = f"HTTP/1.1 200 OK\r\nLOCATION: http://127.88.20.99:{port}/d.xml\r\n\r\n"
    against("127.88.20.12", _hangs_up, lambda _: [lure.encode()])
    with trap, pytest.raises(TimeoutError):
        trap.accept()
