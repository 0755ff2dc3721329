"""Log in and out: a plain form, so it works before any script is loaded.

The cookie is HttpOnly and SameSite=Lax, and Secure where users come by https. A
form sent from another site is refused by its Origin.
"""

from __future__ import annotations

from html import escape
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.compose.wiring import App
from api.http import auth
from api.http.deps import AppDep
from api.http.errors import Forbidden, TooManyLogins
from api.web.gate import COOKIE
from api.web.style import ICON, LOGIN_CSS

router = APIRouter(include_in_schema=False)


@router.get("/login")
def form(next: str = "/") -> HTMLResponse:
    """Show the form."""
    return HTMLResponse(page(local(next)), headers={"Cache-Control": "no-store"})


@router.post("/login")
def log_in(
    request: Request,
    app: AppDep,
    login: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Check the account, set the cookie and lead on to where he wanted to go."""
    same_origin(request, app)
    address = request.client.host if request.client else ""
    try:
        sealed = auth.log_in(app, login, password, address)
    except TooManyLogins as error:
        text = f"{error.problem} {error.mend}"
        return HTMLResponse(
            page(local(next), text, login), 429, headers=dict(error.headers)
        )
    if sealed is None:
        text = "Login or password is wrong."
        return HTMLResponse(page(local(next), text, login), 401)
    answer = RedirectResponse(local(next), 303)
    answer.set_cookie(
        COOKIE,
        sealed,
        max_age=app.seal.seconds,
        httponly=True,
        samesite="lax",
        secure=_is_secure(request, app),
    )
    return answer


@router.post("/logout")
def log_out(request: Request, app: AppDep) -> Response:
    """End the session on the server, and forget the cookie."""
    same_origin(request, app)
    auth.log_out(app, request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE)
    return answer


def local(target: str) -> str:
    """Return a path of this site; `/` for anything that leads elsewhere."""
    parts = urlsplit(target)
    outside = parts.scheme or parts.netloc or not target.startswith("/")
    strange = target.startswith("//") or any(c in target for c in "\\\r\n\t")
    return "/" if outside or strange else target


def _is_secure(request: Request, app: App) -> bool:
    public = app.settings.http.public_url or ""
    return request.url.scheme == "https" or public.startswith("https:")


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


def page(target: str, error: str = "", login: str = "") -> str:
    """Return the HTML of the form."""
    trouble = f'<p class="error" role="alert">{escape(error)}</p>' if error else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:image/svg+xml,{quote(ICON)}">'
        f"<title>Log in - Purser</title><style>{LOGIN_CSS}</style></head><body>"
        '<form method="post" action="/login"><h1>Purser</h1>'
        f"<p>Equipment, lines and what they cost</p>{trouble}"
        '<label for="login">Login</label><input id="login" name="login"'
        f' value="{escape(login, quote=True)}" autocomplete="username" required'
        " autofocus>"
        '<label for="password">Password</label><input id="password" name="password"'
        ' type="password" autocomplete="current-password" required>'
        f'<input type="hidden" name="next" value="{escape(target, quote=True)}">'
        '<button type="submit">Log in</button></form></body></html>'
    )
