"""The beginning of RDP (MS-RDPBCGR, 2.2.1): which security it wants. Pure.

What follows is a TLS handshake, whose certificate names the computer.
"""

from __future__ import annotations

import struct

PORT = 3389
_TLS, _NLA = 1, 2


def connect_request() -> bytes:
    """Return an X.224 connection request that offers TLS and CredSSP."""
    wanted = struct.pack("<BBHI", 1, 0, 8, _TLS | _NLA)
    request = struct.pack("!BBHHB", 6 + len(wanted), 0xE0, 0, 0, 0) + wanted
    return struct.pack("!BBH", 3, 0, 4 + len(request)) + request


def wants_tls(answer: bytes) -> bool | None:
    """Return whether TLS follows; None where the answer is no RDP."""
    if len(answer) < 11 or answer[0] != 3 or answer[5] & 0xF0 != 0xD0:
        return None
    if len(answer) < 19 or answer[11] != 2:
        return False
    (chosen,) = struct.unpack_from("<I", answer, 15)
    return bool(chosen & (_TLS | _NLA | 8))
