"""DNS messages (RFC 1035) as far as discovery needs them: bounded, no recursion. Pure.

Used for mDNS (RFC 6762) and for the site's name servers. A message that breaks the
rules gives the records before the break: responders of small devices often cut what
does not fit.
"""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

A, SOA, PTR, HINFO, TXT, AAAA, SRV, AXFR, ANY = 1, 6, 12, 13, 16, 28, 33, 252, 255
IN, UNICAST = 1, 0x8000
"""The class of the Internet, and the bit that asks for an answer to us alone."""
MOST_RECORDS, MOST_LABELS, LONGEST_NAME = 256, 64, 255
MOST_IN_MESSAGE, MOST_IN_ZONE = 8_192, 200_000


@dataclass(frozen=True, slots=True)
class Record:
    """A resource record; `data` lies at `at` in the whole message."""

    name: str
    type: int
    data: bytes
    at: int
    message: bytes

    def target(self, skip: int = 0) -> str:
        """Return the name in the data, which may point anywhere in the message."""
        found = read_name(self.message, self.at + skip)
        return found[0] if found is not None else ""


def question(names: Sequence[tuple[str, int]], *, unicast: bool = True) -> bytes:
    """Return a query for some (name, type) pairs, answered to us alone if `unicast`."""
    head = struct.pack("!6H", 0, 0, len(names), 0, 0, 0)
    kind = IN | (UNICAST if unicast else 0)
    return head + b"".join(
        write_name(name) + struct.pack("!2H", type_, kind) for name, type_ in names
    )


def lookup(number: int, name: str, kind: int) -> bytes:
    """Return a question to a name server, which may ask others for us.

    Args:
        number: Any, to know the answer by.
        name: What is looked up.
        kind: Type of records; `AXFR` for a whole zone.
    """
    recursion = 0 if kind == AXFR else 0x0100
    head = struct.pack("!6H", number, recursion, 1, 0, 0, 0)
    return head + write_name(name) + struct.pack("!2H", kind, IN)


def answers(message: bytes, number: int, name: str) -> bool:
    """Whether a message answers a question: its number, and the name asked for."""
    if len(message) < 12:
        return False
    said, flags, questions = struct.unpack_from("!3H", message)
    asked = read_name(message, 12) if questions else None
    same = asked is None or asked[0].lower() == name.rstrip(".").lower()
    return bool(said == number and flags & 0x8000 and same)


def values_of(found: Iterable[Record], kind: int) -> list[str]:
    """Return the addresses or names that records of a type hold, in order."""
    values: dict[str, None] = {}
    for record in found:
        if record.type != kind:
            continue
        if kind in (A, AAAA) and len(record.data) == (4 if kind == A else 16):
            values.setdefault(str(ipaddress.ip_address(record.data)))
        elif kind == PTR and record.target():
            values.setdefault(record.target())
    return list(values)


class Transfer:
    """A zone as its server hands it over, one message after the other (RFC 5936).

    Attributes:
        names: Address to the names that lead to it.
        ended: The zone is whole: its first record came again.
    """

    def __init__(self, zone: str) -> None:
        self.names: dict[str, list[str]] = {}
        self.ended = False
        self._zone = zone.rstrip(".").lower()
        self._starts = 0

    def take(self, message: bytes) -> None:
        """Take in a message.

        Raises:
            OSError: The server refuses, or it is no part of a zone.
        """
        found = records(message, most=MOST_IN_MESSAGE)
        begins = self._starts > 0 or (bool(found) and found[0].type == SOA)
        if not found or message[3] & 0x0F or not begins:
            raise OSError(f"the zone {self._zone} is not handed over")
        for record in found:
            if record.type == SOA:
                self._starts += 1
                self.ended = self._starts > 1
            elif record.type in (A, AAAA) and len(self.names) < MOST_IN_ZONE:
                for address in values_of((record,), record.type):
                    known = self.names.setdefault(address, [])
                    if record.name not in known and len(known) < MOST_LABELS:
                        known.append(record.name)


def write_name(name: str) -> bytes:
    """Return a name of dotted labels as it stands in a message."""
    labels = [label.encode()[:63] for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(each)]) + each for each in labels) + b"\0"


def read_name(message: bytes, at: int) -> tuple[str, int] | None:
    """Return the name at a place and where it ends; None where it is broken.

    Pointers are followed backwards only, so that none makes a loop.
    """
    labels: list[str] = []
    end: int | None = None
    lowest = at
    while len(labels) < MOST_LABELS and at < len(message):
        length = message[at]
        if length == 0:
            return ".".join(labels), at + 1 if end is None else end
        if length & 0xC0 == 0xC0:
            if at + 1 >= len(message):
                return None
            end = at + 2 if end is None else end
            at = (length & 0x3F) << 8 | message[at + 1]
            if at >= lowest:
                return None
            lowest = at
            continue
        if length > 63 or at + 1 + length > len(message):
            return None
        label = message[at + 1 : at + 1 + length].decode("utf-8", "replace")
        labels.append(label.replace(".", "\u2024"))
        at += 1 + length
    return None


def records(message: bytes, *, most: int = MOST_RECORDS) -> list[Record]:
    """Return the records of all sections of an answer; empty for what is none."""
    if len(message) < 12:
        return []
    _, flags, questions, *counts = struct.unpack_from("!6H", message)
    if not flags & 0x8000 or questions > MOST_RECORDS:
        return []
    at = 12
    for _ in range(questions):
        found = read_name(message, at)
        if found is None:
            return []
        at = found[1] + 4
    return list(_records(message, at, min(sum(counts), most)))


def _records(message: bytes, at: int, count: int) -> Iterator[Record]:
    for _ in range(count):
        found = read_name(message, at)
        if found is None or found[1] + 10 > len(message):
            return
        name, at = found
        type_, _, _, length = struct.unpack_from("!2HIH", message, at)
        at += 10
        if at + length > len(message):
            return
        yield Record(name, type_, message[at : at + length], at, message)
        at += length


def strings(data: bytes) -> list[bytes]:
    """Return the character strings of a TXT or HINFO record."""
    found, at = [], 0
    while at < len(data):
        length = data[at]
        found.append(data[at + 1 : at + 1 + length])
        at += 1 + length
    return found


def pairs(data: bytes) -> dict[str, str]:
    """Return the `key=value` pairs of a TXT record (RFC 6763, 6); the first counts."""
    found: dict[str, str] = {}
    for each in strings(data)[:MOST_RECORDS]:
        name, equals, value = each.partition(b"=")
        key = name.decode("ascii", "replace").strip().lower()
        if equals and key:
            found.setdefault(key, value.decode("utf-8", "replace"))
    return found
