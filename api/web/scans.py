"""The list of scans, and the form that starts one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nicegui import ui
from sqlalchemy import Connection
from starlette.requests import Request

from api.compose.scanning import make_request
from api.http.auth import Role
from api.web import frame, heard
from api.web.grid import Column, Grid
from api.web.html import Row, ago, badge, link, show
from discovery.scan.targets import TargetError
from inventory.kernel.errors import InventoryError
from inventory.network.queries.worklist import list_scans
from inventory.storage.paging import Page

PATH = "/scans"
EVERY = 1.0
"""Seconds between looks at what runs."""


async def show_page(request: Request) -> None:
    """Draw the page."""
    visit = frame.visit(request)
    if not frame.allowed(visit, PATH):
        return

    async def fetch(_chosen: Mapping[str, str], _order: str, after: str | None) -> Page:
        def reading(connection: Connection) -> Page:
            return list_scans(connection, after=after, limit=25)

        return await visit.read(reading)

    now = visit.app.clock
    columns = (
        Column(
            "Scan",
            lambda row: link(f"/scans/{row['id']}", f"Scan {row['id']}"),
            kind="tight",
        ),
        Column("State", lambda row: badge(row["state"]), kind="tight"),
        Column("Targets", _targets),
        Column("Site", lambda row: show(row["site"]), kind="tight"),
        Column("Answered", _answered, kind="num"),
        Column("New", lambda row: _count(row, "new"), kind="num"),
        Column("Problems", lambda row: _count(row, "problems"), kind="num"),
        Column("By", lambda row: show(row["requested_by"]), kind="tight"),
        Column(
            "Started",
            lambda row: ago(row["created_at"], now()),
            kind="tight",
        ),
        Column("Took", _took, kind="tight"),
    )
    grid = Grid(PATH, fetch, columns, "", {}, "Nothing was scanned yet.")
    with frame.page(visit, PATH, "Scans"):
        frame.heading("Scans")
        if visit.may(Role.IT):
            _form(visit)
        with frame.card():
            await grid.draw()
            ui.timer(EVERY, grid.refresh)
        heard.draw(visit)


def _form(visit: frame.Visit) -> None:
    sites = [site.name for site in visit.app.settings.sites]
    with frame.card("Start a scan"), ui.element("div").classes("tools"):
        targets = ui.input(
            "Networks, ranges, addresses or names"
            + (", or leave empty for those of the site" if sites else "")
        )
        targets.classes("grow").props("outlined dense")
        exclude = ui.input("Never ask").props("outlined dense")
        site = None
        if sites:
            site = ui.select(sites, value=sites[0], label="Site")
            site.props("outlined dense options-dense").style("min-width:150px")
        trouble = frame.html("").classes("trouble").props('role="alert"')
        trouble.set_visibility(False)

        async def start() -> None:
            error = await _start(
                visit,
                targets.value,
                exclude.value,
                site.value if site else None,
            )
            trouble.set_visibility(bool(error))
            trouble.set_content(error)

        ui.button("Start scan", on_click=start).props("unelevated color=primary")


async def _start(
    visit: frame.Visit, targets: str, exclude: str, site: str | None
) -> str:
    """Start a scan and go to its page; return what is wrong, as HTML."""
    try:
        request = make_request(
            visit.app.settings, _words(targets), exclude=_words(exclude), site=site
        )
        scan_id = await frame.in_thread(
            lambda: visit.app.scans().start(request, requested_by=visit.caller.actor)
        )
    except (InventoryError, TargetError) as error:
        return show(f"{error.problem} {error.remedy}")
    ui.navigate.to(f"/scans/{scan_id}")
    return ""


def _words(text: str | None) -> list[str]:
    return (text or "").replace(",", " ").split()


def _name(row: Row) -> str:
    return link(f"/scans/{row['id']}", f"Scan {row['id']}")


def _targets(row: Row) -> str:
    asked: list[str] = row["request"].get("targets", [])
    more = f" and {len(asked) - 2} more" if len(asked) > 2 else ""
    return show(", ".join(asked[:2]) + more)


def _answered(row: Row) -> str:
    counts: dict[str, Any] = row["counts"]
    if not counts:
        return ""
    return f"{counts.get('answered', 0):,} of {counts.get('swept', 0):,}"


def _count(row: Row, name: str) -> str:
    found = row["counts"].get(name)
    return "" if found is None else f"{found:,}"


def _took(row: Row) -> str:
    if row["started_at"] is None or row["finished_at"] is None:
        return ""
    seconds = (row["finished_at"] - row["started_at"]).total_seconds()
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"
