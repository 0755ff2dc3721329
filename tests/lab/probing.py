"""Runs inside a namespace: probes an address and notes what really left for it."""

from __future__ import annotations

import asyncio
import socket
import struct
from datetime import UTC, datetime

from collectors.facts import Observation
from collectors.probes.catalogue import ProbeRules
from collectors.probes.collect import Prober

_ALL = 0x0003
_IPV4 = b"\x08\x00"
_SYN, _ACK = 0x02, 0x10
Packets = list[tuple[str, int]]


async def probe(address: str) -> tuple[Observation | None, Packets, Packets]:
    """Probe; return what was said, what was logged as sent, what was captured."""
    sent: Packets = []
    prober = Prober(
        rate=200,
        timeout=2.0,
        log=lambda s: (
            sent.append((s.transport, s.port)) if s.address == address else None
        ),
    )
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL)) as raw:
        raw.bind(("br0", _ALL))
        raw.setblocking(False)
        observation = await prober.collect(
            ProbeRules(), address=address, seen_at=datetime(2026, 11, 29, tzinfo=UTC)
        )
        await asyncio.sleep(0)
        seen = [p for frame in _frames(raw) if (p := _opened(frame, address))]
    return observation, sent, seen


def _frames(raw: socket.socket) -> list[bytes]:
    found: list[bytes] = []
    while len(found) < 100_000:
        try:
            found.append(raw.recv(65_535))
        except BlockingIOError:
            break
    return found


def _opened(frame: bytes, address: str) -> tuple[str, int] | None:
    """Return transport and port of a datagram, or the opening of a connection."""
    if frame[12:14] != _IPV4 or frame[30:34] != socket.inet_aton(address):
        return None
    start = 14 + (frame[14] & 15) * 4
    protocol = frame[23]
    if protocol == socket.IPPROTO_UDP:
        return "udp", struct.unpack_from("!H", frame, start + 2)[0]
    if protocol == socket.IPPROTO_TCP and frame[start + 13] & (_SYN | _ACK) == _SYN:
        return "tcp", struct.unpack_from("!H", frame, start + 2)[0]
    return None
