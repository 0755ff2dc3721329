"""A TCP port of the office: opened, closed, and a conversation a connection."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod


class TcpPort(ABC):
    """Listens on one address; what is said is up to the kind of port."""

    _server: asyncio.Server | None = None

    async def listen(self, address: str, port: int) -> None:
        """Open the port.

        Raises:
            OSError: It is in use.
        """
        self._server = await asyncio.start_server(self._talk, address, port)

    async def close(self) -> None:
        """Close the port."""
        if self._server is not None:
            self._server.close()

    @abstractmethod
    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Hold one conversation, and close it."""
