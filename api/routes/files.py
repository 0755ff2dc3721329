"""Bytes of files: sent with `POST /assets/{id}/files`, given by `/files/{id}/content`.

The list of files and their removal are the resource `api.resources.register.papers`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Response, UploadFile
from pydantic import BaseModel

from api.compose.wiring import App
from api.http.answers import ALL_PROBLEMS, answer
from api.http.auth import Caller, Role
from api.http.deps import AppDep, ReadDep, allow
from api.http.parameters import Id
from inventory.assets.register import attachments
from inventory.storage.rows import Row

ANY = "*/*"
"""A file is given back as the type it was attached as."""

router = APIRouter(
    tags=["register"], dependencies=[allow(*Role)], responses=ALL_PROBLEMS
)
KEEPERS = frozenset({Role.IT, Role.ACCOUNTING})


class Attached(BaseModel):
    """A file that was attached."""

    id: int


def folder(app: App) -> Path:
    """Return where files lie."""
    return app.settings.data_dir / "files"


def as_download(row: Row, data: bytes) -> Response:
    """Return a kept file so that nothing in it can run in a browser."""
    name = quote(row["name"])
    return Response(
        data,
        media_type=row["media_type"],
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


@router.post(
    "/assets/{asset_id}/files",
    status_code=201,
    operation_id="files_attach",
    response_model=Attached,
)
def attach(
    app: AppDep,
    who: Annotated[Caller, allow(*sorted(KEEPERS))],
    asset_id: Id,
    file: Annotated[UploadFile, File(description="At most 9 MiB.")],
    note: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Keep a file of an asset: PDF, picture, office document, ZIP or text."""
    new = attachments.NewFile(file.filename or "", file.file.read(), note)
    with app.work(who.actor) as work:
        number = attachments.attach(work, folder(app), new, asset_id=asset_id)
        work.commit()
    return answer({"id": number}, 201)


@router.get(
    "/files/{attachment_id}/content",
    operation_id="files_content",
    response_class=Response,
    responses={200: {"content": {ANY: {}}}},
)
def download(app: AppDep, reading: ReadDep, attachment_id: Id) -> Response:
    """Give a file, checked against its hash."""
    return as_download(*attachments.file_of(reading, folder(app), attachment_id))
