"""A second, simple-minded BER codec for tests, which can also lie in every length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Oid = tuple[int, ...]

GET, NEXT, RESPONSE, SET, BULK, REPORT = 0xA0, 0xA1, 0xA2, 0xA3, 0xA5, 0xA8
NOTHING = b"\x05\x00"
NO_INSTANCE, END_OF_VIEW = b"\x81\x00", b"\x82\x00"


def length(size: int) -> bytes:
    """Return length octets."""
    if size < 0x80:
        return bytes((size,))
    body = size.to_bytes(4).lstrip(b"\0")
    return bytes((0x80 + len(body),)) + body


def tlv(tag: int, body: bytes, lie: bytes | None = None) -> bytes:
    """Return an element; `lie` replaces its length octets."""
    return bytes((tag,)) + (length(len(body)) if lie is None else lie) + body


def integer(value: int, tag: int = 2) -> bytes:
    """Return an integer."""
    size = (value + (value < 0)).bit_length() // 8 + 1
    return tlv(tag, value.to_bytes(size, signed=True))


def octets(value: bytes) -> bytes:
    """Return an octet string."""
    return tlv(4, value)


def arc(value: int) -> bytes:
    """Return one arc."""
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(0x80 | value & 0x7F)
    return bytes(reversed(out))


def oid_octets(oid: Oid) -> bytes:
    """Return the body of an object identifier."""
    return arc(oid[0] * 40 + oid[1]) + b"".join(map(arc, oid[2:]))


def oid_tlv(oid: Oid) -> bytes:
    """Return an object identifier."""
    return tlv(6, oid_octets(oid))


def bind(oid: Oid, value: bytes = NOTHING) -> bytes:
    """Return a binding of an encoded value."""
    return tlv(0x30, oid_tlv(oid) + value)


def pdu(
    tag: int, number: int, binds: Sequence[bytes], status: int = 0, index: int = 0
) -> bytes:
    """Return a PDU."""
    head = integer(number) + integer(status) + integer(index)
    return tlv(tag, head + tlv(0x30, b"".join(binds)))


def community_message(body: bytes, community: bytes = b"public", v: int = 1) -> bytes:
    """Return a v1 (0) or v2c (1) message."""
    return tlv(0x30, integer(v) + octets(community) + body)


def read(data: bytes, at: int) -> tuple[int, int, int]:
    """Return tag, start and end of the element at `at`."""
    tag, size, at = data[at], data[at + 1], at + 2
    if size & 0x80:
        count = size & 0x7F
        size, at = int.from_bytes(data[at : at + count]), at + count
    return tag, at, at + size


def number_at(data: bytes, at: int) -> tuple[int, int]:
    """Return an integer and where it ends."""
    _, start, end = read(data, at)
    return int.from_bytes(data[start:end], signed=True), end


def oid_at(data: bytes, at: int) -> Oid:
    """Return an object identifier."""
    _, start, end = read(data, at)
    arcs, value = [], 0
    for byte in data[start:end]:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return (first, arcs[0] - 40 * first, *arcs[1:])


@dataclass
class Request:
    """A request taken apart."""

    data: bytes
    version: int
    community: bytes
    tag: int
    number: int
    a: int
    b: int
    oids: list[Oid] = field(default_factory=list)


def read_request(data: bytes) -> Request:
    """Take a v1 or v2c request apart."""
    _, at, _ = read(data, 0)
    version, at = number_at(data, at)
    _, start, at = read(data, at)
    community = data[start:at]
    return read_request_pdu(data, at, version, community)


def read_request_pdu(data: bytes, at: int, version: int, community: bytes) -> Request:
    """Take a request apart from where its PDU begins."""
    tag, at, _ = read(data, at)
    number, at = number_at(data, at)
    a, at = number_at(data, at)
    b, at = number_at(data, at)
    _, at, end = read(data, at)
    request = Request(data, version, community, tag, number, a, b)
    while at < end:
        _, inner, at = read(data, at)
        request.oids.append(oid_at(data, inner))
    return request


def reply(
    request: Request, binds: Sequence[bytes], status: int = 0, index: int = 0
) -> bytes:
    """Return a correct answer to a request."""
    body = pdu(RESPONSE, request.number, binds, status, index)
    return community_message(body, request.community, request.version)
