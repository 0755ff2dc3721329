"""`/labels`: labels of assets as PDF, and which sheets and tapes there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection, select

from api.http.actions import Given
from api.http.answers import ALL_PROBLEMS, answer
from api.http.auth import Role
from api.http.deps import ReadDep, allow
from api.routes.acts import Doing
from inventory.assets.labels.drawing import Label, draw_labels
from inventory.assets.labels.media import SHEETS, TAPES
from inventory.assets.register import tables
from inventory.queries.references import asset_ids_of
from inventory.storage.rows import col, id_of, table_of

router = APIRouter(tags=["labels"], dependencies=[allow(*Role)], responses=ALL_PROBLEMS)
PDF = "application/pdf"
_MAKER = table_of(tables.Manufacturer)


class LabelsIn(Given):
    """Which labels, on what."""

    tags: Annotated[list[str], Field(min_length=1, max_length=5000)]
    medium: str = Field(default="L7160", max_length=20)
    skip: int = Field(default=0, ge=0, le=500, description="Used labels of sheet one.")


def labels_of(reading: Connection, tags: Sequence[str], base: str) -> list[Label]:
    """Return the labels of assets in the order of their tags.

    Args:
        reading: Where to look.
        tags: Tags or serials.
        base: Address of the pages; the QR code opens `<base>/a/<tag>`.

    Raises:
        InvalidRows: Some tags name no asset.
    """
    ids = asset_ids_of(reading, tags)
    query = (
        select(
            id_of(tables.Asset),
            col(tables.Asset.tag),
            col(tables.Asset.name),
            col(tables.Asset.model),
        )
        .add_columns(
            col(tables.Asset.serial), col(tables.Manufacturer.name).label("maker")
        )
        .outerjoin(
            _MAKER, id_of(tables.Manufacturer) == col(tables.Asset.manufacturer_id)
        )
        .where(id_of(tables.Asset).in_(ids))
    )
    rows = {row.id: row for row in reading.execute(query)}
    labels = []
    for asset_id in ids:
        row = rows[asset_id]
        product = " ".join(filter(None, (row.maker, row.model)))
        serial = f"S/N {row.serial}" if row.serial else ""
        lines = tuple(filter(None, (row.name, product, serial)))
        labels.append(Label(row.tag, short_url(base, row.tag), lines))
    return labels


def short_url(base: str, tag: str) -> str:
    """Return the address that a label opens."""
    return f"{base}/a/{quote(tag, safe='')}"


class Medium(BaseModel):
    """A sheet or a tape, in millimetres."""

    name: str
    width: float
    height: float
    labels: int | None = Field(description="On a sheet; none of a tape.")


class Media(BaseModel):
    """Sheets and tapes."""

    items: list[Medium]
    next: None = None


@router.get("/labels/media", response_model=Media, operation_id="labels_media")
def media() -> Response:
    """List sheets and tapes with their sizes in millimetres."""
    sheets = [
        {"name": name, "width": one.width, "height": one.height, "labels": one.count}
        for name, one in SHEETS.items()
    ]
    tapes = [
        {"name": name, "width": one.length, "height": one.width, "labels": None}
        for name, one in TAPES.items()
    ]
    return answer({"items": sheets + tapes, "next": None})


@router.post(
    "/labels",
    operation_id="labels_print",
    response_class=Response,
    responses={200: {"content": {PDF: {}}}, **ALL_PROBLEMS},
)
def labels(doing: Doing, reading: ReadDep, given: LabelsIn) -> Response:
    """Print labels: a PDF with QR code, text and, where it fits, Code 128."""
    made = labels_of(reading, given.tags, doing.base)
    data = draw_labels(made, given.medium, skip=given.skip)
    return pdf(data, "labels")


def pdf(data: bytes, name: str) -> Response:
    """Return a PDF to look at or to save."""
    saved = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(data, media_type=PDF, headers=saved)
