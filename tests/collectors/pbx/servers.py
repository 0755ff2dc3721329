"""Small servers on loopback that say what a test wants a telephone system to say."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pydantic import SecretStr

from collectors.pbx.source import Limits, PbxSource

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECRET = "marked-secret-5f3a"

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

SOON = Limits(connect=30.0, idle=30.0, total=60.0)


@asynccontextmanager
async def serving(
    talk: Talk, *, ssl_context: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    """Serve on a free port of 127.0.0.1; yield the port."""

    talks: set[asyncio.Task[object]] = set()

    async def guarded(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await talk(reader, writer)
                writer.close()
                await writer.wait_closed()
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(guarded, "127.0.0.1", 0, ssl=ssl_context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await asyncio.sleep(0)


def source(kind: str, port: int, **more: object) -> PbxSource:
    """A source on loopback with short limits."""
    given: dict[str, Any] = {
        "name": "test",
        "kind": kind,
        "host": "127.0.0.1",
        "port": port,
        "user": "reader",
        "secret": SecretStr(SECRET),
        "limits": SOON,
    }
    return PbxSource(**(given | more))


def manager(answers: Mapping[str, str], *, version: str = "7.0.3") -> Talk:
    """An Asterisk manager: action -> its answer, `@` standing for the ActionID line.

    `PJSIPShowEndpoint 2001` names the answer for one endpoint.
    """

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"Asterisk Call Manager/{version}\r\n".encode())
        while True:
            asked: dict[str, str] = {}
            while line := (await reader.readline()).decode().strip():
                name, _, value = line.partition(":")
                asked[name] = value.strip()
            if not asked:
                return
            action = asked["Action"]
            named = f"{action} {asked.get('Endpoint') or asked.get('Peer')}"
            unknown = f"Response: Error\n@\nMessage: Invalid/unknown command: {action}."
            if action == "Login":
                good = asked["Secret"] == SECRET
                text = "Response: Success" if good else "Response: Error"
                text += "\n@\nMessage: Authentication\n\n"
            else:
                text = answers.get(named) or answers.get(action) or f"{unknown}\n\n"
            text = text.replace("\n@\n", f"\nActionID: {asked['ActionID']}\n")
            writer.write(text.replace("\n", "\r\n").encode())
            await writer.drain()

    return talk


def listing(name: str, *rows: str) -> str:
    """A list answer of a manager; each row is `Event ... | field: value | ...`."""
    parts = ["Response: Success\n@\nEventList: start\nMessage: A list will follow\n\n"]
    for row in rows:
        event, *fields = (part.strip() for part in row.split("|"))
        parts.append("\n".join([f"Event: {event}", "@", *fields]) + "\n\n")
    end = f"Event: {name}Complete\n@\nEventList: Complete\nListItems: {len(rows)}\n\n"
    return "".join(parts) + end


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str


Answer = tuple[int, str] | tuple[int, str, dict[str, str]]


def web(handle: Callable[[Asked], Answer]) -> Talk:
    """An HTTP server: one request a connection, answered by `handle`."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        method, target, _ = first.split(" ")
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query))
        asked = Asked(method, parts.path, query, headers, body.decode())
        status, text, *more = handle(asked)
        sent = text.encode()
        told = {"Content-Length": str(len(sent)), "Connection": "close"}
        told |= more[0] if more else {}
        lines = [f"HTTP/1.1 {status} X", *(f"{n}: {v}" for n, v in told.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode() + sent)
        await writer.drain()

    return talk
