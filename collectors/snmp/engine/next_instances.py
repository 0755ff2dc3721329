"""The instances that follow some OIDs, as a state machine: one GETNEXT a message. Pure.

Finds out what an agent has at all without reading it. An answer that does not lie
behind what was asked, as of an agent that loops, counts as none.
"""

from __future__ import annotations

from collections.abc import Sequence

from collectors.errors import AuthFailed, CollectError, Malformed, TooMuch
from collectors.facts import Reason
from collectors.ports import Oid
from collectors.sentences import N_
from collectors.snmp.engine.device import Device
from collectors.snmp.engine.operation import Ask
from collectors.snmp.engine.protocol import ber, message

_END_OF_VIEW = 0x82
"""endOfMibView (RFC 3416)."""


class Successor:
    """One call of `Snmp.after`.

    Attributes:
        found: The instance behind each OID that has one.
        error: Why it ended early; to be raised.
    """

    def __init__(self, oids: Sequence[Oid], device: Device) -> None:
        self.pending = list(dict.fromkeys(oids))
        self.size = device.settings.columns
        self.chunk: list[Oid] = []
        self.found: dict[Oid, Oid] = {}
        self.error: CollectError | None = None

    @property
    def done(self) -> bool:
        """Whether nothing is left to ask."""
        return not self.pending

    def ask(self, attempt: int, attempts: int) -> Ask:
        """Return the next request; the last attempt asks for one OID only."""
        if attempt > 1 and attempt == attempts:
            self.size = 1
        self.chunk = self.pending[: self.size]
        bindings = b"".join(message.binding(ber.oid_body(oid)) for oid in self.chunk)
        return Ask(message.GETNEXT, 0, 0, bindings)

    def feed(self, pdu: message.Pdu) -> None:
        """Take in an answer.

        Raises:
            Malformed: It brought nothing that can be used.
        """
        if pdu.status:
            self._refuse(pdu.status, pdu.index)
            return
        answered = 0
        for (body, tag, _), oid in zip(
            message.read_bindings(pdu), self.chunk, strict=False
        ):
            answered += 1
            follower = ber.decode_oid(body)
            if tag != _END_OF_VIEW and follower > oid:
                self.found[oid] = follower
        if not answered:
            raise Malformed(N_("the answer holds no binding"))
        del self.pending[:answered]

    def _refuse(self, status: int, index: int) -> None:
        """An agent of SNMPv1 refuses by name what nothing follows."""
        if status == message.NO_SUCH_NAME and 0 < index <= len(self.chunk):
            del self.pending[index - 1]
        elif len(self.chunk) > 1:
            self.size = max(1, len(self.chunk) // 2)
        elif status == message.AUTHORIZATION_ERROR:
            self.fail(
                AuthFailed(
                    N_("the agent answers {status}"), status=message.status_name(status)
                )
            )
        else:
            del self.pending[:1]

    def fail(self, error: CollectError) -> None:
        """Take in that a request failed for good."""
        self.error = error
        self.pending.clear()

    def stop(self, reason: Reason, detail: str) -> None:
        """End: a bound is reached."""
        self.fail(TooMuch(detail))
