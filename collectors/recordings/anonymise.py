"""Replaces addresses, names and serials in a recording, the same by the same. Pure.

The same MAC in an ARP table, an FDB index and a phone's name becomes the same other
MAC, the same address the same other address in the same kind of subnet, so that links
and identities in the recording still hold. Where such things stand is data, in
`collectors.recordings.sensitive_columns`; other texts are searched for what was found
there.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from collectors import macs
from collectors.ports import Oid, Value
from collectors.recordings.masks import Masks
from collectors.recordings.replay import Recording
from collectors.recordings.sensitive_columns import INDEXES, VALUES, Kind
from collectors.snmp.smi_values import is_printable

_MAC_WORD = re.compile(
    r"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}(?:[:\-][0-9A-Fa-f]{2}){5}"
    r"|[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2}|[0-9A-Fa-f]{12})(?![0-9A-Fa-f])"
)
_IP_WORD = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_WORD = re.compile(r"[\w\-]+")
_PHONE = re.compile(r"(?:SEP|SIP|ATA|SPA)", re.IGNORECASE)
_ADDRESSES = (Kind.MAC, Kind.IP, Kind.INET, Kind.PREFIX)
_SHORTEST_WORD = 3
_ROW_OBJECT = 1
_SIZES = {1: 4, 2: 16}
_BINARY_SIZES = (4, 5, 6, 7, 16, 17)
_AS_SPACE = str.maketrans("\r\n\t", "   ")


@dataclass(frozen=True, slots=True)
class Anonymisation:
    """What to replace.

    Attributes:
        addresses: MAC and IP addresses.
        names: Names of hosts and people, places, descriptions, VLANs.
        serials: Serial numbers, asset tags, UUIDs.
        serial_objects: Further instances or columns that hold serials.
    """

    addresses: bool = True
    names: bool = True
    serials: bool = True
    serial_objects: tuple[Oid, ...] = ()


def anonymised(recording: Recording, hide: Anonymisation, key: bytes) -> Recording:
    """Return a recording with everything replaced that `hide` says.

    Args:
        recording: With its contexts.
        hide: What to replace.
        key: Same key, same replacements.
    """
    work = _Work(hide, Masks(key))
    work.study(recording)
    return work.replaced(recording)


class _Work:
    """One recording on its way: first studied, then replaced."""

    def __init__(self, hide: Anonymisation, masks: Masks) -> None:
        self._hide = hide
        self._masks = masks
        self._values = {**VALUES, **dict.fromkeys(hide.serial_objects, Kind.SERIAL)}
        self._sizes = sorted({len(name) for name in (*self._values, *INDEXES)})
        self._hosts: set[str] = set()

    def study(self, recording: Recording) -> None:
        """Replace once to learn all that there is; texts elsewhere may use it."""
        for name, value in recording.objects.items():
            self._name(name)
            self._known(name, value)
        for inner in recording.contexts.values():
            self.study(inner)

    def replaced(self, recording: Recording) -> Recording:
        objects: dict[Oid, Value] = {}
        for name, value in recording.objects.items():
            kind = self._kind(name)
            if kind is Kind.DROP and self._hide.names:
                continue
            other = self._known(name, value)
            objects[self._name(name)] = self._text(value) if other is None else other
        inner = {n: self.replaced(r) for n, r in recording.contexts.items()}
        return Recording(objects, inner)

    def _kind(self, name: Oid) -> Kind | None:
        for size in self._sizes:
            if name[:size] in self._values:
                return self._values[name[:size]]
        return None

    def _name(self, name: Oid) -> Oid:
        """Return the OID with addresses in its index replaced.

        Below a row object, whose OID ends in .1, the column comes before the index.
        """
        if not self._hide.addresses:
            return name
        for size in self._sizes:
            rule = INDEXES.get(name[:size])
            if rule is not None:
                skip = size + (name[size - 1] == _ROW_OBJECT)
                return name[:skip] + self._index(name[skip:], *rule)
        return name

    def _index(self, index: Oid, kind: Kind, start: int) -> Oid:
        at = start if start >= 0 else len(index) + start
        if at < 0:
            return index
        if kind is Kind.INET:
            size = _SIZES.get(index[at] if at < len(index) else 0)
            if size is None:
                return index
            at += 1
            at += at < len(index) and index[at] == size
        elif kind is Kind.MAC:
            size = 6
        else:
            size = 16 if start == -16 else 4
        octets = index[at : at + size]
        if len(octets) != size or max(octets) > 255:
            return index
        return index[:at] + tuple(self._octets(bytes(octets))) + index[at + size :]

    def _octets(self, octets: bytes) -> bytes:
        if len(octets) == 6:
            return bytes.fromhex(self._masks.mac(octets.hex(":")).replace(":", ""))
        address = ipaddress.ip_address(octets)
        return ipaddress.ip_address(self._masks.ip(str(address))).packed

    def _known(self, name: Oid, value: Value) -> Value | None:
        """Return the replacement of a value of known kind, None for all others."""
        kind = self._kind(name)
        if kind is None or not self._is_hidden(kind):
            return None
        if kind is Kind.PREFIX:
            return self._pointer(value)
        if not isinstance(value, bytes) or not value:
            return value
        if kind is Kind.SERIAL:
            return self._serial(value)
        if kind is Kind.ENGINE:
            return self._engine(value)
        if kind in (Kind.HOST, Kind.FREE):
            return self._words(value, kind)
        return self._address(value)

    def _is_hidden(self, kind: Kind) -> bool:
        if kind in _ADDRESSES or kind is Kind.ENGINE:
            return self._hide.addresses
        return self._hide.serials if kind is Kind.SERIAL else self._hide.names

    def _address(self, value: bytes) -> bytes | None:
        """Replace a binary address, with its family before it or not."""
        if len(value) in (4, 6, 16):
            return self._octets(value)
        if len(value) in (5, 17) and value[0] in _SIZES:
            return value[:1] + self._octets(value[1:])
        if len(value) == 7 and value[0] == 6:
            return value[:1] + self._octets(value[1:])
        if is_printable(value):
            return self._macs(value.decode(), learn=True).encode()
        return None

    def _serial(self, value: bytes) -> bytes:
        if not is_printable(value):
            return self._masks.octets(value)
        spelled = value.decode().strip()
        if _MAC_WORD.fullmatch(spelled):
            return self._macs(spelled, learn=self._hide.addresses).encode()
        return self._masks.serial(spelled).encode()

    def _engine(self, value: bytes) -> bytes:
        """Replace the address in an snmpEngineID (RFC 3411): its format octet tells."""
        head, tail = value[:5], value[5:]
        if value[4:5] in (b"\x01", b"\x02", b"\x03") and len(tail) in (4, 6, 16):
            return head + self._octets(tail)
        return head + self._masks.octets(tail)

    def _words(self, value: bytes, kind: Kind) -> bytes | None:
        """Replace the words of a text one by one; MACs in it stay MACs."""
        readable = _read(value)
        if readable is None:
            return self._address(value)
        spelled, encoding = readable
        parts, at = list[str](), 0
        for match in _MAC_WORD.finditer(spelled):
            parts.append(self._each_word(spelled[at : match.start()], kind))
            parts.append(self._macs(match[0], learn=self._hide.addresses))
            at = match.end()
        parts.append(self._each_word(spelled[at:], kind))
        return "".join(parts).encode(encoding)

    def _each_word(self, spelled: str, kind: Kind) -> str:
        def other(match: re.Match[str]) -> str:
            word = match[0]
            if len(word) < _SHORTEST_WORD or _PHONE.fullmatch(word):
                return word
            if word.isdigit():
                return self._masks.serial(word) if len(word) > 3 else word
            if kind is Kind.HOST:
                self._hosts.add(word)
            return self._masks.name(word)

        return _WORD.sub(other, spelled)

    def _macs(self, spelled: str, *, learn: bool) -> str:
        """Replace MACs in a text: all, or those known; their spelling stays."""

        def other(match: re.Match[str]) -> str:
            address = macs.from_text(match[0]) or ""
            known = self._masks.known("mac", address)
            new = self._masks.mac(address) if learn else known
            return _spelled_like(match[0], new) if new else match[0]

        return _MAC_WORD.sub(other, spelled)

    def _text(self, value: Value) -> Value:
        """Replace in any other value what was found where it is known to stand."""
        if not isinstance(value, bytes) or not value:
            return value
        readable = _read(value)
        if readable is None:
            address = value.hex(":") if len(value) == 6 else ""
            known = self._masks.known("mac", address)
            return bytes.fromhex(known.replace(":", "")) if known else value
        spelled = self._macs(readable[0], learn=False)
        spelled = _IP_WORD.sub(lambda m: self._masks.known("ip", m[0]) or m[0], spelled)
        return _WORD.sub(self._known_word, spelled).encode(readable[1])

    def _known_word(self, match: re.Match[str]) -> str:
        word = match[0]
        name = self._masks.known("name", word) if word in self._hosts else None
        return name or self._masks.known("serial", word) or word

    def _pointer(self, value: Value) -> Value:
        """Replace the network at the end of a RowPointer: type, length, address."""
        if not isinstance(value, tuple):
            return value
        for family, size in _SIZES.items():
            at = len(value) - size - 3
            if at > 0 and value[at : at + 2] == (family, size):
                octets = bytes(arc & 255 for arc in value[at + 2 : -1])
                length = value[-1]
                network = ipaddress.ip_network((self._octets(octets), length), False)
                return (*value[: at + 2], *network.network_address.packed, length)
        return value


def _read(value: bytes) -> tuple[str, str] | None:
    """Return a text of one or several lines and its encoding; None for other octets.

    What has the size of an address and is no plain text is none.
    """
    if is_printable(value):
        return value.decode(), "utf-8"
    if len(value) in _BINARY_SIZES:
        return None
    for encoding in ("utf-8", "latin-1"):
        try:
            spelled = value.decode(encoding)
        except UnicodeDecodeError:
            continue
        if spelled.strip("\0").translate(_AS_SPACE).isprintable():
            return spelled, encoding
    return None


def _spelled_like(original: str, address: str) -> str:
    """Return a MAC with the separators and the case of another."""
    digits = iter(address.replace(":", ""))
    spelled = "".join(c if c in ":-." else next(digits) for c in original)
    return spelled.upper() if original.upper() == original else spelled
