"""The part of BER that SNMP uses: lengths, integers, object identifiers, values.

Reads what agents send, not only what they should: lengths may be longer than needed,
integers may lack a leading zero or be empty. What cannot be given a meaning raises
`Malformed`; no input raises anything else. Pure; imports the errors and the ports.

Sources: X.690, RFC 3416 and RFC 2578; the names of tags as there.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from collectors.errors import Malformed
from collectors.ports import Oid, Value
from collectors.sentences import N_

INTEGER: Final = 0x02
OCTETS: Final = 0x04
NULL: Final = 0x05
OBJECT: Final = 0x06
SEQUENCE: Final = 0x30
ADDRESS: Final = 0x40
COUNTER32: Final = 0x41
GAUGE32: Final = 0x42
TICKS: Final = 0x43
OPAQUE: Final = 0x44
NSAP: Final = 0x45
COUNTER64: Final = 0x46
UNSIGNED32: Final = 0x47
NO_SUCH_OBJECT: Final = 0x80
NO_SUCH_INSTANCE: Final = 0x81
END_OF_VIEW: Final = 0x82

UNSIGNED: Final = frozenset({COUNTER32, GAUGE32, TICKS, COUNTER64, UNSIGNED32})
STRINGS: Final = frozenset({OCTETS, ADDRESS, OPAQUE, NSAP})
ABSENT: Final = frozenset({NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_VIEW})
LARGEST_ARC: Final = 0xFFFFFFFF
MOST_ARCS: Final = 128
"""Longest object identifier of SMIv2 (RFC 2578, section 3.5)."""
_MOST_OCTETS: Final = MOST_ARCS * 5


def encode_length(size: int) -> bytes:
    """Return the length octets in the shortest form."""
    if size < len(_LENGTHS):
        return _LENGTHS[size]
    return _long_length(size)


def _long_length(size: int) -> bytes:
    if size < 0x80:
        return bytes((size,))
    body = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((0x80 | len(body),)) + body


_LENGTHS: Final = tuple(map(_long_length, range(2048)))


def encode(tag: int, body: bytes) -> bytes:
    """Return tag, length and body."""
    return b"%c%b%b" % (tag, encode_length(len(body)), body)


def encode_int(value: int, tag: int = INTEGER) -> bytes:
    """Return an INTEGER, or another integer type by `tag`, in the shortest form."""
    size = (value + (value < 0)).bit_length() // 8 + 1
    return bytes((tag, size)) + value.to_bytes(size, signed=True)


@lru_cache(maxsize=8192)
def oid_body(oid: Oid) -> bytes:
    """Return the body of an OBJECT IDENTIFIER.

    Raises:
        ValueError: Fewer than two arcs, or arcs out of range; a mistake of ours.
    """
    if len(oid) < 2 or not (
        0 <= oid[0] <= 2 and all(0 <= n <= LARGEST_ARC for n in oid)
    ):
        raise ValueError(f"{oid} is not an object identifier: give 2 to 128 arcs")
    return encode_arcs((oid[0] * 40 + oid[1], *oid[2:]))


def encode_arcs(arcs: Oid) -> bytes:
    """Return arcs as base-128 numbers, without treating the first two apart."""
    out = bytearray()
    for arc in arcs:
        if arc < 0x80:
            out.append(arc)
            continue
        for shift in range((arc.bit_length() - 1) // 7 * 7, 0, -7):
            out.append(0x80 | arc >> shift & 0x7F)
        out.append(arc & 0x7F)
    return bytes(out)


def decode_arcs(body: bytes) -> Oid:
    """Return the arcs of a piece of an object identifier (an index).

    Raises:
        Malformed: The last arc is cut off, an arc exceeds 32 bits, or there are
            more octets than 128 arcs can have.
    """
    if len(body) > _MOST_OCTETS:
        raise Malformed(
            N_("an object identifier has over {most_arcs} arcs"), most_arcs=MOST_ARCS
        )
    if body.isascii():
        return tuple(body)
    if body[-1] >= 0x80:
        raise Malformed(N_("an object identifier ends inside an arc"))
    arcs = []
    high = 0
    for octet in body:
        if octet < 0x80:
            arcs.append(high + octet)
            high = 0
        else:
            high = high + octet - 0x80 << 7
    if len(body) - len(arcs) > 3 and max(arcs) > LARGEST_ARC:
        raise Malformed(N_("an arc of an object identifier exceeds 32 bits"))
    return tuple(arcs)


def decode_oid(body: bytes) -> Oid:
    """Return an object identifier; an empty one is 0.0, as net-snmp has it.

    Raises:
        Malformed: As `decode_arcs`, or more than 128 arcs.
    """
    arcs = decode_arcs(body)
    if not arcs:
        return (0, 0)
    if len(arcs) >= MOST_ARCS:
        raise Malformed(
            N_("an object identifier has over {most_arcs} arcs"), most_arcs=MOST_ARCS
        )
    first = min(arcs[0] // 40, 2)
    return (first, arcs[0] - 40 * first, *arcs[1:])


def decode_int(body: bytes) -> int:
    """Return a signed integer of up to 8 octets; an empty one is 0.

    Raises:
        Malformed: The body is longer than that.
    """
    if len(body) > 8:
        raise Malformed(N_("an INTEGER of {body} octets"), body=len(body))
    return int.from_bytes(body, signed=True)


def decode_value(tag: int, body: bytes) -> Value | None:
    """Return a value, or None where there is none: NULL and the exceptions.

    Unsigned types sent without the leading zero octet are read as meant.

    Raises:
        Malformed: The length does not fit the type, or the type is not of SMIv2.
    """
    if tag in STRINGS:
        if tag == ADDRESS and len(body) not in (4, 16):
            raise Malformed(N_("an IpAddress of {body} octets"), body=len(body))
        return body
    if tag == INTEGER:
        return decode_int(body)
    if tag == OBJECT:
        return decode_oid(body)
    if tag in UNSIGNED:
        return _unsigned(tag, body)
    if tag == NULL or tag in ABSENT:
        return None
    raise Malformed(N_("a value of unknown type 0x{tag}"), tag=f"{tag:02x}")


def _unsigned(tag: int, body: bytes) -> int:
    octets = 8 if tag == COUNTER64 else 4
    value = int.from_bytes(body)
    if len(body) > octets + 1 or value >> octets * 8:
        raise Malformed(
            N_("a value of type 0x{tag} of {body} octets"),
            tag=f"{tag:02x}",
            body=len(body),
        )
    return value


def read_header(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Return tag, start and end of the body of the element at `at`.

    Args:
        data: The message.
        at: Where the element begins.
        end: Where the enclosing element ends; nothing may reach over it.

    Raises:
        Malformed: The element is cut off, of indefinite length, has a tag of
            several octets, or reaches over `end`.
    """
    if at + 2 > end:
        raise Malformed(N_("the message ends inside an element"))
    tag, size, start = data[at], data[at + 1], at + 2
    if size > 0x7F:
        count = size & 0x7F
        start += count
        if not 0 < count <= 8 or start > end:
            raise Malformed(N_("an element of indefinite or impossible length"))
        size = int.from_bytes(data[at + 2 : start])
    if start + size > end:
        raise Malformed(N_("an element reaches over the end of the one that holds it"))
    if tag & 0x1F == 0x1F:
        raise Malformed(N_("a tag of several octets"))
    return tag, start, start + size


def read(data: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    """Return start and end of the body of the element at `at`, which must have `tag`.

    Raises:
        Malformed: As `read_header`, or the element has another tag.
    """
    found, start, stop = read_header(data, at, end)
    if found != tag:
        raise Malformed(
            N_("0x{found} where 0x{tag} belongs"),
            found=f"{found:02x}",
            tag=f"{tag:02x}",
        )
    return start, stop


def read_int(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Return the INTEGER at `at` and where the next element begins.

    Raises:
        Malformed: As `read` and `decode_int`.
    """
    start, stop = read(data, at, end, INTEGER)
    return decode_int(data[start:stop]), stop
