"""Every error a client can meet, as problem+json (RFC 9457). One table, one place.

    ApiError                     raised by routes and the login
    +-- Unauthorized             401  no token, an unknown one, a revoked one
    +-- Forbidden                403  the token lacks the role
    +-- Missing                  404  no such thing, or no such path
    +-- Stale                    412  changed since the caller has read it
    +-- TooManyLogins            429  wait before the next login

Errors of the register (`inventory.kernel.errors`) carry code, problem, where and remedy
and are mapped by `STATUS`. A type is `urn:purser:problem:` plus the code; codes are
stable. Anything unforeseen is a 500 that tells the request id and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

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

_HTTP_CODES = {
    400: "bad-request",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid",
}
_HTTP_REMEDIES = {
    404: "Look at /docs for the paths there are.",
    405: "Look at /docs for the methods of this path.",
}

log = structlog.get_logger("purser.http")


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


class TooManyLogins(ApiError):
    """Too many failed logins."""

    status = 429
    code = "too-many-logins"
    remedy = "Wait, then try again."

    def __init__(self, seconds: float) -> None:
        super().__init__(remedy=f"Wait {int(seconds) + 1} seconds, then try again.")
        self.headers = {"Retry-After": str(int(seconds) + 1)}


def problem(
    request: Request,
    *,
    status: int,
    code: str,
    title: str,
    detail: str = "",
    headers: Mapping[str, str] | None = None,
    **more: Any,  # noqa: ANN401 - extension members of RFC 9457 are any JSON
) -> JSONResponse:
    """Return an RFC 9457 answer; None and empty members are left out."""
    body = {
        "type": TYPE_PREFIX + code,
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        "request_id": getattr(request.state, "request_id", None),
        **more,
    }
    return JSONResponse(
        {key: value for key, value in body.items() if value not in (None, "", [], {})},
        status_code=status,
        media_type=MEDIA_TYPE,
        headers=dict(headers or {}),
    )


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


def api_problem(request: Request, error: ApiError) -> JSONResponse:
    """Return the answer of one of our own errors."""
    return problem(
        request,
        status=error.status,
        code=error.code,
        title=title_of(type(error)),
        detail=error.problem,
        remedy=error.mend,
        headers=error.headers,
    )


async def _api_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ApiError)
    return api_problem(request, error)


async def _register_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, register.InventoryError)
    status = status_of(error)
    if status >= 500:
        log.error("storage", code=error.code, problem=error.problem)
    rows = getattr(error, "problems", ())
    return problem(
        request,
        status=status,
        code=error.code,
        title=title_of(type(error)),
        detail=error.problem,
        text=error.text if error.values else None,
        values={name: plain(value) for name, value in error.values.items()},
        where=error.where,
        remedy=error.remedy,
        errors=[_row(one) for one in rows],
    )


def _row(one: register.RowProblem) -> dict[str, Any]:
    told = {"location": str(one.row), "problem": str(one), "field": one.field}
    told |= {"text": one.text, "advice": one.advice}
    return told | {"values": {name: plain(value) for name, value in one.values.items()}}


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    items: Sequence[Mapping[str, Any]] = error.errors()
    return problem(
        request,
        status=422,
        code="invalid",
        title=title_of(register.Invalid),
        detail=f"{len(items)} value(s) of the request cannot be accepted.",
        remedy="Correct the values listed in `errors`.",
        errors=[
            {
                "location": ".".join(str(part) for part in item["loc"]),
                "problem": item["msg"],
            }
            for item in items
        ],
    )


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return problem(
        request,
        status=error.status_code,
        code=_HTTP_CODES.get(error.status_code, "http-error"),
        title=str(error.detail),
        remedy=_HTTP_REMEDIES.get(error.status_code),
        headers=error.headers,
    )


async def unforeseen(request: Request, _error: Exception) -> JSONResponse:
    """Return the 500 answer: the request id finds the traceback in the log."""
    return problem(
        request,
        status=500,
        code="internal",
        title="Something went wrong in the server.",
        remedy="Look for the request id in the server's log, and report it.",
    )


def install(app: FastAPI) -> None:
    """Register the handlers of all error kinds."""
    app.add_exception_handler(ApiError, _api_error)
    app.add_exception_handler(register.InventoryError, _register_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, unforeseen)
