"""Import a table of assets: choose it, see what each row would do, then do it."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
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
from api.resources.exchange.importing import (
    WRITERS,
    columns_read,
    run_import,
    told,
)
from inventory.assets.register.tables import Asset
from inventory.bulk.profiles.profile import FIELDS
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


DEFAULT = "spreadsheet"
"""The profile of who names none: headings as anybody writes them."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A table that was kept, and how it is to be read.

    Attributes:
        name: Of the file; empty if none is chosen.
        profile: Of its columns.
        columns: JSON: heading to field, as chosen on the page; empty: as the profile.
    """

    name: str
    profile: str
    columns: str


def _asked(visit: Visit) -> _Asked:
    heads, fields = visit.form.get("head", []), visit.form.get("field", [])
    chosen = dict(zip(heads, fields, strict=False))
    return _Asked(
        visit.typed("kept") or visit.query.get("file", ""),
        visit.typed("profile", DEFAULT),
        json.dumps(chosen) if chosen else "",
    )


def show_import(visit: Visit) -> Answer:
    """Draw the choice of a table, and what it would do; keep a table that is sent."""
    if not visit.may(*WRITERS):
        return refused(N_("Import"))
    sent = visit.files.get("file")
    if sent is not None and sent.data:
        kept = keep_table(visit.app, sent)
        profile = visit.typed("profile", DEFAULT)
        return Told(address("/import", {"file": kept, "profile": profile}))
    asked = _asked(visit)
    if visit.sent and not asked.name:
        return _page(visit, asked, visit.words.text(N_("Choose a file.")))
    return _page(visit, asked)


def _page(visit: Visit, asked: _Asked, problem: str = "") -> View:
    """Return the page: what the columns are read as, and what the rows would do."""
    trial, columns = None, dict[str, str | None]()
    if asked.name:
        try:
            data = table_kept(visit.app, asked.name).read_bytes()
            how = (asked.profile, asked.columns)
            columns = columns_read(visit.app, visit.caller, data, *how)
            trial = _tried(visit, data, asked)
        except (InventoryError, ApiError) as error:
            problem = problem or visit.words.error(error)
    return View(
        template="import.html",
        title=N_("Import"),
        here="/assets",
        about={
            "profiles": list(list_profiles(visit.reading, import_profiles())),
            "profile": asked.profile,
            "file": asked.name,
            "columns": columns,
            "fields": sorted({*FIELDS, *filter(None, columns.values())}),
            "atomic": visit.typed("atomic", "true"),
            "save_as": visit.typed("save_as"),
            "trial": trial,
            "problem": problem,
            "most": MOST_SHOWN,
        },
        status=422 if problem else 200,
    )


def _tried(visit: Visit, data: bytes, asked: _Asked) -> dict[str, Any]:
    report = told(
        run_import(
            visit.app,
            visit.caller,
            data,
            asked.profile,
            columns=asked.columns,
            dry_run=True,
        )
    )
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
            return ""
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
    asked = _asked(visit)
    if not visit.sent:
        return Told(address("/import", {"file": asked.name, "profile": asked.profile}))
    try:
        data = table_kept(visit.app, asked.name).read_bytes()
        if len(data) > LONG_BYTES and somebody_works(visit.app):
            table_kept(visit.app, asked.name).unlink(missing_ok=True)
            return leave(visit, _as_job(visit, data, asked))
        report = run_import(visit.app, visit.caller, data, **_how(visit, asked))
    except (InventoryError, ApiError) as error:
        return _page(visit, asked, visit.words.error(error))
    if not report.written:
        refusal = N_("Nothing was written: some rows have problems.")
        return _page(visit, asked, visit.words.text(refusal))
    table_kept(visit.app, asked.name).unlink(missing_ok=True)
    counts = ", ".join(
        f"{count} {visit.words.word(effect)}" for effect, count in report.counts.items()
    )
    return Told("/import", visit.words.text("Imported: {counts}.", counts=counts))


def _how(visit: Visit, asked: _Asked) -> dict[str, Any]:
    return {
        "profile": asked.profile,
        "columns": asked.columns,
        "save_as": visit.typed("save_as"),
        "dry_run": False,
        "atomic": visit.typed("atomic") == "true",
    }


def _as_job(visit: Visit, data: bytes, asked: _Asked) -> LongRequest:
    return LongRequest(
        kind=IMPORT,
        subject=asked.profile,
        arguments={"options": {**_how(visit, asked), "rows": "all"}},
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
