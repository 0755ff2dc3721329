"""Answers that come later: `Prefer: respond-async` of RFC 7240, and 202 with a job.

A request that may take long is carried out as a job if the caller prefers it, or if
it is large and the caller does not insist to `wait`; as long as somebody works on jobs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel, Field

from api.compose.wiring import App
from api.http.callers import Caller
from api.http.once import once
from api.jobs.long_requests import LongRequest, add_request, somebody_works

JOBS = "/api/v1/jobs"
PREFER = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "`respond-async`: as a job, 202; `wait`: at once, however long.",
}

_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The same key and request again is the same job.",
}
JOB_HEADERS: dict[str, Any] = {"parameters": [PREFER, _KEY]}
"""Of routes that take no other headers."""


class Accepted(BaseModel):
    """A request that is carried out as a job."""

    job: int = Field(description="Its number.")
    state: str = Field(description="waiting, running, done, failed or cancelled.")
    href: str = Field(description="The job: how far it is, what came of it.")
    result: str = Field(description="The answer or the file, once it is done.")


ACCEPTED: dict[int | str, dict[str, Any]] = {
    202: {
        "model": Accepted,
        "description": "It is carried out as a job; `Location` leads to it",
    }
}


def is_later(app: App, request: Request, is_long: Callable[[], bool]) -> bool:
    """Whether a request is to be carried out as a job.

    Args:
        app: The composition.
        request: The request.
        is_long: Says whether it is large; asked only if the caller says nothing.
    """
    wishes = {
        each.partition(";")[0].partition("=")[0].strip().lower()
        for each in request.headers.get("prefer", "").split(",")
    }
    if "wait" in wishes and "respond-async" not in wishes:
        return False
    return ("respond-async" in wishes or is_long()) and somebody_works(app)


def accept(
    app: App, request: Request, who: Caller, body: bytes, asked: LongRequest
) -> Response:
    """Add the job of a request, once for an `Idempotency-Key`; answer 202."""

    def add(work: Any) -> tuple[int, Any]:  # noqa: ANN401 - a unit of work
        job_id = add_request(work, who, asked)
        path = f"{JOBS}/{job_id}"
        told = {"job": job_id, "state": "waiting", "href": path}
        return 202, told | {"result": f"{path}/result"}

    def headers(told: Any) -> dict[str, str]:  # noqa: ANN401
        return {"Location": told["href"], "Preference-Applied": "respond-async"}

    key = request.headers.get("idempotency-key") if request.method == "POST" else None
    answered = once(app, who, request, key, body, add, headers)
    app.jobs.wake()
    return answered
