"""What an exchange carries out: GETs and walks look alike to it. Pure."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from collectors.errors import CollectError
from collectors.facts import Reason
from collectors.ports import Oid
from collectors.snmp.engine.protocol.message import Pdu


class Ask(NamedTuple):
    """A request without its id: PDU tag, the two numbers of its kind, bindings."""

    tag: int
    first: int
    second: int
    bindings: bytes


class Operation(Protocol):
    """A state machine: asks, is told answers and failures, is done at some time."""

    @property
    def done(self) -> bool:
        """Whether nothing is left to ask."""
        ...

    def ask(self, attempt: int, attempts: int) -> Ask:
        """Return the next request; `attempt` counts from 1 to `attempts`."""
        ...

    def feed(self, pdu: Pdu) -> None:
        """Take in an answer.

        Raises:
            Malformed: It brought nothing that can be used.
        """
        ...

    def fail(self, error: CollectError) -> None:
        """Take in that a request failed for good."""
        ...

    def stop(self, reason: Reason, detail: str) -> None:
        """End: a bound is reached."""
        ...


def dotted(oid: Oid) -> str:
    """Return an OID as text."""
    return ".".join(map(str, oid))
