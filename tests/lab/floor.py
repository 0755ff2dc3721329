"""A floor of machines that talk, for measuring: run inside a namespace.

`python -m tests.lab.floor FOLDER ADDRESS...` opens, on every address, SSH's greeting, a
page in the clear and over TLS, and answers of mDNS, SSDP and NetBIOS; then it says so.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from collectors.office.announce import encode
from tests.collectors.probes.servers import certificate, machine, saying, serving


def always(datagram: bytes) -> Callable[[bytes], list[bytes]]:
    """Return what gives one answer to any question."""
    return lambda _: [datagram]


def of(page: bytes) -> Callable[[bytes], bytes]:
    """Return what answers any request with a page."""
    return lambda _: page


async def serve(folder: Path, addresses: list[str]) -> None:
    """Serve until the process ends."""
    ends = datetime.now(UTC) + timedelta(days=400)
    async with AsyncExitStack() as stack:
        for number, address in enumerate(addresses):
            name = f"cam-{number:03}"
            page = encode.http_answer(f"<title>AXIS M3046-V {name}</title>".encode())
            back = ".".join(reversed(address.split("."))) + ".in-addr.arpa"
            told = encode.dns_answer((back, 12, encode.dns_name(f"{name}.local")))
            here = (
                f"HTTP/1.1 200 OK\r\nUSN: uuid:{name}\r\nSERVER: Linux UPnP/1.0\r\n\r\n"
            )
            udp = {5353: always(told), 1900: always(here.encode())}
            tcp = {
                22: saying(b"SSH-2.0-dropbear_2020.81\r\n"),
                80: serving(of(page)),
                443: serving(of(page)),
                554: saying(b"RTSP/1.0 200 OK\r\nServer: AXIS\r\n\r\n"),
            }
            tls = {443: certificate(folder, name, ends)}
            open_ports = machine(address, udp=udp, tcp=tcp, tls=tls, offset=0)
            await stack.enter_async_context(open_ports)
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), sys.argv[2:]))
