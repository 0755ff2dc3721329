"""Imports of tables of assets: first what each row would do, then done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field

from api.compose.wiring import App, import_profiles
from api.http.callers import Caller, Role
from inventory.bulk.files.tabular import read_table
from inventory.bulk.importing import ImportReport, import_assets
from inventory.bulk.profiles.profile import Profile, read_profile
from inventory.bulk.profiles.store import profile_document, profile_named
from inventory.kernel.clean_text import read_json
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

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
    with app.work(who.actor, looking=True) as work:
        how = profile_named(work.connection, import_profiles(), profile)
    return _imported(app, who, data, how, dry_run=dry_run, atomic=atomic, prefix=prefix)


def _imported(
    app: App,
    who: Caller,
    data: bytes,
    how: Profile,
    *,
    dry_run: bool,
    atomic: bool,
    prefix: str,
) -> ImportReport:
    # Reading a file takes seconds: nobody else waits for that, nor for a dry run.
    table = read_table(data, delimiter=how.delimiter, decimal=how.decimal)
    with app.work(who.actor, looking=dry_run) as work:
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


def run_mapped(
    app: App,
    who: Caller,
    data: bytes,
    columns: str,
    profile: str,
    *,
    dry_run: bool,
    atomic: bool,
    prefix: str,
) -> ImportReport:
    """Import with a mapping of columns laid over a profile.

    Args:
        app: The composition.
        who: Who imports.
        data: The file.
        columns: JSON: heading to field.
        profile: Name of the profile below.
        dry_run: Only say what would happen.
        atomic: Write nothing if any row has a problem.
        prefix: Of tags that are given.

    Raises:
        InventoryError: The file, the mapping or the profile does not do.
    """
    mapping = read_json(columns, "columns")
    if not isinstance(mapping, dict):
        raise Invalid(N_("It is not a JSON object."), where="columns")
    with app.work(who.actor, looking=True) as work:
        document = dict(profile_document(work.connection, import_profiles(), profile))
    document["columns"] = {**(document.get("columns") or {}), **mapping}
    how = read_profile(document)
    return _imported(app, who, data, how, dry_run=dry_run, atomic=atomic, prefix=prefix)
