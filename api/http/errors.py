"""Every error a client can meet, and its status. One table, one place.

    ApiError                     raised by routes and the login
    +-- Unauthorized             401  no token, an unknown one, a revoked one
    +-- Forbidden                403  the token lacks the role
    +-- Missing                  404  no such thing, or no such path
    +-- Stale                    412  changed since the caller has read it
    +-- TooManyLogins            429  wait before the next login

Errors of the register (`inventory.kernel.errors`) carry code, problem, where and remedy
and are mapped by `STATUS`. A type is `urn:purser:problem:` plus the code; codes are
stable. `problems.py` makes answers of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from inventory.kernel import errors as register

TYPE_PREFIX = "urn:purser:problem:"
MEDIA_TYPE = "application/problem+json"

STATUS: tuple[tuple[type[register.InventoryError], int], ...] = (
    (register.NotFound, 404),
    (register.BadCursor, 400),
    (register.Invalid, 422),
    (register.Conflict, 409),
    (register.NotAllowed, 409),
    (register.DatabaseFull, 507),
    (register.StorageError, 503),
    (register.InventoryError, 400),
)
"""First match wins."""


class ApiError(Exception):
    """The request cannot be carried out."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad-request"
    remedy: ClassVar[str] = "Correct the request."
    headers: Mapping[str, str] = {}

    def __init__(self, problem: str = "", *, remedy: str | None = None) -> None:
        self.problem = problem or (self.__doc__ or "").split("\n")[0]
        self.mend = remedy or self.remedy
        self.text, self.advice = self.problem, self.mend
        self.values: Mapping[str, object] = {}
        super().__init__(self.problem)


class Unauthorized(ApiError):
    """A valid API token is needed."""

    status = 401
    code = "unauthorized"
    remedy = "Send `Authorization: Bearer TOKEN`; `purser token create` makes a token."
    headers: Mapping[str, str] = {"WWW-Authenticate": 'Bearer realm="purser"'}


class Forbidden(ApiError):
    """The token's roles do not allow this."""

    status = 403
    code = "forbidden"
    remedy = "Use a token with the role this path needs; /docs names it."


class Missing(ApiError):
    """There is no such thing."""

    status = 404
    code = "not-found"
    remedy = "Check the number; the list shows what there is."


class Stale(ApiError):
    """It was changed since it was read."""

    status = 412
    code = "stale"
    remedy = "Read it again, and send the ETag of the answer as If-Match."


class Misdirected(ApiError):
    """The pages are not opened by this name."""

    status = 421
    code = "misdirected"
    remedy = "Open them by their address, or set http.public_url or http.names."


class TooManyLogins(ApiError):
    """Too many failed logins."""

    status = 429
    code = "too-many-logins"
    remedy = "Wait, then try again."

    def __init__(self, seconds: float) -> None:
        super().__init__(remedy=f"Wait {int(seconds) + 1} seconds, then try again.")
        self.headers = {"Retry-After": str(int(seconds) + 1)}


def plain(value: object) -> object:
    """Return a value of an error as JSON has it."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    return str(value)


def status_of(error: register.InventoryError) -> int:
    """Return the HTTP status of an error of the register."""
    return next(status for kind, status in STATUS if isinstance(error, kind))


def title_of(kind: type[BaseException]) -> str:
    """Return the first sentence of an error's docstring, which titles its kind."""
    return (kind.__doc__ or "").strip().split("\n")[0]
