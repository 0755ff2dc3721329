"""How much the server takes on at once, so that no crowd and no body takes it down.

Each request in progress holds at most one worker thread and a few connections to the
database, and both are limited; a request that waits for a connection while it keeps a
thread would wait for those that wait for its thread. Therefore only as many requests
are let in as the connection pool serves, the next ones wait a moment, and the rest are
told to come back (503 with `Retry-After`, RFC 9110 section 15.6.4). Once the server is
to stop nobody is let in any more, and whoever could not be answered is told so.

A body is counted as it arrives, whatever its headers promise, and has to arrive in
time; an answer has to be taken in time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.headers import header
from api.http.problems import problem

UNLIMITED_PATHS = ("/health", "/metrics")
"""Answered also when nothing else is: whoever watches the server needs them most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is taken on.

    Attributes:
        at_once: Requests in progress; each may hold two connections to the database.
            Few: Python runs one thread at a time, and the loop that answers everybody
            else has to wait for as many of them.
        waiting: Requests that wait to be let in.
        wait: Seconds they wait.
        next_in_line: So many who wait are served next. They are no crowd: they wait
            `patience` seconds, for on a machine that is busy with something else the
            requests before them take longer.
        patience: Seconds that those wait.
        body: Bytes of a request body.
        bodies: Path -> the same, where it is more.
        body_seconds: Within which the next part of a body has to come.
        taking_seconds: Within which a client has to take the next part of an answer.
    """

    at_once: int = 8
    waiting: int = 1000
    wait: float = 0.8
    next_in_line: int = 16
    patience: float = 10.0
    body: int = 10 * 1024 * 1024
    bodies: Mapping[str, int] = field(default_factory=dict)
    body_seconds: float = 30.0
    taking_seconds: float = 60.0

    def body_of(self, path: str) -> int:
        """Return how many bytes the body of a request for a path may have."""
        return self.bodies.get(path, self.body)


class Admission:
    """Lets requests in, a bounded number at a time, with bounded bodies (ASGI)."""

    def __init__(self, app: ASGIApp, limits: Limits | None = None) -> None:
        self._app = app
        self._limits = limits or Limits()
        self._places = asyncio.Semaphore(self._limits.at_once)
        self._waiting = 0
        self._closed = False

    def close(self) -> None:
        """Let nobody in any more: the server stops."""
        self._closed = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or say that there are too many."""
        if scope["type"] != "http" or scope["path"].startswith(UNLIMITED_PATHS):
            await self._app(scope, receive, send)
        elif await self._admitted():
            try:
                await self._answer(scope, receive, send)
            finally:
                self._places.release()
        else:
            refusal = _STOPPING if self._closed else _BUSY
            await problem(Request(scope), **refusal)(scope, receive, send)

    async def _admitted(self) -> bool:
        if self._closed:
            return False
        if not self._places.locked():
            return await self._places.acquire()
        if self._waiting >= self._limits.waiting:
            return False
        limits = self._limits
        soon = self._waiting < limits.next_in_line
        self._waiting += 1
        try:
            async with asyncio.timeout(limits.patience if soon else limits.wait):
                await self._places.acquire()
        except TimeoutError:
            return False
        finally:
            self._waiting -= 1
        if self._closed:
            self._places.release()
        return not self._closed

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        most = self._limits.body_of(scope["path"])
        exchange = _Exchange(receive, send, self._limits, most)
        length = header(scope, b"content-length")
        if length.isdecimal() and int(length) > most:
            exchange.refused = _too_large(most)
        try:
            if not exchange.refused:
                await self._app(scope, exchange.receive, exchange.send)
        except _NotTaken:
            return
        except asyncio.CancelledError:
            if not self._closed:
                raise
            exchange.refused = _STOPPED
        except Exception:
            if not exchange.refused:
                raise
        if exchange.refused and not exchange.begun:
            answer = problem(Request(scope), **exchange.refused)
            await answer(scope, receive, send)


class _NotTaken(Exception):
    """The client does not read its answer."""


class _Exchange:
    """A request and its answer, within the limits.

    Attributes:
        refused: What the answer is instead of the application's, if the body was too
            large or too slow.
        begun: The answer has begun.
    """

    def __init__(self, receive: Receive, send: Send, limits: Limits, most: int) -> None:
        self.refused: dict[str, Any] = {}
        self.begun = False
        self._receive = receive
        self._send = send
        self._limits = limits
        self._left = self._most = most
        self._whole = False

    async def receive(self) -> Message:
        """Return the next part of the body; raises once it is too large or late."""
        if self._whole:  # the next message is that the client left
            return await self._receive()
        if self.refused:
            raise HTTPException(self.refused["status"])
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                message = await self._receive()
        except TimeoutError:
            self.refused = _TOO_SLOW
            raise HTTPException(408) from None
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                self.refused = _too_large(self._most)
                raise HTTPException(413)
            self._whole = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Pass a part of the answer on, unless the request is refused."""
        if self.refused and not self.begun:
            return
        self.begun = True
        try:
            async with asyncio.timeout(self._limits.taking_seconds):
                await self._send(message)
        except TimeoutError as error:
            raise _NotTaken from error


_TOO_SLOW: dict[str, Any] = {
    "status": 408,
    "code": "too-slow",
    "title": "The request body did not come in time.",
    "remedy": "Send the body without pauses.",
    "headers": {"Connection": "close"},
}

_BUSY: dict[str, Any] = {
    "status": 503,
    "code": "busy",
    "title": "The server is busy.",
    "remedy": "Try again in a moment.",
    "headers": {"Retry-After": "1"},
}
_STOPPING: dict[str, Any] = {
    "status": 503,
    "code": "stopping",
    "title": "The server is being stopped.",
    "remedy": "Try again in a moment.",
    "headers": {"Retry-After": "5", "Connection": "close"},
}
_STOPPED: dict[str, Any] = {
    "status": 503,
    "code": "stopped",
    "title": "The server was stopped before this was answered.",
    "remedy": (
        "Look whether it was carried out, or send it again with the same"
        " Idempotency-Key."
    ),
    "headers": {"Connection": "close"},
}


def _too_large(most: int) -> dict[str, Any]:
    return {
        "status": 413,
        "code": "too-large",
        "title": "The request body is too large.",
        "remedy": f"Send at most {most} bytes at a time.",
        "headers": {"Connection": "close"},
    }
