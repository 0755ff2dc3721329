"""Who speaks SNMP: one request per credential to many addresses through one socket.

The packets are built once for the whole sweep, so that sending is all there is to do
per address. SNMPv3 users cannot be tried without talking to each engine first; they
share one discovery message, which any v3 engine answers with its identity although no
secret fits. Imports the engine's codec, credentials and errors.
"""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from math import gcd

from collectors.credentials import SnmpCredential
from collectors.errors import Malformed, Unreachable
from collectors.snmp.engine import ber, message, v3
from collectors.snmp.engine.sockets import open_udp

SYS_DESCR = (1, 3, 6, 1, 2, 1, 1, 1, 0)
SYS_OBJECT_ID = (1, 3, 6, 1, 2, 1, 1, 2, 0)

_CHUNK = 1 << 16
_BURST = 64
_RECEIVE_BUFFER = 1 << 24


@dataclass(frozen=True, slots=True)
class SnmpAnswer:
    """One agent that answered.

    Attributes:
        address: As it was asked.
        credential: Name of the community credential that fits; None where only the
            v3 engine answered.
        engine_id: snmpEngineID in hex, of the v3 discovery.
        latency: Seconds between the last packet to it and the answer.
        descr: sysDescr, where it was given.
        object_id: sysObjectID in dotted form, where it was given.
    """

    address: str
    credential: str | None
    engine_id: str | None
    latency: float
    descr: str | None = None
    object_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Probe:
    packet: bytes
    request_id: int
    credential: str | None


async def probe_snmp(
    addresses: Iterable[str],
    probes: Sequence[SnmpCredential],
    *,
    port: int = 161,
    rate: float = 1000.0,
    timeout: float = 2.0,
    retries: int = 1,
) -> AsyncIterator[SnmpAnswer]:
    """Ask every address with every credential, yield answers as they arrive.

    An address that answered to one community is not asked with the next, and neither
    are its neighbours asked in a row: the order strides over the subnets. All
    credentials of version 3 together make one discovery message.

    Args:
        addresses: IP addresses; an endless or huge supply is taken in pieces of 65,536.
        probes: Credentials in order of preference.
        port: UDP port of the agents.
        rate: Packets per second over all; 0 for as fast as the machine can.
        timeout: Seconds to wait after the last packet of a round.
        retries: Further rounds to the silent.

    Raises:
        Unreachable: No socket can be opened, or not one packet could be sent.
    """
    built = _build(probes)
    supply = iter(addresses)
    while built and (chunk := list(dict.fromkeys(islice(supply, _CHUNK)))):
        for six in (False, True):
            targets = [a for a in chunk if (":" in a) == six]
            if not targets:
                continue
            family = socket.AF_INET6 if six else socket.AF_INET
            sweep = _Sweep(targets, built, port, family)
            try:
                async for answer in sweep.run(rate, timeout, retries):
                    yield answer
            finally:
                sweep.close()


def _build(probes: Sequence[SnmpCredential]) -> list[_Probe]:
    """Encode one packet per community, and one for all v3 users together."""
    ids = iter(random.SystemRandom().sample(range(1 << 24, 1 << 31), len(probes) + 1))
    bindings = b"".join(
        message.binding(ber.oid_body(oid)) for oid in (SYS_DESCR, SYS_OBJECT_ID)
    )
    built = []
    for probe in probes:
        if probe.version == "3" or probe.community is None:
            continue
        number = next(ids)
        pdu = message.encode_pdu(message.GET, number, 0, 0, bindings)
        version = message.V1 if probe.version == "1" else message.V2C
        community = probe.community.get_secret_value().encode()
        packet = message.encode_message(version, community, pdu)
        built.append(_Probe(packet, number, probe.name))
    if any(probe.version == "3" for probe in probes):
        number = next(ids)
        built.append(_Probe(v3.discovery(number), number, None))
    return built


class _Sweep:
    """One family's addresses, at most 65,536, through one socket."""

    def __init__(
        self,
        targets: list[str],
        probes: list[_Probe],
        port: int,
        family: socket.AddressFamily,
    ) -> None:
        self.targets = _strided(targets)
        self.probes = probes
        self.port = port
        self.family = family
        self.places = {
            self._canonical(address): place
            for place, address in enumerate(self.targets)
        }
        self.by_id = {probe.request_id: probe for probe in probes}
        self.community = bytearray(len(targets))
        self.engine = bytearray(len(targets))
        self.sent_at = [0.0] * len(targets)
        self.answers: asyncio.Queue[SnmpAnswer] = asyncio.Queue()
        self.sent = 0
        self.refused: OSError | None = None
        self.socket = open_udp(family, _RECEIVE_BUFFER)
        self.loop = asyncio.get_running_loop()
        self.loop.add_reader(self.socket.fileno(), self.drain)

    def _canonical(self, address: str) -> str:
        if self.family == socket.AF_INET:
            return address
        packed = socket.inet_pton(self.family, address.partition("%")[0])
        return socket.inet_ntop(self.family, packed)

    def close(self) -> None:
        """Stop listening."""
        self.loop.remove_reader(self.socket.fileno())
        self.socket.close()

    async def run(
        self, rate: float, timeout: float, retries: int
    ) -> AsyncIterator[SnmpAnswer]:
        """Send all rounds and yield what comes."""
        sender = asyncio.ensure_future(self.rounds(rate, timeout, retries))
        try:
            while not (sender.done() and self.answers.empty()):
                getter = asyncio.ensure_future(self.answers.get())
                await asyncio.wait(
                    {sender, getter}, return_when=asyncio.FIRST_COMPLETED
                )
                if not getter.done():
                    getter.cancel()
                    continue
                yield getter.result()
            sender.result()
        finally:
            sender.cancel()
            with suppress(asyncio.CancelledError, Unreachable):
                await sender

    async def rounds(self, rate: float, timeout: float, retries: int) -> None:
        """Ask all, wait, ask the silent again."""
        for _ in range(retries + 1):
            for probe in self.probes:
                await self.round(probe, rate)
            until = self.loop.time() + timeout
            while self.loop.time() < until and not self.finished():
                await asyncio.sleep(min(0.05, timeout))
            if self.finished():
                return
        if self.refused and not self.sent:
            raise Unreachable(f"no SNMP packet could be sent: {self.refused.strerror}")

    def finished(self) -> bool:
        """Whether every address answered every probe that is left for it."""
        communities = any(p.credential is not None for p in self.probes)
        engines = any(p.credential is None for p in self.probes)
        return (not communities or all(self.community)) and (
            not engines or all(self.engine)
        )

    async def round(self, probe: _Probe, rate: float) -> None:
        """Send one packet to everybody who has not answered its kind."""
        answered = self.engine if probe.credential is None else self.community
        begun, count = self.loop.time(), 0
        for place, address in enumerate(self.targets):
            if answered[place]:
                continue
            if count % _BURST == 0:
                await self.pace(begun, count, rate)
            count += 1
            self.sent_at[place] = self.loop.time()
            self.send(probe.packet, address)

    async def pace(self, begun: float, count: int, rate: float) -> None:
        """Give the receiver a turn, and wait until the next burst is due."""
        due = begun + count / rate if rate else 0.0
        await asyncio.sleep(max(0.0, due - self.loop.time()))

    def send(self, packet: bytes, address: str) -> None:
        """Send; a full buffer or an address without a route is left to the retries."""
        try:
            self.socket.sendto(packet, (address, self.port))
            self.sent += 1
        except OSError as error:
            self.refused = error

    def drain(self) -> None:
        """Read what has arrived, at most a burst so that others get their turn."""
        with suppress(OSError):
            for _ in range(4 * _BURST):
                data, source = self.socket.recvfrom(65535)
                with suppress(Malformed):
                    self.take(data, source)

    def take(self, data: bytes, source: tuple[str, int]) -> None:
        """Match one datagram with a probe and an address; strangers are ignored.

        Raises:
            Malformed: It is no SNMP message.
        """
        place = self.places.get(source[0])
        version, at, end = message.read_envelope(data)
        if place is None or source[1] != self.port:
            return
        if version == message.V3:
            report = v3.read_envelope(data)
            v3.check_discovery(report, data)
            self.found_engine(place, report.message_id, report.engine_id)
            return
        pdu = message.read_community(data, at, end)
        probe = self.by_id.get(pdu.request_id)
        if pdu.tag != message.RESPONSE or not probe or self.community[place]:
            return
        self.community[place] = 1
        descr, object_id = _system(pdu)
        latency = self.loop.time() - self.sent_at[place]
        address = self.targets[place]
        self.answers.put_nowait(
            SnmpAnswer(address, probe.credential, None, latency, descr, object_id)
        )

    def found_engine(self, place: int, number: int, engine_id: bytes) -> None:
        """Note an engine that answered the discovery message."""
        probe = self.by_id.get(number)
        if probe is None or probe.credential is not None or self.engine[place]:
            return
        self.engine[place] = 1
        latency = self.loop.time() - self.sent_at[place]
        self.answers.put_nowait(
            SnmpAnswer(self.targets[place], None, engine_id.hex() or None, latency)
        )


def _system(pdu: message.Pdu) -> tuple[str | None, str | None]:
    """Return sysDescr as text and sysObjectID in dotted form, where they came."""
    found: dict[bytes, str] = {}
    with suppress(Malformed):
        for body, tag, value in message.read_bindings(pdu):
            if tag == ber.OCTETS:
                found[body] = value.decode("utf-8", "replace")
            elif tag == ber.OBJECT:
                found[body] = ".".join(map(str, ber.decode_oid(value)))
    return found.get(ber.oid_body(SYS_DESCR)), found.get(ber.oid_body(SYS_OBJECT_ID))


def _strided(targets: list[str]) -> list[str]:
    """Reorder so that neighbours in a subnet are not asked in a row."""
    size = len(targets)
    step = max(1, int(size * 0.618))
    while gcd(step, size) != 1:
        step += 1
    return [targets[i * step % size] for i in range(size)]
