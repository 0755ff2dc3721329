"""Labels of assets, and on which sheets and tapes they are printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal
from urllib.parse import quote

from sqlalchemy import Connection, select

from api.http.files import File
from api.resources.computed import ComputedSource
from api.resources.declare import (
    Choice,
    Column,
    Number,
    Question,
    RowModel,
    Show,
    Viewer,
    Word,
)
from api.resources.resource import Resource
from inventory.assets.labels.drawing import Label
from inventory.assets.labels.media import SHEETS, TAPES
from inventory.assets.register import tables
from inventory.kernel.texts import N_, NN_
from inventory.queries.references import asset_ids_of
from inventory.storage.rows import col, id_of, table_of

PDF = "application/pdf"
_MAKER = table_of(tables.Manufacturer)


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


class LabelMediumRow(RowModel):
    """A sheet or a tape; sizes of one label in millimetres."""

    name: Annotated[str, Column("Name", sort=True)]
    kind: Annotated[Literal["sheet", "tape"], Column("Kind", sort=True)]
    width: Annotated[float, Column("Width", Show.NUMBER, sort=True)]
    height: Annotated[float, Column("Height", Show.NUMBER, sort=True)]
    labels: Annotated[Number, Column("Labels", Show.NUMBER, about="On a sheet.")]


class LabelMediumQuestion(Question):
    """Which sheets and tapes are asked for."""

    kind: Annotated[Literal["sheet", "tape"] | None, Choice("Kind")] = None
    name: Annotated[Word, Choice("Name", main=False)] = None
    width: Annotated[float | None, Choice("Width", main=False)] = None
    height: Annotated[float | None, Choice("Height", main=False)] = None
    labels: Annotated[int | None, Choice("Labels", main=False)] = None


def _media(
    _connection: Connection, _asked: LabelMediumQuestion, _viewer: Viewer
) -> Iterator[dict[str, Any]]:
    for name, sheet in SHEETS.items():
        size = {"width": float(sheet.width), "height": float(sheet.height)}
        yield {"name": name, "kind": "sheet", **size, "labels": sheet.count}
    for name, tape in TAPES.items():
        size = {"width": float(tape.length), "height": float(tape.width)}
        yield {"name": name, "kind": "tape", **size, "labels": None}


LABEL_MEDIA = Resource(
    name="label-media",
    command="label-medium",
    title=N_("Sheets and tapes"),
    counted=NN_("{count} sheet or tape", "{count} sheets and tapes"),
    group="register",
    rows=LabelMediumRow,
    question=LabelMediumQuestion,
    sort="name",
    source=ComputedSource(rows=LabelMediumRow, compute=_media),
)


def pdf(data: bytes, name: str) -> File:
    """Return a PDF to look at or to save."""
    return File(f"{name}.pdf", PDF, [data], shown=True)
