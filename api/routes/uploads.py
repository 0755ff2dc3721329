"""Files that are sent: tables to import, and what is attached to an asset.

What became of them is listed by resources: `assets`, `files`.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile as Sent

from api.compose.backing_up import keep_upload
from api.http.answers import ALL_PROBLEMS, answer
from api.http.callers import Caller
from api.http.deps import AppDep, ReadDep, allow
from api.jobs.long_requests import IMPORT, LONG_BYTES, STAFF, LongRequest
from api.resources.exchange.importing import (
    WRITERS,
    ImportAnswer,
    Shown,
    run_import,
    told,
)
from api.resources.exchange.staff_lists import WRITERS as STAFF_WRITERS
from api.resources.exchange.staff_lists import (
    StaffListAnswer,
    given_in,
    only,
    run_staff_list,
)
from api.resources.house.users import ADMINS
from api.resources.http.lists import ThingRef
from api.resources.http.preferring import ACCEPTED, JOB_HEADERS, accept, is_later
from api.resources.references import ASSET
from api.resources.register.extracts.files_given import KEEPERS, folder
from inventory.assets.register import attachments
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

router = APIRouter(responses=ALL_PROBLEMS)


_BACKUP_FILE = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {
                        "type": "string",
                        "format": "binary",
                        "description": "A backup; its name ends in .backup.",
                    }
                },
            }
        }
    },
}


class Kept(BaseModel):
    """A backup that was kept."""

    id: int


class Attached(BaseModel):
    """A file that was attached."""

    id: int


@router.post(
    "/imports",
    response_model=ImportAnswer,
    operation_id="imports_create",
    summary="Import a table of assets, or say what that would do.",
    tags=["imports"],
    responses=ACCEPTED,
    openapi_extra=JOB_HEADERS,
)
def import_file(
    app: AppDep,
    request: Request,
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
    save_as: Annotated[
        str, Form(max_length=100, description="Keep the mapping as a profile.")
    ] = "",
    rows: Annotated[Shown, Form(description="Which rows are told.")] = "all",
) -> Response:
    """Import a table of assets; without `dry_run=false` nothing is written.

    Every row is answered with its effect (create, change, same, error), what changes,
    and what is wrong with it. A table of more than 256 KiB is a job.
    """
    data = file.file.read()
    how: dict[str, Any] = {
        "profile": profile,
        "dry_run": dry_run,
        "atomic": atomic,
        "prefix": prefix,
        "columns": columns,
        "save_as": save_as,
    }
    if is_later(app, request, lambda: len(data) > LONG_BYTES):
        asked = _of_file(IMPORT, file, data, how | {"rows": rows})
        return accept(app, request, who, _body(asked), asked)
    return answer(told(run_import(app, who, data, **how), rows))


def _of_file(
    kind: str, file: UploadFile, data: bytes, options: dict[str, Any]
) -> LongRequest:
    name = file.filename or "table"
    return LongRequest(
        kind=kind,
        subject=name[:200],
        arguments={"options": options},
        sent=(name[:200], file.content_type or "application/octet-stream", data),
    )


def _body(asked: LongRequest) -> bytes:
    """Return what makes two such requests the same one."""
    assert asked.sent is not None
    return json.dumps(asked.arguments, sort_keys=True).encode() + asked.sent[2]


@router.post(
    "/hr/staff-lists",
    response_model=StaffListAnswer,
    operation_id="staff_lists_create",
    summary="Take in a list of staff of an HR system, or say what that would do.",
    tags=["hr"],
    responses=ACCEPTED,
    openapi_extra=JOB_HEADERS,
)
def take_in_staff(
    app: AppDep,
    request: Request,
    who: Annotated[Caller, allow(*sorted(STAFF_WRITERS))],
    file: Annotated[UploadFile, File(description="CSV or XLSX.")],
    profile: Annotated[str, Form(max_length=100)] = "generic",
    dry_run: Annotated[bool, Form(description="Only say what would happen.")] = True,
    source: Annotated[
        str, Form(max_length=100, description="Of the events; the profile's without.")
    ] = "",
    effective_on: Annotated[
        date | None, Form(description="The day as of which the list is; today without.")
    ] = None,
    legal_entity: Annotated[
        str, Form(max_length=100, description="Where a row tells none.")
    ] = "",
    columns: Annotated[
        str, Form(description="JSON: heading to field, laid over the profile.")
    ] = "",
    save_as: Annotated[
        str, Form(max_length=100, description="Keep it as a profile of that name.")
    ] = "",
    rows: Annotated[Shown, Form(description="Which rows are told.")] = "all",
) -> Response:
    """Take in a list of staff; without `dry_run=false` nothing is written.

    What differs from the register becomes events of HR: hire, rehire, transfer,
    termination and their changes. Who is not in the list is told as absent, and left
    alone. A column that the profile does not name is not read.
    """
    data = file.file.read()
    how: dict[str, Any] = {
        "profile": profile,
        "columns": columns,
        "source": source,
        "effective_on": effective_on.isoformat() if effective_on else None,
        "legal_entity": legal_entity,
        "save_as": save_as,
    }
    given = given_in(data, how)
    if is_later(app, request, lambda: len(data) > LONG_BYTES):
        more = {"dry_run": dry_run, "rows": rows}
        asked = _of_file(STAFF, file, data, how | more)
        return accept(app, request, who, _body(asked), asked)
    return answer(only(run_staff_list(app, who, given, dry_run=dry_run), rows))


@router.post(
    "/backups:upload",
    status_code=201,
    operation_id="backups_upload",
    response_model=Kept,
    summary="Keep a backup that is sent in the folder of backups, and list it.",
    tags=["backups"],
    openapi_extra={"requestBody": _BACKUP_FILE},
)
async def upload_backup(
    app: AppDep, request: Request, who: Annotated[Caller, allow(*sorted(ADMINS))]
) -> Response:
    """Keep a backup; it is read whole before it is listed, and nothing is put back.

    The body is read once it is known who sends it: it may be as large as a database.
    """
    async with request.form(max_files=1, max_fields=10) as sent:
        file = sent.get("file")
        if not isinstance(file, Sent) or not file.filename:
            raise Invalid(N_("Choose a file."), where="file")
        number = await run_in_threadpool(
            keep_upload, app, who.actor, file.filename, file.file
        )
    return answer({"id": number}, 201)


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
