"""`POST /labels`: labels of assets as PDF; sheets and tapes are `label-media`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from api.http.actions import Given
from api.http.answers import ALL_PROBLEMS, as_answer
from api.http.callers import STAFF, Caller
from api.http.deps import AppDep, ReadDep, allow
from api.http.files import content_of
from api.http.once import Body
from api.jobs.long_requests import LABELS, LONG_LABELS, LongRequest
from api.resources.exchange.labels import PDF, labels_of, pdf
from api.resources.http.preferring import ACCEPTED, JOB_HEADERS, accept, is_later
from inventory.assets.labels.drawing import draw_labels

router = APIRouter(tags=["labels"], responses=ALL_PROBLEMS)


class LabelsIn(Given):
    """Which labels, on what."""

    tags: Annotated[list[str], Field(min_length=1, max_length=5000)]
    medium: str = Field(default="L7160", max_length=20)
    skip: int = Field(default=0, ge=0, le=500, description="Used labels of sheet one.")


def request_of_labels(given: LabelsIn, base: str) -> LongRequest:
    """Return labels as a job."""
    return LongRequest(
        kind=LABELS,
        subject=f"{len(given.tags)} {given.medium}",
        arguments={**given.model_dump(), "base": base},
    )


@router.post(
    "/labels",
    operation_id="labels_print",
    response_class=Response,
    responses={200: content_of(PDF), **ACCEPTED, **ALL_PROBLEMS},
    openapi_extra=JOB_HEADERS,
    summary="Print labels of assets.",
)
def labels(
    app: AppDep,
    request: Request,
    reading: ReadDep,
    raw: Body,
    who: Annotated[Caller, allow(*STAFF, scoped=True)],
    given: LabelsIn,
) -> Response:
    """Print labels: a PDF with QR code, text and, where it fits, Code 128.

    More than 500 are a job.
    """
    base = (app.settings.http.public_url or str(request.base_url)).rstrip("/")
    if is_later(app, request, lambda: len(given.tags) > LONG_LABELS):
        return accept(app, request, who, raw, request_of_labels(given, base))
    made = labels_of(reading, given.tags, base)
    return as_answer(pdf(draw_labels(made, given.medium, skip=given.skip), "labels"))
