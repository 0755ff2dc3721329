"""The first two messages of NTLM (MS-NLMP): a server names itself unasked. Pure.

Only NEGOTIATE is ever sent; no AUTHENTICATE follows, so nobody tries to log in and no
account counts a failure.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from collectors.probes.parsers.said import Said

SIGNATURE = b"NTLMSSP\0"
_FLAGS = 0x00000001 | 0x00000004 | 0x00000200 | 0x00080000 | 0x02000000 | 0x20000000
"""Unicode, request target, NTLM, extended session security, version, 128 bit."""
_AV = {1: "netbios-computer", 2: "netbios-domain", 3: "dns-computer", 4: "dns-domain"}
_VERSION = 0x02000000


def negotiate() -> bytes:
    """Return a NEGOTIATE message without names of ours."""
    return SIGNATURE + struct.pack("<II8x8x", 1, _FLAGS) + b"\x0a\0\0\0\0\0\0\x0f"


def read_challenge(data: bytes, via: str) -> Said:
    """Return what a CHALLENGE within some bytes says.

    Args:
        data: Bytes that hold it somewhere, such as a security blob.
        via: The protocol it came by.
    """
    said = Said()
    start = data.find(SIGNATURE)
    message = data[start:] if start >= 0 else b""
    if len(message) < 48 or message[8:12] != b"\2\0\0\0":
        return said
    (flags,) = struct.unpack_from("<I", message, 20)
    length, _, offset = struct.unpack_from("<HHI", message, 40)
    for kind, value in _pairs(message[offset : offset + length]):
        said.announced(f"{via} ntlm {kind}", value)
        if kind in ("dns-computer", "netbios-computer"):
            said.name(value, f"{via} ntlm {kind}")
    if flags & _VERSION and len(message) >= 56:
        major, minor, build = struct.unpack_from("<BBH", message, 48)
        if build:
            said.announced(f"{via} ntlm version", f"{major}.{minor}.{build}")
    return said


def _pairs(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield the attributes of the target (MS-NLMP, 2.2.2.1)."""
    at = 0
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        if kind == 0:
            return
        if name := _AV.get(kind):
            value = data[at + 4 : at + 4 + length].decode("utf-16-le", "replace")
            yield name, value
        at += 4 + length
