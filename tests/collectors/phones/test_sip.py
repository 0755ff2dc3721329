"""OPTIONS over a real socket: answers, silence, garbage, somebody else's answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import cast

import pytest

from collectors.errors import CollectError, Malformed, TimedOut
from collectors.facts import Clue, Phone
from collectors.pacing import Pace
from collectors.phones.sip_over_udp import UdpSip, collect_sip
from collectors.ports import SipAnswer
from collectors.user_agents import build_shapes

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
Play = Callable[[bytes], list[bytes]]


class Peer(asyncio.DatagramProtocol):
    """Answers each datagram with what `play` makes of it."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.heard: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.heard.append(data)
        for answer in self.play(data):
            self.transport.sendto(answer, addr)


@asynccontextmanager
async def peer(play: Play, host: str = "127.0.0.7") -> AsyncIterator[tuple[Peer, int]]:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(
        lambda: Peer(play), local_addr=(host, 0)
    )
    try:
        yield protocol, transport.get_extra_info("sockname")[1]
    finally:
        transport.close()
        await asyncio.sleep(0)


@asynccontextmanager
async def asker() -> AsyncIterator[UdpSip]:
    sip = UdpSip()
    try:
        yield sip
    finally:
        await sip.close()


def reply(data: bytes, status: str, *headers: str, via: bool = True) -> bytes:
    kept = [line for line in data.decode().split("\r\n") if line.startswith("Via")]
    lines = [f"SIP/2.0 {status}", *(kept if via else ()), *headers, "", ""]
    return "\r\n".join(lines).encode()


async def test_the_final_answer_counts_and_provisional_ones_do_not() -> None:
    def play(data: bytes) -> list[bytes]:
        return [
            reply(data, "100 Trying"),
            reply(data, "404 Not Found", "Server: baresip v1.0.0", "Allow: ACK, BYE"),
        ]

    async with peer(play) as (_, port), asker() as sip:
        answer = await sip.options("127.0.0.7", port)
    assert (answer.status, answer.server, answer.allow) == (
        404,
        "baresip v1.0.0",
        ("ACK", "BYE"),
    )


async def test_a_lost_packet_is_sent_again() -> None:
    seen = 0

    def play(data: bytes) -> list[bytes]:
        nonlocal seen
        seen += 1
        return [reply(data, "200 OK")] if seen == 2 else []

    async with peer(play) as (_, port), asker() as sip:
        assert (await sip.options("127.0.0.7", port)).status == 200
    assert seen == 2


async def test_silence_is_a_time_out_that_says_how_long() -> None:
    async with peer(lambda _: []) as (_, port), asker() as sip:
        with pytest.raises(TimedOut, match=r"within 0\.2 s"):
            await sip.options("127.0.0.7", port, timeout=0.2)


async def test_a_challenge_is_never_answered() -> None:
    def play(data: bytes) -> list[bytes]:
        return [reply(data, "401 Unauthorized", 'WWW-Authenticate: Digest realm="a"')]

    async with peer(play) as (who, port), asker() as sip:
        answer = await sip.options("127.0.0.7", port)
    assert answer.status == 401
    assert len(who.heard) == 1
    assert b"Authorization" not in who.heard[0]


async def test_an_answer_to_another_request_is_not_ours() -> None:
    def play(data: bytes) -> list[bytes]:
        stray = b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP x;branch=z9hG4bKother\r\n\r\n"
        return [stray, reply(data, "200 OK", via=False)]

    async with peer(play) as (_, port), asker() as sip:
        with pytest.raises(TimedOut):
            await sip.options("127.0.0.7", port, timeout=0.2)


@pytest.mark.parametrize(
    "garbage",
    [b"\x00" * 40, b"HTTP/1.0 400 Bad\r\n\r\n", b"SIP/2.0 200 OK\r\nA: " * 9_000],
)
async def test_garbage_is_an_error_with_a_reason(garbage: bytes) -> None:
    async with peer(lambda _: [garbage[:60_000]]) as (_, port), asker() as sip:
        with pytest.raises(CollectError, match="SIP message"):
            await sip.options("127.0.0.7", port, timeout=0.5)


async def test_many_are_asked_through_one_socket_whoever_is_silent_or_broken() -> None:
    found: list[SipAnswer] = []

    def answer(data: bytes) -> list[bytes]:
        return [reply(data, "200 OK", "User-Agent: A")]

    async with peer(answer, "127.0.2.1") as (one, port), asker() as sip:
        loop = asyncio.get_running_loop()
        broken, _ = await loop.create_datagram_endpoint(
            lambda: Peer(lambda _: [b"\xff\xfe"]), local_addr=("127.0.2.2", port)
        )
        await sip.options_many(
            ["127.0.2.1", "127.0.2.2", "127.0.2.3"],
            port,
            lambda got, _: found.append(got),
            pace=Pace(1_000),
            timeout=0.2,
            retries=1,
        )
        broken.close()
    assert [(a.address, a.user_agent) for a in found] == [("127.0.2.1", "A")]
    assert len(one.heard) == 1


async def test_a_phone_becomes_an_observation_with_its_clues() -> None:
    shapes = build_shapes(
        [{"pattern": r"^Acme (?P<model>\S+) (?P<firmware>\S+)", "vendor": "Acme"}]
    )

    def play(data: bytes) -> list[bytes]:
        return [reply(data, "200 OK", "User-Agent: Acme A12 1.2 805ec0112233")]

    async with peer(play) as (_, port), asker() as sip:
        seen = await collect_sip(
            sip, address="127.0.0.7", port=port, seen_at=NOON, shapes=shapes
        )
    assert seen.phones == (
        Phone(
            mac="80:5e:c0:11:22:33",
            contact_ip="127.0.0.7",
            user_agent="Acme A12 1.2 805ec0112233",
            manufacturer="Acme",
            model="A12",
            firmware="1.2",
            source="sip options",
        ),
    )
    assert Clue(
        "sip-user-agent", "Acme A12 1.2 805ec0112233", "sip OPTIONS User-Agent"
    ) in (seen.clues)
    assert (seen.collector, seen.port, seen.seen_at) == ("sip", port, NOON)


class Says:
    """A `Sip` that gives one answer."""

    def __init__(self, status: int, agent: str | None) -> None:
        self.status, self.agent = status, agent

    async def options(
        self, address: str, port: int = 5060, *, timeout: float = 2.0
    ) -> SipAnswer:
        return SipAnswer(
            address=address, port=port, status=self.status, server=self.agent
        )


async def test_a_server_that_challenges_is_no_phone() -> None:
    seen = await collect_sip(
        Says(401, "Asterisk PBX 23.4.1"), address="10.0.0.1", seen_at=NOON
    )
    assert seen.phones == ()
    assert seen.port is None
    assert Clue("sip-server", "Asterisk PBX 23.4.1", "sip OPTIONS Server") in seen.clues


async def test_a_status_that_is_no_answer_is_malformed() -> None:
    with pytest.raises(Malformed):
        await collect_sip(Says(0, None), address="10.0.0.1", seen_at=NOON)
