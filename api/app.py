"""The FastAPI application: routes, pages, errors, middleware. Builds, never runs."""

from __future__ import annotations

from functools import partial
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from api import docs
from api.compose.rulebooks import provisioning_of
from api.compose.wiring import App
from api.http import problems
from api.http.admission import Admission, Limits
from api.http.answers import PROBLEM_SCHEMA, add_refusals
from api.http.deps import TOKEN_SCHEME
from api.http.middleware import API, RequestContext
from api.metrics import route as metrics
from api.models.cases import CloudEvent
from api.resources.http import search
from api.resources.http.lists import add_parameters, open_restricted
from api.resources.http.routes import resource_routes
from api.routes import (
    calendars,
    collector_line,
    collector_notes,
    health,
    hr,
    labels,
    network_map,
    report_rows,
    trap_listener,
    uploads,
)
from api.scim.mount import ScimMount

PREFIX = API
MIB = 1 << 20
UPLOADS = ("/backups/upload", f"{API}/backups:upload")
"""Where a body may be as large as a backup."""
OF_API = ("/api/", "/scim/", "/health", "/metrics", "/docs", "/openapi.json")
ABOUT = (
    "IT infrastructure and telecom assets: scans, devices, assets, people and cost"
    " centres. Lists are paged: ask again with `after` set to `next`. Errors are"
    " problem+json (RFC 9457) with a stable type and a remedy."
)


class Site:
    """API and pages as one ASGI application: the path says who answers."""

    def __init__(self, api: FastAPI, pages: ASGIApp) -> None:
        self._api = api
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or start and stop (ASGI)."""
        if scope["type"] == "http" and not scope["path"].startswith(OF_API):
            await self._pages(scope, receive, send)
        else:
            await self._api(scope, receive, send)


def create_site(app: App) -> RequestContext:
    """Return API and pages."""
    from api.pages.site import create_pages

    provisioning_of(app.settings)  # a broken kit is found now, not at the next hire
    return _admitted(app, Site(_routes(app), create_pages(app)))


def create_api(app: App) -> ASGIApp:
    """Return the API without pages."""
    return _admitted(app, _routes(app))


def _admitted(app: App, site: ASGIApp) -> RequestContext:
    most = app.settings.backup.upload_mib * MIB + MIB  # the form around the file
    limits = Limits(bodies={path: most for path in UPLOADS})
    admission = Admission(site, limits)
    return RequestContext(admission, app.counters.request_answered, admission.close)


def _routes(app: App) -> FastAPI:
    api = FastAPI(
        title="Purser",
        version=_version(),
        description=ABOUT,
        # Described by a route of its own, in a thread: the loop goes on meanwhile.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    api.state.purser = app
    problems.install(api)
    api.include_router(health.router)
    api.include_router(metrics.router)
    for router in (
        search.router,
        trap_listener.router,
        collector_line.router,
        collector_notes.router,
        network_map.router,
        hr.router,
        calendars.router,
        labels.router,
        uploads.router,
        report_rows.router(),
    ):
        api.include_router(router, prefix=PREFIX)
    api.router.routes.extend(resource_routes())
    api.mount("/scim", ScimMount(app))
    api.add_api_route("/docs", partial(_docs, api), include_in_schema=False)
    _describe(api)
    return api


def _version() -> str:
    try:
        return version("purser")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"


def _docs(api: FastAPI) -> HTMLResponse:
    return HTMLResponse(docs.render(api.openapi()))


_SHAPES = "#/components/schemas/"
_DESCRIBED: dict[str, dict[str, Any]] = {}
_DESCRIBING = Lock()


def _describe(api: FastAPI) -> None:
    def openapi() -> dict[str, Any]:
        # It takes seconds and is the same for every application of the process.
        with _DESCRIBING:
            if api.version not in _DESCRIBED:
                _DESCRIBED[api.version] = _description(api)
            return _DESCRIBED[api.version]

    api.openapi = openapi  # type: ignore[method-assign]
    api.add_api_route("/openapi.json", openapi, include_in_schema=False)


def _description(api: FastAPI) -> dict[str, Any]:
    of_resources = [route for each in resource_routes() for route in each.routes]
    schema = get_openapi(
        title=api.title,
        version=api.version,
        description=api.description,
        routes=[*api.routes, *of_resources],
    )
    shapes = schema.setdefault("components", {}).setdefault("schemas", {})
    shapes["Problem"] = PROBLEM_SCHEMA
    # Read from the body's bytes by the route, which names no model of it.
    event = CloudEvent.model_json_schema(ref_template=_SHAPES + "{model}")
    shapes |= event.pop("$defs") | {"CloudEvent": event}
    schema["components"]["securitySchemes"] = TOKEN_SCHEME
    add_parameters(schema)
    open_restricted(shapes)
    add_refusals(schema)
    for unused in ("HTTPValidationError", "ValidationError"):
        shapes.pop(unused, None)
    return schema
