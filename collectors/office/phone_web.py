"""The web servers of the office's phones: one GET a connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from collectors.office.tcp_port import TcpPort


class WebPort(TcpPort):
    """Serves the pages of one phone.

    Args:
        page: Path -> page; None for one that is not there.
    """

    def __init__(self, page: Callable[[str], str | None]) -> None:
        self._page = page

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, ValueError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            words = head.split(" ")
            page = self._page(words[1]) if words[0] == "GET" else None
            body = (page or "").encode()
            status = "200 OK" if page is not None else "404 Not Found"
            told = f"HTTP/1.1 {status}\r\nContent-Type: text/xml\r\n"
            told += f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            writer.write(told.encode() + body)
            await writer.drain()
        writer.close()
