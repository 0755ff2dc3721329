"""SNMP PDUs, and the messages of v1 and v2c around them.

Requests are made of parts encoded once; of responses the header is read here, and the
bindings are left in place as a range of the datagram, for `walk` and `get` to read as
they need. Pure; imports `ber` and the errors. RFC 1157, RFC 1901, RFC 3416.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from collectors.errors import Malformed
from collectors.sentences import N_
from collectors.snmp.engine.protocol import ber

GET: Final = 0xA0
GETNEXT: Final = 0xA1
RESPONSE: Final = 0xA2
GETBULK: Final = 0xA5
REPORT: Final = 0xA8

V1: Final = 0
V2C: Final = 1
V3: Final = 3

TOO_BIG: Final = 1
NO_SUCH_NAME: Final = 2
AUTHORIZATION_ERROR: Final = 16
STATUS: Final = (
    "noError", "tooBig", "noSuchName", "badValue", "readOnly", "genErr", "noAccess",
    "wrongType", "wrongLength", "wrongEncoding", "wrongValue", "noCreation",
    "inconsistentValue", "resourceUnavailable", "commitFailed", "undoFailed",
    "authorizationError", "notWritable", "inconsistentName",
)  # fmt: skip
"""Names of error-status values (RFC 3416, section 3)."""


@dataclass(slots=True)
class Pdu:
    """A response or report, its bindings still encoded.

    Attributes:
        tag: `RESPONSE`, `REPORT` or what else came.
        request_id: As sent with the request.
        status: error-status.
        index: error-index, counted from 1.
        data: Octets that end with the last binding.
        start: Where the bindings begin in `data`.
        cut: The datagram is shorter than it says; the bindings reach to its end.
    """

    tag: int
    request_id: int
    status: int
    index: int
    data: bytes
    start: int
    cut: bool = False


def status_name(status: int) -> str:
    """Return the name of an error-status for people."""
    return STATUS[status] if 0 <= status < len(STATUS) else f"error-status {status}"


def binding(body: bytes) -> bytes:
    """Return a binding of an OID body to NULL, as requests carry it."""
    size = len(body)
    if size < 0x7C:
        return b"0%c\x06%c%b\x05\x00" % (size + 4, size, body)
    return ber.encode(ber.SEQUENCE, ber.encode(ber.OBJECT, body) + b"\x05\x00")


def encode_pdu(tag: int, request_id: int, a: int, b: int, bindings: bytes) -> bytes:
    """Return a request.

    Args:
        tag: `GET`, `GETNEXT` or `GETBULK`.
        request_id: 0 to 2^31 - 1.
        a: error-status, or non-repeaters of GETBULK.
        b: error-index, or max-repetitions of GETBULK.
        bindings: Encoded bindings.
    """
    body = b"\x02\x04%b%b%b\x30%b%b" % (
        request_id.to_bytes(4),
        ber.encode_int(a),
        ber.encode_int(b),
        ber.encode_length(len(bindings)),
        bindings,
    )
    return ber.encode(tag, body)


def encode_message(version: int, community: bytes, pdu: bytes) -> bytes:
    """Return a v1 or v2c message."""
    head = b"\x02\x01%c%b" % (version, ber.encode(ber.OCTETS, community))
    return ber.encode(ber.SEQUENCE, head + pdu)


def read_envelope(data: bytes) -> tuple[int, int, int]:
    """Return version, and start and end of what follows it.

    An outer length that promises more than came is taken for the end of the datagram:
    the rows that did arrive are good.

    Raises:
        Malformed: This is no SNMP message.
    """
    size = len(data)
    if size < 8 or data[0] != ber.SEQUENCE:
        raise Malformed(N_("the datagram is not an SNMP message"))
    start = 2 if data[1] < 0x80 else 2 + (data[1] & 0x7F)
    declared = data[1] if data[1] < 0x80 else int.from_bytes(data[2:start])
    version, at = ber.read_int(data, start, size)
    return version, at, min(size, start + declared)


def read_community(data: bytes, at: int, end: int) -> Pdu:
    """Return the PDU of a v1 or v2c message, from where the community begins.

    Raises:
        Malformed: The header cannot be read.
    """
    _, at = ber.read(data, at, end, ber.OCTETS)
    return read_pdu(data, at, end)


_ORDINARY = re.compile(
    rb"[\xa2\xa8](?:[\x00-\x7f]|\x81.|\x82..)\x02\x04(....)\x02\x01(.)\x02\x01(.)"
    rb"\x30(?:([\x00-\x7f])|\x81(.)|\x82(..))",
    re.DOTALL,
)
"""Head of a response as most agents write it, with a request-id of four octets."""


def read_pdu(data: bytes, at: int, end: int) -> Pdu:
    """Return the PDU at `at`; one that is cut off keeps the bindings that arrived.

    Raises:
        Malformed: The header cannot be read.
    """
    ordinary = _ORDINARY.match(data, at, end)
    if ordinary:
        number, status, index = ordinary.group(1, 2, 3)
        size = int.from_bytes(ordinary[ordinary.lastindex or 0])
        if ordinary.end() + size == end == len(data):
            return Pdu(
                data[at],
                int.from_bytes(number),
                status[0],
                index[0],
                data,
                ordinary.end(),
            )
    return _read_pdu(data, at, end)


def _read_pdu(data: bytes, at: int, end: int) -> Pdu:
    tag, at, stop = _open(data, at, end)
    request_id, at = ber.read_int(data, at, min(stop, end))
    status, at = ber.read_int(data, at, min(stop, end))
    index, at = ber.read_int(data, at, min(stop, end))
    inner, at, last = _open(data, at, end)
    if inner != ber.SEQUENCE:
        raise Malformed(N_("the PDU holds no list of bindings"))
    cut = last > end or stop > end
    return Pdu(tag, request_id, status, index, data[: min(last, end)], at, cut)


def _open(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """As `ber.read_header`, but the element may promise more than there is."""
    if at + 2 > end:
        raise Malformed(N_("the message ends inside its header"))
    size, start = data[at + 1], at + 2
    if size > 0x7F:
        count = size & 0x7F
        start += count
        if not 0 < count <= 8 or start > end:
            raise Malformed(N_("a length that cannot be"))
        size = int.from_bytes(data[at + 2 : start])
    return data[at], start, start + size


def read_binding(data: bytes, at: int, end: int) -> tuple[bytes, int, bytes, int]:
    """Return OID body, tag and body of the value, and where the next binding begins.

    Raises:
        Malformed: The binding is cut off or wrongly built.
    """
    start, stop = ber.read(data, at, end, ber.SEQUENCE)
    oid_at, oid_end = ber.read(data, start, stop, ber.OBJECT)
    tag, value_at, value_end = ber.read_header(data, oid_end, stop)
    if value_end != stop:
        raise Malformed(N_("a binding is longer than what it holds"))
    return data[oid_at:oid_end], tag, data[value_at:value_end], stop


def read_bindings(pdu: Pdu) -> Iterator[tuple[bytes, int, bytes]]:
    """Yield OID body, tag and value body of each binding.

    Raises:
        Malformed: A binding is cut off or wrongly built; those before were yielded.
    """
    at, end = pdu.start, len(pdu.data)
    while at < end:
        body, tag, value, at = read_binding(pdu.data, at, end)
        yield body, tag, value
