"""Time stamps of an authority (RFC 3161): what is asked, and what was answered. Pure.

A stamp says that a digest was there at a moment; who signed it is for the auditor to
check, such as by `openssl ts -verify`. Only what we need of DER is read here.
"""

from __future__ import annotations

from collections.abc import Iterator

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

ASKED, ANSWERED = "application/timestamp-query", "application/timestamp-reply"
_SHA256 = bytes.fromhex("0609608648016503040201")
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_STAMP = bytes.fromhex("2a864886f70d0109100104")
_INTEGER, _OCTETS, _NULL, _SEQUENCE = 0x02, 0x04, 0x05, 0x30
_FIRST = 0xA0
_GRANTED = (0, 1)
"""Granted, or granted with changes that were asked for."""


def query(digest: bytes, nonce: int) -> bytes:
    """Return a request to stamp a SHA-256 digest, with the certificates.

    Args:
        digest: 32 bytes.
        nonce: A number not used before, so that no old answer does.
    """
    imprint = _der(
        _SEQUENCE,
        _der(_SEQUENCE, _SHA256, _der(_NULL)),
        _der(_OCTETS, digest),
    )
    return _der(
        _SEQUENCE, _der(_INTEGER, b"\x01"), imprint, _number(nonce), b"\x01\x01\xff"
    )


def stamped(answer: bytes) -> tuple[bytes, int | None]:
    """Return the digest and the nonce that an answer stamps.

    Raises:
        Invalid: The authority refused, or this is no answer of one.
    """
    try:
        info = _info(answer)
        (_, _), (_, _), (_, imprint), *more = info
        (_, _), (kind, digest) = _parts(imprint)
        if kind != _OCTETS:
            raise ValueError("no digest")
        # The serial number comes first, a nonce after the time; both are integers.
        numbers = [content for tag, content in more if tag == _INTEGER]
    except (ValueError, IndexError) as error:
        raise Invalid(
            N_("The time stamp authority did not stamp it."), where="timestamp_url"
        ) from error
    nonce = int.from_bytes(numbers[1], "big", signed=True) if numbers[1:] else None
    return digest, nonce


def _info(answer: bytes) -> list[tuple[int, bytes]]:
    """Return the parts of the TSTInfo in an answer."""
    ((_, whole),) = _parts(answer)
    (_, status), (_, token) = list(_parts(whole))[:2]
    if int.from_bytes(next(iter(_parts(status)))[1], "big") not in _GRANTED:
        raise ValueError("refused")
    (_, kind), (first, signed) = _parts(token)
    if (kind, first) != (_SIGNED_DATA, _FIRST):
        raise ValueError("no signed data")
    ((_, data),) = _parts(signed)
    content = next(c for tag, c in list(_parts(data))[2:] if tag == _SEQUENCE)
    (_, inner), (_, held) = _parts(content)
    if inner != _STAMP:
        raise ValueError("no time stamp")
    ((_, octets),) = _parts(held)
    ((_, info),) = _parts(octets)
    return list(_parts(info))


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield tag and content of each value of DER."""
    at = 0
    while at < len(data):
        tag, size, at = data[at], data[at + 1], at + 2
        if size & 0x80:
            octets = size & 0x7F
            size, at = int.from_bytes(data[at : at + octets], "big"), at + octets
        if at + size > len(data):
            raise ValueError("cut off")
        yield tag, data[at : at + size]
        at += size


def _number(value: int) -> bytes:
    return _der(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    if len(content) < 0x80:
        return bytes((tag, len(content))) + content
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + content
