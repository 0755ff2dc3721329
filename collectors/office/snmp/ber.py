"""Just enough BER (ITU-T X.690) for an SNMP agent. Pure.

Independent of the manager's codec on purpose: an error in one must not be mirrored in
the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from collectors.office.mibs.values import (
    IP_ADDRESS,
    OBJECT_ID,
    OCTETS,
    Cell,
    Oid,
)

SEQUENCE = 0x30
INTEGER = 0x02
OCTET_STRING = 0x04
NULL = b"\x05\x00"


class Broken(ValueError):
    """The octets are not the BER they should be."""


def length(size: int) -> bytes:
    """Encode a length in the definite form."""
    if size < 0x80:
        return bytes((size,))
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(octets),)) + octets


def tlv(tag: int, content: bytes) -> bytes:
    """Encode one element."""
    return bytes((tag,)) + length(len(content)) + content


def integer(value: int) -> bytes:
    """Encode the content of an integer."""
    return value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True)


@lru_cache(maxsize=65536)
def oid(arcs: Oid) -> bytes:
    """Encode the content of an object identifier."""
    out = bytearray()
    for arc in (arcs[0] * 40 + arcs[1], *arcs[2:]):
        if arc < 0x80:
            out.append(arc)
            continue
        parts = [arc & 0x7F]
        while arc := arc >> 7:
            parts.append(0x80 | arc & 0x7F)
        out += bytes(reversed(parts))
    return bytes(out)


def parse_oid(content: bytes) -> Oid:
    """Decode the content of an object identifier."""
    arcs: list[int] = []
    value = 0
    for octet in content:
        value = value << 7 | octet & 0x7F
        if octet < 0x80:
            arcs.append(value)
            value = 0
    if not arcs or content[-1] & 0x80:
        raise Broken("cut off object identifier")
    first = min(arcs[0] // 40, 2)
    return (first, arcs[0] - first * 40, *arcs[1:])


def cell(value: Cell) -> bytes:
    """Encode a value with its tag."""
    if isinstance(value.value, tuple):
        return tlv(OBJECT_ID, oid(value.value))
    if isinstance(value.value, bytes):
        return tlv(IP_ADDRESS if value.tag == IP_ADDRESS else OCTETS, value.value)
    return tlv(value.tag, integer(value.value))


def varbind(name: bytes, value: bytes) -> bytes:
    """Encode a variable binding from an OID's content and an encoded value."""
    return tlv(SEQUENCE, tlv(OBJECT_ID, name) + value)


def response(
    tag: int, request_id: int, status: int, index: int, varbinds: Sequence[bytes]
) -> bytes:
    """Encode a Response-PDU or Report-PDU from encoded varbinds."""
    return tlv(
        tag,
        tlv(INTEGER, integer(request_id))
        + tlv(INTEGER, integer(status))
        + tlv(INTEGER, integer(index))
        + tlv(SEQUENCE, b"".join(varbinds)),
    )


class Reader:
    """Reads elements one after the other."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._at = 0

    def more(self) -> bool:
        """Whether something is left."""
        return self._at < len(self._octets)

    def element(self) -> tuple[int, bytes]:
        """Return tag and content of the next element.

        Raises:
            Broken: It is cut off, or its length is indefinite.
        """
        octets, at = self._octets, self._at
        if len(octets) < at + 2:
            raise Broken("cut off element")
        tag, size = octets[at], octets[at + 1]
        at += 2
        if size >= 0x80:
            count = size & 0x7F
            if not 0 < count <= 4:
                raise Broken("length in a form SNMP does not use")
            size = int.from_bytes(octets[at : at + count], "big")
            at += count
        if len(octets) < at + size:
            raise Broken("cut off content")
        self._at = at + size
        return tag, octets[at : at + size]

    def expect(self, tag: int) -> bytes:
        """Return the content of the next element, which must have this tag.

        Raises:
            Broken: It has another.
        """
        found, content = self.element()
        if found != tag:
            raise Broken(f"tag {found:#x} where {tag:#x} should be")
        return content

    def integer(self) -> int:
        """Return the next element, an INTEGER."""
        return int.from_bytes(self.expect(INTEGER), "big", signed=True)
