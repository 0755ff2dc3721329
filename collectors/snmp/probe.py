"""Who speaks SNMP: one request per credential to many addresses through one socket.

The packets are built once for the whole sweep, so that sending is all there is to do
per address. SNMPv3 users cannot be tried without talking to each engine first; they
share one discovery message, which any v3 engine answers with its identity although no
secret fits. Imports parts of the engine, credentials and errors.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from math import gcd

from collectors.credentials import SnmpCredential
from collectors.errors import Malformed, Unreachable
from collectors.patience import keep_listening
from collectors.sentences import N_
from collectors.snmp.engine.burst import BURST, Sender
from collectors.snmp.engine.probes import Probe, build_probes, read_reply
from collectors.snmp.engine.sockets import open_udp, read_errors

_CHUNK = 1 << 16
_DRAIN = 256
_BURST_SECONDS = 0.005
_MOST_WAITS = 1000
_WAIT = 0.002
_LOOK = 0.05
_CLOSED = 2
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
        Unreachable: No socket can be opened, or packets cannot be sent and nobody
            answered.
    """
    built = build_probes(probes)
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


class _Sweep:
    """One family's addresses, at most 65,536, through one socket."""

    def __init__(
        self,
        targets: list[str],
        probes: list[Probe],
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
        self.by_id = {probe.number: probe for probe in probes}
        # per address and kind: 0 silent, 1 answered, _CLOSED where ICMP says so
        self.community = bytearray(len(targets))
        self.engine = bytearray(len(targets))
        self.sent_at = [0.0] * len(targets)
        self.answers: asyncio.Queue[SnmpAnswer] = asyncio.Queue()
        self.socket = open_udp(family, _RECEIVE_BUFFER)
        self.sender = Sender(self.socket, self.targets, port)
        self.loop = asyncio.get_running_loop()
        self.loop.add_reader(self.socket.fileno(), self.drain)

    def _canonical(self, address: str) -> str:
        """Return an address as the socket will report it."""
        try:
            packed = socket.inet_pton(self.family, address.partition("%")[0])
        except OSError as error:
            raise Unreachable(
                N_("{address} is not an IP address to send to"), address=repr(address)
            ) from error
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
            await keep_listening(timeout, _LOOK, self.finished)
            if self.finished():
                return
        failure = self.sender.failure
        if failure is not None and not any(self.community) and not any(self.engine):
            raise Unreachable(
                N_("SNMP packets cannot be sent: {strerror}"), strerror=failure.strerror
            )

    def finished(self) -> bool:
        """Whether every address answered every probe that is left for it."""
        communities = any(p.credential is not None for p in self.probes)
        engines = any(p.credential is None for p in self.probes)
        return (not communities or all(self.community)) and (
            not engines or all(self.engine)
        )

    async def round(self, probe: Probe, rate: float) -> None:
        """Send one packet to everybody who has not answered its kind."""
        answered = self.engine if probe.credential is None else self.community
        left = [place for place, known in enumerate(answered) if not known]
        begun, size = self.loop.time(), self.burst_size(rate)
        for first in range(0, len(left), size):
            due = begun + first / rate if rate else 0.0
            await asyncio.sleep(max(0.0, due - self.loop.time()))
            places = [p for p in left[first : first + size] if not answered[p]]
            await self.burst(probe.packet, places)

    @staticmethod
    def burst_size(rate: float) -> int:
        """Return how many packets go at once: what is due in some milliseconds."""
        return max(1, min(BURST, int(rate * _BURST_SECONDS))) if rate else BURST

    async def burst(self, packet: bytes, places: list[int]) -> None:
        """Send some packets; what cannot be sent is left to the retries."""
        now = self.loop.time()
        for place in places:
            self.sent_at[place] = now
        for _ in range(_MOST_WAITS):
            places = places[self.sender.send(packet, places) :]
            if not places:
                return
            await asyncio.sleep(_WAIT)

    def drain(self) -> None:
        """Read what has arrived, at most a burst so that others get their turn."""
        for _ in range(_DRAIN):
            try:
                data, source = self.socket.recvfrom(65535)
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                continue
            with suppress(Malformed):
                self.take(data, source)
        for peer, _, _ in read_errors(self.socket):
            place = self.places.get(peer[0])
            if place is not None and peer[1] == self.port:
                self.community[place] = self.community[place] or _CLOSED
                self.engine[place] = self.engine[place] or _CLOSED

    def take(self, data: bytes, source: tuple[str, int]) -> None:
        """Match one datagram with a probe and an address; strangers are ignored.

        Raises:
            Malformed: It is no SNMP message.
        """
        place = self.places.get(source[0])
        reply = read_reply(data)
        probe = self.by_id.get(reply.number)
        if place is None or source[1] != self.port or probe is None:
            return
        answered = self.engine if probe.credential is None else self.community
        if answered[place] == 1 or (probe.credential is None) != reply.is_report:
            return
        answered[place] = 1
        latency = self.loop.time() - self.sent_at[place]
        self.answers.put_nowait(
            SnmpAnswer(
                self.targets[place],
                probe.credential,
                reply.engine_id.hex() or None,
                latency,
                reply.descr,
                reply.object_id,
            )
        )


def _strided(targets: list[str]) -> list[str]:
    """Reorder so that neighbours in a subnet are not asked in a row."""
    size = len(targets)
    step = max(1, int(size * 0.618))
    while gcd(step, size) != 1:
        step += 1
    return [targets[i * step % size] for i in range(size)]
