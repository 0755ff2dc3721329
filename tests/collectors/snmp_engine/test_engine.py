"""The engine behind its port, on sockets: dispatch, limits, cancelling, families."""

from __future__ import annotations

import asyncio
import gc
import socket
import time
from collections.abc import AsyncIterator
from typing import Literal

import pytest
from pydantic import SecretStr

from collectors.credentials import SnmpCredential
from collectors.errors import Refused, TimedOut, Unreachable, Unsupported
from collectors.ports import Snmp, SnmpEngine
from collectors.snmp.engine import EngineSettings, OwnEngine
from tests.collectors.snmp_engine import wire
from tests.collectors.snmp_engine.agents import (
    COLUMNS,
    SCALARS,
    Agent,
    Mib,
    interfaces,
    serving,
)
from tests.collectors.snmp_engine.snmpd import free_port

CREDENTIAL = SnmpCredential(name="test", community=SecretStr("public"))
QUICK = EngineSettings(timeout=0.2, retries=1, quickest=0.05)
PATIENT = EngineSettings(timeout=30.0, retries=1)
"""Where nobody is waited for: a loaded machine may be slow to tell so."""
HONEST = Mib(interfaces(20))


@pytest.fixture
async def engine() -> AsyncIterator[OwnEngine]:
    own = OwnEngine(QUICK)
    yield own
    await own.close()


def test_the_engine_fits_its_port() -> None:
    engine: SnmpEngine = OwnEngine()
    session: Snmp = engine.session("127.0.0.1", 161, CREDENTIAL)
    assert session


async def test_get_and_walk_read_an_agent(engine: OwnEngine) -> None:
    async with serving(HONEST) as (_, port):
        session = engine.session("127.0.0.1", port, CREDENTIAL)
        found = await session.get([*SCALARS, (1, 3, 6, 1, 9, 9)])
        assert set(found) == set(SCALARS)
        table = await session.walk(COLUMNS)
        assert table.complete
        assert table.columns[COLUMNS[1]][7,] == b"port 7"


async def test_asking_for_nothing_sends_nothing(engine: OwnEngine) -> None:
    async with serving(HONEST) as (agent, port):
        session = engine.session("127.0.0.1", port, CREDENTIAL)
        assert await session.get([]) == {}
        assert (await session.walk([])).columns == {}
        assert agent.received == []


async def test_ipv6_agents_are_read(engine: OwnEngine) -> None:
    if not socket.has_ipv6:
        pytest.skip("this Python has no IPv6")
    try:
        async with serving(HONEST, "::1") as (_, port):
            for address in ("::1", "0:0:0:0:0:0:0:1"):
                session = engine.session(address, port, CREDENTIAL)
                assert set(await session.get(list(SCALARS))) == set(SCALARS)
    except OSError as error:
        pytest.skip(f"this machine has no IPv6 loopback: {error}")


async def test_many_agents_share_one_socket(engine: OwnEngine) -> None:
    async with serving(HONEST) as (_, first), serving(HONEST) as (_, second):
        sessions = [
            engine.session("127.0.0.1", port, CREDENTIAL)
            for port in (first, second) * 20
        ]
        tables = await asyncio.gather(*(s.walk(COLUMNS) for s in sessions))
    assert all(table.complete for table in tables)
    assert len({str(table.columns) for table in tables}) == 1


async def test_a_context_of_v2c_is_a_suffix_of_the_community(
    engine: OwnEngine,
) -> None:
    async with serving(HONEST) as (agent, port):
        session = engine.session("127.0.0.1", port, CREDENTIAL)
        await session.with_context("42").get(list(SCALARS))
        await session.with_context("7").walk(COLUMNS[:1])
        seen = {wire.read_request(data).community for data in agent.received}
    assert seen == {b"public@42", b"public@7"}


async def test_a_device_is_not_asked_more_at_once_than_set() -> None:
    engine = OwnEngine(EngineSettings(per_device=2, timeout=30.0))
    open_now, most = 0, 0

    def slow(agent: Agent, data: bytes) -> None:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        request = wire.read_request(data)
        reply = wire.reply(request, HONEST.answer(request))
        peer = agent.peer

        def answer() -> None:
            nonlocal open_now
            open_now -= 1
            agent.send_to(reply, peer)

        agent.timers.append(asyncio.get_running_loop().call_later(0.01, answer))

    async with serving(slow) as (_, port):
        sessions = [engine.session("127.0.0.1", port, CREDENTIAL) for _ in range(12)]
        await asyncio.gather(*(s.get(list(SCALARS)) for s in sessions))
    await engine.close()
    assert most == 2


async def test_more_requests_than_the_window_holds_wait_their_turn() -> None:
    engine = OwnEngine(EngineSettings(window=3, per_device=99, timeout=30.0))
    async with serving(HONEST) as (_, port):
        sessions = [engine.session("127.0.0.1", port, CREDENTIAL) for _ in range(30)]
        found = await asyncio.gather(*(s.get(list(SCALARS)) for s in sessions))
    await engine.close()
    assert len(found) == 30


async def test_a_cancelled_request_frees_its_place(engine: OwnEngine) -> None:
    def silent(agent: Agent, data: bytes) -> None:
        if len(agent.received) > 2:
            HONEST(agent, data)

    async with serving(silent) as (_, port):
        session = engine.session("127.0.0.1", port, CREDENTIAL)
        waiting = [asyncio.ensure_future(session.get(list(SCALARS))) for _ in range(2)]
        queued = asyncio.ensure_future(session.get(list(SCALARS)))
        await asyncio.sleep(0)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert set(await queued) == set(SCALARS)


async def test_closing_cancels_who_still_waits() -> None:
    engine = OwnEngine(PATIENT)
    async with serving(lambda agent, data: None) as (_, port):
        session = engine.session("127.0.0.1", port, CREDENTIAL)
        tasks = [asyncio.ensure_future(session.get(list(SCALARS))) for _ in range(5)]
        await asyncio.sleep(0.01)
        await engine.close()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(end, asyncio.CancelledError) for end in ends)


async def test_a_closed_port_is_told_at_once() -> None:
    engine = OwnEngine(PATIENT)
    session = engine.session("127.0.0.1", free_port(), CREDENTIAL)
    loop = asyncio.get_running_loop()
    began = loop.time()
    with pytest.raises(Refused):
        await session.get(list(SCALARS))
    table = await session.walk(COLUMNS)
    assert table.problem is not None
    assert table.problem.reason == "refused"
    assert loop.time() - began < PATIENT.timeout
    await engine.close()


async def test_a_closed_port_hurts_nobody_else(engine: OwnEngine) -> None:
    closed = [engine.session("127.0.0.1", free_port(), CREDENTIAL) for _ in range(9)]
    async with serving(HONEST) as (_, port):
        good = [engine.session("127.0.0.1", port, CREDENTIAL) for _ in range(9)]
        both = [s for pair in zip(closed, good, strict=True) for s in pair]
        ends = await asyncio.gather(
            *(s.get(list(SCALARS)) for s in both), return_exceptions=True
        )
    assert all(isinstance(end, Refused) for end in ends[::2])
    assert all(isinstance(end, dict) and len(end) == 3 for end in ends[1::2])


async def test_silence_is_a_time_out(engine: OwnEngine) -> None:
    async with serving(lambda agent, data: None) as (agent, port):
        session = engine.session("127.0.0.1", port, CREDENTIAL)
        with pytest.raises(TimedOut):
            await session.get(list(SCALARS))
        assert len(agent.received) == QUICK.retries + 1
        assert len(set(agent.received)) == 1


async def test_time_in_which_this_process_does_not_run_is_given_back() -> None:
    engine = OwnEngine(EngineSettings(timeout=0.2, retries=0))

    async def stall() -> None:
        time.sleep(0.5)  # between sending and the turn in which the agent reads

    async with serving(HONEST) as (_, port):
        session = engine.session("127.0.0.1", port, CREDENTIAL)
        found, _ = await asyncio.gather(session.get(list(SCALARS)), stall())
        table, _ = await asyncio.gather(session.walk(COLUMNS), stall())
    await engine.close()
    assert set(found) == set(SCALARS)
    assert table.complete


@pytest.mark.parametrize("address", ["", "no address", "300.1.1.1", "example.org"])
def test_what_is_no_address_is_said_so(address: str) -> None:
    with pytest.raises(Unreachable, match="not an IP address"):
        OwnEngine().session(address, 161, CREDENTIAL)


@pytest.mark.parametrize(
    ("setting", "address", "heard"),
    [
        ("same", "127.0.0.1", False),
        ("same", "127.0.0.9", False),
        ("address", "127.0.0.1", True),
        ("address", "127.0.0.9", False),
        ("anybody", "127.0.0.9", True),
    ],
)
async def test_replies_from_elsewhere_are_taken_where_allowed(
    setting: Literal["same", "address", "anybody"], address: str, heard: bool
) -> None:
    settings = EngineSettings(
        timeout=0.2,
        retries=0,
        replies_from=setting,
    )
    engine = OwnEngine(settings)

    def elsewhere(agent: Agent, data: bytes) -> None:
        request = wire.read_request(data)
        agent.send_from(wire.reply(request, HONEST.answer(request)), address)

    async with serving(elsewhere) as (_, port):
        session = engine.session("127.0.0.1", port, CREDENTIAL)
        try:
            found = await session.get(list(SCALARS))
        except TimedOut:
            found = {}
    await engine.close()
    assert bool(found) is heard


async def test_the_engine_moves_to_another_loop() -> None:
    engine = OwnEngine(QUICK)

    async def once() -> int:
        async with serving(HONEST) as (_, port):
            session = engine.session("127.0.0.1", port, CREDENTIAL)
            return len(await session.get(list(SCALARS)))

    assert await once() == 3
    assert await asyncio.to_thread(asyncio.run, once()) == 3
    await engine.close()
    gc.collect()


async def test_an_incomplete_v3_credential_is_refused_before_anything_is_sent(
    engine: OwnEngine,
) -> None:
    incomplete = SnmpCredential(name="half", version="3", user="u", auth="md5")
    async with serving(HONEST) as (agent, port):
        session = engine.session("127.0.0.1", port, incomplete)
        with pytest.raises(Unsupported, match="credential 'half'"):
            await session.get(list(SCALARS))
        assert agent.received == []


def test_settings_that_make_no_sense_are_refused() -> None:
    for wrong in ({"timeout": 0.0}, {"retries": -1}, {"per_device": 0}, {"window": -1}):
        with pytest.raises(ValueError, match=r"give|must"):
            EngineSettings(**wrong)


def test_no_secret_is_in_a_repr() -> None:
    engine = OwnEngine()
    session = engine.session("127.0.0.1", 161, CREDENTIAL)
    for thing in (engine, session, session.with_context("9"), CREDENTIAL):
        assert "public" not in repr(thing)
