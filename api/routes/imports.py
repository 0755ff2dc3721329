"""`/imports`: tables of assets from files, first what each row would do, then done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Response, UploadFile
from pydantic import BaseModel, Field

from api.compose.wiring import App, import_profiles
from api.http.actions import Act, Acting, Given
from api.http.answers import ALL_PROBLEMS, answer
from api.http.auth import Caller, Role
from api.http.deps import AppDep, ReadDep, allow
from api.routes.acts import Doing, perform
from inventory.bulk.files.tabular import read_table
from inventory.bulk.importing import ImportReport, import_assets
from inventory.bulk.profiles.store import (
    list_profiles,
    profile_document,
    profile_named,
    save_profile,
)
from inventory.kernel.errors import Invalid

router = APIRouter(tags=["import and export"], responses=ALL_PROBLEMS)
WRITERS = frozenset({Role.IT, Role.ACCOUNTING})
Shown = Literal["all", "problems", "none"]


class RowFault(BaseModel):
    """Something that is wrong with a row."""

    field: str
    problem: str
    remedy: str


class RowOfImport(BaseModel):
    """What a row does."""

    row: int
    effect: Literal["create", "change", "same", "error"]
    tag: str | None
    asset_id: int | None
    changes: dict[str, list[Any]] = Field(description="Field: before and after.")
    notes: list[str]
    problems: list[RowFault]


class ImportAnswer(BaseModel):
    """What an import does, or did."""

    written: bool
    rows: int
    counts: dict[str, int]
    problems: int
    effects: list[RowOfImport]


class ProfileName(BaseModel):
    """A way to read a table."""

    name: str
    title: str
    saved: bool = Field(description="Somebody saved it here; else it comes along.")


class Profiles(BaseModel):
    """Ways to read a table."""

    items: list[ProfileName]
    next: None = None


class ProfileSaved(BaseModel):
    """A profile that was saved."""

    id: int
    name: str


class ProfileIn(Given):
    """A profile to save: how the columns of a table are read, as JSON."""

    name: str = Field(min_length=1, max_length=100)
    document: dict[str, Any]


def _save(acting: Acting, given: ProfileIn) -> dict[str, Any]:
    number = save_profile(acting.work, given.name, given.document)
    return {"id": number, "name": given.name}


SAVE = Act("save-profile", ProfileIn, _save, WRITERS)


def run_import(
    app: App,
    who: Caller,
    data: bytes,
    profile: str,
    *,
    dry_run: bool,
    atomic: bool = True,
    prefix: str = "IT-",
) -> ImportReport:
    """Import a file, or say what that would do.

    Raises:
        InventoryError: The file, the profile or the database does not do.
    """
    with app.work(who.actor) as work:
        how = profile_named(work.connection, import_profiles(), profile)
        table = read_table(data, delimiter=how.delimiter)
        report = import_assets(
            work, table, how, dry_run=dry_run, atomic=atomic, prefix=prefix
        )
        if report.written:
            work.commit()
    return report


def told(report: ImportReport, shown: Shown = "all") -> dict[str, Any]:
    """Return a report as JSON values: counts, and each row with its effect."""
    rows = [] if shown == "none" else [_row(plan) for plan in report.plans]
    if shown == "problems":
        rows = [row for row in rows if row["problems"]]
    return {
        "written": report.written,
        "rows": len(report.plans),
        "counts": {str(effect): count for effect, count in report.counts.items()},
        "problems": len(report.problems),
        "effects": rows,
    }


def _row(plan: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "row": plan.intake.row,
        "effect": str(plan.effect),
        "tag": plan.tag or None,
        "asset_id": plan.asset_id,
        "changes": {
            name: [_plain(before), _plain(after)]
            for name, (before, after) in plan.changes.items()
        },
        "notes": plan.notes,
        "problems": [
            {"field": one.field, "problem": one.problem, "remedy": one.remedy}
            for one in plan.intake.problems
        ],
    }


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if value is None or isinstance(value, str | int | date):
        return value
    return str(value)


@router.get(
    "/import-profiles", response_model=Profiles, operation_id="import_profiles_list"
)
def profiles(reading: ReadDep, _who: Annotated[Caller, allow(*Role)]) -> Response:
    """List the ways to read a table: of other programs, and those saved here."""
    rows = list_profiles(reading, import_profiles())
    return answer({"items": rows, "next": None})


@router.get(
    "/import-profiles/{name}",
    response_model=dict[str, Any],
    operation_id="import_profiles_get",
)
def profile(
    reading: ReadDep, name: str, _who: Annotated[Caller, allow(*Role)]
) -> Response:
    """Show a profile: which column is which field."""
    return answer(dict(profile_document(reading, import_profiles(), name)))


@router.put(
    "/import-profiles",
    response_model=ProfileSaved,
    operation_id="import_profiles_save",
)
def save(doing: Doing, given: ProfileIn) -> Response:
    """Save a profile under a name."""
    return perform(doing, SAVE, given)


@router.post("/imports", response_model=ImportAnswer, operation_id="imports_create")
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
        report = _mapped(app, who, data, columns, profile, dry_run, atomic, prefix)
    else:
        report = run_import(
            app, who, data, profile, dry_run=dry_run, atomic=atomic, prefix=prefix
        )
    return answer(told(report, rows))


def _mapped(
    app: App,
    who: Caller,
    data: bytes,
    columns: str,
    profile: str,
    dry_run: bool,
    atomic: bool,
    prefix: str,
) -> ImportReport:
    """Import with a mapping of columns laid over a profile."""
    from inventory.bulk.profiles.profile import read_profile

    try:
        mapping = json.loads(columns)
    except ValueError as error:
        raise Invalid(f"It is not JSON: {error}.", where="columns") from error
    if not isinstance(mapping, dict):
        raise Invalid("It is not a JSON object.", where="columns")
    with app.work(who.actor) as work:
        document = dict(profile_document(work.connection, import_profiles(), profile))
        document["columns"] = {**(document.get("columns") or {}), **mapping}
        how = read_profile(document)
        table = read_table(data, delimiter=how.delimiter)
        report = import_assets(
            work, table, how, dry_run=dry_run, atomic=atomic, prefix=prefix
        )
        if report.written:
            work.commit()
    return report
