"""Conversations with strangers: one datagram or one connection, bounded in all ways.

Every conversation has a limit of bytes and of seconds as a whole: a server that
dribbles one byte at a time, greets without end or never ends its handshake costs no
more than one that is silent. Datagrams of others than the one asked are dropped.
"""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache
from typing import cast

from collectors.pacing import Pace
from collectors.patience import listening
from collectors.probes.segments import Question, Segments
from collectors.streaming import keep_pace

CONNECT, WHOLE = 1.5, 6.0
"""Seconds for a connection and for a conversation, unless told otherwise."""
GREETING = 1.0
"""Seconds to wait for a server that speaks first, or may not."""
MOST_BYTES = 131_072
MOST_DATAGRAMS = 24
SETTLE = 0.15
"""Seconds after a datagram in which more of the same answer may come."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A packet, or the opening of a connection, that left for a device.

    Attributes:
        address: To whom.
        transport: `udp` or `tcp`.
        port: The port it went to.
        probe: Name of the probe, as in the list of what is sent.
    """

    address: str
    transport: str
    port: int
    probe: str


Log = Callable[[Sent], None]


class Wire:
    """The way to one device, paced.

    Args:
        address: The device.
        pace: Spaces packets and connections over all devices.
        patience: Seconds for a connection; a conversation may take four times as long.
        offset: Added to every port: a simulated office cannot have the real ones.
        segments: Asks whole segments; None where nobody may be asked by multicast.
        log: Told of everything that is sent.
    """

    def __init__(
        self,
        address: str,
        pace: Pace,
        *,
        patience: float = CONNECT,
        offset: int = 0,
        segments: Segments | None = None,
        log: Log = lambda _: None,
    ) -> None:
        self.address = address
        self._segments = segments
        self._pace = pace
        self._patience = patience
        self._offset = offset
        self._log = log

    async def ask(
        self, probe: str, port: int, packet: bytes, timeout: float, *, most: int = 1
    ) -> list[bytes]:
        """Send one datagram; return what comes back, at most `most` datagrams."""
        loop = asyncio.get_running_loop()
        await keep_pace(self._pace)
        self._log(Sent(self.address, "udp", port, probe))
        to = (self.address, port + self._offset)
        with suppress(OSError):
            transport, inbox = await loop.create_datagram_endpoint(
                _Inbox, remote_addr=to
            )
            try:
                transport.sendto(packet)
                return await inbox.collect(timeout, min(most, MOST_DATAGRAMS))
            finally:
                transport.close()
        return []

    async def overheard(
        self, probe: str, port: int, packet: bytes, timeout: float, *, kind: str = ""
    ) -> list[bytes]:
        """Return what the device answers to a question to its whole segment.

        Args:
            probe: Name of the probe.
            port: Where the group listens.
            packet: The question.
            timeout: Seconds to wait.
            kind: Tells several questions of a probe apart; each is asked once.
        """
        if self._segments is None:
            return []
        question = Question(probe, port, packet, timeout, kind)
        found = await self._segments.answers(self.address, question)
        return list(found)

    @asynccontextmanager
    async def connect(
        self,
        probe: str,
        port: int,
        *,
        named: bool = False,
        most: int = MOST_BYTES,
        seconds: float | None = None,
    ) -> AsyncIterator[Talk | None]:
        """Yield a connection; None where nobody lets us in.

        What goes wrong within, the time limit included, ends it without an error.

        Args:
            probe: Name of the probe.
            port: The port.
            named: The device named this port itself.
            most: Bytes that are read.
            seconds: How long it may take; four times the patience without.
        """
        await keep_pace(self._pace)
        self._log(Sent(self.address, "tcp", port, probe))
        offset = 0 if named else self._offset
        talk = await Talk.open(self.address, port + offset, self._patience, most)
        try:
            async with listening(seconds or 4 * self._patience):
                yield talk
        except (OSError, TimeoutError, EOFError, ValueError):
            pass
        finally:
            if talk is not None:
                talk.close()


class _Inbox(asyncio.DatagramProtocol):
    """Keeps what comes; a connected socket takes datagrams of one sender only."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue(MOST_DATAGRAMS)

    def datagram_received(self, data: bytes, addr: object) -> None:
        with suppress(asyncio.QueueFull):
            self._queue.put_nowait(data[:MOST_BYTES])

    def error_received(self, exc: Exception) -> None:
        with suppress(asyncio.QueueFull):
            self._queue.put_nowait(None)

    async def collect(self, timeout: float, most: int) -> list[bytes]:
        """Return what comes in time; shortly after the first of several all are in."""
        found: list[bytes] = []
        with suppress(TimeoutError):
            async with listening(timeout):
                while len(found) < most:
                    async with listening(SETTLE if found else None):
                        data = await self._queue.get()
                    if data is None:
                        break
                    found.append(data)
        return found


class Talk:
    """A connection with a device; reads no more than some bytes in all."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        most: int = MOST_BYTES,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._left = most

    @classmethod
    async def open(
        cls, address: str, port: int, timeout: float, most: int = MOST_BYTES
    ) -> Talk | None:
        """Connect; None where the port is closed or silent."""
        try:
            async with listening(timeout):
                streams = await asyncio.open_connection(address, port, limit=65_536)
                return cls(*streams, most)
        except (OSError, TimeoutError):
            return None

    def close(self) -> None:
        """End it at once, whatever the other side still has to say."""
        transport = self._writer.transport
        with suppress(Exception):
            transport.abort()

    async def send(self, data: bytes) -> None:
        """Send some bytes."""
        self._writer.write(data)
        await self._writer.drain()

    async def some(self, most: int = 16_384) -> bytes:
        """Return what is there next; empty at the end or past the bound."""
        if self._left <= 0:
            return b""
        data = await self._reader.read(min(most, self._left))
        self._left -= len(data)
        return data

    async def exactly(self, count: int) -> bytes:
        """Return so many bytes.

        Raises:
            EOFError: There are not so many, or they are past the bound.
        """
        if count > self._left:
            raise EOFError("more than is read of one device")
        self._left -= count
        return await self._reader.readexactly(count)

    async def until(
        self, enough: Callable[[bytes], bool], *, timeout: float = WHOLE / 2
    ) -> bytes:
        """Return what comes until it is enough, ends, takes too long or is too much."""
        found = bytearray()
        with suppress(TimeoutError, OSError):
            async with listening(timeout):
                while not enough(bytes(found)) and (data := await self.some()):
                    found += data
        return bytes(found)

    async def start_tls(self) -> bytes:
        """Go on in TLS; return the certificate of the other side, unverified.

        Raises:
            OSError: There is no handshake.
        """
        await self._writer.start_tls(_any_tls(), ssl_handshake_timeout=WHOLE)
        found = self._writer.get_extra_info("ssl_object")
        certificate = cast(ssl.SSLObject, found).getpeercert(binary_form=True)
        return certificate or b""


@cache
def _any_tls() -> ssl.SSLContext:
    """Return what shakes hands with whatever a device can: nothing secret is sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with warnings.catch_warnings():
        # Old devices can nothing newer.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context
