"""`/metrics`: for this machine, for a token, or for everybody if the settings say so.

What runs, how often and how long tells a stranger much about a company, so it is not
open by itself. A proxy on this machine would make all the world look local: what came
through one needs a token. So does what names us otherwise than by a local address: a
page of another site, whose name was made to point here, would read the numbers.
"""

from __future__ import annotations

import ipaddress

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from api.compose.wiring import App
from api.http import auth
from api.http.answers import problems
from api.http.callers import Role, check_whole
from api.http.deps import AppDep, address_of
from api.http.errors import Forbidden, Unauthorized
from api.metrics.database_state import DatabaseState

router = APIRouter(tags=["health"])

PATH = "/metrics"
ROLES = frozenset((Role.IT, Role.AUDITOR))
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


@router.get(
    PATH,
    operation_id="metrics_read",
    summary="Numbers for Prometheus",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        **problems(401, 403),
    },
)
def metrics(app: AppDep, request: Request) -> Response:
    """Return numbers about this installation in the text format of Prometheus.

    Open to this machine, to a token with the role it or auditor, and to everybody if
    `metrics.open` is set.
    """
    if not (app.settings.metrics.open or _is_local(app, request)):
        _check_token(app, request)
    state = CollectorRegistry()
    state.register(DatabaseState(app))
    text = generate_latest(app.counters.registry) + generate_latest(state)
    return Response(text, media_type=CONTENT_TYPE_LATEST)


def _is_local(app: App, request: Request) -> bool:
    if app.settings.http.public_url is not None or request.client is None:
        return False
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        named = request.url.hostname or ""
        here = named == "localhost" or ipaddress.ip_address(named).is_loopback
        return here and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _check_token(app: App, request: Request) -> None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    bearer = kind.lower() == "bearer"
    caller = auth.caller_of_token(app, token, address_of(request)) if bearer else None
    if caller is None:
        raise Unauthorized
    if caller.roles.isdisjoint(ROLES):
        raise Forbidden(f"This needs the role {' or '.join(sorted(ROLES))}.")
    check_whole(caller)
