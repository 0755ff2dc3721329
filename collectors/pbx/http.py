"""HTTP to telephone systems: TLS checked, no redirects, bounded in size and time.

Compression is refused, since a small answer could unpack to any size. Errors name the
path, never a header, a query or what was read.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from collectors.errors import (
    AuthFailed,
    CollectError,
    Malformed,
    Refused,
    TimedOut,
    TooMuch,
    Unreachable,
    Unsupported,
)
from collectors.patience import listening
from collectors.pbx.line_stream import tls_context
from collectors.pbx.source import Limits, PbxSource
from collectors.sentences import N_

MAX_WAIT = 120.0
"""Seconds a server may ask us to wait before the next try."""

MAX_TRIES = 4


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with its status and whole body."""

    status: int
    body: bytes
    retry_after: str = ""

    def json(self) -> Any:  # noqa: ANN401 - any JSON value
        """Return the body as JSON.

        Raises:
            Malformed: It is none.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise Malformed(N_("an answer that is not JSON")) from None


class Http:
    """A client of one system; use `open_http`."""

    def __init__(self, client: httpx.AsyncClient, limits: Limits) -> None:
        self._client = client
        self._limits = limits
        self._left = limits.size

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request; wait and repeat it where the server says so (429, 503).

        Raises:
            CollectError: No connection, no answer in time, or too large a one.
        """
        for _ in range(MAX_TRIES):
            request = self._client.build_request(
                method,
                url,
                headers=dict(headers or {}),
                content=content,
                params=dict(params) if params else None,
                data=dict(form) if form else None,
            )
            reply = await self._once(request)
            if reply.status not in {429, 503}:
                return reply
            await asyncio.sleep(_wait(reply))
        raise TooMuch(
            N_("{url}: the server is busy and says so again and again"), url=_path(url)
        )

    async def _once(self, request: httpx.Request) -> Reply:
        path = _path(str(request.url))
        try:
            async with listening(self._limits.idle):
                response = await self._client.send(request, stream=True)
                try:
                    body = await self._body(response, path)
                finally:
                    await response.aclose()
        except TimeoutError:
            raise TimedOut(
                N_("{path}: no whole answer within {idle} s"),
                path=path,
                idle=f"{self._limits.idle:g}",
            ) from None
        except httpx.HTTPError as error:
            raise _meaning(error, path) from None
        return Reply(
            response.status_code, body, response.headers.get("retry-after", "")
        )

    async def _body(self, response: httpx.Response, path: str) -> bytes:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise Malformed(
                N_("{path}: a compressed answer, which was not asked for"), path=path
            )
        parts, size = [], 0
        async for part in response.aiter_raw():
            size += len(part)
            self._left -= len(part)
            if size > self._limits.answer or self._left < 0:
                raise TooMuch(
                    N_("{path}: an answer of more than {what} bytes"),
                    path=path,
                    what=size - len(part),
                )
            parts.append(part)
        return b"".join(parts)


def checked(reply: Reply, path: str) -> Reply:
    """Return a reply with status 200.

    Raises:
        AuthFailed: 401 or 403.
        Unsupported: 404, 405 or 501.
        Malformed: Any other.
    """
    if reply.status == 200:
        return reply
    if reply.status in {401, 403}:
        raise AuthFailed(
            N_("{path}: the account is refused or may not do this"), path=path
        )
    if reply.status in {404, 405, 501}:
        raise Unsupported(N_("{path}: this system has no such interface"), path=path)
    raise Malformed(N_("{path}: HTTP status {status}"), path=path, status=reply.status)


def _wait(reply: Reply) -> float:
    text = reply.retry_after.strip()
    seconds = float(text) if text.isdigit() and len(text) < 7 else 5.0
    if seconds > MAX_WAIT:
        raise TooMuch(
            N_("the server wants us to wait {seconds} s"), seconds=f"{seconds:g}"
        )
    return seconds


def _path(url: str) -> str:
    return httpx.URL(url).path or "/"


def _meaning(error: httpx.HTTPError, path: str) -> CollectError:
    if isinstance(error, httpx.TimeoutException):
        return TimedOut(N_("{path}: no answer in time"), path=path)
    text = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in text or "certificate verify failed" in text:
        return Unreachable(N_("the certificate is not trusted; name it in ca_file"))
    if isinstance(error, httpx.ConnectError):
        refused = "refused" in text.lower() or "all connection attempts" in text.lower()
        return (
            Refused(N_("nobody listens there"))
            if refused
            else Unreachable(N_("no way there"))
        )
    return Malformed(
        N_("{path}: the answer breaks HTTP ({name})"),
        path=path,
        name=type(error).__name__,
    )


def base_of(source: PbxSource) -> str:
    """Return scheme, host and port of a system."""
    if source.base_url:
        return source.base_url.rstrip("/")
    host = f"[{source.host}]" if ":" in source.host else source.host
    return f"{'https' if source.tls else 'http'}://{host}:{source.number}"


@asynccontextmanager
async def open_http(
    source: PbxSource, *, auth: tuple[str, str] | None = None
) -> AsyncIterator[Http]:
    """Yield a client of one system.

    Args:
        source: Which.
        auth: Account and password, sent by Basic to this system only.

    Raises:
        Unreachable: The file of trusted certificates cannot be read.
    """
    limits = source.limits
    client = httpx.AsyncClient(
        base_url=base_of(source) if source.host or source.base_url else "",
        auth=auth,
        verify=tls_context(source) if source.tls else True,
        follow_redirects=False,
        trust_env=False,
        timeout=httpx.Timeout(limits.idle, connect=limits.connect),
        headers={"Accept-Encoding": "identity", "User-Agent": "Purser"},
    )
    async with client:
        yield Http(client, limits)
