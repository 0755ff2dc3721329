"""Import a table of assets: choose it, see what each row would do, then do it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select

from api.compose.rulebooks import import_profiles
from api.compose.wiring import App
from api.http.errors import ApiError, Missing
from api.jobs.long_requests import IMPORT, LONG_BYTES, LongRequest, somebody_works
from api.pages.house.leaving import leave
from api.pages.render import address
from api.pages.visit import Answer, Told, Upload, View, Visit, refused
from api.resources.exchange.importing import WRITERS, run_import, told
from inventory.assets.register.tables import Asset
from inventory.bulk.profiles.store import list_profiles
from inventory.kernel.errors import InventoryError
from inventory.kernel.texts import N_
from inventory.storage.rows import col

UPLOADS = "uploads"
KEPT = 20
"""Tables that wait for a decision; older ones are forgotten."""

MOST_SHOWN = 500
"""Rows on the page; the API tells all."""

_NAME = re.compile(r"^[0-9a-f]{32}$")


def show_import(visit: Visit) -> Answer:
    """Draw the choice of a table, and what it would do; keep a table that is sent."""
    if not visit.may(*WRITERS):
        return refused(N_("Import"))
    profile = visit.typed("profile", "purser")
    problem, trial, name = "", None, visit.query.get("file", "")
    if visit.sent:
        sent = visit.files.get("file")
        if sent is not None and sent.data:
            kept = keep_table(visit.app, sent)
            return Told(address("/import", {"file": kept, "profile": profile}))
        problem = N_("Choose a file.")
    elif name:
        try:
            trial = _tried(visit, name, profile)
        except (InventoryError, ApiError) as error:
            problem = visit.words.error(error)
    return View(
        template="import.html",
        title=N_("Import"),
        here="/assets",
        about={
            "profiles": list(list_profiles(visit.reading, import_profiles())),
            "profile": profile,
            "file": name,
            "trial": trial,
            "problem": problem,
            "most": MOST_SHOWN,
        },
        status=422 if problem else 200,
    )


def _tried(visit: Visit, name: str, profile: str) -> dict[str, Any]:
    data = table_kept(visit.app, name).read_bytes()
    report = told(run_import(visit.app, visit.caller, data, profile, dry_run=True))
    rows = sorted(report["effects"], key=lambda row: not row["problems"])
    shown = rows[:MOST_SHOWN]
    query = select(col(Asset.tag), col(Asset.currency)).where(
        col(Asset.tag).in_([row["tag"] for row in shown if row["tag"]])
    )
    kept = {tag: currency for tag, currency in visit.reading.execute(query)}
    told_rows = [
        row | {"told": _changes(visit, row["changes"], kept.get(row["tag"]))}
        for row in shown
    ]
    return {**report, "shown": told_rows}


def _changes(
    visit: Visit, changes: Mapping[str, Any], kept: str | None
) -> list[tuple[str, str, str]]:
    """Return what a row would change: field, before and after, as people say it.

    Args:
        visit: In whose language.
        changes: Field -> before and after.
        kept: The currency that the asset has, if it is registered.
    """
    currency = changes.get("currency", (None, kept))[1]

    def told(name: str, value: Any) -> str:  # noqa: ANN401
        if value is None:
            return "\N{EN DASH}"
        if name.endswith("_minor") and isinstance(value, int) and currency:
            return visit.words.money(value, currency)
        return str(value)

    return [
        (
            name.removesuffix("_minor").removesuffix("_id"),
            told(name, before),
            told(name, after),
        )
        for name, (before, after) in changes.items()
    ]


def run(visit: Visit) -> Answer:
    """Import a table that was kept."""
    if not visit.may(*WRITERS):
        return refused(N_("Import"))
    name, profile = visit.typed("kept"), visit.typed("profile", "purser")
    back = address("/import", {"file": name, "profile": profile})
    if not visit.sent:
        return Told(back)
    try:
        data = table_kept(visit.app, name).read_bytes()
        if len(data) > LONG_BYTES and somebody_works(visit.app):
            table_kept(visit.app, name).unlink(missing_ok=True)
            return leave(visit, _as_job(visit, data, profile))
        report = run_import(
            visit.app,
            visit.caller,
            data,
            profile,
            dry_run=False,
            atomic=visit.typed("atomic") == "true",
        )
    except (InventoryError, ApiError) as error:
        return Told(back, visit.words.error(error))
    if not report.written:
        return Told(
            back,
            visit.words.text("Nothing was written: some rows have problems."),
        )
    table_kept(visit.app, name).unlink(missing_ok=True)
    counts = ", ".join(
        f"{count} {visit.words.word(effect)}" for effect, count in report.counts.items()
    )
    return Told("/import", visit.words.text("Imported: {counts}.", counts=counts))


def _as_job(visit: Visit, data: bytes, profile: str) -> LongRequest:
    options = {
        "profile": profile,
        "dry_run": False,
        "atomic": visit.typed("atomic") == "true",
        "rows": "all",
    }
    return LongRequest(
        kind=IMPORT,
        subject=profile,
        arguments={"options": options},
        sent=("table", "application/octet-stream", data),
    )


def keep_table(app: App, sent: Upload) -> str:
    """Keep a table that was uploaded until somebody decides; return its name."""
    folder = app.settings.data_dir / UPLOADS
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = sorted(folder.iterdir(), key=lambda one: one.stat().st_mtime, reverse=True)
    for old in files[KEPT - 1 :]:
        old.unlink(missing_ok=True)
    name = secrets.token_hex(16)
    (folder / name).write_bytes(sent.data)
    return name


def table_kept(app: App, name: str) -> Path:
    """Return a table that was uploaded.

    Raises:
        Missing: There is none of that name, or no more.
    """
    path = app.settings.data_dir / UPLOADS / name
    if not _NAME.match(name) or not path.is_file():
        raise Missing("The file is not there any more.", remedy="Upload it again.")
    return path


PAGES = {"/import": show_import, "/import/run": run}
