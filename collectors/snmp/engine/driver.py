"""The engine's shell: one socket per address family, one timer, requests by their id.

Everything that decides is in the pure modules; this one moves datagrams between them
and the network. Imports asyncio, sockets and modules of this package.
"""

from __future__ import annotations

import asyncio
import random
import socket
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic

from collectors.errors import Malformed, Unreachable
from collectors.snmp.engine import message, v3
from collectors.snmp.engine.exchange import Exchange
from collectors.snmp.engine.settings import EngineSettings

Peer = tuple[str, int]
"""Address and port as the socket reports them."""

_TICK = 0.025
_BATCH = 200
_LARGEST = 65535
_FORCE_RECEIVE = 33  # SO_RCVBUFFORCE of Linux: past the system's limit, where we may
_REPLY_COST = 4096
"""What a reply of common size takes from the receive buffer, with its overhead."""


class Flight:
    """An exchange on its way, and the caller who waits for its end."""

    __slots__ = ("done", "exchange", "peer", "target")

    def __init__(
        self,
        exchange: Exchange,
        target: tuple[str | int, ...],
        done: asyncio.Future[None],
    ) -> None:
        self.exchange = exchange
        self.target = target
        self.peer: Peer = (str(target[0]), int(target[1]))
        self.done = done


class Driver:
    """Carries exchanges out; one serves any number of devices."""

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings
        self._flights: dict[int, Flight] = {}
        self._busy: dict[Peer, int] = {}
        self._waiting: dict[Peer, deque[Flight]] = {}
        self._ready: deque[Flight] = deque()
        self._sockets: dict[int, socket.socket] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._window = settings.window
        self._random = random.Random(random.SystemRandom().getrandbits(256))

    def new_id(self) -> int:
        """Return a request-id that nobody else has and that cannot be guessed."""
        while (number := self._random.getrandbits(30) | 1 << 30) in self._flights:
            pass
        return number

    async def carry_out(
        self, exchange: Exchange, target: tuple[str | int, ...]
    ) -> None:
        """Run an exchange to its end.

        Args:
            exchange: What to do.
            target: Socket address of the agent.

        Raises:
            Unreachable: No socket of that family can be opened.
        """
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self.close()
            self._loop = loop
        flight = Flight(exchange, target, loop.create_future())
        self._open(len(target))
        peer = flight.peer
        if self._busy.get(peer, 0) >= self._settings.per_device:
            self._waiting.setdefault(peer, deque()).append(flight)
        else:
            self._admit(flight)
        try:
            await flight.done
        finally:
            self._forget(flight)

    def close(self) -> None:
        """Close the sockets; who still waits is told that it was cancelled."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        for sock in self._sockets.values():
            if self._loop and not self._loop.is_closed():
                self._loop.remove_reader(sock.fileno())
            sock.close()
        self._sockets.clear()
        waiting = [f for lane in self._waiting.values() for f in lane]
        left = [*self._flights.values(), *self._ready, *waiting]
        for table in (self._flights, self._ready, self._waiting, self._busy):
            table.clear()
        for flight in left:
            if self._loop and not self._loop.is_closed():
                flight.done.cancel()

    def _admit(self, flight: Flight) -> None:
        self._busy[flight.peer] = self._busy.get(flight.peer, 0) + 1
        self._ready.append(flight)
        self._pump()

    def _pump(self) -> None:
        """Launch what is ready, as far as the receive buffer holds the answers."""
        while self._ready and len(self._flights) < self._window:
            flight = self._ready.popleft()
            if not flight.done.done():
                self._send(flight, flight.exchange.begin(monotonic()))
        if self._flights and self._timer is None and self._loop:
            self._timer = self._loop.call_later(_TICK, self._tick)

    def _forget(self, flight: Flight) -> None:
        """Take a flight out, ended or cancelled, and let the next one go."""
        peer = flight.peer
        lane = self._waiting.get(peer)
        if self._flights.get(flight.exchange.request_id) is flight:
            del self._flights[flight.exchange.request_id]
        if lane and flight in lane:
            lane.remove(flight)
            return
        if peer not in self._busy:
            return
        self._busy[peer] -= 1
        if not self._busy[peer]:
            del self._busy[peer]
        if lane:
            self._admit(lane.popleft())
        elif lane is not None:
            del self._waiting[peer]
        self._pump()

    def _send(self, flight: Flight, datagram: bytes | None) -> None:
        """Send and wait for the answer, or end the flight."""
        exchange = flight.exchange
        while datagram is not None:
            self._flights[exchange.request_id] = flight
            try:
                self._sockets[len(flight.target)].sendto(datagram, flight.target)
            except (BlockingIOError, InterruptedError):
                return  # as if lost on the way
            except OSError as error:
                del self._flights[exchange.request_id]
                refusal = Unreachable(f"cannot be sent to: {error.strerror}")
                datagram = exchange.refused(refusal, monotonic())
            else:
                return
        if exchange.done and not flight.done.done():
            flight.done.set_result(None)

    def _drain(self, sock: socket.socket) -> None:
        """Take what has arrived; at most a batch, so that others get their turn."""
        receive, take = sock.recvfrom, self._take
        for _ in range(_BATCH):
            try:
                data, source = receive(_LARGEST)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                continue
            take(data, source)

    def _take(self, data: bytes, source: Peer) -> None:
        """Give a datagram to the exchange it answers; strangers are ignored."""
        try:
            version, at, end = message.read_envelope(data)
            if version == message.V3:
                pdu, number = None, v3.read_id(data, at, end)
            else:
                pdu = message.read_community(data, at, end)
                number = pdu.request_id
        except Malformed as error:
            self._garbled(source, error)
            return
        flight = self._flights.get(number)
        if flight is None or not self._from_whom(flight, source):
            return
        exchange = flight.exchange
        datagram = exchange.receive(data, pdu, monotonic())
        if datagram is None and not exchange.done:
            return
        del self._flights[number]
        self._send(flight, datagram)

    def _from_whom(self, flight: Flight, source: Peer) -> bool:
        if source[:2] == flight.peer or self._settings.replies_from == "anybody":
            return True
        same = source[0] == flight.peer[0]
        return same and self._settings.replies_from == "address"

    def _garbled(self, source: Peer, error: Malformed) -> None:
        if source[:2] in self._busy:
            for flight in self._flights.values():
                if flight.peer == source[:2]:
                    flight.exchange.garbled(error)

    def _tick(self) -> None:
        """Repeat or give up what has waited long enough."""
        self._timer = None
        now = monotonic()
        late = [f for f in self._flights.values() if f.exchange.wake <= now]
        for flight in late:
            number = flight.exchange.request_id
            if self._flights.get(number) is flight:
                datagram = flight.exchange.expire(now)
                self._flights.pop(number, None)
                self._send(flight, datagram)
        self._pump()

    def _open(self, kind: int) -> None:
        """Open the socket of a family, by the length of its socket addresses.

        Raises:
            Unreachable: The system has none.
        """
        if kind in self._sockets or not self._loop:
            return
        family = socket.AF_INET if kind == 2 else socket.AF_INET6
        try:
            sock = socket.socket(family, socket.SOCK_DGRAM)
        except OSError as error:
            raise Unreachable(f"no UDP socket: {error.strerror}") from error
        sock.setblocking(False)
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF, _FORCE_RECEIVE):
            with suppress(OSError):
                sock.setsockopt(
                    socket.SOL_SOCKET, option, self._settings.receive_buffer
                )
        granted = sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        self._window = self._settings.window or max(32, granted // _REPLY_COST)
        self._sockets[kind] = sock
        self._loop.add_reader(sock.fileno(), self._drain, sock)


def socket_address(address: str, port: int) -> tuple[str | int, ...]:
    """Return what sockets take for an IP address and a port.

    Raises:
        Unreachable: `address` is no IP address, or names an interface we lack.
    """
    try:
        found: Sequence[tuple[object, ...]] = socket.getaddrinfo(
            address, port, type=socket.SOCK_DGRAM, flags=socket.AI_NUMERICHOST
        )
    except (OSError, UnicodeError, OverflowError) as error:
        raise Unreachable(f"{address!r} is no IP address to send to") from error
    target = found[0][4]
    assert isinstance(target, tuple)
    return target
