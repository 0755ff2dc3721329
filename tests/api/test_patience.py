"""Clients that hold connections: sent away, while others are answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from api import patience
from api.http.admission import Admission, Limits
from api.patience import ImpatientProtocol
from api.serving import bind

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n"


@asynccontextmanager
async def served() -> AsyncIterator[int]:
    """Yield the port of a small application behind the protocol."""
    application = Admission(PlainTextResponse("in"), Limits(body_seconds=0.5))
    config = uvicorn.Config(application, http=ImpatientProtocol, log_config=None)
    server, bound = uvicorn.Server(config), bind("127.0.0.1", 0)
    running = asyncio.create_task(server.serve(sockets=[bound]))
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield bound.getsockname()[1]
    finally:
        server.should_exit = True
        await running


async def sent(port: int, *parts: bytes) -> bytes:
    """Send parts and return all that comes until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_headers_that_never_end_are_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.3)
    async with served() as port:
        lorises = [
            asyncio.create_task(sent(port, part))
            for part in [b"", b"G", REQUEST, REQUEST + b"X-A: b\r\n"] * 50
        ]
        whole = REQUEST + b"Connection: close\r\n\r\n"
        assert (await sent(port, whole)).endswith(b"in")
        for told in await asyncio.gather(*lorises):
            assert told.startswith(b"HTTP/1.1 408")


async def test_heads_are_of_bounded_size() -> None:
    async with served() as port:
        large = REQUEST + b"X-Large: " + b"a" * 1_000_000 + b"\r\n\r\n"
        many = REQUEST + b"X-A: b\r\n" * 20_000 + b"\r\n"
        endless = [REQUEST, *([b"X-A: " + b"b" * 4000 + b"\r\n"] * 500)]
        for told in await asyncio.gather(
            sent(port, large), sent(port, many), sent(port, *endless)
        ):
            assert not told or told.split()[1] in (b"400", b"431")
        assert (await sent(port, REQUEST + b"Connection: close\r\n\r\n")).endswith(
            b"in"
        )


async def test_a_kept_connection_is_given_time_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[asyncio.TimerHandle] = []
    wait = ImpatientProtocol._wait

    def noted(protocol: ImpatientProtocol) -> None:
        wait(protocol)
        begun.append(protocol._late)

    monkeypatch.setattr(ImpatientProtocol, "_wait", noted)
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(3):
            writer.write(REQUEST + b"\r\n")
            assert b" 200 " in await reader.readuntil(b"\r\n\r\nin")
        assert len(begun) == 4, "the connection, and each request"
        assert all(timer.cancelled() for timer in begun)
        monkeypatch.setattr(patience, "HEAD_SECONDS", 0.3)
        writer.write(REQUEST)
        assert (await reader.read()).startswith(b"HTTP/1.1 408")
        writer.close()


POST = b"POST / HTTP/1.1\r\nHost: x\r\n"
HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"
END = b"0\r\n\r\n"


@pytest.mark.parametrize(
    "request_",
    [
        POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + END,
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" + END,
        POST + b"Content-Length: 5\r\nContent-Length: 0\r\n\r\n",
        POST + b"Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
        POST + b"Content-Length: 0, 5\r\n\r\n",
        POST + b"Content-Length: +0\r\n\r\n",
        POST + b"Content-Length : 0\r\n\r\n",
        POST + b"X-A: b\r\n c\r\nContent-Length: 0\r\n\r\n",
        POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n" + END,
        POST + b"Transfer-Encoding: chunked, identity\r\n\r\n" + END,
        POST + b"Transfer-Encoding: xchunked\r\n\r\n" + END,
        POST + b"Transfer-Encoding: chunked\r\n\r\n1;a=\nb\r\nx\r\n" + END,
        POST + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n" + END,
        b"GET / HTTP/1.1\nHost: x\n\n",
        b"GET / HTTP/1.1\r\nHost: x\rX-A: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\x00y\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        b"CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
async def test_what_a_proxy_might_read_otherwise_ends_the_connection(
    request_: bytes,
) -> None:
    """No request is hidden in another one (RFC 9112, section 11.2)."""
    async with served() as port:
        told = await sent(port, request_ + HIDDEN)
    assert told.count(b"HTTP/1.1 ") == 1
    assert told.split()[1] == b"400"
