"""SIP OPTIONS over one UDP socket for all phones, and the collector over it.

Any final status is an answer (RFC 3261 section 11.2): phones say 200, 404 or 486,
servers 401. A challenge is never answered. Retransmission follows section 17.1.2.2.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

from collectors.errors import CollectError, Malformed, TimedOut, Unreachable
from collectors.facts import Clue, Observation, Phone
from collectors.pacing import Pace
from collectors.patience import listening
from collectors.phones.sip_message import SipMessage, options_request, parse
from collectors.ports import Sip, SipAnswer
from collectors.sentences import N_
from collectors.streaming import closed, rounds
from collectors.user_agents import AgentReading, AgentShape, read_agent

T1 = 0.5
"""First retransmission interval in seconds (RFC 3261 section 17.1.1.1)."""

_MAGIC = "z9hG4bK"

Take = Callable[[SipMessage | CollectError], None]


class _Receiver(asyncio.DatagramProtocol):
    """Gives each datagram to the request whose branch and address it carries."""

    def __init__(self) -> None:
        self.pending: dict[str, tuple[str, Take]] = {}
        self.failure: Exception | None = None

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        """Match by branch and address; garbage goes to who alone asked there."""
        source = str(addr[0]).split("%")[0]
        try:
            message = parse(data)
        except CollectError as error:
            waiting = [t for a, t in self.pending.values() if a == source]
            if len(waiting) == 1:
                waiting[0](error)
            return
        address, take = self.pending.get(message.branch or "", ("", None))
        if take and address == source and message.status >= 200:
            take(message)

    def error_received(self, exc: Exception) -> None:
        """Remember that nothing can leave; single requests time out by themselves."""
        self.failure = exc


class UdpSip(Sip):
    """Asks any number of user agents through one socket per address family."""

    def __init__(self) -> None:
        self._ends: dict[int, tuple[asyncio.DatagramTransport, _Receiver]] = {}
        self._opening = asyncio.Lock()

    async def _end(self, address: str) -> tuple[asyncio.DatagramTransport, _Receiver]:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        async with self._opening:
            if family not in self._ends:
                self._ends[family] = await self._open(family)
            return self._ends[family]

    @staticmethod
    async def _open(family: int) -> tuple[asyncio.DatagramTransport, _Receiver]:
        loop = asyncio.get_running_loop()
        any_address = "::" if family == socket.AF_INET6 else "0.0.0.0"  # noqa: S104
        try:
            return await loop.create_datagram_endpoint(
                _Receiver, local_addr=(any_address, 0)
            )
        except OSError as error:
            raise Unreachable(N_("no UDP socket: {error}"), error=error) from error

    async def options(
        self, address: str, port: int = 5060, *, timeout: float = 2.0
    ) -> SipAnswer:
        """Send OPTIONS, repeat it while nothing comes, return the final answer."""
        transport, receiver = await self._end(address)
        loop = asyncio.get_running_loop()
        done: asyncio.Future[SipMessage] = loop.create_future()
        branch = _MAGIC + os.urandom(8).hex()

        def take(message: SipMessage | CollectError) -> None:
            if done.done():
                return
            if isinstance(message, CollectError):
                done.set_exception(message)
            else:
                done.set_result(message)

        receiver.pending[branch] = (address.split("%")[0], take)
        packet = _request(transport, address, port, branch)
        interval = T1
        try:
            with suppress(TimeoutError):
                async with listening(timeout):
                    while True:
                        transport.sendto(packet, (address, port))
                        with suppress(TimeoutError):
                            async with listening(interval):
                                message = await asyncio.shield(done)
                            return as_answer(address, port, message)
                        interval *= 2
            raise TimedOut(
                N_("no SIP answer from port {port} within {timeout} s"),
                port=port,
                timeout=f"{timeout:g}",
            )
        finally:
            del receiver.pending[branch]
            done.cancel()

    async def options_many(
        self,
        addresses: Collection[str],
        port: int,
        found: Callable[[SipAnswer, float], None],
        *,
        pace: Pace,
        timeout: float,
        retries: int,
    ) -> None:
        """Ask all addresses in paced rounds; call `found(answer, seconds)` for each.

        Answers that are not SIP are passed over: this is a sweep.
        """
        loop = asyncio.get_running_loop()
        run = _MAGIC + os.urandom(6).hex()
        waiting: dict[str, float] = dict.fromkeys(addresses, 0.0)
        branches = {a: f"{run}{i:08x}" for i, a in enumerate(waiting)}
        ends = {":" in a: await self._end(a) for a in waiting}

        def take(address: str, message: SipMessage | CollectError) -> None:
            if isinstance(message, SipMessage) and address in waiting:
                latency = max(0.0, loop.time() - waiting.pop(address))
                found(as_answer(address, port, message), latency)

        def send(address: str) -> None:
            waiting[address] = loop.time()
            transport, _ = ends[":" in address]
            packet = _request(transport, address, port, branches[address])
            transport.sendto(packet, (address, port))

        for address, branch in branches.items():
            ends[":" in address][1].pending[branch] = (
                address.split("%")[0],
                partial(take, address),
            )
        try:
            await rounds(waiting, send, pace=pace, timeout=timeout, retries=retries)
        finally:
            for address, branch in branches.items():
                ends[":" in address][1].pending.pop(branch, None)

    async def close(self) -> None:
        """Close the sockets."""
        ends, self._ends = self._ends, {}
        for transport, _ in ends.values():
            await closed(transport)


def _request(
    transport: asyncio.DatagramTransport, address: str, port: int, branch: str
) -> bytes:
    return options_request(
        host=address,
        port=port,
        local_host=local_address(address),
        local_port=transport.get_extra_info("sockname")[1],
        branch=branch,
    )


def local_address(towards: str) -> str:
    """Return our address on the way to `towards`; sends nothing."""
    family = socket.AF_INET6 if ":" in towards else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((towards, 9))
        except OSError:
            return "::" if family == socket.AF_INET6 else "0.0.0.0"  # noqa: S104
        return str(probe.getsockname()[0])


def as_answer(address: str, port: int, message: SipMessage) -> SipAnswer:
    """Return a final response as the port's record."""
    headers = message.headers
    return SipAnswer(
        address=address,
        port=port,
        status=message.status,
        user_agent=headers.get("user-agent"),
        server=headers.get("server"),
        allow=message.items("allow"),
        contact=headers.get("contact"),
        headers=headers,
    )


async def collect_sip(
    sip: Sip,
    *,
    address: str,
    port: int = 5060,
    site: str = "",
    seen_at: datetime,
    shapes: Sequence[AgentShape] = (),
) -> Observation:
    """Ask one user agent and return what it says of itself.

    Args:
        sip: The port to ask through.
        address: Where.
        port: Port; 5060 is left out of the observation.
        site: Site of the address.
        seen_at: Aware time of the answer.
        shapes: How makers write their User-Agent.

    Raises:
        TimedOut: Nobody answered.
        Malformed: The answer is not SIP.
    """
    answer = await sip.options(address, port)
    if not 200 <= answer.status <= 699:
        raise Malformed(
            N_("SIP status {status} is not a final answer"), status=answer.status
        )
    text = answer.user_agent or answer.server
    reading = read_agent(text or "", shapes)
    return Observation(
        address=address,
        collector="sip",
        seen_at=seen_at,
        port=None if port == 5060 else port,
        site=site,
        phones=() if _serves(answer, reading) else (_phone(answer, reading, address),),
        clues=tuple(_clues(answer, reading)),
    )


def _serves(answer: SipAnswer, reading: AgentReading) -> bool:
    """Whether this is a telephone system: it challenges or its agent says so."""
    if reading.kind is not None:
        return reading.kind not in {"phone", "conference", "door", "softphone"}
    return answer.status in {401, 407}


def _phone(answer: SipAnswer, reading: AgentReading, address: str) -> Phone:
    return Phone(
        mac=reading.mac,
        contact_ip=address.split("%")[0],
        user_agent=answer.user_agent or answer.server,
        manufacturer=reading.vendor,
        model=reading.model,
        serial=reading.serial,
        firmware=reading.firmware,
        source="sip options",
    )


def _clues(answer: SipAnswer, reading: AgentReading) -> list[Clue]:
    headers = (
        ("sip-user-agent", answer.user_agent, "User-Agent"),
        ("sip-server", answer.server, "Server"),
        ("sip-allow", ", ".join(answer.allow) or None, "Allow"),
        ("sip-status", str(answer.status), "status"),
        ("sip-kind", reading.kind, "User-Agent"),
        ("mac", reading.mac, "User-Agent"),
    )
    return [Clue(k, v, f"sip OPTIONS {where}") for k, v, where in headers if v]
