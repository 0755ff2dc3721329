"""Where network and register do not agree: what wants a person's attention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nicegui import ui
from sqlalchemy import Connection, select
from starlette.requests import Request

from api.web import frame
from api.web.grid import Column, Grid
from api.web.html import Row, ago, badge, join, link, moment, mono, show
from inventory.assets.tables import Asset
from inventory.network.paging import Page
from inventory.network.work_queries import worklist
from inventory.storage.rows import table_of

PATH = "/worklist"
STATES = ("unregistered", "missing", "misplaced", "conflict")
ROWS = 50
_ASSET = table_of(Asset)


async def show_page(request: Request) -> None:
    """Draw the page."""
    visit = frame.visit(request)
    if not frame.allowed(visit, PATH):
        return
    state = request.query_params.get("state", "")
    filters = {"state": state if state in STATES else ""}

    async def fetch(chosen: Mapping[str, str], _order: str, after: str | None) -> Page:
        def reading(connection: Connection) -> Page:
            page = worklist(
                connection, state=chosen["state"] or None, after=after, limit=ROWS
            )
            _name_assets(connection, page.rows)
            return page

        return await visit.read(reading)

    empty = "Network and register agree."
    grid = Grid(PATH, fetch, _columns(visit), "", filters, empty)
    with frame.page(visit, PATH, "Worklist"):
        frame.heading("Worklist", "Where network and register do not agree.")
        with frame.card():
            with ui.element("div").classes("tools"):
                grid.draw_filter("state", STATES)
            await grid.draw()


def _name_assets(connection: Connection, rows: list[dict[str, Any]]) -> None:
    ids = {row["asset_id"] for row in rows}
    shown = (_ASSET.c.id, _ASSET.c.tag, _ASSET.c.model, _ASSET.c.serial)
    query = select(*shown).where(_ASSET.c.id.in_(ids))
    known = {row.id: row for row in connection.execute(query)}
    for row in rows:
        asset = known.get(row["asset_id"])
        row["tag"] = asset.tag if asset else None
        row["model"] = row["model"] or (asset.model if asset else None)
        row["serial"] = row["serial"] or (asset.serial if asset else None)


def _device(row: Row) -> str:
    if row["device_id"] is None:
        return ""
    name = row["device_name"] or row["address"] or f"device {row['device_id']}"
    return link(f"/devices/{row['device_id']}", name)


def _asset(row: Row) -> str:
    if row["asset_id"] is None:
        return ""
    return link(f"/assets/{row['asset_id']}", row["tag"])


def _product(row: Row) -> str:
    return join(show(row["vendor"]), show(row["model"]), by=" ")


def _columns(visit: frame.Visit) -> tuple[Column, ...]:
    now = visit.app.clock
    return (
        Column("State", lambda row: badge(row["state"]), kind="tight"),
        Column("Device", _device),
        Column("Asset", _asset, kind="tight"),
        Column("Type", lambda row: show(row["device_type"]), kind="tight"),
        Column("Vendor and model", _product),
        Column("Serial", lambda row: mono(row["serial"])),
        Column("Because", lambda row: show(row["detail"] or row["reason"])),
        Column("Since", lambda row: moment(row["since"]), kind="tight"),
        Column("Seen", lambda row: ago(row["last_seen"], now()), kind="tight"),
    )
