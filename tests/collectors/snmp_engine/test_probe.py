"""The sweep: who is found, who is not asked again, how fast, what strangers can do."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import pairwise

import pytest
from pydantic import SecretStr

from collectors.credentials import SnmpCredential
from collectors.errors import Malformed, Unreachable
from collectors.snmp.engine import burst
from collectors.snmp.engine.probes import build_probes, read_reply
from collectors.snmp.probe import SnmpAnswer, probe_snmp
from tests.collectors.snmp_engine import wire
from tests.collectors.snmp_engine.agents import SCALARS, Agent, Handler, Mib, serving
from tests.collectors.snmp_engine.snmpd import free_port

FIRST = SnmpCredential(name="first", community=SecretStr("public"))
SECOND = SnmpCredential(name="second", version="1", community=SecretStr("other"))
USER = SnmpCredential(name="user", version="3", user="mika")
ENGINE = b"\x80\0\0\x09\x01abcd"
HONEST = Mib(SCALARS)


def report(number: int) -> bytes:
    """Return the report that answers a discovery."""
    told = wire.bind((1, 3, 6, 1, 6, 3, 15, 1, 1, 4, 0), wire.integer(1, 0x41))
    head = wire.integer(number) + wire.integer(65507) + wire.octets(b"\0")
    security = wire.octets(ENGINE) + wire.integer(3) + wire.integer(1000)
    scoped = wire.octets(ENGINE) + wire.octets(b"")
    return wire.tlv(
        0x30,
        wire.integer(3)
        + wire.tlv(0x30, head + wire.integer(3))
        + wire.octets(wire.tlv(0x30, security + wire.octets(b"") * 3))
        + wire.tlv(0x30, scoped + wire.pdu(wire.REPORT, number, [told])),
    )


def agent(*communities: str, v3: bool = False) -> Handler:
    """Return an agent that knows some communities, and maybe v3."""
    known = {text.encode() for text in communities}

    def handler(agent: Agent, data: bytes) -> None:
        version, at = wire.number_at(data, wire.read(data, 0)[1])
        if version == 3:
            number, _ = wire.number_at(data, wire.read(data, at)[1])
            if v3:
                agent.send(report(number))
        else:
            request = wire.read_request(data)
            if request.community in known:
                agent.send(wire.reply(request, HONEST.answer(request)))

    return handler


@asynccontextmanager
async def network(
    handlers: Mapping[str, Handler],
) -> AsyncIterator[tuple[int, dict[str, Agent]]]:
    """Run agents at several addresses on the same port."""
    port = free_port()
    async with AsyncExitStack() as stack:
        agents = {}
        for address, handler in handlers.items():
            agents[address], _ = await stack.enter_async_context(
                serving(handler, address, port)
            )
        yield port, agents


async def found(
    addresses: Sequence[str],
    probes: Sequence[SnmpCredential],
    port: int,
    *,
    rate: float = 0.0,
    retries: int = 1,
) -> dict[tuple[str, str | None], SnmpAnswer]:
    """Sweep and return the answers by address and credential."""
    answers = {}
    async for answer in probe_snmp(
        addresses, probes, port=port, rate=rate, timeout=0.15, retries=retries
    ):
        key = answer.address, answer.credential
        assert key not in answers, "an answer came twice"
        answers[key] = answer
    return answers


async def test_each_agent_is_found_with_the_credential_that_fits() -> None:
    handlers = {
        "127.0.7.1": agent("public"),
        "127.0.7.2": agent("other"),
        "127.0.7.3": agent("public", "other", v3=True),
        "127.0.7.4": agent(v3=True),
        "127.0.7.5": agent(),
    }
    async with network(handlers) as (port, _):
        answers = await found(
            [f"127.0.7.{n}" for n in range(1, 20)], [FIRST, SECOND, USER], port
        )
    assert set(answers) == {
        ("127.0.7.1", "first"),
        ("127.0.7.2", "second"),
        ("127.0.7.3", "first"),
        ("127.0.7.3", None),
        ("127.0.7.4", None),
    }
    told = answers["127.0.7.1", "first"]
    assert told.descr == "a test agent"
    assert told.object_id == "1.3.6.1.4.1.99999.1"
    assert told.engine_id is None
    assert 0 <= told.latency < 60
    assert answers["127.0.7.4", None].engine_id == ENGINE.hex()


async def test_who_answered_is_not_asked_again() -> None:
    handlers = {"127.0.7.1": agent("public"), "127.0.7.2": agent()}
    async with network(handlers) as (port, agents):
        await found(list(handlers), [FIRST], port, retries=2)
        assert len(agents["127.0.7.1"].received) == 1
        assert len(agents["127.0.7.2"].received) == 3


async def test_a_lost_packet_is_repeated() -> None:
    def deaf_once(agent: Agent, data: bytes) -> None:
        if len(agent.received) > 1:
            request = wire.read_request(data)
            agent.send(wire.reply(request, HONEST.answer(request)))

    async with network({"127.0.7.1": deaf_once}) as (port, _):
        assert await found(["127.0.7.1"], [FIRST], port, retries=1)
    async with network({"127.0.7.1": deaf_once}) as (port, _):
        assert not await found(["127.0.7.1"], [FIRST], port, retries=0)


async def test_a_closed_port_is_not_asked_again() -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    answers = [
        answer
        async for answer in probe_snmp(
            ["127.0.7.1"], [FIRST, SECOND], port=free_port(), rate=0, timeout=120
        )
    ]
    assert answers == []
    assert loop.time() - began < 120


async def test_an_agent_that_answers_an_error_is_found_too() -> None:
    def refusing(agent: Agent, data: bytes) -> None:
        request = wire.read_request(data)
        agent.send(wire.reply(request, [wire.bind(o) for o in request.oids], 2, 1))

    async with network({"127.0.7.1": refusing}) as (port, _):
        answers = await found(["127.0.7.1"], [SECOND], port)
    assert answers["127.0.7.1", "second"].descr is None


async def test_strangers_and_rubbish_find_nobody() -> None:
    def rubbish(agent: Agent, data: bytes) -> None:
        request = wire.read_request(data)
        right = wire.reply(request, HONEST.answer(request))
        agent.send_from(right, "127.0.7.77")
        agent.send_from(right, "127.0.7.1")
        agent.send(right[:-3])
        agent.send(b"\xff" * 500)
        agent.send(data)
        request.number ^= 1
        agent.send(wire.reply(request, HONEST.answer(request)))

    async with network({"127.0.7.1": rubbish}) as (port, _):
        answers = await found(["127.0.7.1", "127.0.7.77"], [FIRST], port)
    # the cut answer is one: its header says whose it is, and its first object is whole
    assert set(answers) <= {("127.0.7.1", "first")}


async def test_the_pace_is_kept() -> None:
    loop = asyncio.get_running_loop()
    times: list[float] = []

    def noting(agent: Agent, data: bytes) -> None:
        times.append(loop.time())

    handlers = {f"127.0.7.{n}": noting for n in range(1, 61)}
    async with network(handlers) as (port, _):
        await found(list(handlers), [FIRST], port, rate=400.0, retries=0)
    assert len(times) == 60
    assert times[-1] - times[0] > 58 / 400.0 * 0.8


async def test_neighbours_are_not_asked_in_a_row() -> None:
    order: list[int] = []

    def noting(place: int) -> Handler:
        return lambda agent, data: order.append(place)

    handlers = {f"127.0.7.{n}": noting(n) for n in range(1, 41)}
    async with network(handlers) as (port, _):
        await found(list(handlers), [FIRST], port, rate=2000.0, retries=0)
    steps = [abs(a - b) for a, b in pairwise(order)]
    assert sorted(order) == list(range(1, 41))
    assert steps.count(1) < 5


async def test_ipv6_addresses_are_asked_in_any_spelling() -> None:
    try:
        async with network({"::1": agent("public")}) as (port, _):
            answers = await found(["0:0::1"], [FIRST], port)
    except (OSError, Unreachable) as error:
        pytest.skip(f"this machine has no IPv6 loopback: {error}")
    assert set(answers) == {("0:0::1", "first")}


async def test_a_sweep_works_without_the_system_call_for_bursts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(burst, "_system_call", lambda: None)
    handlers = {f"127.0.7.{n}": agent("public") for n in range(1, 31)}
    async with network(handlers) as (port, _):
        assert len(await found(list(handlers), [FIRST], port)) == 30


async def test_leaving_early_stops_the_sweep() -> None:
    handlers = {f"127.0.7.{n}": agent("public") for n in range(1, 31)}
    async with network(handlers) as (port, _):
        stream = probe_snmp(list(handlers), [FIRST], port=port, rate=100.0)
        async for _answer in stream:
            break
        await stream.aclose()  # type: ignore[attr-defined]
    assert len(asyncio.all_tasks()) == 1


async def test_what_is_no_address_is_said_so() -> None:
    for wrong in ("example.org", "1.2.3", ""):
        with pytest.raises(Unreachable, match="not an IP address"):
            await found([wrong], [FIRST], 161)


async def test_nothing_to_ask_or_nobody_to_be_asked_is_no_error() -> None:
    assert await found([], [FIRST], 161) == {}
    assert await found(["127.0.0.1"], [], 161) == {}


def test_all_users_of_v3_share_one_packet_without_a_secret() -> None:
    secret = SnmpCredential(
        name="x", version="3", user="x", auth="md5", auth_secret=SecretStr("geheim!!")
    )
    probes = build_probes([FIRST, USER, secret, SECOND])
    assert [probe.credential for probe in probes] == ["first", "second", None]
    assert all(b"geheim" not in probe.packet for probe in probes)
    assert len({probe.number for probe in probes}) == 3


def test_only_responses_and_reports_are_replies() -> None:
    request = build_probes([FIRST])[0].packet
    with pytest.raises(Malformed):
        read_reply(request)
    with pytest.raises(Malformed):
        read_reply(build_probes([USER])[0].packet)
    reply = read_reply(report(7))
    assert (reply.number, reply.is_report, reply.engine_id) == (7, True, ENGINE)


def test_a_full_buffer_leaves_the_rest_for_later() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sender = burst.Sender(sock, ["127.0.7.1", "127.0.7.2"], 9)

        def full(packet: bytes, places: Sequence[int]) -> int:
            raise BlockingIOError

        sender._many = sender._one = full  # type: ignore[method-assign,assignment]
        assert sender.send(b"x", [0, 1]) == 0
        assert sender.failure is None


def test_a_place_that_cannot_be_sent_to_does_not_stop_the_others() -> None:
    sent: list[int] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sender = burst.Sender(sock, ["127.0.7.1"] * 4, 9)

        def picky(packet: bytes, places: Sequence[int]) -> int:
            if places[0] == 1:
                raise OSError(101, "network is unreachable")
            sent.append(places[0])
            return 1

        sender._many = picky  # type: ignore[method-assign]
        sender._call = lambda *arguments: 0
        assert sender.send(b"x", [0, 1, 2, 3]) == 4
    assert sent == [0, 2, 3]
    assert sender.failure is not None
