"""SNMPv3 messages with the User-based Security Model around a scoped PDU.

Builds and takes apart; the cryptography is in `usm`, what an engine remembers of
another in `security`. Pure; imports the codec and the errors. RFC 3412, RFC 3414.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from collectors.errors import Malformed
from collectors.sentences import N_
from collectors.snmp.engine.protocol import ber, message

AUTH: Final = 1
PRIV: Final = 2
REPORTABLE: Final = 4
USM: Final = 3
MOST: Final = 0x7FFFFFFF
"""Largest snmpEngineBoots and snmpEngineTime (RFC 3414, section 2.4)."""


@dataclass(slots=True)
class Envelope:
    """A v3 message taken apart as far as that goes without a key.

    Attributes:
        message_id: msgID.
        flags: msgFlags.
        engine_id: msgAuthoritativeEngineID.
        boots: msgAuthoritativeEngineBoots.
        time: msgAuthoritativeEngineTime, seconds.
        user: msgUserName.
        auth_at: Where the authentication parameters begin in the datagram.
        auth: msgAuthenticationParameters.
        priv: msgPrivacyParameters.
        payload: Tag, start and end of msgData in the datagram.
    """

    message_id: int
    flags: int
    engine_id: bytes
    boots: int
    time: int
    user: bytes
    auth_at: int
    auth: bytes
    priv: bytes
    payload: tuple[int, int, int]


def read_id(data: bytes, at: int, end: int) -> int:
    """Return msgID, from where the header data begins.

    Raises:
        Malformed: It cannot be read.
    """
    start, stop = ber.read(data, at, end, ber.SEQUENCE)
    return ber.read_int(data, start, stop)[0]


def read_envelope(data: bytes) -> Envelope:
    """Take a datagram apart.

    Raises:
        Malformed: It is no SNMPv3 message of the User-based Security Model.
    """
    version, at, end = message.read_envelope(data)
    if version != message.V3:
        raise Malformed(N_("the message is not of SNMPv3"))
    start, stop = ber.read(data, at, end, ber.SEQUENCE)
    message_id, at = ber.read_int(data, start, stop)
    _, at = ber.read_int(data, at, stop)
    flags_at, at = ber.read(data, at, stop, ber.OCTETS)
    model, _ = ber.read_int(data, at, stop)
    if at - flags_at != 1 or model != USM:
        raise Malformed(N_("security model {model} is not USM"), model=model)
    outer, at = ber.read(data, stop, end, ber.OCTETS)
    start, last = ber.read(data, outer, at, ber.SEQUENCE)
    engine_at, here = ber.read(data, start, last, ber.OCTETS)
    engine_id = data[engine_at:here]
    boots, here = ber.read_int(data, here, last)
    time, here = ber.read_int(data, here, last)
    if not 0 <= boots <= MOST or not 0 <= time <= MOST:
        raise Malformed(
            N_("boots {boots} or time {time} of the engine are out of range"),
            boots=boots,
            time=time,
        )
    user_at, here = ber.read(data, here, last, ber.OCTETS)
    user = data[user_at:here]
    auth_at, here = ber.read(data, here, last, ber.OCTETS)
    auth = data[auth_at:here]
    priv_at, here = ber.read(data, here, last, ber.OCTETS)
    return Envelope(
        message_id,
        data[flags_at],
        engine_id,
        boots,
        time,
        user,
        auth_at,
        auth,
        data[priv_at:here],
        ber.read_header(data, at, end),
    )


def read_scoped(data: bytes, at: int, end: int) -> message.Pdu:
    """Return the PDU in the body of a scoped PDU.

    Raises:
        Malformed: The header cannot be read.
    """
    _, at = ber.read(data, at, end, ber.OCTETS)
    _, at = ber.read(data, at, end, ber.OCTETS)
    return message.read_pdu(data, at, end)


def scoped(engine_id: bytes, context: bytes, pdu: bytes) -> bytes:
    """Return a scoped PDU."""
    return ber.encode(
        ber.SEQUENCE,
        ber.encode(ber.OCTETS, engine_id) + ber.encode(ber.OCTETS, context) + pdu,
    )


def encode(
    message_id: int,
    flags: int,
    engine: tuple[bytes, int, int],
    user: bytes,
    parameters: tuple[bytes, bytes],
    payload: bytes,
) -> tuple[bytes, int]:
    """Return a message, and where its authentication parameters begin.

    Args:
        message_id: msgID, 0 to 2^31 - 1.
        flags: Sum of `AUTH`, `PRIV` and `REPORTABLE`.
        engine: Engine id, boots and time of the authoritative engine.
        user: User name.
        parameters: Authentication and privacy parameters.
        payload: The scoped PDU, or an OCTET STRING with it encrypted.
    """
    engine_id, boots, time = engine
    auth, priv = parameters
    security = b"\x04%b%b%b%b\x04%b%b\x04%b%b" % (
        ber.encode_length(len(engine_id)),
        engine_id,
        ber.encode_int(boots),
        ber.encode_int(time),
        ber.encode_length(len(user)),
        user,
        ber.encode_length(len(auth)),
        auth,
    )
    tail = b"%b%b" % (ber.encode(ber.OCTETS, priv), payload)
    from_auth = len(auth) + len(tail)
    size = len(security) + len(tail) - len(payload)
    sealed = ber.encode_length(size)
    body = (
        b"\x02\x01\x03\x30\x11\x02\x04%b\x02\x03\x00\xff\xe3\x04\x01%c\x02\x01\x03"
        % (
            message_id.to_bytes(4),
            flags,
        )
    )
    body = b"%b\x04%b\x30%b%b%b" % (
        body,
        ber.encode_length(size + 1 + len(sealed)),
        sealed,
        security,
        tail,
    )
    whole = ber.encode(ber.SEQUENCE, body)
    return whole, len(whole) - from_auth


def discovery(message_id: int) -> bytes:
    """Return a message without user and secret that any engine reports back to.

    The report carries its engine id, boots and time (RFC 3414, section 4).
    """
    pdu = message.encode_pdu(message.GET, message_id, 0, 0, b"")
    nobody = (b"", 0, 0)
    payload = scoped(b"", b"", pdu)
    return encode(message_id, REPORTABLE, nobody, b"", (b"", b""), payload)[0]


def check_discovery(envelope: Envelope, data: bytes) -> None:
    """Make sure that a message is an answer to `discovery`.

    Raises:
        Malformed: It is no unencrypted report.
    """
    tag, start, end = envelope.payload
    if envelope.flags & PRIV or tag != ber.SEQUENCE:
        raise Malformed(N_("the answer to a discovery is encrypted"))
    if read_scoped(data, start, end).tag != message.REPORT:
        raise Malformed(N_("the answer to a discovery is not a report"))
