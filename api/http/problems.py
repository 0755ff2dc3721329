"""Errors as answers: problem+json (RFC 9457).

Anything unforeseen is a 500 that tells the request id and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.http.errors import (
    MEDIA_TYPE,
    TYPE_PREFIX,
    ApiError,
    plain,
    status_of,
    title_of,
)
from inventory.kernel import errors as register

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
    return problem(request, **members_of(error), headers=waiting_for(error))


def waiting_for(error: register.InventoryError) -> Mapping[str, str]:
    """Return after what time a request is worth repeating, as a header, if it is."""
    return {"Retry-After": "5"} if status_of(error) == 503 else {}


def members_of(error: register.InventoryError) -> dict[str, Any]:
    """Return what a problem of the register tells, as members of RFC 9457."""
    rows = getattr(error, "problems", ())
    return {
        "status": status_of(error),
        "code": error.code,
        "title": title_of(type(error)),
        "detail": error.problem,
        "text": error.text if error.values else None,
        "values": {name: plain(value) for name, value in error.values.items()},
        "where": error.where,
        "remedy": error.remedy,
        "errors": [_row(one) for one in rows],
    }


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
