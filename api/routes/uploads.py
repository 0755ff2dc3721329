"""Files that are sent: tables to import, and what is attached to an asset.

What became of them is listed by resources: `assets`, `files`.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Response, UploadFile
from pydantic import BaseModel

from api.http.answers import ALL_PROBLEMS, answer
from api.http.auth import Caller
from api.http.deps import AppDep, ReadDep, allow
from api.resources.exchange.importing import (
    WRITERS,
    ImportAnswer,
    Shown,
    run_import,
    run_mapped,
    told,
)
from api.resources.http.lists import ThingRef
from api.resources.references import ASSET
from api.resources.register.extracts.files_given import KEEPERS, folder
from inventory.assets.register import attachments

router = APIRouter(responses=ALL_PROBLEMS)


class Attached(BaseModel):
    """A file that was attached."""

    id: int


@router.post(
    "/imports",
    response_model=ImportAnswer,
    operation_id="imports_create",
    summary="Import a table of assets, or say what that would do.",
    tags=["imports"],
)
def import_file(
    app: AppDep,
    who: Annotated[Caller, allow(*sorted(WRITERS))],
    file: Annotated[UploadFile, File(description="CSV or XLSX.")],
    profile: Annotated[str, Form(max_length=100)] = "purser",
    dry_run: Annotated[bool, Form(description="Only say what would happen.")] = True,
    atomic: Annotated[
        bool, Form(description="Write nothing if any row has a problem.")
    ] = True,
    prefix: Annotated[str, Form(max_length=20)] = "IT-",
    columns: Annotated[
        str, Form(description="JSON: heading to field, for a mapping of this file.")
    ] = "",
    rows: Annotated[Shown, Form(description="Which rows are told.")] = "all",
) -> Response:
    """Import a table of assets; without `dry_run=false` nothing is written.

    Every row is answered with its effect (create, change, same, error), what changes,
    and what is wrong with it.
    """
    data = file.file.read()
    if columns:
        report = run_mapped(
            app,
            who,
            data,
            columns,
            profile,
            dry_run=dry_run,
            atomic=atomic,
            prefix=prefix,
        )
    else:
        report = run_import(
            app, who, data, profile, dry_run=dry_run, atomic=atomic, prefix=prefix
        )
    return answer(told(report, rows))


@router.post(
    "/assets/{ref}/files",
    status_code=201,
    operation_id="files_attach",
    response_model=Attached,
    summary="Attach a file to an asset.",
    tags=["files"],
)
def attach(
    app: AppDep,
    reading: ReadDep,
    who: Annotated[Caller, allow(*sorted(KEEPERS))],
    ref: ThingRef,
    file: Annotated[UploadFile, File(description="At most 9 MiB.")],
    note: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Keep a file of an asset: PDF, picture, office document, ZIP or text."""
    asset_id = ASSET.resolve(reading, ref)
    new = attachments.NewFile(file.filename or "", file.file.read(), note)
    with app.work(who.actor) as work:
        number = attachments.attach(work, folder(app), new, asset_id=asset_id)
        work.commit()
    return answer({"id": number}, 201)
