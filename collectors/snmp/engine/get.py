"""A GET of any number of instances as a state machine. Pure.

Large ones are split; an instance that an agent refuses by name (v1), or that makes an
answer too big or breaks it, is left out so that the others are read.
"""

from __future__ import annotations

from collections.abc import Sequence

from collectors.errors import AuthFailed, CollectError, Malformed, TooMuch
from collectors.facts import Reason
from collectors.ports import Oid, Value
from collectors.sentences import N_
from collectors.snmp.engine.device import Device
from collectors.snmp.engine.operation import Ask
from collectors.snmp.engine.protocol import ber, message


class Get:
    """One call of `Snmp.get`.

    Attributes:
        found: What was read so far.
        error: Why it ended early; to be raised.
    """

    def __init__(self, oids: Sequence[Oid], device: Device) -> None:
        self.pending = {ber.oid_body(oid): oid for oid in oids}
        self.size = device.settings.objects
        self.chunk: list[bytes] = []
        self.found: dict[Oid, Value] = {}
        self.refused: CollectError | None = None
        self.error: CollectError | None = None
        self.answered = False

    @property
    def done(self) -> bool:
        """Whether nothing is left to ask."""
        return not self.pending

    def ask(self, attempt: int, attempts: int) -> Ask:
        """Return the next request; the last attempt asks for one instance only."""
        if attempt > 2 and attempt == attempts:
            self.size = 1
        self.chunk = list(self.pending)[: self.size]
        bindings = b"".join(map(message.binding, self.chunk))
        return Ask(message.GET, 0, 0, bindings)

    def feed(self, pdu: message.Pdu) -> None:
        """Take in an answer.

        Raises:
            Malformed: It brought nothing that can be used.
        """
        if pdu.status:
            self._refuse(pdu.status, pdu.index)
            return
        before = len(self.pending)
        broken = ""
        try:
            for body, tag, value in message.read_bindings(pdu):
                self._keep(body, tag, value)
        except Malformed as error:
            broken = error.detail
        if len(self.pending) == before:
            raise Malformed(broken or N_("the answer holds nothing that was asked for"))
        self._settle()

    def _keep(self, body: bytes, tag: int, value: bytes) -> None:
        oid = self.pending.get(body)
        if oid is None:
            return
        try:
            cell = ber.decode_value(tag, value)
        except Malformed as error:
            self._leave_out(body, error)
            return
        del self.pending[body]
        self.answered = True
        if cell is not None:
            self.found[oid] = cell

    def _refuse(self, status: int, index: int) -> None:
        """Answer an error status: leave out the culprit, or ask for fewer at once."""
        if status == message.NO_SUCH_NAME and 0 < index <= len(self.chunk):
            self.pending.pop(self.chunk[index - 1], None)
            self.answered = True
        elif len(self.chunk) > 1:
            self.size = max(1, len(self.chunk) // 2)
            return
        elif status == message.NO_SUCH_NAME:
            self.pending.pop(self.chunk[0], None)
            self.answered = True
        else:
            kind = AuthFailed if status == message.AUTHORIZATION_ERROR else Malformed
            error = kind(f"the agent answers {message.status_name(status)}")
            self._leave_out(self.chunk[0], error)
        self._settle()

    def _leave_out(self, body: bytes, error: CollectError) -> None:
        self.pending.pop(body, None)
        self.refused = self.refused or error

    def _settle(self) -> None:
        if not self.pending and not self.answered:
            self.error = self.refused

    def fail(self, error: CollectError) -> None:
        """Take in that a request failed for good."""
        self.error = error
        self.pending.clear()

    def stop(self, reason: Reason, detail: str) -> None:
        """End: a bound is reached."""
        self.fail(TooMuch(detail))
