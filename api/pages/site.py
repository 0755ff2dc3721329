"""Puts the pages on the application: addresses, static files, headers."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from api.compose.wiring import App
from api.http.actions import Act
from api.http.callers import Caller
from api.pages import entity, extracts, listing, search
from api.pages.acts import acting
from api.pages.door import accept, mine_link, sso, welcome
from api.pages.door.gate import Gate
from api.pages.door.login import log_out, show_login, show_passkey
from api.pages.door.second import show_second
from api.pages.door.trouble import HANDLERS
from api.pages.door.visitor import local, same_origin
from api.pages.house import upload_backup
from api.pages.links import Names
from api.pages.render import ENVIRONMENT, HEADERS, STATIC, VERSION, render
from api.pages.rooms import ENTITIES, PAGES
from api.pages.visit import Page, Told, Upload, View, Visit, request_of
from api.pages.words import (
    LANGUAGE,
    LANGUAGES,
    THEME,
    ZONE,
    Words,
    preferred,
    zone_of,
    zones,
)
from api.resources.declare import Viewer
from api.resources.house.users import ADMINS
from api.resources.registry import all_resources
from api.resources.resource import Resource
from inventory.people import accounts

SAID = "purser_said"
STREAMED = (upload_backup.PATH,)
"""Pages that are sent files too large to be held."""
ENVIRONMENT.globals["extracts_of"] = extracts.links_in
_YEAR = 365 * 24 * 60 * 60


def routes_of() -> list[Route | Mount]:
    """Return the addresses of the pages."""
    found: list[Route | Mount] = [
        Mount(f"/static/{VERSION}", _Static(directory=STATIC)),
        Route("/settings", _settings, methods=["POST"]),
        Route("/login", show_login, methods=["GET", "POST"]),
        Route("/login/second", show_second, methods=["POST"]),
        Route("/login/passkey", show_passkey, methods=["POST"]),
        Route("/login/oidc", sso.begin),
        Route("/login/oidc/callback", sso.finish),
        Route("/login/oidc/out", sso.leave),
        Route("/logout", log_out, methods=["POST"]),
        Route("/accept/{token}", accept.show_link, methods=["GET", "POST"]),
        Route("/accepted/{acceptance_id:int}", accept.save),
        Route("/welcome/{token}", welcome.show_welcome, methods=["GET", "POST"]),
        Route("/mine/{token}", mine_link.show_link, methods=["GET", "POST"]),
        _route("/search", search.show_search),
        _route("/pick/{name}", search.pick),
        *(_route(path, page) for path, page in PAGES.items()),
    ]
    for one in all_resources():
        base = f"/{one.name}"
        found += [
            _route(
                f"{base}.{kind}", partial(listing.give_sheet, resource=one, kind=kind)
            )
            for kind in listing.FORMATS
        ]
        found += [
            _route(base, partial(listing.show_list, resource=one)),
            _route(f"{base}/selected", partial(acting.show_selected, resource=one)),
        ]
        found += [_act_route(one, act) for act in one.acts]
        if one.extracts:
            shown = partial(extracts.show_extract, resource=one)
            found.append(_route(f"{base}/{{ref}}/extracts/{{name}}", shown))
        if one.get is not None:
            page = ENTITIES.get(one.name) or partial(entity.show_entity, resource=one)
            found.append(_route(f"{base}/{{ref}}", page))
    return found


def _act_route(one: Resource[Any], act: Act) -> Route:
    """Return the address of the form of an act."""
    if act.verb != "create" and act.on == "one":
        page = partial(acting.show_act, resource=one, verb=act.verb)
        return _route(f"/{one.name}/{{ref}}/{act.verb}", page)
    verb = "new" if act.verb == "create" else act.verb
    page = partial(acting.show_list_act, resource=one, verb=verb)
    return _route(f"/{one.name}/{verb}", page)


def create_pages(app: App) -> ASGIApp:
    """Return the pages behind their gate."""
    pages = Starlette(
        routes=routes_of(),
        middleware=[Middleware(GZipMiddleware, minimum_size=800)],
        exception_handlers=HANDLERS,
    )
    return Gate(pages, app)


class _Static(StaticFiles):
    """Files under a name that changes with them, so they are kept for ever."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401
        """Return a file with its time to live."""
        answer = super().file_response(*args, **kwargs)
        answer.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        return answer


def _route(path: str, page: Page) -> Route:
    async def answer(request: Request) -> Response:
        form: dict[str, list[str]] = {}
        files: dict[str, Upload] = {}
        if request.method != "POST" or not _may_send(request, path):
            return await run_in_threadpool(_answer, request, page, form, files)
        same_origin(request, request.state.purser)
        async with request.form(max_files=5, max_fields=5000) as sent:
            form = {
                key: [text for text in sent.getlist(key) if isinstance(text, str)]
                for key in sent
            }
            for key, one in sent.items():
                if isinstance(one, UploadFile):
                    data = b"" if path in STREAMED else await one.read()
                    files[key] = Upload(one.filename or "", data, one.file)
            return await run_in_threadpool(_answer, request, page, form, files)

    return Route(path, answer, methods=["GET", "POST"])


def _may_send(request: Request, path: str) -> bool:
    """Whether the body of a request is read: a large one of administrators only."""
    _, caller = request_of(request)
    if path not in STREAMED:
        return True
    return caller.scope is None and not caller.roles.isdisjoint(ADMINS)


def _answer(
    request: Request,
    page: Callable[..., Any],
    form: dict[str, list[str]],
    files: dict[str, Upload],
) -> Response:
    app, caller = request_of(request)
    app = app.seen_by(caller.scope)
    said = _said(app, request.cookies.get(SAID, ""))
    with app.engine.connect() as reading:
        visit = Visit(
            app=app,
            caller=caller,
            reading=reading,
            words=_words(request, app, caller, reading),
            theme=request.cookies.get(THEME, "auto"),
            path=request.url.path,
            query=request.query_params,
            form=form,
            base=(app.settings.http.public_url or str(request.base_url)).rstrip("/"),
            sent=request.method == "POST",
            files=files,
        )
        found = page(visit, **request.path_params)
        if isinstance(found, View):
            return _drawn(request, found, visit, said)
    if isinstance(found, Told):
        answer = RedirectResponse(found.path, 303)
        if found.sentence:
            answer.set_cookie(
                SAID,
                _sealed(app, found.sentence),
                max_age=60,
                httponly=True,
                samesite="lax",
            )
        return answer
    answered: Response = found
    return answered


def _words(request: Request, app: App, caller: Caller, reading: Connection) -> Words:
    """Return the language of a request, as its cookies or its browser say."""
    cookies, today = request.cookies, app.clock().date()
    names = Names(Viewer(caller, today, today, app), reading)
    return Words(
        preferred(
            cookies.get(LANGUAGE, ""), request.headers.get("accept-language", "")
        ),
        app.clock(),
        zone_of(cookies.get(ZONE, "")),
        cache(partial(_actor, reading, names)),
        entity.field_title,
        names,
        names.foresee,
    )


def _actor(reading: Connection, names: Names, actor: str) -> str:
    """Return who an actor is: somebody, or a job that recurs, by its name."""
    kind, _, number = actor.partition(":")
    if kind == "recurring" and number.isdecimal():
        name = names("recurring_job", int(number))
        return actor if name == number else name
    return accounts.name_of_actor(reading, actor)


def _drawn(request: Request, view: View, visit: Visit, said: str) -> Response:
    text = render(view, visit, said)
    mark = f'W/"{hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}"'
    headers = HEADERS | {"ETag": mark}
    if view.status == 200 and request.headers.get("if-none-match") == mark:
        return Response(status_code=304, headers=headers)
    answer = HTMLResponse(text, view.status, headers)
    if said:
        answer.delete_cookie(SAID)
    return answer


async def _settings(request: Request) -> Response:
    """Keep theme, language or time zone in a cookie and lead back."""
    same_origin(request, request.state.purser)
    form = await request.form()
    answer = RedirectResponse(local(str(form.get("back") or "/")), 303)
    theme, language = str(form.get("theme") or ""), str(form.get("language") or "")
    if theme in ("light", "dark", "auto"):
        answer.set_cookie(THEME, theme, max_age=_YEAR, samesite="lax")
    if language in LANGUAGES:
        answer.set_cookie(LANGUAGE, language, max_age=_YEAR, samesite="lax")
    if (zone := str(form.get("zone") or "")) in zones():
        answer.set_cookie(ZONE, zone, max_age=_YEAR, samesite="lax")
    return answer


def _sealed(app: App, sentence: str) -> str:
    body = urlsafe_b64encode(json.dumps(sentence).encode()).decode()
    return f"{body}.{_proof(app, body)}"


def _said(app: App, cookie: str) -> str:
    """Return the sentence of a cookie that we made; nobody else puts words here."""
    body, _, proof = cookie.partition(".")
    if not body or not hmac.compare_digest(proof.encode(), _proof(app, body).encode()):
        return ""
    return str(json.loads(urlsafe_b64decode(body)))


def _proof(app: App, body: str) -> str:
    return hmac.new(app.seal.derived("said"), body.encode(), "sha256").hexdigest()
