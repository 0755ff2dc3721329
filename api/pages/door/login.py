"""Log in and out: a plain form, which works without a script.

The cookie is HttpOnly and SameSite=Lax, and Secure where users come by https. A
form sent from another site is refused by its Origin.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.compose.wiring import App
from api.http import auth
from api.http.errors import ApiError, TooManyLogins
from api.login import passkeys, steps
from api.pages.door.gate import COOKIE, SECURE_COOKIE, session_cookie
from api.pages.door.plain import plain, words_of
from api.pages.door.second import ask_second
from api.pages.door.visitor import agent_of, base_of, keep_session, local, same_origin
from inventory.kernel.errors import InventoryError
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
    address, agent = agent_of(request)
    try:
        sealed = await run_in_threadpool(
            auth.log_in, app, login, password, address, agent
        )
    except auth.SecondFactorNeeded as needed:
        return ask_second(request, needed.pending.sealed(app), local(target))
    except (TooManyLogins, InventoryError) as error:
        return refused(request, error, local(target), login)
    if sealed is None:
        text = N_("Login or password is wrong.")
        return _form(request, local(target), text, login, 401)
    answer = RedirectResponse(local(target), 303)
    keep_session(request, answer, sealed)
    return answer


async def log_out(request: Request) -> Response:
    """End the session on the server, and forget the cookie."""
    app: App = request.state.purser
    same_origin(request, app)
    sealed = session_cookie(request.scope, app)
    outside = await run_in_threadpool(auth.log_out, app, sealed) == "oidc"
    # A link there, since a form may not lead to another site.
    answer = RedirectResponse("/login?left=1" if outside else "/login", 303)
    answer.delete_cookie(COOKIE)
    answer.delete_cookie(SECURE_COOKIE, secure=True)
    return answer


def refused(
    request: Request, error: ApiError | InventoryError, target: str, login: str = ""
) -> Response:
    """Return the form with the reason why nobody was let in."""
    said = words_of(request).error(error)
    if not isinstance(error, TooManyLogins):
        return _form(request, target, said, login, 403)
    answer = _form(request, target, said, login, 429)
    answer.headers.update(dict(error.headers))
    return answer


def _form(
    request: Request, target: str, error: str = "", login: str = "", status: int = 200
) -> Response:
    app: App = request.state.purser
    chosen = app.settings.login
    with app.engine.connect() as reading:
        nobody = nobody_has_one(reading)
    about = {"next": target, "error": error, "login": login, "nobody": nobody}
    about["left"] = "left" in request.query_params
    asked = None
    if chosen.second_factor != "off":
        asked = passkeys.ask(app, base_of(request))
    return plain(
        request,
        "login.html",
        N_("Log in"),
        status,
        oidc=chosen.oidc.title if chosen.oidc else "",
        options=asked.options if asked else "",
        challenge=asked.proof if asked else "",
        **about,
    )


async def show_passkey(request: Request) -> Response:
    """Let somebody in who shows a passkey, which is two factors in one."""
    app: App = request.state.purser
    same_origin(request, app)
    form = await request.form()
    proof, answer, target = (
        str(form.get(name) or "") for name in ("challenge", "answer", "next")
    )
    try:
        shown = app, base_of(request), proof, answer, *agent_of(request)
        sealed = await run_in_threadpool(steps.log_in_passkey, *shown)
    except (ApiError, InventoryError) as error:
        return refused(request, error, local(target[:MOST]))
    led = RedirectResponse(local(target[:MOST]), 303)
    keep_session(request, led, sealed)
    return led
