"""Log in and out: a plain form, which works without a script.

The cookie is HttpOnly and SameSite=Lax, and Secure where users come by https. A
form sent from another site is refused by its Origin.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.compose.wiring import App
from api.http import auth
from api.http.errors import Forbidden, TooManyLogins
from api.pages.door.gate import COOKIE, SECURE_COOKIE, session_cookie
from api.pages.door.plain import plain, words_of
from inventory.kernel.texts import N_
from inventory.people.accounts import nobody_has_one

MOST = 1000
"""Characters of a field."""


async def show_login(request: Request) -> Response:
    """Show the form, or check the account and lead on to where he wanted to go."""
    if request.method == "GET":
        return _form(request, local(request.query_params.get("next", "/")))
    app: App = request.state.purser
    same_origin(request, app)
    form = await request.form()
    login, password, target = (
        str(form.get(name) or "")[:MOST] for name in ("login", "password", "next")
    )
    address = request.client.host if request.client else ""
    agent = request.headers.get("user-agent", "")
    try:
        sealed = await run_in_threadpool(
            auth.log_in, app, login, password, address, agent
        )
    except TooManyLogins as error:
        said = words_of(request).error(error)
        answer = _form(request, local(target), said, login, 429)
        answer.headers.update(dict(error.headers))
        return answer
    if sealed is None:
        text = N_("Login or password is wrong.")
        return _form(request, local(target), text, login, 401)
    answer = RedirectResponse(local(target), 303)
    keep_session(request, answer, sealed)
    return answer


def keep_session(request: Request, answer: Response, sealed: str) -> None:
    """Put the cookie of a session on an answer."""
    app: App = request.state.purser
    secure = _is_secure(request, app)
    answer.set_cookie(
        SECURE_COOKIE if secure else COOKIE,
        sealed,
        max_age=app.seal.seconds,
        httponly=True,
        samesite="lax",
        secure=secure,
    )


async def log_out(request: Request) -> Response:
    """End the session on the server, and forget the cookie."""
    app: App = request.state.purser
    same_origin(request, app)
    sealed = session_cookie(request.scope)
    await run_in_threadpool(auth.log_out, app, sealed)
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE)
    answer.delete_cookie(SECURE_COOKIE, secure=True)
    return answer


def _form(
    request: Request, target: str, error: str = "", login: str = "", status: int = 200
) -> Response:
    app: App = request.state.purser
    with app.engine.connect() as reading:
        nobody = nobody_has_one(reading)
    about = {"next": target, "error": error, "login": login, "nobody": nobody}
    return plain(request, "login.html", N_("Log in"), status, **about)


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
