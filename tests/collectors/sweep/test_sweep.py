"""The sweep against real sockets on loopback addresses."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import cast

import pytest

from collectors.credentials import SnmpCredential
from collectors.errors import Unsupported
from collectors.facts import ArpEntry, Problem, Reason
from collectors.snmp.probe import SnmpAnswer
from collectors.sweep import icmp
from collectors.sweep.sweep import Answer, SweepPlan, sweep

QUICK = SweepPlan(icmp=False, timeout=0.3, retries=0, rate=5_000.0)
PATIENT = replace(QUICK, timeout=30.0)
"""Where everybody who is asked answers, or refuses at once."""


async def answers(
    addresses: Collection[str], plan: SweepPlan, problems: list[Problem] | None = None
) -> list[Answer]:
    heard = [] if problems is None else problems
    return [a async for a in sweep(addresses, plan, on_problem=heard.append)]


@asynccontextmanager
async def greeter(host: str, greeting: bytes) -> AsyncIterator[int]:
    """A TCP server that says something and waits for the peer to leave."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await reader.read(1)
        writer.close()

    server = await asyncio.start_server(serve, host, 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def icmp_allowed() -> bool:
    try:
        icmp.open_socket(4).close()
        icmp.open_socket(6).close()
    except Unsupported:
        return False
    return True


@pytest.mark.skipif(not icmp_allowed(), reason="no ICMP socket for this user")
async def test_loopback_addresses_of_both_families_answer_an_echo() -> None:
    plan = replace(PATIENT, icmp=True)
    found = await answers(["127.0.0.1", "127.9.8.7", "::1"], plan)
    assert {a.address for a in found} == {"127.0.0.1", "127.9.8.7", "::1"}
    assert {a.protocol for a in found} == {"icmp"}
    assert all(0 <= a.latency < PATIENT.timeout for a in found)


@pytest.mark.skipif(not icmp_allowed(), reason="no ICMP socket for this user")
async def test_an_address_that_comes_twice_is_asked_and_answers_once() -> None:
    found = await answers(["127.0.0.1", "127.0.0.1"], replace(PATIENT, icmp=True))
    assert len(found) == 1


async def test_without_the_right_to_send_icmp_the_rest_goes_on_with_a_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(icmp, "open_socket", _unsupported)
    problems: list[Problem] = []
    async with greeter("127.0.0.1", b"SSH-2.0-Test\r\n") as port:
        plan = replace(PATIENT, icmp=True, tcp_ports=(port,))
        found = await answers(["127.0.0.1"], plan, problems)
    assert [a.protocol for a in found] == ["tcp"]
    assert [(p.where, p.reason) for p in problems] == [
        ("sweep:icmp4", Reason.UNSUPPORTED)
    ]


def test_where_no_icmp_socket_is_granted_the_error_says_what_to_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> socket.socket:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(socket, "socket", refuse)
    with pytest.raises(Unsupported, match=r"ping_group_range.*CAP_NET_RAW"):
        icmp.open_socket(4)


def _unsupported(version: int) -> socket.socket:
    raise Unsupported(f"no ICMPv{version} here")


async def test_an_open_port_gives_its_ssh_banner() -> None:
    greeting = b"Welcome to my box\r\nSSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"
    async with greeter("127.0.0.3", greeting) as port:
        plan = replace(PATIENT, tcp_ports=(port,))
        found = await answers(["127.0.0.3", "127.0.0.4"], plan)
    assert [(a.address, a.port) for a in found] == [("127.0.0.3", port)]
    assert found[0].detail == {"banner": "SSH-2.0-OpenSSH_9.2p1 Debian-2"}


async def test_a_banner_is_cut_and_has_no_control_characters() -> None:
    greeting = b"SSH-2.0-\x1b[2J\x07bad" + b"x" * 5_000
    async with greeter("127.0.0.3", greeting) as port:
        plan = replace(PATIENT, tcp_ports=(port,))
        found = await answers(["127.0.0.3"], plan)
    banner = found[0].detail["banner"]
    assert banner.startswith("SSH-2.0-")
    assert len(banner) <= 255
    assert banner.isprintable()


async def test_a_silent_server_is_open_without_a_banner() -> None:
    async with greeter("127.0.0.3", b"") as port:
        plan = replace(QUICK, tcp_ports=(port,))
        found = await answers(["127.0.0.3"], plan)
    assert [(a.protocol, dict(a.detail)) for a in found] == [("tcp", {})]


class UserAgent(asyncio.DatagramProtocol):
    """Answers OPTIONS like a phone."""

    transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        lines = data.decode().split("\r\n")
        kept = [v for v in lines if v.startswith(("Via", "From", "To", "Call", "CSeq"))]
        answer = ["SIP/2.0 404 Not Found", *kept, "User-Agent: Test Phone 1.0", "", ""]
        self.transport.sendto("\r\n".join(answer).encode(), addr)


async def test_phones_answer_options_and_the_silent_are_left_out() -> None:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        UserAgent, local_addr=("127.0.0.5", 0)
    )
    port = transport.get_extra_info("sockname")[1]
    plan = replace(QUICK, sip_port=port)
    found = await answers(["127.0.0.5", "127.0.0.6"], plan)
    transport.close()
    assert [(a.address, a.protocol, dict(a.detail)) for a in found] == [
        ("127.0.0.5", "sip", {"status": "404", "user_agent": "Test Phone 1.0"})
    ]


async def fake_probe(
    addresses: Iterable[str],
    probes: Sequence[SnmpCredential],
    *,
    port: int,
    rate: float,
    timeout: float,
    retries: int,
) -> AsyncIterator[SnmpAnswer]:
    for address in addresses:
        name = next(iter(probes)).name
        yield SnmpAnswer(address, name, None, 0.01, "a\nswitch")


async def test_snmp_answers_carry_the_name_of_the_credential() -> None:
    plan = replace(QUICK, snmp=(SnmpCredential(name="read"),), snmp_port=1161)
    found = [a async for a in sweep(["127.0.0.1"], plan, snmp_probe=fake_probe)]
    assert found == [
        Answer(
            "127.0.0.1", "snmp", 1161, 0.01, {"credential": "read", "descr": "a switch"}
        )
    ]


class OneNeighbour:
    """A link with one host on it."""

    async def arp(self, network: str, *, interface: str) -> list[ArpEntry]:
        return [ArpEntry(ip="10.0.0.9", mac="00:04:13:74:17:67")]

    async def listen(self, *, interface: str, seconds: float) -> AsyncIterator[bytes]:
        if seconds < 0:
            yield b""


async def test_arp_on_a_local_segment_is_part_of_the_sweep() -> None:
    plan = replace(QUICK, arp=(("10.0.0.0/24", "eth0"),))
    found = [a async for a in sweep(["10.0.0.9"], plan, link=OneNeighbour())]
    assert [(a.protocol, a.detail["mac"]) for a in found] == [
        ("arp", "00:04:13:74:17:67")
    ]


async def test_an_entry_that_is_no_address_is_named() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0\.256"):
        await answers(["10.0.0.256"], SweepPlan())


async def test_nothing_to_ask_gives_nothing() -> None:
    assert await answers([], SweepPlan()) == []


async def test_leaving_the_stream_early_stops_the_sweep() -> None:
    async with greeter("127.0.0.3", b"") as port:
        before = len(asyncio.all_tasks())
        plan = SweepPlan(icmp=False, tcp_ports=(port,), timeout=30, rate=50)
        targets = ["127.0.0.3", *(f"127.0.1.{n}" for n in range(200))]
        stream = sweep(targets, plan)
        async for _ in stream:
            break
        await stream.aclose()
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) <= before + 1
