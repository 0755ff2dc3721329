"""The engine's shell: one socket per address family, one timer, requests by their id.

Everything that decides is in the pure modules; this one moves datagrams between them
and the network. Imports asyncio, sockets and modules of this package.
"""

from __future__ import annotations

import asyncio
import random
import socket
from collections import deque
from collections.abc import Callable
from functools import partial
from time import monotonic

from collectors.errors import CollectError, Malformed, Unreachable
from collectors.sentences import N_
from collectors.snmp.engine.exchange import Exchange
from collectors.snmp.engine.protocol import message, v3
from collectors.snmp.engine.settings import EngineSettings
from collectors.snmp.engine.sockets import Peer, Target, open_udp, read_errors

_TICK = 0.025
_STOPPED = 0.25
"""Seconds by which a tick may be late before the process counts as not running."""
_BATCH = 200
_LARGEST = 65535
_REPLY_COST = 4096
"""What a reply of common size takes from the receive buffer, with its overhead."""


class Flight:
    """An exchange on its way, and the caller who waits for its end."""

    __slots__ = ("done", "exchange", "peer", "target")

    def __init__(
        self, exchange: Exchange, target: Target, done: asyncio.Future[None]
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

    async def carry_out(self, exchange: Exchange, target: Target) -> None:
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
        self._open(len(target))
        flight = Flight(exchange, target, loop.create_future())
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
        """Close the sockets; who still waits is cancelled."""
        alive = self._loop is not None and not self._loop.is_closed()
        if self._timer:
            self._timer.cancel()
            self._timer = None
        for sock in self._sockets.values():
            if self._loop and alive:
                self._loop.remove_reader(sock.fileno())
            sock.close()
        self._sockets.clear()
        waiting = [flight for lane in self._waiting.values() for flight in lane]
        left = [*self._flights.values(), *self._ready, *waiting]
        for table in (self._flights, self._ready, self._waiting, self._busy):
            table.clear()
        for flight in left if alive else ():
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
                self._step(flight, flight.exchange.begin)
        if self._flights and self._timer is None and self._loop:
            due = monotonic() + _TICK
            self._timer = self._loop.call_later(_TICK, self._tick, due)

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
            return
        if lane is not None:
            del self._waiting[peer]
        self._pump()

    def _step(self, flight: Flight, move: Callable[[float], bytes | None]) -> None:
        """Make a move of an exchange and send what comes of it.

        This is the boundary at which a mistake of ours, hit by an answer nobody
        thought of, becomes the failure of one request instead of all.
        """
        try:
            self._send(flight, move(monotonic()))
        except Exception as error:  # noqa: BLE001 - see above
            self._flights.pop(flight.exchange.request_id, None)
            if not flight.done.done():
                mistake = f"a mistake in the SNMP engine: {type(error).__name__}"
                flight.done.set_exception(CollectError(mistake))

    def _send(self, flight: Flight, datagram: bytes | None) -> None:
        """Send and wait for the answer, or end the flight."""
        exchange = flight.exchange
        while datagram is not None:
            refusal = self._sent(datagram, flight.target)
            if refusal is None:
                self._flights[exchange.request_id] = flight
                return
            datagram = exchange.refused(refusal, monotonic())
        if exchange.done:
            if not flight.done.done():
                flight.done.set_result(None)
        else:
            self._flights[exchange.request_id] = flight

    def _sent(self, datagram: bytes, target: Target) -> CollectError | None:
        """Send; return why it cannot be. A full buffer is as good as a loss.

        The first failure may be an error that the network reported about an earlier
        datagram, to anybody; the second is about this one.
        """
        sock = self._sockets[len(target)]
        for again in (False, True):
            try:
                sock.sendto(datagram, target)
            except (BlockingIOError, InterruptedError):
                return None
            except OSError as error:
                if again:
                    return Unreachable(
                        N_("cannot be sent to: {strerror}"), strerror=error.strerror
                    )
            else:
                return None
        return None

    def _drain(self, sock: socket.socket) -> None:
        """Take what has arrived; at most a batch, so that others get their turn."""
        receive, take = sock.recvfrom, self._take
        for _ in range(_BATCH):
            try:
                data, source = receive(_LARGEST)
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                continue
            take(data, source)
        for peer, error, sent in read_errors(sock):
            self._bounced(peer, error, sent)

    def _take(self, data: bytes, source: Peer) -> None:
        """Give a datagram to the exchange it answers; strangers are ignored."""
        try:
            number, pdu = read_number(data)
        except Malformed as error:
            for asked in self._to(source):
                asked.exchange.garbled(error)
            return
        flight = self._flights.get(number)
        if flight is None or not self._welcome(flight, source):
            return
        del self._flights[number]
        self._step(flight, partial(flight.exchange.receive, data, pdu))

    def _welcome(self, flight: Flight, source: Peer) -> bool:
        """Whether an answer to `flight` may come from there."""
        if source[:2] == flight.peer or self._settings.replies_from == "anybody":
            return True
        same = source[0] == flight.peer[0]
        return same and self._settings.replies_from == "address"

    def _to(self, peer: Peer) -> list[Flight]:
        if peer[:2] not in self._busy:
            return []
        return [flight for flight in self._flights.values() if flight.peer == peer[:2]]

    def _bounced(self, peer: Peer, error: CollectError, sent: bytes) -> None:
        """The network could not deliver a datagram: end what it belongs to."""
        flights = self._to(peer)
        try:
            number = read_number(sent)[0]
            flights = [f for f in flights if f.exchange.request_id == number]
        except Malformed:
            pass  # too little was quoted: it may be any of them
        for flight in flights:
            del self._flights[flight.exchange.request_id]
            self._step(flight, partial(flight.exchange.refused, error))

    def _tick(self, due: float) -> None:
        """Repeat or give up what has waited long enough.

        The time in which this process did not run is given back: whoever runs beside
        it did not answer in it either.

        Args:
            due: When it was to happen.
        """
        self._timer = None
        if (stopped := monotonic() - due) > _STOPPED:
            for flight in self._flights.values():
                flight.exchange.wake += min(stopped, self._settings.timeout)
        if late := self._late():
            # After a time in which this process did not run, answers lie there.
            for sock in self._sockets.values():
                self._drain(sock)
            late = self._late()
        for flight in late:
            del self._flights[flight.exchange.request_id]
            self._step(flight, flight.exchange.expire)
        self._pump()

    def _late(self) -> list[Flight]:
        now = monotonic()
        return [f for f in self._flights.values() if f.exchange.wake <= now]

    def _open(self, kind: int) -> None:
        """Open the socket of a family, by the length of its socket addresses.

        Raises:
            Unreachable: The system has none.
        """
        if kind in self._sockets or not self._loop:
            return
        family = socket.AF_INET if kind == 2 else socket.AF_INET6
        sock = open_udp(family, self._settings.receive_buffer)
        granted = sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        self._window = self._settings.window or max(32, granted // _REPLY_COST)
        self._sockets[kind] = sock
        self._loop.add_reader(sock.fileno(), self._drain, sock)


def read_number(data: bytes) -> tuple[int, message.Pdu | None]:
    """Return the request-id or msgID of a message; of v1 and v2c, also the PDU.

    Raises:
        Malformed: It is no SNMP message.
    """
    version, at, end = message.read_envelope(data)
    if version == message.V3:
        return v3.read_id(data, at, end), None
    pdu = message.read_community(data, at, end)
    return pdu.request_id, pdu
