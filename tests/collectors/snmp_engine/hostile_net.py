"""Agents that misbehave on the way: silence, storms, strangers, other messages."""

from __future__ import annotations

import os

from tests.collectors.snmp_engine import wire
from tests.collectors.snmp_engine.agents import Agent
from tests.collectors.snmp_engine.hostile import (
    HONEST,
    LOOP,
    MALFORMED,
    MUCH,
    SILENT,
    add,
    indexed,
    kind,
)

ENDLESS = indexed(lambda n: n + 1)


def right(data: bytes) -> bytes:
    """Return the correct answer."""
    request = wire.read_request(data)
    return wire.reply(request, HONEST.answer(request))


@kind(SILENT)
def never_answers(agent: Agent, data: bytes) -> None:
    """Be silent."""


@kind(SILENT)
def dies_after_the_first_answer(agent: Agent, data: bytes) -> None:
    """Answer once."""
    if len(agent.received) == 1:
        request = wire.read_request(data)
        agent.send(wire.reply(request, HONEST.answer(request, most=3)))


@kind(None)
def answers_every_second_time(agent: Agent, data: bytes) -> None:
    """Lose half of the requests."""
    if len(agent.received) % 2 == 0:
        agent.send(right(data))


@kind(None)
def answers_late(agent: Agent, data: bytes) -> None:
    """Answer when the request has already been repeated."""
    agent.send(right(data), delay=0.07)


@kind(None)
def doubles_every_answer(agent: Agent, data: bytes) -> None:
    """Send everything twice."""
    agent.send(right(data))
    agent.send(right(data))


@kind(None)
def repeats_old_answers(agent: Agent, data: bytes) -> None:
    """Send all earlier answers again before the right one."""
    for old in agent.received:
        agent.send(right(old))


@kind(None)
def storms(agent: Agent, data: bytes) -> None:
    """Send each answer 100 times, and as many with other ids."""
    request = wire.read_request(data)
    for step in range(100):
        agent.send(right(data))
        request.number ^= step
        agent.send(wire.reply(request, HONEST.answer(request)))


@kind(MUCH)
def dribbles(agent: Agent, data: bytes) -> None:
    """Answer row by row, each just in time, for ever."""
    request = wire.read_request(data)
    request.tag = wire.NEXT
    datagram = ENDLESS(request)
    assert datagram is not None
    agent.send(datagram, delay=0.02)


@kind(SILENT, MALFORMED)
def dribbles_single_octets(agent: Agent, data: bytes) -> None:
    """Send the answer in datagrams of one octet."""
    for octet in right(data)[:200]:
        agent.send(bytes((octet,)))


@kind(SILENT)
def answers_from_another_address(agent: Agent, data: bytes) -> None:
    """Spoof."""
    agent.send_from(right(data), "127.0.0.99")


@kind(SILENT)
def answers_from_another_port(agent: Agent, data: bytes) -> None:
    """Answer from a port that was not asked."""
    agent.send_from(right(data), "127.0.0.1")


@kind(None)
def stranger_answers_first(agent: Agent, data: bytes) -> None:
    """Let a stranger lie before the agent answers."""
    request = wire.read_request(data)
    lies = [wire.bind((*oid, 4242), wire.integer(13)) for oid in request.oids]
    agent.send_from(wire.reply(request, lies), "127.0.0.98")
    agent.send(right(data), delay=0.01)


@kind(None)
def noise_before_the_answer(agent: Agent, data: bytes) -> None:
    """Send rubbish of all sizes first."""
    for size in (0, 1, 2, 7, 50, 1472, 20000):
        agent.send(os.urandom(size))
    agent.send(right(data))


@kind(SILENT, MALFORMED)
def echoes_the_request(agent: Agent, data: bytes) -> None:
    """Send back what came."""
    agent.send(data)


add(
    "request_id_off_by_one",
    (SILENT,),
    lambda r: wire.community_message(
        wire.pdu(wire.RESPONSE, r.number + 1, HONEST.answer(r))
    ),
)
add(
    "request_id_zero",
    (SILENT,),
    lambda r: wire.community_message(wire.pdu(wire.RESPONSE, 0, HONEST.answer(r))),
)
add(
    "request_id_of_9_octets",
    (SILENT, MALFORMED),
    lambda r: wire.community_message(
        wire.pdu(wire.RESPONSE, r.number << 40, HONEST.answer(r))
    ),
)
add(
    "another_community",
    (None,),
    lambda r: wire.community_message(
        wire.pdu(wire.RESPONSE, r.number, HONEST.answer(r)), b"secret"
    ),
)
add(
    "community_of_60_kilobytes",
    (None,),
    lambda r: wire.community_message(
        wire.pdu(wire.RESPONSE, r.number, HONEST.answer(r)), b"c" * 60000
    ),
)
add(
    "answers_in_v1",
    (None,),
    lambda r: wire.community_message(
        wire.pdu(wire.RESPONSE, r.number, HONEST.answer(r)), v=0
    ),
)
add(
    "answers_in_v99",
    (None, SILENT, MALFORMED),
    lambda r: wire.community_message(
        wire.pdu(wire.RESPONSE, r.number, HONEST.answer(r)), v=99
    ),
)
add(
    "answers_a_report",
    (SILENT,),
    lambda r: wire.community_message(wire.pdu(wire.REPORT, r.number, HONEST.answer(r))),
)
add(
    "answers_a_trap",
    (SILENT,),
    lambda r: wire.community_message(wire.pdu(0xA7, r.number, HONEST.answer(r))),
)
add(
    "answers_a_set",
    (SILENT,),
    lambda r: wire.community_message(wire.pdu(wire.SET, r.number, HONEST.answer(r))),
)
add(
    "rubbish_after_the_message",
    (None,),
    lambda r: wire.reply(r, HONEST.answer(r)) + os.urandom(300),
)
add("zeros_of_64_kilobytes", (SILENT, MALFORMED), lambda r: bytes(65000))
add("ff_of_64_kilobytes", (SILENT, MALFORMED), lambda r: b"\xff" * 65000)
add("empty_datagrams", (SILENT, MALFORMED), lambda r: b"")


def bomb(depth: int, tag: int = 0x30) -> bytes:
    """Return elements nested so deep that a recursive reader falls over."""
    return bytes((tag, 0x83, 0, 0xFF, 0)) * depth


add("nesting_bomb", (SILENT, MALFORMED), lambda r: bomb(12000))
add(
    "nesting_bomb_as_pdu",
    (SILENT, MALFORMED),
    lambda r: wire.community_message(bomb(12000, 0xA2)),
)
add(
    "nesting_bomb_as_value",
    (MALFORMED, LOOP),
    lambda r: wire.reply(
        r, [wire.bind((*o, 1), wire.tlv(0x30, bomb(2000))) for o in r.oids]
    ),
)
add("nesting_bomb_as_bindings", (MALFORMED,), lambda r: wire.reply(r, [bomb(12000)]))
add(
    "arc_of_40_kilobytes",
    (MALFORMED,),
    lambda r: wire.reply(
        r,
        [
            wire.tlv(
                0x30,
                wire.tlv(6, wire.oid_octets(o) + b"\xff" * 40000 + b"\1")
                + wire.integer(1),
            )
            for o in r.oids[:1]
        ],
    ),
)
add(
    "arc_of_70_bits",
    (MALFORMED,),
    lambda r: wire.reply(
        r,
        [
            wire.tlv(
                0x30,
                wire.tlv(6, wire.oid_octets(o) + b"\xff" * 9 + b"\1") + wire.integer(1),
            )
            for o in r.oids
        ],
    ),
)
add(
    "arc_that_never_ends",
    (MALFORMED,),
    lambda r: wire.reply(
        r,
        [
            wire.tlv(0x30, wire.tlv(6, wire.oid_octets(o) + b"\xff") + wire.integer(1))
            for o in r.oids
        ],
    ),
)
add(
    "index_of_1000_arcs",
    (MALFORMED,),
    lambda r: wire.reply(
        r,
        [
            wire.tlv(
                0x30, wire.tlv(6, wire.oid_octets(o) + b"\1" * 1000) + wire.integer(1)
            )
            for o in r.oids
        ],
    ),
)
