"""Who is logged in; everybody else is led to the login.

Stands before the pages and their files.
"""

from __future__ import annotations

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from api.compose.wiring import App
from api.http import auth
from api.http.errors import Misdirected, Unauthorized
from api.http.headers import cookie, header, is_our_name
from api.http.middleware import SECRET_LINKS
from api.http.problems import api_problem

COOKIE = "purser_session"
SECURE_COOKIE = f"__Host-{COOKIE}"
"""Where users come by https: browsers take such a name from this host alone."""
_OPEN = {
    *("/login", "/logout", "/settings", "/login/second", "/login/passkey"),
    *("/login/oidc", "/login/oidc/callback", "/login/oidc/out"),
}
_OPEN_BELOW = (*SECRET_LINKS, "/static/")
"""Paths for everybody: secrets of their own, and what pages look like."""


class Gate:
    """Lets those who are logged in pass, as `request.state.caller`.

    `request.state.purser` is the App.
    """

    def __init__(self, inner: ASGIApp, app: App) -> None:
        self._inner = inner
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or socket (ASGI)."""
        if scope["type"] != "lifespan":
            scope.setdefault("state", {})["purser"] = self._app
        http = self._app.settings.http
        if scope["type"] == "http" and not is_our_name(
            scope, (http.public_url, *http.names, http.host)
        ):
            await api_problem(Request(scope), Misdirected())(scope, receive, send)
            return
        if scope["type"] == "lifespan" or _open(scope):
            await self._inner(scope, receive, send)
            return
        found = await run_in_threadpool(
            auth.caller_of_session, self._app, session_cookie(scope, self._app)
        )
        if found is not None:
            scope["state"]["caller"] = found
            await self._inner(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await _turn_away(scope, receive, send)


def comes_by_https(scheme: str, app: App) -> bool:
    """Whether users come by https, be it to a proxy."""
    return scheme == "https" or (app.settings.http.public_url or "").startswith(
        "https:"
    )


def session_cookie(scope: Scope, app: App) -> str:
    """Return the cookie of the session; empty where there is none.

    By https only the one counts that no other host can have set.
    """
    secure = comes_by_https(scope["scheme"], app)
    return cookie(scope, SECURE_COOKIE if secure else COOKIE)


def _open(scope: Scope) -> bool:
    path: str = scope["path"]
    return path in _OPEN or (scope["type"] == "http" and path.startswith(_OPEN_BELOW))


async def _turn_away(scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope)
    if scope["method"] == "GET" and "text/html" in header(scope, b"accept"):
        wanted = request.url.path
        if request.url.query:
            wanted += f"?{request.url.query}"
        answer = RedirectResponse(f"/login?next={quote(wanted)}", 303)
        await answer(scope, receive, send)
        return
    refused = api_problem(
        request, Unauthorized("Log in first.", remedy="Open /login in a browser.")
    )
    await refused(scope, receive, send)
