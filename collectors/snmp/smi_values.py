"""Reading SMI values: text, MACs, addresses in values and in indexes, bit fields.

Pure. Every function takes what agents really send and returns None where nothing
sensible can be made of it, so that one broken cell never costs a row.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from collectors import macs
from collectors.ports import Oid, Value
from collectors.snmp.engine.protocol.ber import decode_oid

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MAC_TEXT = re.compile(
    r"[0-9A-Fa-f]{1,2}([:\- ][0-9A-Fa-f]{1,2}){5}"
    r"|[0-9A-Fa-f]{4}([.\-][0-9A-Fa-f]{4}){2}|[0-9A-Fa-f]{12}"
)
_OID_TEXT = re.compile(r"\.?[0-2](\.[0-9]{1,10}){4,127}")
_LONGEST_OID = 1500
_ENTERPRISES = b"\x2b\x06\x01\x04\x01"
"""1.3.6.1.4.1 as it is encoded."""
_BYTE = 256
_IPV4, _IPV6 = 4, 16
_FAMILY_LENGTH = {1: _IPV4, 2: _IPV6, 3: _IPV4, 4: _IPV6}
"""InetAddressType (RFC 4001): ipv4, ipv6, ipv4z, ipv6z."""


def oid(dotted: str) -> Oid:
    """Return an OID written in dotted form."""
    return tuple(int(arc) for arc in dotted.strip(".").split("."))


def dotted(arcs: Sequence[int]) -> str:
    """Return an OID in dotted form without a leading dot."""
    return ".".join(map(str, arcs))


def object_id(value: Value | None) -> Oid | None:
    """Return an object identifier, also where an agent sends it as an octet string.

    Some spell it in digits, some put the very octets of its encoding there. Null
    values (0.0) and names of other things give None.
    """
    if isinstance(value, tuple):
        return value if any(value) else None
    if not isinstance(value, bytes) or len(value) > _LONGEST_OID:
        return None
    spelled = value.strip(b"\0 ").decode("latin-1")
    if _OID_TEXT.fullmatch(spelled):
        return oid(spelled)
    if value.startswith(_ENTERPRISES) and value[-1] < 0x80:
        return decode_oid(value)
    return None


def text(value: Value | None) -> str | None:
    """Return an octet string as text without padding and control characters.

    UTF-8 where it is, UTF-16 where every second octet is zero, else Latin-1. What
    follows a zero octet is left over from the agent's buffer. An empty string is an
    answer and stays; a value that is no octet string gives None.
    """
    if not isinstance(value, bytes):
        return None
    return _known(value) if len(value) <= _SHORT else _spelled(value)


def _spelled(value: bytes) -> str:
    if value.isascii():
        plain = value.decode()
        if plain.isprintable():
            return plain.strip()
    if len(value) > 3 and not any(value[1::2]) and all(value[:-1:2]):
        return value.decode("utf-16-le", "replace").strip("\0 ")
    value = value.lstrip(b"\0").split(b"\0", 1)[0]
    try:
        decoded = value.decode()
    except UnicodeDecodeError:
        decoded = value.decode("latin-1")
    return _UNPRINTABLE.sub("", decoded).strip()


_SHORT = 32
_known = lru_cache(maxsize=1 << 15)(_spelled)
"""Ports and parts are called the same in many devices."""


def some_text(value: Value | None) -> str | None:
    """Return text, or None where the agent gave an empty string."""
    return text(value) or None


def is_printable(octets: bytes) -> bool:
    """Whether octets are meant to be read: no control characters, valid UTF-8."""
    trimmed = octets.rstrip(b"\0")
    try:
        return bool(trimmed) and trimmed.decode().isprintable()
    except UnicodeDecodeError:
        return False


def number(value: Value | None) -> int | None:
    """Return an integer, also where an agent sends digits as text."""
    if isinstance(value, int):
        return value
    if isinstance(value, bytes) and value.strip().isdigit() and len(value) <= 20:
        return int(value)
    return None


def truth(value: Value | None) -> bool | None:
    """Return a TruthValue (1 true, 2 false)."""
    return {1: True, 2: False}.get(value) if isinstance(value, int) else None


def mac(value: Value | None) -> str | None:
    """Return a MAC from six octets, from seven with a length octet, or from text."""
    if not isinstance(value, bytes):
        return None
    if len(value) == 6:
        return macs.from_bytes(value)
    if len(value) == 7 and value[0] == 6:
        return macs.from_bytes(value[1:])
    spelled = value.strip(b'\0 "').decode("latin-1")
    return macs.from_text(spelled) if _MAC_TEXT.fullmatch(spelled) else None


def mac_arcs(arcs: Sequence[int]) -> str | None:
    """Return a MAC spelled as six arcs of an index, or seven with their length."""
    if len(arcs) == 7 and arcs[0] == 6:
        arcs = arcs[1:]
    if len(arcs) != 6 or not all(0 <= arc < _BYTE for arc in arcs):
        return None
    return macs.from_bytes(bytes(arcs))


def ip(value: Value | None) -> str | None:
    """Return an address from 4 or 16 octets, or from its text."""
    if not isinstance(value, bytes):
        return None
    if len(value) in (_IPV4, _IPV6):
        return str(ipaddress.ip_address(value))
    try:
        return str(ipaddress.ip_address(value.decode("ascii").strip()))
    except ValueError:
        return None


def ip_arcs(arcs: Sequence[int]) -> str | None:
    """Return an address spelled as exactly 4 or 16 arcs."""
    if len(arcs) not in (_IPV4, _IPV6) or not all(0 <= arc < _BYTE for arc in arcs):
        return None
    return str(ipaddress.ip_address(bytes(arcs)))


def inet_index(arcs: Sequence[int]) -> tuple[str, Oid] | None:
    """Read InetAddressType.InetAddress at the start of an index (RFC 4001).

    Tolerates agents that leave out the length, give 16 for the zoned forms of 20
    octets, or write IPv6 in eight groups of 16 bits. Returns the address and the arcs
    after it.
    """
    if len(arcs) < 2:
        return None
    size = _FAMILY_LENGTH.get(arcs[0])
    if size is None:
        return None
    zone = 4 if arcs[0] > 2 else 0
    body = arcs[1:]
    if size == _IPV6 and (found := _groups(body)):
        return found, tuple(body[8:])
    if body[0] in (size, size + zone) and len(body) > size:
        zone = body[0] - size
        body = body[1:]
    address = ip_arcs(tuple(body[:size]))
    return (address, tuple(body[size + zone :])) if address else None


def _groups(body: Sequence[int]) -> str | None:
    """Return an IPv6 address written as eight numbers; None where octets are meant."""
    groups = body[:8]
    if len(groups) < 8 or max(groups) <= 0xFF or max(groups) > 0xFFFF:
        return None
    return ip(b"".join(each.to_bytes(2) for each in groups))


def prefix_of_mask(mask: Value | None) -> int | None:
    """Return the length of a contiguous IPv4 netmask."""
    if not isinstance(mask, bytes) or len(mask) != _IPV4:
        return None
    bits = int.from_bytes(mask, "big")
    length = bits.bit_count()
    return length if bits == (0xFFFFFFFF << (32 - length)) & 0xFFFFFFFF else None


def bits(value: Value | None) -> Iterator[int]:
    """Yield the positions set in a BITS or PortList value, first bit is 0."""
    if isinstance(value, bytes):
        for at, octet in enumerate(value):
            if octet:
                for bit in range(8):
                    if octet & (0x80 >> bit):
                        yield at * 8 + bit


def bit(value: Value | None, position: int) -> bool:
    """Whether one position of a BITS value is set."""
    if not isinstance(value, bytes) or position // 8 >= len(value):
        return False
    return bool(value[position // 8] & (0x80 >> position % 8))


def seconds(ticks: Value | None) -> float | None:
    """Return TimeTicks, hundredths of a second, as seconds."""
    return ticks / 100 if isinstance(ticks, int) else None


def date_and_time(value: Value | None) -> str | None:
    """Return a DateAndTime (RFC 2579) as ISO date; None for the unset all-zero."""
    if not isinstance(value, bytes) or len(value) not in (8, 11):
        return None
    year, month, day = int.from_bytes(value[:2], "big"), value[2], value[3]
    if not (1970 <= year < 2100 and 1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{year:04d}-{month:02d}-{day:02d}"
