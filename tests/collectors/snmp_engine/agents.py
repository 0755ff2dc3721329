"""Agents on loopback sockets for tests: an honest one, and a base for the others."""

from __future__ import annotations

import asyncio
import socket
from bisect import bisect_right
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

from tests.collectors.snmp_engine import wire

Source = tuple[str | Any, int]
Handler = Callable[["Agent", bytes], None]


class Agent(asyncio.DatagramProtocol):
    """Hands each datagram to a handler, which may send what and when it likes.

    Attributes:
        received: Datagrams so far.
        state: For handlers to count in.
    """

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.received: list[bytes] = []
        self.state: dict[str, int] = {}
        self.transport: asyncio.DatagramTransport | None = None
        self.peer: Source = ("", 0)
        self.timers: list[asyncio.TimerHandle] = []
        self.failure: Exception | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the transport."""
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: Source) -> None:
        """Answer; a mistake in a handler must not pass for silence."""
        self.received.append(data)
        self.peer = addr
        try:
            self.handler(self, data)
        except Exception as error:
            self.failure = error
            raise

    def send(self, data: bytes, delay: float = 0.0) -> None:
        """Send to who asked last, now or later."""
        peer = self.peer
        if delay:
            loop = asyncio.get_running_loop()
            self.timers.append(loop.call_later(delay, self.send_to, data, peer))
        else:
            self.send_to(data, peer)

    def send_to(self, data: bytes, peer: Source) -> None:
        """Send now."""
        if self.transport and not self.transport.is_closing():
            self.transport.sendto(data, peer)

    def send_from(self, data: bytes, address: str, port: int = 0) -> None:
        """Send to who asked last, from another address or port."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind((address, port))
            with suppress(OSError):
                sock.sendto(data, self.peer)


@asynccontextmanager
async def serving(
    handler: Handler, address: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[tuple[Agent, int]]:
    """Run an agent on a free port of a loopback address."""
    loop = asyncio.get_running_loop()
    transport, agent = await loop.create_datagram_endpoint(
        lambda: Agent(handler), local_addr=(address, port)
    )
    try:
        yield agent, transport.get_extra_info("sockname")[1]
    finally:
        for timer in agent.timers:
            timer.cancel()
        transport.close()
        await asyncio.sleep(0)
    assert agent.failure is None, agent.failure


class Mib:
    """What an honest agent knows: encoded values by OID, in order."""

    def __init__(self, objects: Mapping[wire.Oid, bytes]) -> None:
        self.objects = dict(sorted(objects.items()))
        self.order = list(self.objects)

    def after(self, oid: wire.Oid) -> bytes:
        """Return the binding after `oid`, or the end of the view."""
        at = bisect_right(self.order, oid)
        if at == len(self.order):
            return wire.bind(oid, wire.END_OF_VIEW)
        return wire.bind(self.order[at], self.objects[self.order[at]])

    def successors(self, oid: wire.Oid, count: int) -> list[bytes]:
        """Return the bindings after `oid`."""
        at = bisect_right(self.order, oid)
        names = self.order[at : at + count]
        binds = [wire.bind(name, self.objects[name]) for name in names]
        last = names[-1] if names else oid
        return binds + [wire.bind(last, wire.END_OF_VIEW)] * (count - len(binds))

    def answer(self, request: wire.Request, most: int = 60) -> list[bytes]:
        """Return the bindings that answer a v2c request."""
        if request.tag == wire.GET:
            return [
                wire.bind(oid, self.objects.get(oid, wire.NO_INSTANCE))
                for oid in request.oids
            ]
        if request.tag == wire.NEXT:
            return [self.after(oid) for oid in request.oids]
        fixed = [self.after(oid) for oid in request.oids[: request.a]]
        runs = [self.successors(oid, request.b) for oid in request.oids[request.a :]]
        rows = [bind for row in zip(*runs, strict=True) for bind in row]
        return fixed + rows[: max(1, most - len(fixed))]

    def __call__(self, agent: Agent, data: bytes) -> None:
        """Answer honestly."""
        request = wire.read_request(data)
        agent.send(wire.reply(request, self.answer(request)))


TABLE = (1, 3, 6, 1, 2, 1, 2, 2, 1)
COLUMNS: tuple[wire.Oid, ...] = tuple((*TABLE, number) for number in (1, 2, 7))
SCALARS: dict[wire.Oid, bytes] = {
    (1, 3, 6, 1, 2, 1, 1, 1, 0): wire.octets(b"a test agent"),
    (1, 3, 6, 1, 2, 1, 1, 2, 0): wire.oid_tlv((1, 3, 6, 1, 4, 1, 99999, 1)),
    (1, 3, 6, 1, 2, 1, 1, 3, 0): wire.integer(4711, 0x43),
}


def interfaces(rows: int) -> dict[wire.Oid, bytes]:
    """Return scalars, a table of `rows` rows and something behind it."""
    objects = dict(SCALARS)
    for row in range(1, rows + 1):
        objects[(*COLUMNS[0], row)] = wire.integer(row)
        objects[(*COLUMNS[1], row)] = wire.octets(b"port %d" % row)
        objects[(*COLUMNS[2], row)] = wire.integer(1 + row % 2)
    objects[1, 3, 6, 1, 2, 1, 99, 1, 0] = wire.integer(1)
    return objects
