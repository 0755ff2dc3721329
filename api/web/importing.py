"""Import a table of assets: choose it, see what each row would do, then do it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request

from api.compose.wiring import import_profiles
from api.http.auth import Role
from api.http.errors import Missing
from api.routes.imports import run_import, told
from api.web import forms, frame
from api.web.acts import draw_said, sentences
from api.web.files import kept
from api.web.html import Row, badge, show, table
from inventory.bulk.profiles.store import list_profiles
from inventory.kernel.errors import InventoryError

PATH = "/import"
MOST_SHOWN = 500
"""Rows on the page; the API tells all."""


async def show_page(request: Request) -> None:
    """Draw the form, and what the chosen table would do."""
    visit = frame.visit(request)
    if not visit.may(Role.IT, Role.ACCOUNTING):
        frame.nothing(visit, "Importing is not for your role.", status=403)
        return

    def reading(connection: Connection) -> list[Row]:
        return list(list_profiles(connection, import_profiles()))

    profiles = await visit.read(reading)
    name = request.query_params.get("file", "")
    profile = request.query_params.get("profile", "purser")
    with frame.page(visit, "/assets", "Import"):
        frame.html('<a class="crumb" href="/assets">Assets</a>')
        frame.heading("Import")
        draw_said(request)
        with frame.card("A table of assets"):
            frame.html(_choose(profiles, profile))
        if name:
            await _show_trial(visit, name, profile)


async def _show_trial(visit: frame.Visit, name: str, profile: str) -> None:
    def trying() -> dict[str, Any]:
        data = kept(visit.app, name).read_bytes()
        report = run_import(visit.app, visit.caller, data, profile, dry_run=True)
        return told(report)

    try:
        trial = await frame.in_thread(trying)
    except (InventoryError, Missing) as error:
        frame.html(forms.note((sentences(error), False)))
        return
    with frame.card("What it would do"):
        counts = "".join(
            f'<span class="badge">{count:,} {show(effect)}</span> '
            for effect, count in trial["counts"].items()
        )
        frame.html(counts or "No rows.")
        shown = sorted(trial["effects"], key=lambda row: not row["problems"])
        frame.html(table(shown[:MOST_SHOWN], _EFFECTS, "No rows."))
        if trial["rows"] > MOST_SHOWN:
            frame.html(
                f'<div class="soft">{MOST_SHOWN} of {trial["rows"]:,} rows.</div>'
            )
        hidden = {"kept": name, "profile": profile}
        ways = {
            "true": "all rows or none",
            "false": "the rows without problems",
        }
        fields = forms.choose("atomic", "Import", ways)
        frame.html(
            forms.form("", fields, "Import", PATH, hidden=hidden, path="/import/run")
        )


def _choose(profiles: list[Row], chosen: str) -> str:
    titles = {str(row["name"]): str(row["title"]) for row in profiles}
    fields = forms.file("file", "CSV or XLSX", ".csv,.xlsx,.tsv,.txt")
    fields += forms.choose("profile", "It comes from", titles, chosen)
    return forms.form(
        "", fields, "Show what it does", PATH, upload=True, path="/import/file"
    )


def _changes(row: Row) -> str:
    lines = [
        f"{show(name)}: {show(before) or '∅'} → {show(after) or '∅'}"
        for name, (before, after) in row["changes"].items()
    ]
    return "<br>".join(lines)


def _wrong(row: Row) -> str:
    return "<br>".join(
        show(f"{one['field']}: {one['problem']} {one['remedy']}")
        for one in row["problems"]
    )


_EFFECTS = [
    ("Row", lambda row: show(row["row"])),
    ("Effect", lambda row: badge(row["effect"])),
    ("Tag", lambda row: show(row["tag"])),
    ("Problems", _wrong),
    ("Changes", _changes),
    ("Notes", lambda row: show(row["notes"])),
]
