"""`POST /labels`: labels of assets as PDF; sheets and tapes are `label-media`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from api.http.actions import Given
from api.http.answers import ALL_PROBLEMS, as_answer
from api.http.callers import STAFF
from api.http.deps import AppDep, ReadDep, allow
from api.http.files import content_of
from api.resources.exchange.labels import PDF, labels_of, pdf
from inventory.assets.labels.drawing import draw_labels

router = APIRouter(
    tags=["labels"], dependencies=[allow(*STAFF, scoped=True)], responses=ALL_PROBLEMS
)


class LabelsIn(Given):
    """Which labels, on what."""

    tags: Annotated[list[str], Field(min_length=1, max_length=5000)]
    medium: str = Field(default="L7160", max_length=20)
    skip: int = Field(default=0, ge=0, le=500, description="Used labels of sheet one.")


@router.post(
    "/labels",
    operation_id="labels_print",
    response_class=Response,
    responses={200: content_of(PDF), **ALL_PROBLEMS},
    summary="Print labels of assets.",
)
def labels(
    app: AppDep, request: Request, reading: ReadDep, given: LabelsIn
) -> Response:
    """Print labels: a PDF with QR code, text and, where it fits, Code 128."""
    base = (app.settings.http.public_url or str(request.base_url)).rstrip("/")
    made = labels_of(reading, given.tags, base)
    return as_answer(pdf(draw_labels(made, given.medium, skip=given.skip), "labels"))
