"""Imports of tables of assets: first what each row would do, then done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field
from sqlalchemy import select

from api.compose.rulebooks import import_profiles
from api.http.actions import Tell, unheard
from api.http.callers import Caller, Role, check_whole
from discovery.reconciliation.import_hints import almost_seen
from inventory.bulk.files.cells import CellTable, heading
from inventory.bulk.files.tabular import read_table
from inventory.bulk.importing import ImportReport, import_assets
from inventory.bulk.profiles.profile import AUTO, Profile, read_profile
from inventory.bulk.profiles.store import profile_document, save_profile
from inventory.kernel.clean_text import read_json
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.people.tables import LegalEntity
from inventory.storage.rows import col
from inventory.storage.work import UnitOfWork

if TYPE_CHECKING:
    from api.compose.wiring import App

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
    columns: dict[str, str | None] = Field(
        description="Heading and field; null for what is not read."
    )
    effects: list[RowOfImport]


Within = Callable[[UnitOfWork, ImportReport], None]


def _nothing(_work: UnitOfWork, _report: ImportReport) -> None:
    pass


def run_import(
    app: App,
    who: Caller,
    data: bytes,
    profile: str,
    *,
    dry_run: bool,
    atomic: bool = True,
    prefix: str = "IT-",
    columns: str = "",
    save_as: str = "",
    tell: Tell = unheard,
    within: Within = _nothing,
) -> ImportReport:
    """Import a file, or say what that would do.

    Args:
        app: The composition.
        who: Who imports.
        data: The file.
        profile: How its columns are read.
        dry_run: Only say what would happen.
        atomic: Write nothing if any row has a problem.
        prefix: Of tags that are given.
        columns: JSON: heading to field, laid over the profile; empty: nothing is.
        save_as: Keep the profile with these columns under a name, with what is written.
        tell: Takes how far it is, in rows.
        within: Done in the transaction that writes, before it is committed.

    Raises:
        InventoryError: The file, the mapping, the profile or the database does not do.
    """
    check_whole(who)
    how, document = _how(app, who, profile, columns)
    # Reading a file takes seconds: nobody else waits for that, nor for a dry run.
    table = _table(data, how)
    with app.work(who.actor, looking=dry_run) as work:
        how = _in_currency(app, work, how)
        report = import_assets(
            work, table, how, dry_run=dry_run, atomic=atomic, prefix=prefix, tell=tell
        )
        if dry_run:
            _note_near_misses(work, report)
        if report.written:
            if save_as.strip():
                named = {**document, "title": save_as.strip()}
                save_profile(work, save_as, named)
            within(work, report)
            work.commit()
    return report


def _how(
    app: App, who: Caller, profile: str, columns: str
) -> tuple[Profile, Mapping[str, Any]]:
    """Return a profile, with a mapping of columns laid over it, and its document."""
    mapping = read_json(columns, "columns") if columns else {}
    if not isinstance(mapping, dict):
        raise Invalid(N_("It is not a JSON object."), where="columns")
    with app.work(who.actor, looking=True) as work:
        document = dict(profile_document(work.connection, import_profiles(), profile))
    if mapping:
        own = {heading(str(k)): v for k, v in (document.get("columns") or {}).items()}
        told = {heading(str(k)): v or "-" for k, v in mapping.items()}
        document["columns"] = {**own, **told}
    return read_profile(document), document


def _table(data: bytes, how: Profile) -> CellTable:
    mark = "." if how.decimal == AUTO else how.decimal
    return read_table(data, delimiter=how.delimiter, decimal=mark)


def _in_currency(app: App, work: UnitOfWork, how: Profile) -> Profile:
    """Return a profile with the currency in which everything is kept, if it is one."""
    if how.currency:
        return how
    kept = {
        one for (one,) in work.connection.execute(select(col(LegalEntity.currency)))
    }
    kept = kept or {app.settings.currency}
    return replace(how, currency=kept.pop()) if len(kept) == 1 else how


def columns_read(
    app: App, who: Caller, data: bytes, profile: str, columns: str = ""
) -> dict[str, str | None]:
    """Return the headings of a file, each with the field that it is read as.

    Raises:
        InventoryError: The file, the mapping or the profile does not do.
    """
    how, _ = _how(app, who, profile, columns)
    return how.columns_of(_table(data, how).header)


def _note_near_misses(work: UnitOfWork, report: ImportReport) -> None:
    """Note with new rows the device whose serial number is almost theirs."""
    serials = {
        plan.intake.row: str(plan.columns["serial"])
        for plan in report.plans
        if plan.is_new and plan.columns.get("serial")
    }
    found = almost_seen(work.connection, serials)
    for plan in report.plans:
        if plan.intake.row in found:
            plan.notes.append(found[plan.intake.row])


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
        "columns": dict(report.columns),
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
