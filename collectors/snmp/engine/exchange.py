"""One operation with one agent: repeats what is lost, keeps the bounds.

Pure: give it datagrams and the time, it gives the datagram to send next. The same
request-id is kept while a request is repeated, so that a late answer to the first
attempt counts; any later one finds the id gone.
"""

from __future__ import annotations

from collections.abc import Callable

from collectors.errors import CollectError, Malformed, TimedOut
from collectors.facts import Reason
from collectors.sentences import N_, Told
from collectors.snmp.engine.device import Device
from collectors.snmp.engine.operation import Operation
from collectors.snmp.engine.protocol import message
from collectors.snmp.engine.protocol.security import Again, Security

_MOST_TURNS = 4
"""Rounds of security (discovery, resynchronisation) that one request may need."""


class Exchange:
    """Carries out an operation.

    Attributes:
        request_id: Of the request under way.
        wake: Monotonic time at which `expire` is due.
    """

    __slots__ = (
        "_attempt", "_began", "_bytes", "_device", "_garbled", "_new_id", "_operation",
        "_security", "_sent", "_turns", "request_id", "wake",
    )  # fmt: skip

    def __init__(
        self,
        operation: Operation,
        device: Device,
        security: Security,
        new_id: Callable[[], int],
    ) -> None:
        self._operation = operation
        self._device = device
        self._security = security
        self._new_id = new_id
        self._attempt = 1
        self._turns = 0
        self._bytes = 0
        self._began = self._sent = self.wake = 0.0
        self._garbled: Malformed | None = None
        self.request_id = 0

    @property
    def done(self) -> bool:
        """Whether the operation has ended."""
        return self._operation.done

    def begin(self, now: float) -> bytes | None:
        """Return the first datagram; None where the device is asked no more."""
        self._began = now
        return self._next(now)

    def receive(self, data: bytes, pdu: message.Pdu | None, now: float) -> bytes | None:
        """Take in a datagram with this request-id; return the next one to send.

        None means there is nothing to send: see `done` and `wake`.
        """
        self._bytes += len(data)
        try:
            opened = self._security.open(self.request_id, data, pdu, now)
            if opened is None or opened.request_id != self.request_id:
                return None
            self._device.answered(len(data), now - self._sent, first=self._attempt == 1)
            self._operation.feed(opened)
        except Again:
            return self._again(now)
        except Malformed as error:
            return self._spoiled(error, now)
        except CollectError as error:
            self._operation.fail(error)
        return self._next(now)

    def garbled(self, error: Malformed) -> None:
        """Note an answer of the device that could not be read at all."""
        self._garbled = error

    def expire(self, now: float) -> bytes | None:
        """Take in that no answer came until `wake`; return what to send."""
        device = self._device
        if self._attempt < device.attempts:
            self._attempt += 1
            return self._send(now)
        device.silent(now - self._sent)
        noted = self._security.noted or N_("no answer came")
        self._operation.fail(self._garbled or TimedOut(noted))
        return self._next(now)

    def refused(self, error: CollectError, now: float) -> bytes | None:
        """Take in that the request cannot be sent, or was sent back by the network."""
        self._operation.fail(error)
        return self._next(now)

    def _again(self, now: float) -> bytes | None:
        self._turns += 1
        if self._turns > _MOST_TURNS:
            error = Malformed(N_("the agent keeps asking for another security state"))
            self._operation.fail(error)
            return self._next(now)
        return self._send(now)

    def _spoiled(self, error: Malformed, now: float) -> bytes | None:
        """An answer came but cannot be used: ask for less, or give up."""
        if self._attempt < self._device.attempts:
            self._attempt += 1
            return self._send(now)
        self._operation.fail(error)
        return self._next(now)

    def _next(self, now: float) -> bytes | None:
        """Start the next request of the operation, unless a bound forbids it."""
        if not self._operation.done:
            self._check(now)
        if self._operation.done:
            return None
        self._attempt = 1
        self._turns = 0
        self._garbled = None
        self._sent = now
        self.request_id = self._new_id()
        return self._send(now)

    def _check(self, now: float) -> None:
        settings = self._device.settings
        detail = self._device.exhausted()
        if detail is None and self._bytes > settings.walk_bytes:
            detail = Told(N_("over {count} octets"), count=settings.walk_bytes)
        if detail is None and now - self._began > settings.walk_seconds:
            detail = Told(N_("over {seconds} s"), seconds=f"{settings.walk_seconds:g}")
        if detail is not None:
            self._operation.stop(Reason.TOO_MUCH, detail)

    def _send(self, now: float) -> bytes | None:
        device = self._device
        attempts = device.attempts
        self.wake = now + device.patience(self._attempt)
        if self._attempt >= attempts:
            patience = device.settings.timeout * attempts
            self.wake = max(self.wake, self._sent + patience)
        ask = self._operation.ask(self._attempt, attempts)
        pdu = message.encode_pdu(ask.tag, self.request_id, *ask[1:])
        try:
            return self._security.wrap(self.request_id, pdu, now)
        except CollectError as error:
            self._operation.fail(error)
            return self._next(now)
