"""Runs inside a namespace: a command, and every frame that leaves while it runs."""

from __future__ import annotations

import asyncio
import os
import resource
import socket
import struct
from collections import Counter
from dataclasses import dataclass, field

_ALL = 0x0003
_BUFFER, _SO_RCVBUFFORCE = 32 * 1024 * 1024, 33
_SYN, _ACK = 0x02, 0x10
Opening = tuple[str, str, int]
"""To whom, transport, port."""


@dataclass(slots=True)
class Capture:
    """What left a namespace while a command ran.

    Attributes:
        out: Standard output of the command, and `err` its other one.
        seconds: How long it took, and `cpu` what it and its children used.
        packets: Frames of IPv4 by whom they went to.
        arp: Questions by ARP by whom they asked for.
        openings: Datagrams and openings of connections.
        octets: Of all frames of IPv4.
    """

    out: str = ""
    err: str = ""
    code: int = -1
    seconds: float = 0.0
    cpu: float = 0.0
    packets: Counter[str] = field(default_factory=Counter)
    arp: Counter[str] = field(default_factory=Counter)
    openings: Counter[Opening] = field(default_factory=Counter)
    octets: int = 0

    def take(self, frame: bytes) -> None:
        """Count a frame."""
        if frame[12:14] == b"\x08\x06" and frame[20:22] == b"\0\1":
            self.arp[socket.inet_ntoa(frame[38:42])] += 1
        if frame[12:14] != b"\x08\0":
            return
        to, start = socket.inet_ntoa(frame[30:34]), 14 + (frame[14] & 15) * 4
        self.packets[to] += 1
        self.octets += len(frame)
        if frame[23] == socket.IPPROTO_ICMP and frame[start] == 8:
            self.openings[to, "icmp", 0] += 1
        elif frame[23] == socket.IPPROTO_UDP:
            port = struct.unpack_from("!H", frame, start + 2)[0]
            self.openings[to, "udp", port] += 1
        elif frame[23] == socket.IPPROTO_TCP:
            if frame[start + 13] & (_SYN | _ACK) == _SYN:
                port = struct.unpack_from("!H", frame, start + 2)[0]
                self.openings[to, "tcp", port] += 1


async def captured(
    command: list[str], *, interface: str, address: str, timeout: float
) -> Capture:
    """Run a command; return what it said, and what left from an address of ours."""
    found, loop = Capture(), asyncio.get_running_loop()
    source = socket.inet_aton(address)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL)) as raw:
        raw.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER)
        raw.bind((interface, _ALL))
        raw.setblocking(False)

        def read() -> None:
            for _ in range(512):
                try:
                    frame = raw.recv(65_535)
                except BlockingIOError:
                    return
                ours = frame[26:30] if frame[12:14] == b"\x08\0" else frame[28:32]
                if ours == source:
                    found.take(frame)

        loop.add_reader(raw, read)
        begun, before = loop.time(), resource.getrusage(resource.RUSAGE_CHILDREN)
        # Settings of whoever runs the tests are none of this program's.
        clean = {k: v for k, v in os.environ.items() if not k.startswith("PURSER_")}
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=clean,
        )
        async with asyncio.timeout(timeout):
            out, err = await process.communicate()
        found.seconds = loop.time() - begun
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        await asyncio.sleep(0.1)
        read()
        loop.remove_reader(raw)
    found.out, found.err = out.decode(), err.decode()[-4_000:]
    found.code = process.returncode or 0
    return found
