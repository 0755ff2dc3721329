"""What routes ask for: the App, the caller and his roles, a connection to read.

Roles: `it` runs scans and sees devices, `hr` sees people, `accounting` sees assets
and cost centres, `auditor` reads everything and changes nothing.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Connection

from api.compose.wiring import App
from api.http import auth
from api.http.callers import Caller, Role, check_whole
from api.http.errors import Forbidden, Unauthorized

_ABOUT = "An API token, made by `purser token create`."
TOKEN_SCHEME = {"token": {"type": "http", "scheme": "bearer", "description": _ABOUT}}
"""The scheme for the OpenAPI description; the scopes of an operation are roles."""
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_bearer = HTTPBearer(auto_error=False, scheme_name="token", description=_ABOUT)


def the_app(request: Request) -> App:
    """Return the App that serves this request."""
    app: App = request.app.state.purser
    return app


AppDep = Annotated[App, Depends(the_app)]


def caller(
    app: AppDep,
    request: Request,
    sent: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Caller:
    """Return who calls, by his API token.

    Raises:
        Unauthorized: No token, or one that is unknown, revoked or expired.
    """
    del sent  # for the description of the API; read below with everything else
    return caller_of(app, request)


def caller_of(app: App, request: Request) -> Caller:
    """Return who calls, by the header `Authorization`.

    Raises:
        Unauthorized: No token, or one that is unknown, revoked or expired, or bound
            to other addresses.
        Forbidden: It may only read, and this is no reading.
    """
    token = _token_in(request)
    if not token:
        raise Unauthorized
    found = auth.caller_of_token(app, token, address_of(request))
    if found is None:
        raise Unauthorized("The API token is unknown, revoked or expired.")
    if not found.writes and request.method not in _READING:
        raise Forbidden("This token may only read.")
    return found


def _token_in(request: Request) -> str:
    """Return the token of a request; empty without.

    Calendar programs know names and passwords only (RFC 7617), so a calendar takes
    the token as a password.
    """
    scheme, _, sent = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return sent.strip()
    if scheme.lower() == "basic" and request.url.path.endswith(".ics"):
        try:
            return b64decode(sent, validate=True).decode().partition(":")[2].strip()
        except ValueError:
            return ""
    return ""


def address_of(request: Request) -> str:
    """Return the address a request comes from."""
    return request.client.host if request.client else ""


def allow(*roles: Role, scoped: bool = False) -> Any:  # noqa: ANN401 - the type of fastapi.Security
    """Return the dependency of a route that needs one of `roles`.

    The roles show in the OpenAPI description as scopes.

    Args:
        roles: One of them is needed.
        scoped: It reads by `ReadDep` only, so who sees a part of the house may call it.
    """

    def check(who: Annotated[Caller, Depends(caller)]) -> Caller:
        if who.roles.isdisjoint(roles):
            needed = " or ".join(roles)
            raise Forbidden(f"This needs the role {needed}.")
        if not scoped:
            check_whole(who)
        return who

    return Security(check, scopes=[str(role) for role in roles])


def reader(
    app: AppDep, who: Annotated[Caller, Depends(caller)]
) -> Iterator[Connection]:
    """Yield a connection to read from, which shows what the caller may see."""
    with app.seen_by(who.scope).engine.connect() as connection:
        yield connection


ReadDep = Annotated[Connection, Depends(reader)]
