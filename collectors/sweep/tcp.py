"""Which TCP ports are open, and what greets there.

A full connect, bounded in number, then a short listen: SSH and others speak first. Only
open ports are reported: a reset may come from a firewall as well as from a host.
`retries` do not apply; the kernel repeats its SYN.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress

from collectors.pacing import Pace
from collectors.patience import listening
from collectors.streaming import keep_pace
from collectors.text import printable

MAX_BANNER = 1_024
"""Bytes of a greeting that are read; an SSH line has at most 255 (RFC 4253, 4.2)."""

IN_FLIGHT = 256
"""Connections under way at once; within the usual limit of 1,024 open files."""

GREETING_WAIT = 0.5
"""Seconds to wait for a server to speak first, unless the time-out is shorter."""

_SSH_LINE = re.compile(rb"(?:^|\n)SSH-[^\n]*\n")
"""Other lines may come before it (RFC 4253, 4.2)."""

Found = Callable[[str, int, float, str], None]


async def connect_all(
    addresses: Collection[str],
    ports: Collection[int],
    found: Found,
    *,
    pace: Pace,
    timeout: float,
    in_flight: int = IN_FLIGHT,
) -> None:
    """Try every port of every address; call `found(address, port, seconds, banner)`.

    Ports are the outer loop, so that one host is not asked for all at once.
    """
    targets: Iterator[tuple[str, int]] = ((a, p) for p in ports for a in addresses)

    async def work() -> None:
        for address, port in targets:
            await keep_pace(pace)
            await _try(address, port, found, timeout)

    workers = min(in_flight, len(addresses) * len(ports))
    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(work())


async def _try(address: str, port: int, found: Found, timeout: float) -> None:
    loop = asyncio.get_running_loop()
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as sock:
        sock.setblocking(False)
        begun = loop.time()
        try:
            async with listening(timeout):
                await loop.sock_connect(sock, (address, port))
        except (OSError, TimeoutError):
            return
        latency = loop.time() - begun
        data = b""
        with suppress(OSError, TimeoutError):
            async with listening(min(timeout, GREETING_WAIT)):
                while not _SSH_LINE.search(data) and len(data) < MAX_BANNER:
                    more = await loop.sock_recv(sock, MAX_BANNER - len(data))
                    if not more:
                        break
                    data += more
        found(address, port, latency, banner(data))


def banner(data: bytes) -> str:
    """Return the greeting's telling line: the SSH version, else the first one."""
    lines = data.decode("utf-8", "replace").splitlines() or [""]
    ssh = [line for line in lines if line.startswith("SSH-")]
    return printable((ssh or lines)[0])[:255]
