"""The NetBIOS name service: the status of a node (RFC 1002, 4.2.17, 4.2.18). Pure."""

from __future__ import annotations

import struct

from collectors.probes.parsers.said import Said

PORT = 137
_WILDCARD = b"CK" + b"A" * 30
"""The name `*` in the first-level encoding."""
_GROUP = 0x8000
_MOST_NAMES = 32
_ROLES = {
    0x1B: "domain-master-browser",
    0x1C: "domain-controllers",
    0x20: "file-server",
}


def status_query(number: int) -> bytes:
    """Return the question for all names of a node."""
    head = struct.pack("!6H", number, 0, 1, 0, 0, 0)
    return head + b"\x20" + _WILDCARD + b"\0" + struct.pack("!2H", 0x21, 1)


def read_status(datagram: bytes) -> Said:
    """Return what the answer to a status query says; nothing where it is none."""
    said = Said()
    if len(datagram) < 57 or not datagram[2] & 0x80:
        return said
    count = datagram[56]
    at, names = 57, []
    for _ in range(min(count, _MOST_NAMES)):
        if at + 18 > len(datagram):
            return said
        name = datagram[at : at + 15].decode("latin-1").rstrip(" \0")
        names.append((name, datagram[at + 15], datagram[at + 16] & 0x80 != 0))
        at += 18
    said.serves("netbios", PORT, transport="udp")
    for name, suffix, is_group in names:
        if suffix == 0 and not is_group:
            said.name(name, "netbios name")
        elif suffix == 0:
            said.announced("netbios group", name)
        if role := _ROLES.get(suffix):
            said.announced(f"netbios {role}", role)
    if at + 6 <= len(datagram) and any(datagram[at : at + 6]):
        said.mac(datagram[at : at + 6].hex(":"), "netbios unit id")
    return said
