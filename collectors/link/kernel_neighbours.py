"""Who is on our own segments, as the system's neighbour tables know it.

Whoever was asked anything on a local segment had to answer ARP or Neighbour Discovery
first, even if a firewall swallowed the rest. The tables are read through Linux' netlink
(rtnetlink(7)), which needs no rights; elsewhere nothing is read. Parsing is pure.
"""

from __future__ import annotations

import ipaddress
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from collectors import macs

_HEADER = struct.Struct("=IHHII")
_NEIGHBOUR = struct.Struct("=BxxxiHBB")
_ADDRESS = struct.Struct("=BBBBI")
_ATTRIBUTE = struct.Struct("=HH")
_NEW_NEIGHBOUR, _GET_NEIGHBOUR = 28, 30
_NEW_ADDRESS, _GET_ADDRESS = 20, 22
_DONE, _ERROR = 3, 2
_REQUEST_DUMP = 0x301
_DESTINATION, _LINK_ADDRESS = 1, 2
_LOCAL = 2
_REACHABLE = 0x02
_KNOWN = _REACHABLE | 0x04 | 0x08 | 0x10 | 0x80
"""Further states: STALE, DELAY, PROBE and PERMANENT; not INCOMPLETE, FAILED."""

MAX_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class KernelNeighbour:
    """Whose MAC the system knows.

    Attributes:
        reachable: It answered just now; otherwise it may have gone since.
    """

    ip: str
    mac: str
    reachable: bool


def dump_request(kind: int) -> bytes:
    """Return a request for a whole table of all address families."""
    body = bytes(12) if kind == _GET_NEIGHBOUR else bytes(8)
    return _HEADER.pack(_HEADER.size + len(body), kind, _REQUEST_DUMP, 1, 0) + body


def messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield type and body of each netlink message; stops at a broken one."""
    while len(data) >= _HEADER.size:
        length, kind, *_ = _HEADER.unpack_from(data)
        if not _HEADER.size <= length <= len(data):
            return
        yield kind, data[_HEADER.size : length]
        data = data[(length + 3) & ~3 :]


def attributes(data: bytes) -> dict[int, bytes]:
    """Return the attributes behind a message's fixed part."""
    found: dict[int, bytes] = {}
    while len(data) >= _ATTRIBUTE.size:
        length, kind = _ATTRIBUTE.unpack_from(data)
        if not _ATTRIBUTE.size <= length <= len(data):
            break
        found.setdefault(kind, data[_ATTRIBUTE.size : length])
        data = data[(length + 3) & ~3 :]
    return found


def parse_neighbours(data: bytes) -> list[KernelNeighbour]:
    """Return the resolved entries of a neighbour table."""
    found = []
    for kind, body in messages(data):
        if kind != _NEW_NEIGHBOUR or len(body) < _NEIGHBOUR.size:
            continue
        _, _, state, _, _ = _NEIGHBOUR.unpack_from(body)
        attrs = attributes(body[_NEIGHBOUR.size :])
        ip = _ip(attrs.get(_DESTINATION))
        mac = macs.from_bytes(attrs.get(_LINK_ADDRESS, b""))
        if ip and mac and state & _KNOWN and mac != "00:00:00:00:00:00":
            found.append(KernelNeighbour(ip, mac, bool(state & _REACHABLE)))
    return found


def parse_addresses(data: bytes) -> list[tuple[str, int]]:
    """Return (address, interface number) of this machine's own addresses."""
    found = []
    for kind, body in messages(data):
        if kind == _NEW_ADDRESS and len(body) >= _ADDRESS.size:
            index = _ADDRESS.unpack_from(body)[4]
            attrs = attributes(body[_ADDRESS.size :])
            if ip := _ip(attrs.get(_LOCAL, attrs.get(_DESTINATION))):
                found.append((ip, index))
    return found


def _ip(data: bytes | None) -> str | None:
    if data is None or len(data) not in (4, 16):
        return None
    ip = ipaddress.ip_address(data)
    return None if ip.is_multicast or ip.is_loopback else str(ip)


def _dump(kind: int) -> bytes:
    """Read a table of the kernel, whole."""
    parts: list[bytes] = []
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as link:
        link.settimeout(2)
        link.send(dump_request(kind))
        while sum(map(len, parts)) < MAX_BYTES:
            data = link.recv(1 << 18)
            parts.append(data)
            if any(k in {_DONE, _ERROR} for k, _ in messages(data)):
                break
    return b"".join(parts)


def resolved_neighbours() -> list[KernelNeighbour]:
    """Return who is on our segments, ourselves included; nothing where unknown."""
    if sys.platform != "linux":
        return []
    with suppress(OSError):
        found = parse_neighbours(_dump(_GET_NEIGHBOUR))
        for ip, index in parse_addresses(_dump(_GET_ADDRESS)):
            if mac := _own_mac(index):
                found.append(KernelNeighbour(ip, mac, True))
        return found
    return []


def _own_mac(index: int) -> str | None:
    with suppress(OSError):
        folder = Path("/sys/class/net") / socket.if_indextoname(index)
        mac = macs.from_text((folder / "address").read_text("ascii"))
        return None if mac == "00:00:00:00:00:00" else mac
    return None
