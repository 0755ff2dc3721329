"""Who stands at the door: address, origin, and the cookie that lets in again."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from api.compose.wiring import App
from api.http.errors import Forbidden
from api.pages.door.gate import COOKIE, SECURE_COOKIE, comes_by_https


def agent_of(request: Request) -> tuple[str, str]:
    """Return address and browser of who asks."""
    address = request.client.host if request.client else ""
    return address, request.headers.get("user-agent", "")


def base_of(request: Request) -> str:
    """Return the address of this site as people type it, without a final `/`."""
    app: App = request.state.purser
    return (app.settings.http.public_url or str(request.base_url)).rstrip("/")


def keep_session(request: Request, answer: Response, sealed: str) -> None:
    """Put the cookie of a session on an answer."""
    app: App = request.state.purser
    secure = is_secure(request, app)
    answer.set_cookie(
        SECURE_COOKIE if secure else COOKIE,
        sealed,
        max_age=app.seal.seconds,
        httponly=True,
        samesite="lax",
        secure=secure,
    )


def local(target: str) -> str:
    """Return a path of this site; `/` for anything that leads elsewhere."""
    parts = urlsplit(target)
    outside = parts.scheme or parts.netloc or not target.startswith("/")
    strange = target.startswith("//") or any(c in target for c in "\\\r\n\t")
    return "/" if outside or strange else target


def is_secure(request: Request, app: App) -> bool:
    """Whether users come by https."""
    return comes_by_https(request.url.scheme, app)


def same_origin(request: Request, app: App) -> None:
    """Refuse a form that another site sent.

    Raises:
        Forbidden: Its Origin is not this site.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if origin is None and site in (None, "same-origin", "none"):
        return
    ours = {request.headers.get("host", "")}
    if app.settings.http.public_url:
        ours.add(urlsplit(app.settings.http.public_url).netloc)
    # `null` is what a page without an origin sends, such as one in a sandbox.
    sent_from = urlsplit(origin or "").netloc
    if not sent_from or sent_from not in ours or site == "cross-site":
        raise Forbidden(
            "The form came from another site.",
            remedy="Open the login page of this site; behind a proxy, set"
            " http.public_url.",
        )
