"""How long the server waits for a request to be begun, and how large its head may be.

uvicorn waits for ever for the end of the headers and keeps as many as are sent: a
client that sends a byte a minute holds a connection, one that never ends them fills
the memory. `api.http.admission` bounds what comes after the headers.
"""

from __future__ import annotations

from asyncio import Transport
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 15.0
"""Within which the headers of a request have to be complete."""
HEAD_BYTES = 64 * 1024
"""Of the request line and all headers."""
HEADERS = 200

_LATE = b"HTTP/1.1 408 Request Timeout\r\n"
_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
_END = b"content-length: 0\r\nconnection: close\r\n\r\n"


class ImpatientProtocol(HttpToolsProtocol):
    """HTTP/1.1 as of uvicorn, with bounds for what comes before the body."""

    _late: Any = None
    _read = 0
    _in_head = True

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came, unless the head of the request has become too large."""
        if self._in_head:
            self._read += len(data)
            # A body may have come with the end of the headers, in the same piece.
            if self._read > HEAD_BYTES + len(data):
                self._refuse(_LARGE)
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Begin to wait for the end of the headers."""
        super().on_message_begin()
        self._in_head = True
        self._wait()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header, unless there are too many."""
        super().on_header(name, value)
        if len(self.headers) > HEADERS or len(name) + len(value) > HEAD_BYTES:
            raise ValueError("too many headers")

    def on_headers_complete(self) -> None:
        """Wait no more: the body has limits of its own."""
        named = sum(name == b"host" for name, _ in self.headers)
        if named > 1 or (not named and self.parser.get_http_version() == "1.1"):
            raise ValueError("not one host")  # RFC 9112, section 3.2
        self._stop()
        self._in_head, self._read = False, 0
        super().on_headers_complete()

    def _wait(self) -> None:
        self._stop()
        self._late = self.loop.call_later(HEAD_SECONDS, self._refuse, _LATE)

    def _stop(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _refuse(self, status: bytes) -> None:
        self._stop()
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(status + _END)
            self.transport.close()
