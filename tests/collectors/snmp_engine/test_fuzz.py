"""Mangled answers: the state machines end, and raise nothing, whatever they are told.

The short run belongs to the standard tests. The long one (`-m slow`) takes its number
of cases from `SNMP_FUZZ_CASES`.
"""

from __future__ import annotations

import os
import random
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from collectors.credentials import SnmpCredential
from collectors.errors import CollectError, Malformed
from collectors.snmp.engine import EngineSettings
from collectors.snmp.engine.cells import Codebook
from collectors.snmp.engine.device import Device
from collectors.snmp.engine.driver import read_number
from collectors.snmp.engine.exchange import Exchange
from collectors.snmp.engine.get import Get
from collectors.snmp.engine.operation import Operation
from collectors.snmp.engine.probes import read_reply
from collectors.snmp.engine.protocol import message, v3
from collectors.snmp.engine.protocol.security import Again, Community
from collectors.snmp.engine.protocol.user import Remote, User
from collectors.snmp.engine.protocol.usm import Keyring
from collectors.snmp.engine.walk import Walk
from tests.collectors.snmp_engine import wire
from tests.collectors.snmp_engine.agents import COLUMNS, SCALARS, Mib, interfaces

LONG_RUN = int(os.environ.get("SNMP_FUZZ_CASES", "100000"))
MIB = Mib(interfaces(40))
BOUNDS = EngineSettings(max_rows=200, walk_bytes=200_000)
MOST_STEPS = 1500
TRICKY = (0, 1, 2, 4, 5, 6, 0x1F, 0x30, 0x7F, 0x80, 0x81, 0x82, 0x84, 0xA2, 0xFF)


def mangle(data: bytes, rnd: random.Random) -> bytes:
    """Return an answer with a few octets changed, cut, doubled or moved."""
    octets = bytearray(data)
    for _ in range(rnd.choice((0, 1, 1, 1, 2, 5))):
        if not octets:
            break
        at = rnd.randrange(len(octets))
        match rnd.randrange(6):
            case 0:
                octets[at] = rnd.choice(TRICKY)
            case 1:
                octets[at] ^= 1 << rnd.randrange(8)
            case 2:
                del octets[at : at + rnd.choice((1, 1, 2, 9, 2000))]
            case 3:
                octets[at:at] = octets[at : at + rnd.choice((1, 5, 40, 300))]
            case 4:
                octets[at:at] = bytes(rnd.choices(TRICKY, k=rnd.randrange(1, 6)))
            case _:
                octets[at] = (octets[at] + rnd.choice((-1, 1))) % 256
    return bytes(octets)


def take(exchange: Exchange, data: bytes, now: float) -> bytes | None:
    """Give a datagram to an exchange as the driver does."""
    try:
        number, pdu = read_number(data)
    except Malformed as error:
        exchange.garbled(error)
        return None
    if number != exchange.request_id:
        return None
    return exchange.receive(data, pdu, now)


def play(operation: Operation, device: Device, rnd: random.Random) -> None:
    """Run an operation against an agent whose answers are mangled."""
    numbers = count(1 << 30)
    exchange = Exchange(
        operation, device, Community(1, b"public"), lambda: next(numbers)
    )
    now = 0.0
    datagram = exchange.begin(now)
    for _ in range(MOST_STEPS):
        if datagram is None and exchange.done:
            return
        if datagram is not None:
            request = wire.read_request(datagram)
            answer = mangle(wire.reply(request, MIB.answer(request)), rnd)
            datagram = take(exchange, answer, now)
        if datagram is None and not exchange.done:
            now = max(now, exchange.wake)
            datagram = exchange.expire(now)
    raise AssertionError(f"no end after {MOST_STEPS} steps")


def walk(seed: int) -> None:
    """Walk a table of 40 rows whose answers are mangled."""
    rnd = random.Random(seed)
    device = Device(BOUNDS)
    operation = Walk(COLUMNS, device, Codebook(), bulk=rnd.random() < 0.8)
    play(operation, device, rnd)
    table = operation.table()
    assert set(table.columns) == set(COLUMNS)
    assert all(len(cells) <= BOUNDS.max_rows for cells in table.columns.values())


def get(seed: int) -> None:
    """Get three objects."""
    device = Device(BOUNDS)
    operation = Get(list(SCALARS), device)
    play(operation, device, random.Random(seed))
    assert set(operation.found) <= set(SCALARS)


REPORT = wire.tlv(
    0x30,
    wire.integer(3)
    + wire.tlv(
        0x30,
        wire.integer(77) + wire.integer(65507) + wire.octets(b"\0") + wire.integer(3),
    )
    + wire.octets(
        wire.tlv(
            0x30,
            wire.octets(b"\x80\0\0\x09\x01abcd")
            + wire.integer(3)
            + wire.integer(1000)
            + wire.octets(b"") * 3,
        )
    )
    + wire.tlv(
        0x30,
        wire.octets(b"\x80\0\0\x09\x01abcd")
        + wire.octets(b"")
        + wire.pdu(
            wire.REPORT,
            77,
            [wire.bind((1, 3, 6, 1, 6, 3, 15, 1, 1, 4, 0), wire.integer(1, 0x41))],
        ),
    ),
)
NOBODY = SnmpCredential(name="fuzz", version="3", user="u")
SOMEBODY = replace(
    NOBODY,
    auth="sha1",
    auth_secret=SecretStr("authentication"),
    priv="aes128",
    priv_secret=SecretStr("privacy-key"),
)
KEYS = Keyring()


def secured(seed: int) -> None:
    """Read v3 messages before and after the engine is known, and ask again."""
    rnd = random.Random(seed)
    remote = Remote(rnd.choice((b"", b"\x80\0\0\x09\x01abcd")), 3, 1000)
    user = User(rnd.choice((NOBODY, SOMEBODY)), remote, KEYS, 0)
    for _ in range(3):
        data = mangle(REPORT, rnd)
        try:
            user.open(77, data, None, 1.0)
        except (Again, CollectError):
            pass
        try:
            read_reply(data)
        except Malformed:
            pass
        assert user.wrap(78, b"\xa0\x00", 2.0)


seeds = st.integers(0, 2**63)


@given(seeds)
@settings(max_examples=300, deadline=None)
def test_a_walk_of_mangled_answers_ends_and_raises_nothing(seed: int) -> None:
    walk(seed)


@given(seeds)
@settings(max_examples=300, deadline=None)
def test_a_get_of_mangled_answers_ends_and_raises_nothing(seed: int) -> None:
    get(seed)


@given(seeds)
@settings(max_examples=1000, deadline=None)
def test_a_mangled_v3_message_raises_nothing_but_ours(seed: int) -> None:
    secured(seed)


@given(st.binary(max_size=400))
@settings(max_examples=1000, deadline=None)
def test_random_octets_raise_nothing_but_malformed(data: bytes) -> None:
    for octets in (data, wire.tlv(0x30, wire.integer(1) + data)):
        try:
            version, at, end = message.read_envelope(octets)
            if version == message.V3:
                v3.read_envelope(octets)
            for _ in message.read_bindings(message.read_community(octets, at, end)):
                pass
        except Malformed:
            continue


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_long_fuzzing_finds_nothing() -> None:
    start = int.from_bytes(os.urandom(6))
    for case in range(LONG_RUN):
        for target in (walk, get, secured):
            try:
                target(start + case)
            except Exception as error:
                raise AssertionError(f"{target.__name__}({start + case})") from error
