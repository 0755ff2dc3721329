"""What happens around every request: an id, one log line, headers, the last net.

Plain ASGI, so that it also sees the pages and their sockets. The boundary below is
the one place that turns an unforeseen error into an answer.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.headers import header
from api.http.problems import unforeseen

SECRET_LINKS = ("/accept/", "/accepted/", "/mine/", "/welcome/")
"""Paths that go on with a secret: whoever knows it is let in."""

_ID = re.compile(r"^[A-Za-z0-9_.-]{1,64}$")
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"content-security-policy", b"frame-ancestors 'none'; base-uri 'self'"),
)

_HSTS = (b"strict-transport-security", b"max-age=31536000")
"""Only where users come by https; a year, and for this host alone."""

API = "/api/v1"
"""Where the routes of the API are included."""

Count = Callable[[str, str, int, float], None]
"""Takes the template of the route, the method, the status and the seconds it took."""

log = structlog.get_logger("purser.http")


def told_path(path: str) -> str:
    """Return a path as it may stand in a log: links that are secrets are cut."""
    for begin in SECRET_LINKS:
        if path.startswith(begin):
            return f"{begin}..."
    return path


def route_of(scope: Scope) -> str:
    """Return the template of the route that answered, such as `/devices/{device_id}`.

    What no route of ours answered (files of the pages, unknown paths) is `other`.
    """
    template = getattr(scope.get("route"), "path", None)
    if template is None:
        return "/scim" if scope["path"].startswith("/scim/") else "other"
    # A route of an included router does not know where that was included.
    inside = scope["path"].startswith(f"{API}/") and not template.startswith(API)
    return f"{API}{template}" if inside else str(template)


class RequestContext:
    """Gives a request its id, logs it, and answers when everything else failed.

    Args:
        app: Who answers.
        count: Counts what was answered.
        close: Lets no request in any more.
    """

    def __init__(
        self,
        app: ASGIApp,
        count: Count = lambda *_: None,
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self._app = app
        self._count = count
        self.close = close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = header(scope, b"x-request-id")
        request_id = given if _ID.match(given) else secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        await self._answer(scope, receive, send, request_id)

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, request_id: str
    ) -> None:
        started = time.perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = list(message.get("headers", ()))
                present = {name.lower() for name, _ in headers}
                always = _HEADERS if scope["scheme"] != "https" else (*_HEADERS, _HSTS)
                headers += [pair for pair in always if pair[0] not in present]
                headers.append((b"x-request-id", request_id.encode()))
                message["headers"] = headers
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:  # the last net: log all, tell the client the id
            log.exception("unforeseen", path=told_path(scope["path"]))
            if not status:
                answer = await unforeseen(Request(scope), error)
                await answer(scope, receive, send_with_headers)
        finally:
            seconds = time.perf_counter() - started
            self._count(route_of(scope), scope["method"], status, seconds)
            log.info(
                "request",
                method=scope["method"],
                path=told_path(scope["path"]),
                status=status,
                ms=round(seconds * 1000, 1),
            )
