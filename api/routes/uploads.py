"""Files that are sent: tables to import, and what is attached to an asset.

What became of them is listed by resources: `assets`, `files`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, File, Form, Response, UploadFile
from pydantic import BaseModel

from api.http.answers import ALL_PROBLEMS, answer
from api.http.callers import Caller
from api.http.deps import AppDep, ReadDep, allow
from api.resources.exchange.importing import (
    WRITERS,
    ImportAnswer,
    Shown,
    run_import,
    run_mapped,
    told,
)
from api.resources.exchange.staff_lists import WRITERS as STAFF_WRITERS
from api.resources.exchange.staff_lists import (
    StaffListAnswer,
    StaffListGiven,
    mapping_of,
    only,
    run_staff_list,
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
    "/hr/staff-lists",
    response_model=StaffListAnswer,
    operation_id="staff_lists_create",
    summary="Take in a list of staff of an HR system, or say what that would do.",
    tags=["hr"],
)
def take_in_staff(
    app: AppDep,
    who: Annotated[Caller, allow(*sorted(STAFF_WRITERS))],
    file: Annotated[UploadFile, File(description="CSV or XLSX.")],
    profile: Annotated[str, Form(max_length=100)] = "generic",
    dry_run: Annotated[bool, Form(description="Only say what would happen.")] = True,
    source: Annotated[
        str, Form(max_length=100, description="Of the events; the profile's without.")
    ] = "",
    effective_on: Annotated[
        date | None, Form(description="Since when changes hold; today without.")
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
    given = StaffListGiven(
        data=file.file.read(),
        profile=profile,
        columns=mapping_of(columns),
        source=source,
        day=effective_on,
        legal_entity=legal_entity,
        save_as=save_as,
    )
    return answer(only(run_staff_list(app, who, given, dry_run=dry_run), rows))


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
