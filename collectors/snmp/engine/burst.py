"""One datagram to many addresses, many at a time.

Linux sends a whole burst by one system call (sendmmsg); elsewhere, and for IPv6, each
datagram is sent by itself. Imports sockets and ctypes.
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import struct
import sys
from collections.abc import Callable, Sequence

BURST = 128
"""Most datagrams that one call of `Sender.send` takes."""

_SOCKADDR_IN = struct.Struct("=H2s4s8x")


class _Vector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("size", ctypes.c_size_t))


class _Message(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_size", ctypes.c_uint32),
        ("vectors", ctypes.POINTER(_Vector)),
        ("vector_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_size", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class _Header(ctypes.Structure):
    _fields_ = (("message", _Message), ("sent", ctypes.c_uint))


def _system_call() -> Callable[..., int] | None:
    if sys.platform != "linux":
        return None
    try:
        function = ctypes.CDLL(None, use_errno=True).sendmmsg
    except (AttributeError, OSError):
        return None
    function.argtypes = (
        ctypes.c_int,
        ctypes.POINTER(_Header),
        ctypes.c_uint,
        ctypes.c_int,
    )
    return function


class Sender:
    """Sends to the places of a list of addresses of one family.

    Attributes:
        failure: Why the last datagram that could not be sent was refused.
    """

    def __init__(
        self, sock: socket.socket, addresses: Sequence[str], port: int
    ) -> None:
        self.failure: OSError | None = None
        self._sock = sock
        self._targets = [(address, port) for address in addresses]
        self._call = _system_call() if sock.family == socket.AF_INET else None
        self._names: list[bytes] = []
        if self._call:
            family, network_port = socket.AF_INET, port.to_bytes(2)
            self._names = [
                _SOCKADDR_IN.pack(family, network_port, socket.inet_aton(address))
                for address in addresses
            ]
            self._prepare()

    def _prepare(self) -> None:
        size = _SOCKADDR_IN.size
        self._buffer = ctypes.create_string_buffer(size * BURST)
        self._vector = _Vector(None, 0)
        self._headers = (_Header * BURST)()
        start = ctypes.addressof(self._buffer)
        for number, header in enumerate(self._headers):
            message = header.message
            message.name, message.name_size = start + number * size, size
            message.vectors = ctypes.pointer(self._vector)
            message.vector_count = 1

    def send(self, packet: bytes, places: Sequence[int]) -> int:
        """Send to some places; return to how many of the first ones.

        The rest was not tried because the buffer of the socket is full: try again
        after a moment. A place that cannot be sent to counts as done; see `failure`.
        """
        done = 0
        while done < len(places):
            sent = self._some(packet, places[done:])
            if sent == 0:
                break
            done += sent
        return done

    def _some(self, packet: bytes, places: Sequence[int]) -> int:
        """Send to at least one place; 0 where the buffer is full.

        A first refusal may be an error that the network reported about an earlier
        datagram, to anybody; a second one is about the first place itself.
        """
        for _ in range(2):
            try:
                return (
                    self._many(packet, places)
                    if self._call
                    else self._one(packet, places[0])
                )
            except (BlockingIOError, InterruptedError):
                return 0
            except OSError as error:
                if error.errno == errno.ENOBUFS:
                    return 0
                failure = error
        self.failure = failure
        return 1

    def _one(self, packet: bytes, place: int) -> int:
        self._sock.sendto(packet, self._targets[place])
        return 1

    def _many(self, packet: bytes, places: Sequence[int]) -> int:
        assert self._call is not None
        names = b"".join([self._names[place] for place in places])
        ctypes.memmove(self._buffer, names, len(names))
        holder = ctypes.c_char_p(packet)
        self._vector.base = ctypes.cast(holder, ctypes.c_void_p)
        self._vector.size = len(packet)
        sent = self._call(self._sock.fileno(), self._headers, len(places), 0)
        if sent < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return sent
