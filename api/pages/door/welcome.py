"""The first administrator of an empty installation, made behind a one-time link.

`purser serve` prints the link while there is no account. The link ends with the first
account, and by itself after a day.
"""

from __future__ import annotations

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.compose.wiring import App
from api.http import auth
from api.pages.door.plain import plain, told, words_of
from api.pages.door.visitor import keep_session, same_origin
from inventory.kernel.errors import InventoryError
from inventory.kernel.texts import N_
from inventory.people.accounts import add_account, nobody_has_one

PURPOSE = "first account"
SECONDS = 24 * 60 * 60
ROLES = ("it", "hr", "accounting")
MOST = 200
"""Characters of a field."""


def link_of(app: App, base: str) -> str:
    """Return the link to the first account; empty if there is an account.

    Args:
        app: The composition.
        base: Address of this site.
    """
    with app.engine.connect() as reading:
        if not nobody_has_one(reading):
            return ""
    return f"{base.rstrip('/')}/welcome/{quote(app.seal.pass_for(PURPOSE))}"


async def show_welcome(request: Request) -> Response:
    """Show the form of the first account, or make it and go on to the set-up."""
    app: App = request.state.purser
    token = str(request.path_params["token"])
    if not app.seal.passes(PURPOSE, token, SECONDS):
        return _over(request)
    if request.method == "GET":
        return await run_in_threadpool(_look, request)
    same_origin(request, app)
    form = await request.form()
    typed = {n: str(form.get(n) or "")[:MOST] for n in ("login", "name", "password")}
    return await run_in_threadpool(_make, request, typed)


def _look(request: Request) -> Response:
    app: App = request.state.purser
    return _form(request, {}) if link_of(app, "") else _over(request)


def _make(request: Request, typed: dict[str, str]) -> Response:
    app: App = request.state.purser
    address = request.client.host if request.client else ""
    try:
        with app.work("setup") as work:
            if not nobody_has_one(work.connection):
                return _over(request)
            add_account(
                work, typed["login"], typed["password"], ROLES, name=typed["name"]
            )
            work.commit()
    except InventoryError as error:
        return _form(request, typed, words_of(request).error(error))
    answer = RedirectResponse("/setup", 303)
    try:
        sealed = auth.log_in(app, typed["login"], typed["password"], address)
    except auth.SecondFactorNeeded:
        # The login page asks for it.
        return answer
    if sealed is not None:
        keep_session(request, answer, sealed)
    return answer


def _form(request: Request, typed: dict[str, str], problem: str = "") -> Response:
    return plain(
        request,
        "welcome.html",
        N_("Welcome to Purser"),
        422 if problem else 200,
        typed=typed,
        problem=problem,
        target=request.url.path,
    )


def _over(request: Request) -> Response:
    title = N_("This link does not work")
    sentence = N_("There is an administrator already, or the link is too old.")
    return told(request, title, sentence, status=410)
