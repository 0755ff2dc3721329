"""UDP sockets for asking many hosts at once, and the ICMP errors they report.

An unconnected socket is not told by default that a port is closed; Linux does tell it
on request, through a queue beside the data (IP_RECVERR). On other systems a closed port
is found out by its silence. Imports sockets and the errors.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress

from collectors.errors import CollectError, Refused, Unreachable
from collectors.sentences import N_

Target = tuple[str | int, ...]
"""A socket address to send to: of two members for IPv4, four for IPv6."""
Peer = tuple[str, int]
"""Address and port as the socket reports them."""

_SO_RCVBUFFORCE = 33  # of Linux: past the system's limit, where we may
_IP_RECVERR, _IPV6_RECVERR = 11, 25  # of Linux; the socket module lacks them
_MSG_ERRQUEUE = 0x2000
_EXTENDED_ERROR = struct.Struct("=I12x")
_LINUX = sys.platform == "linux"
_MOST_ERRORS = 64


def open_udp(family: socket.AddressFamily, buffer: int) -> socket.socket:
    """Return a non-blocking UDP socket with large buffers that reports ICMP errors.

    Raises:
        Unreachable: The system has none for this family.
    """
    try:
        sock = socket.socket(family, socket.SOCK_DGRAM)
    except OSError as error:
        raise Unreachable(
            N_("no UDP socket: {strerror}"), strerror=error.strerror
        ) from error
    sock.setblocking(False)
    for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, option, buffer)
    if _LINUX:
        six = family == socket.AF_INET6
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, buffer)
        with suppress(OSError):
            level = socket.IPPROTO_IPV6 if six else socket.IPPROTO_IP
            sock.setsockopt(level, _IPV6_RECVERR if six else _IP_RECVERR, 1)
    return sock


def read_errors(sock: socket.socket) -> Iterator[tuple[Peer, CollectError, bytes]]:
    """Yield what the network said about datagrams sent: to whom, what, and theirs.

    The datagram is cut to what the error quoted, maybe to nothing.
    """
    if not _LINUX:
        return
    for _ in range(_MOST_ERRORS):
        try:
            sent, ancillary, _, peer = sock.recvmsg(2048, 512, _MSG_ERRQUEUE)
        except OSError:
            return
        for level, kind, body in ancillary:
            known = (level, kind) in (
                (socket.IPPROTO_IP, _IP_RECVERR),
                (socket.IPPROTO_IPV6, _IPV6_RECVERR),
            )
            if known and len(body) >= _EXTENDED_ERROR.size and peer:
                (number,) = _EXTENDED_ERROR.unpack_from(body)
                error = _meaning(number)
                if error is not None:
                    yield (peer[0], peer[1]), error, sent


def _meaning(number: int) -> CollectError | None:
    """Return what an error number of the network means; None if it passes."""
    if number == errno.ECONNREFUSED:
        return Refused()
    if number == errno.EMSGSIZE:
        return None  # the kernel learns the path's size; the repeat goes in pieces
    return Unreachable(N_("the network answers: {number}"), number=os.strerror(number))


def socket_address(address: str, port: int) -> Target:
    """Return what sockets take for an IP address and a port.

    Raises:
        Unreachable: `address` is no IP address, or names an interface we lack.
    """
    try:
        found = socket.getaddrinfo(
            address, port, type=socket.SOCK_DGRAM, flags=socket.AI_NUMERICHOST
        )
    except (OSError, UnicodeError, OverflowError) as error:
        raise Unreachable(
            N_("{address} is not an IP address to send to"), address=repr(address)
        ) from error
    target: Target = found[0][4]  # type: ignore[assignment]
    return target
