"""Carries TCP connections, as a router with address translation does.

`python -m tests.lab.relay ADDRESS PORT TO TO_PORT [CERTIFICATE KEY]`: with a
certificate it takes TLS and hands on what was in it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import sys


async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Carry one direction until either end is gone."""
    with contextlib.suppress(OSError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    target.close()


async def main(address: str, port: str, to: str, to_port: str, *tls: str) -> None:
    """Carry until a signal."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            back = await asyncio.open_connection(to, int(to_port))
        except OSError:
            writer.close()
            return
        await asyncio.gather(pump(reader, back[1]), pump(back[0], writer))

    context = None
    if tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*tls)
    server = await asyncio.start_server(carry, address, int(port), ssl=context)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
