"""Echo requests to many addresses through one socket per address family.

The building and the reading of packets is pure; `ping` owns the socket. An unprivileged
datagram socket is used where the system grants it (Linux: `net.ipv4.ping_group_range`),
a raw one otherwise; where neither is allowed, `open_socket` says what to change.
RFC 792 (ICMP) and RFC 4443 (ICMPv6).
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections.abc import Callable, Collection
from contextlib import suppress

from collectors.errors import Unreachable, Unsupported
from collectors.pacing import Pace
from collectors.sentences import N_
from collectors.streaming import rounds

ECHO_REQUEST = {4: 8, 6: 128}
ECHO_REPLY = {4: 0, 6: 129}
_HEADER = struct.Struct("!BBHHH")
_BODY = struct.Struct("!8sI")
_RECEIVE_BUFFER = 1 << 20
_LARGEST = 2_048


def checksum(data: bytes) -> int:
    """Return the Internet checksum of `data` (RFC 1071)."""
    if len(data) % 2:
        data += b"\0"
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def echo_request(version: int, token: bytes, index: int) -> bytes:
    """Return an echo request that carries `token` and `index` in its data.

    Args:
        version: 4 or 6; the kernel fills in the checksum of version 6.
        token: 8 random bytes that tell this run's packets from others'.
        index: Which address was asked.
    """
    body = _BODY.pack(token, index) + bytes(20)
    identifier = int.from_bytes(token[:2])
    kind = ECHO_REQUEST[version]
    bare = _HEADER.pack(kind, 0, 0, identifier, index & 0xFFFF) + body
    if version == 6:
        return bare
    return _HEADER.pack(kind, 0, checksum(bare), identifier, index & 0xFFFF) + body


def read_reply(version: int, packet: bytes, token: bytes) -> int | None:
    """Return the index in an echo reply to one of our requests, None for all else.

    Raw IPv4 sockets deliver the IP header too; it is skipped.
    """
    if version == 4 and len(packet) >= 20 and packet[0] >> 4 == 4:
        packet = packet[(packet[0] & 0x0F) * 4 :]
    if len(packet) < _HEADER.size + _BODY.size or packet[0] != ECHO_REPLY[version]:
        return None
    reply_token, index = _BODY.unpack_from(packet, _HEADER.size)
    return int(index) if reply_token == token else None


def open_socket(version: int) -> socket.socket:
    """Return a non-blocking ICMP socket.

    Raises:
        Unsupported: The system grants neither kind; the text says what to change.
    """
    family = socket.AF_INET if version == 4 else socket.AF_INET6
    protocol = socket.IPPROTO_ICMP if version == 4 else socket.IPPROTO_ICMPV6
    refusal: OSError | None = None
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            sock = socket.socket(family, kind, protocol)
        except OSError as error:
            refusal = error
            continue
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        return sock
    raise Unsupported(
        N_(
            "this process may not send ICMPv{version} ({refusal}): on Linux"
            " set net.ipv4.ping_group_range to include its group, or give it"
            " CAP_NET_RAW"
        ),
        version=version,
        refusal=refusal,
    )


async def _receive(sock: socket.socket, take: Callable[[bytes, str], None]) -> None:
    """Hand on every packet with the address it came from, without its zone."""
    loop = asyncio.get_running_loop()
    while True:
        with suppress(OSError):
            data, source = await loop.sock_recvfrom(sock, _LARGEST)
            take(data, str(source[0]).split("%")[0])


async def ping(
    version: int,
    addresses: Collection[str],
    found: Callable[[str, float], None],
    *,
    pace: Pace,
    timeout: float,
    retries: int,
) -> None:
    """Ask all addresses of one family; call `found(address, seconds)` per reply.

    Raises:
        Unsupported: The system grants no ICMP socket.
        Unreachable: No packet could leave at all; the text says why.
    """
    loop = asyncio.get_running_loop()
    token = os.urandom(8)
    targets = tuple(addresses)
    waiting = dict.fromkeys(range(len(targets)))
    sent = [0.0] * len(targets)

    def take(data: bytes, source: str) -> None:
        index = read_reply(version, data, token)
        if index is None or index not in waiting:
            return
        if targets[index].split("%")[0] == source:
            del waiting[index]
            found(targets[index], max(0.0, loop.time() - sent[index]))

    failures: list[OSError] = []

    def send(index: int) -> None:
        sent[index] = loop.time()
        try:
            sock.sendto(echo_request(version, token, index), (targets[index], 0))
        except OSError as error:
            failures.append(error)

    with open_socket(version) as sock:
        receiver = asyncio.create_task(_receive(sock, take))
        try:
            await rounds(waiting, send, pace=pace, timeout=timeout, retries=retries)
        finally:
            receiver.cancel()
            await asyncio.wait([receiver])
    if failures and len(failures) >= len(targets) * (1 + retries):
        raise Unreachable(
            N_("no ICMPv{version} packet left: {what}"),
            version=version,
            what=failures[0],
        )
