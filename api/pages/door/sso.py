"""To the OpenID Connect provider and back (`api.login.oidc`)."""

from __future__ import annotations

import time

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.compose.wiring import App
from api.http import auth
from api.http.errors import Missing, TooManyLogins
from api.login import oidc, steps
from api.login.entering import entered
from api.pages.door.login import refused
from api.pages.door.visitor import agent_of, base_of, is_secure, keep_session, local
from config.sign_in import Oidc
from inventory.kernel.errors import InventoryError

COOKIE = "purser_oidc"
BELOW = "/login/oidc"


async def begin(request: Request) -> Response:
    """Send the browser to the provider."""
    app, chosen = _chosen(request)
    target = local(request.query_params.get("next", "/"))[:1000]
    try:
        _counted(app, request)
        way = await run_in_threadpool(
            oidc.begin, app, chosen, _redirect(request), target
        )
    except (TooManyLogins, InventoryError) as error:
        return refused(request, error, target)
    answer = RedirectResponse(way.address, 303, {"Cache-Control": "no-store"})
    answer.set_cookie(
        COOKIE,
        way.cookie,
        max_age=oidc.SECONDS,
        path=BELOW,
        httponly=True,
        samesite="lax",
        secure=is_secure(request, app),
    )
    return answer


async def finish(request: Request) -> Response:
    """Let in whom the provider vouches for."""
    app, chosen = _chosen(request)
    target = "/"
    try:
        sealed, target = await run_in_threadpool(_finished, app, chosen, request)
    except (TooManyLogins, InventoryError) as error:
        answer = refused(request, error, "/")
    else:
        answer = RedirectResponse(local(target), 303)
        keep_session(request, answer, sealed)
    answer.delete_cookie(COOKIE, path=BELOW)
    return answer


async def leave(request: Request) -> Response:
    """Send the browser to the provider to end its session there, too."""
    app, chosen = _chosen(request)
    back = f"{base_of(request)}/login"
    try:
        _counted(app, request)
        place = await run_in_threadpool(oidc.way_out, chosen, back)
    except (TooManyLogins, InventoryError) as error:
        return refused(request, error, "/")
    return RedirectResponse(place, 303, {"Cache-Control": "no-store"})


def _finished(app: App, chosen: Oidc, request: Request) -> tuple[str, str]:
    counted = _counted(app, request)
    kept = request.cookies.get(COOKIE, "")
    query = dict(request.query_params)
    found, target = oidc.finish(app, chosen, _redirect(request), kept, query)
    row = entered(app, found)
    app.throttle.succeeded(counted)
    return steps.let_in_account(app, row["id"], *agent_of(request)), target


def _counted(app: App, request: Request) -> auth.Attempt:
    """Count an attempt: each costs the provider some requests, too."""
    address, _ = agent_of(request)
    counted = tuple(app.throttle.counted("(provider)", address))
    # Not by account: nobody knows yet whose it is.
    counted = (counted[0], counted[-1])
    wait = app.throttle.admit(counted, time.monotonic())
    if wait > 0:
        raise TooManyLogins(wait)
    return counted


def _redirect(request: Request) -> str:
    return f"{base_of(request)}{oidc.CALLBACK}"


def _chosen(request: Request) -> tuple[App, Oidc]:
    app: App = request.state.purser
    chosen = app.settings.login.oidc
    if chosen is None:
        raise Missing("There is no identity provider here.")
    return app, chosen
