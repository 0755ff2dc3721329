"""How a PDU gets into a message and out of one: the part that differs by version.

`Community` here is that of v1 and v2c; `user` has that of v3. Pure.
"""

from __future__ import annotations

from typing import Protocol

from collectors.snmp.engine.protocol import message


class Security(Protocol):
    """Wraps requests and opens answers of one agent under one credential.

    Attributes:
        version: Of the protocol, as it stands in messages.
        noted: Why answers were ignored, if any were; for the error shown.
    """

    version: int
    noted: str

    def wrap(self, request_id: int, pdu: bytes, now: float) -> bytes:
        """Return the datagram that carries `pdu`, or one that must go before it.

        Raises:
            Unsupported: The credential is incomplete.
        """
        ...

    def open(
        self, request_id: int, data: bytes, pdu: message.Pdu | None, now: float
    ) -> message.Pdu | None:
        """Return the PDU of an answer; None for a message to be ignored.

        Args:
            request_id: Of the request it must answer.
            data: The datagram.
            pdu: What `message` read of it already, for v1 and v2c.
            now: Monotonic seconds.

        Raises:
            Again: The agent told what was lacking; send the request again.
            CollectError: The agent refuses.
        """
        ...


class Again(Exception):
    """The request has to be sent once more, with what has just been learnt."""


class Community:
    """SNMPv1 and v2c: the community string stands before the PDU in clear."""

    noted = ""

    def __init__(self, version: int, community: bytes) -> None:
        self.version = version
        self._community = community

    def wrap(self, request_id: int, pdu: bytes, now: float) -> bytes:
        """Return the datagram that carries `pdu`."""
        return message.encode_message(self.version, self._community, pdu)

    def open(
        self, request_id: int, data: bytes, pdu: message.Pdu | None, now: float
    ) -> message.Pdu | None:
        """Return the PDU if it is a response."""
        if pdu is None or pdu.tag != message.RESPONSE:
            return None
        return pdu
