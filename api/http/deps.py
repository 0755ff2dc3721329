"""What routes ask for: the App, the caller and his roles, a connection to read.

Roles: `it` runs scans and sees devices, `hr` sees people, `accounting` sees assets
and cost centres, `auditor` reads everything and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Connection

from api.compose.wiring import App
from api.http import auth
from api.http.auth import Caller, Role
from api.http.errors import Forbidden, Unauthorized

_ABOUT = "An API token, made by `purser token create`."
TOKEN_SCHEME = {"token": {"type": "http", "scheme": "bearer", "description": _ABOUT}}
"""The scheme for the OpenAPI description; the scopes of an operation are roles."""
_bearer = HTTPBearer(auto_error=False, scheme_name="token", description=_ABOUT)


def the_app(request: Request) -> App:
    """Return the App that serves this request."""
    app: App = request.app.state.purser
    return app


AppDep = Annotated[App, Depends(the_app)]


def caller(
    app: AppDep,
    sent: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Caller:
    """Return who calls, by his API token.

    Raises:
        Unauthorized: No token, or one that is unknown, revoked or expired.
    """
    return caller_of(app, f"Bearer {sent.credentials}" if sent else "")


def caller_of(app: App, authorization: str) -> Caller:
    """Return who calls, by the header `Authorization`; empty if there is none.

    Raises:
        Unauthorized: No token, or one that is unknown, revoked or expired.
    """
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthorized
    found = auth.caller_of_token(app, token.strip())
    if found is None:
        raise Unauthorized("The API token is unknown, revoked or expired.")
    return found


def allow(*roles: Role) -> Any:  # noqa: ANN401 - the type of fastapi.Security
    """Return the dependency of a route that needs one of `roles`.

    The roles show in the OpenAPI description as scopes.
    """

    def check(who: Annotated[Caller, Depends(caller)]) -> Caller:
        if who.roles.isdisjoint(roles):
            needed = " or ".join(roles)
            raise Forbidden(f"This needs the role {needed}.")
        return who

    return Security(check, scopes=[str(role) for role in roles])


def reader(app: AppDep) -> Iterator[Connection]:
    """Yield a connection to read from."""
    with app.engine.connect() as connection:
        yield connection


ReadDep = Annotated[Connection, Depends(reader)]
