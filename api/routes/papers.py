"""`/assets/{id}/files`, `/notes`, `/views`: what is kept beside an asset or a list."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Query, Response, UploadFile

from api.compose.wiring import App
from api.http.auth import Caller, Role
from api.http.deps import AppDep, ReadDep, allow
from api.routes.acts import Doing, perform
from api.routes.answers import ALL_PROBLEMS, answer
from api.routes.parameters import Id
from api.routes.upkeep_acts import (
    FORGET,
    REMOVE,
    SAVE_VIEW,
    ForgetIn,
    RemoveIn,
    ViewIn,
)
from inventory.assets.register import attachments, saved_views
from inventory.storage.rows import Row

ANY = "*/*"
"""A file is given back as the type it was attached as."""

router = APIRouter(
    tags=["register"], dependencies=[allow(*Role)], responses=ALL_PROBLEMS
)
KEEPERS = frozenset({Role.IT, Role.ACCOUNTING})


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


@router.get("/assets/{asset_id}/files")
def files(reading: ReadDep, asset_id: Id) -> Response:
    """List the files of an asset, the newest first."""
    rows = attachments.files_of(reading, asset_id=asset_id)
    return answer({"items": rows, "next": None})


@router.post("/assets/{asset_id}/files")
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


@router.get("/files/{attachment_id}", responses={200: {"content": {ANY: {}}}})
def download(app: AppDep, reading: ReadDep, attachment_id: Id) -> Response:
    """Give a file, checked against its hash."""
    return as_download(*attachments.file_of(reading, folder(app), attachment_id))


@router.post("/files/remove")
def remove(doing: Doing, given: RemoveIn) -> Response:
    """Show a file no more; its bytes and its history stay."""
    return perform(doing, REMOVE, given)


@router.get("/assets/{asset_id}/notes")
def notes(reading: ReadDep, asset_id: Id) -> Response:
    """List the notes of an asset, the newest first."""
    return answer({"items": attachments.notes_of(reading, asset_id), "next": None})


@router.get("/views")
def my_views(
    doing: Doing,
    reading: ReadDep,
    page: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """List views of lists: one's own, and those that are shared."""
    rows = saved_views.views_of(reading, doing.caller.actor, page)
    return answer({"items": rows, "next": None})


@router.put("/views")
def save_view(doing: Doing, given: ViewIn) -> Response:
    """Save a view under a name, or replace the one that has it."""
    return perform(doing, SAVE_VIEW, given)


@router.post("/views/forget")
def forget(doing: Doing, given: ForgetIn) -> Response:
    """Forget a view of one's own."""
    return perform(doing, FORGET, given)
