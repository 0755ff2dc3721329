"""MAC, IMEI and UUID of an asset: one spelling each, and what is none. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from uuid import UUID

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_


class IdentifierKind(StrEnum):
    """What an asset can be recognised by besides tag and serial."""

    MAC = "mac"
    IMEI = "imei"
    UUID = "uuid"


_HEX = re.compile(r"[0-9a-f]+")
_NO_UUID = frozenset(("0" * 32, "f" * 32, "03000200040005000006000700080009"))
"""What firmware says that was never given one."""


def canonical_identifier(kind: IdentifierKind, text: str) -> str:
    """Return the one spelling of an identifier.

    MACs become `aa:bb:cc:dd:ee:ff`, whatever separates their digits. IMEIs become 15
    digits: the check digit (Luhn, 3GPP TS 23.003 annex B) must be right, and is added
    if only 14 are given; of a 16-digit IMEISV the two of the software are dropped.
    UUIDs become lower case with dashes (RFC 9562).

    Raises:
        Invalid: It is none, or one that many things share.
    """
    value = _READERS[kind](text.strip().lower())
    if value is None:
        raise Invalid(
            N_("{given!r} is not a {kind} that names one thing."),
            where=kind.value,
            remedy=_REMEDIES[kind],
            given=text,
            kind=kind.upper(),
        )
    return value


def _mac(text: str) -> str | None:
    groups = [group for group in re.split(r"[:\-. ]", text) if group]
    if not groups or not all(_HEX.fullmatch(group) for group in groups):
        return None
    width = {6: 2, 3: 4}.get(len(groups), 0)
    digits = "".join(group.zfill(width) for group in groups)
    if len(digits) != 12 or digits == "0" * 12:
        return None
    octets = bytes.fromhex(digits)
    # The group bit marks addresses of many.
    return None if octets[0] & 1 else octets.hex(":")


def _imei(text: str) -> str | None:
    digits = re.sub(r"[\s\-/.]", "", text)
    if not re.fullmatch(r"[0-9]{14,16}", digits) or len(set(digits)) == 1:
        return None
    body = digits[:14]
    full = body + luhn_digit(body)
    return full if len(digits) != 15 or digits == full else None


def luhn_digit(digits: str) -> str:
    """Return the check digit of some digits."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def _uuid(text: str) -> str | None:
    try:
        value = UUID(text)
    except ValueError:
        return None
    return None if value.hex in _NO_UUID else str(value)


_READERS: Mapping[IdentifierKind, Callable[[str], str | None]] = {
    IdentifierKind.MAC: _mac,
    IdentifierKind.IMEI: _imei,
    IdentifierKind.UUID: _uuid,
}
_REMEDIES: Mapping[IdentifierKind, str] = {
    IdentifierKind.MAC: "Write twelve hexadecimal digits, such as 00:1b:2c:3d:4e:5f.",
    IdentifierKind.IMEI: "Write its 15 digits; dialling *#06# shows them.",
    IdentifierKind.UUID: "Write 32 hexadecimal digits with dashes.",
}
