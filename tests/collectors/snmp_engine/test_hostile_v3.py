"""v3 agents that misbehave: each ends in one of our errors after few requests."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest

from collectors.errors import AuthFailed, CollectError, Malformed, TimedOut
from collectors.snmp.engine import EngineSettings, OwnEngine
from collectors.snmp.engine.protocol import ber, message, v3
from collectors.snmp.engine.protocol.user import NOT_IN_TIME, UNKNOWN_ENGINE
from tests.collectors.snmp_engine import wire
from tests.collectors.snmp_engine.agents import COLUMNS, SCALARS, Agent, serving
from tests.collectors.snmp_engine.test_user import ENGINE, USER, Reply, report

BOUNDS = EngineSettings(timeout=0.1, retries=1, quickest=0.03)
MOST_REQUESTS = 24

Make = Callable[[int], Reply | bytes | None]
"""What to answer to a request with a msgID."""

serial = count()


def always(reply: Reply) -> Make:
    """Answer everything with the same message."""
    return lambda number: replace(reply, number=number)


def stage(*replies: Reply | bytes | None) -> Make:
    """Answer discoveries truly, then with each message in turn; the last stays."""
    turn = count()

    def make(number: int) -> Reply | bytes | None:
        reply = replies[min(next(turn), len(replies) - 1)]
        return replace(reply, number=number) if isinstance(reply, Reply) else reply

    return make


HELLO = report(UNKNOWN_ENGINE)
UNKNOWN = (1, 3, 6, 1, 6, 3, 15, 1, 1, 99, 0)

HOSTILE: dict[str, Callable[[], Make]] = {
    "discovered_then_silent": lambda: stage(HELLO, None),
    "discovery_without_an_id": lambda: always(report(UNKNOWN_ENGINE, engine=b"")),
    "discovery_with_an_id_of_4_kilobytes": lambda: always(
        report(UNKNOWN_ENGINE, engine=b"x" * 4000)
    ),
    "discovery_again_and_again": lambda: always(HELLO),
    "another_id_each_time": lambda: (
        lambda number: report(
            UNKNOWN_ENGINE, number=number, engine=b"id%d" % next(serial)
        )
    ),
    "never_in_time": lambda: stage(HELLO, report(NOT_IN_TIME)),
    "never_in_time_and_signed": lambda: stage(
        HELLO,
        Reply(tag=message.REPORT, oid=ber.oid_body(NOT_IN_TIME), flags=v3.AUTH),
    ),
    "boots_below_zero": lambda: always(report(UNKNOWN_ENGINE, boots=-1)),
    "time_below_zero": lambda: always(report(UNKNOWN_ENGINE, time=-5)),
    "boots_of_64_bits": lambda: always(report(UNKNOWN_ENGINE, boots=2**63 - 1)),
    "time_of_64_bits": lambda: always(report(UNKNOWN_ENGINE, time=2**63 - 1)),
    "report_nobody_knows": lambda: stage(HELLO, report(UNKNOWN)),
    "refuses_the_user": lambda: stage(HELLO, report((*UNKNOWN[:-2], 3, 0))),
    "refuses_the_digest": lambda: stage(HELLO, report((*UNKNOWN[:-2], 5, 0))),
    "answers_without_a_signature": lambda: stage(HELLO, Reply(flags=0)),
    "answers_in_clear": lambda: stage(HELLO, Reply(flags=v3.AUTH)),
    "answers_with_a_wrong_signature": lambda: stage(HELLO, Reply(spoil=-1)),
    "answers_for_another_user": lambda: stage(HELLO, Reply(user=b"other")),
    "answers_of_another_engine": lambda: stage(HELLO, Reply(engine=b"other engine")),
    "answers_of_last_year": lambda: stage(
        HELLO, Reply(tag=message.REPORT, flags=v3.AUTH | v3.PRIV), Reply(boots=1)
    ),
    "all_flags_set": lambda: always(Reply(flags=0xFF)),
    "reserved_flags": lambda: always(Reply(flags=0xF8)),
    "a_response_to_the_discovery": lambda: always(Reply(flags=0)),
    "a_trap": lambda: stage(HELLO, Reply(tag=0xA7)),
    "rubbish": lambda: lambda number: os.urandom(200),
    "a_v2c_message": lambda: (
        lambda number: wire.community_message(
            wire.pdu(wire.RESPONSE, number, [wire.bind(next(iter(SCALARS)))])
        )
    ),
    "cut_off": lambda: lambda number: replace(HELLO, number=number).datagram()[:-9],
    "64_kilobytes": lambda: (
        lambda number: replace(HELLO, number=number).datagram() + bytes(60000)
    ),
}


def handler(make: Make) -> Callable[[Agent, bytes], None]:
    """Return an agent that answers by msgID."""

    def answer(agent: Agent, data: bytes) -> None:
        number = v3.read_envelope(data).message_id
        reply = make(number)
        if reply is not None:
            agent.send(reply.datagram() if isinstance(reply, Reply) else reply)

    return answer


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_v3_agent_ends_in_one_of_our_errors(name: str) -> None:
    engine = OwnEngine(BOUNDS)
    loop = asyncio.get_running_loop()
    try:
        async with serving(handler(HOSTILE[name]())) as (agent, port):
            session = engine.session("127.0.0.1", port, USER)
            began = loop.time()
            with pytest.raises(CollectError) as caught:
                await session.get(list(SCALARS))
            assert str(caught.value)
            assert len(agent.received) < MOST_REQUESTS
            table = await session.walk(COLUMNS)
            assert table.problem is not None
            assert not any(table.columns.values())
            assert loop.time() - began < 60
            assert len(agent.received) < 2 * MOST_REQUESTS
    finally:
        await engine.close()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("refuses_the_user", AuthFailed),
        ("refuses_the_digest", AuthFailed),
        ("discovery_without_an_id", Malformed),
        ("never_in_time", Malformed),
        ("another_id_each_time", Malformed),
        ("discovered_then_silent", TimedOut),
        ("answers_with_a_wrong_signature", TimedOut),
    ],
)
async def test_the_error_says_what_is_wrong(
    name: str, kind: type[CollectError]
) -> None:
    engine = OwnEngine(BOUNDS)
    try:
        async with serving(handler(HOSTILE[name]())) as (_, port):
            session = engine.session("127.0.0.1", port, USER)
            with pytest.raises(kind):
                await session.get(list(SCALARS))
    finally:
        await engine.close()


async def test_an_honest_v3_agent_is_read_after_discovery_and_resynchronisation() -> (
    None
):
    engine = OwnEngine(BOUNDS)
    late = Reply(
        tag=message.REPORT, oid=ber.oid_body(NOT_IN_TIME), flags=v3.AUTH, time=5000
    )
    make = stage(HELLO, late, Reply(time=5001))
    try:
        async with serving(handler(make)) as (agent, port):
            session = engine.session("127.0.0.1", port, USER)
            with pytest.raises(Malformed):  # it always answers sysName
                await session.get(list(SCALARS))
            third = v3.read_envelope(agent.received[2])
            assert (third.engine_id, third.time) == (ENGINE, 5000)
            found = await session.get([(1, 3, 6, 1, 2, 1, 1, 5, 0)])
            assert list(found.values()) == [b"ok"]
    finally:
        await engine.close()
