"""The list of devices with search, filters and sorting; all of it in the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nicegui import ui
from sqlalchemy import Connection
from starlette.requests import Request

from api.web import frame
from api.web.grid import Column, Grid
from api.web.html import Row, ago, badge, join, link, mono, show
from inventory.network.queries.devices import (
    DeviceFilter,
    count_devices,
    device_facets,
    list_devices,
)
from inventory.storage.paging import Page

PATH = "/devices"
SORTS = ("name", "type", "vendor", "model", "address", "site", "last_seen")
STATES = ("matched", "unregistered", "misplaced", "conflict")
ROWS = 50


def name_of(row: Row) -> str:
    """Return what a device is called, the best there is."""
    return str(row["name"] or row["address"] or row["mac"] or f"device {row['id']}")


def _filter(filters: Mapping[str, str]) -> DeviceFilter:
    return DeviceFilter(
        search=filters.get("search", ""),
        site=filters.get("site") or None,
        type=filters.get("type") or None,
        state=filters.get("state") or None,
    )


async def show_page(request: Request) -> None:
    """Draw the page."""
    visit = frame.visit(request)
    if not frame.allowed(visit, PATH):
        return
    given = request.query_params
    filters = {
        name: given.get(name, "") for name in ("search", "type", "state", "site")
    }
    sort = given.get("sort", "name")
    if sort.removeprefix("-") not in SORTS:
        sort = "name"
    facets = await visit.read(device_facets)

    async def fetch(chosen: Mapping[str, str], order: str, after: str | None) -> Page:
        def reading(connection: Connection) -> tuple[Page, int]:
            found = list_devices(
                connection, _filter(chosen), sort=order, after=after, limit=ROWS
            )
            return found, count_devices(connection, _filter(chosen))

        page, total = await visit.read(reading)
        count.set_text(f"{total:,} device{'' if total == 1 else 's'}")
        return page

    grid = Grid(PATH, fetch, _columns(visit), sort, filters)
    with frame.page(visit, PATH, "Devices"):
        frame.heading("Devices")
        with frame.card():
            with ui.element("div").classes("tools"):
                _tools(grid, facets)
                count = ui.label().classes("soft").props('aria-live="polite"')
            await grid.draw()


def _tools(grid: Grid, facets: Mapping[str, Mapping[str, int]]) -> None:
    grid.draw_search("Search name, address, MAC, serial, model, user")
    grid.draw_filter("type", sorted(filter(None, facets["type"])))
    grid.draw_filter("state", STATES)
    sites = sorted(filter(None, facets["site"]))
    if len(sites) > 1:
        grid.draw_filter("site", sites)


def _columns(visit: frame.Visit) -> tuple[Column, ...]:
    now = visit.app.clock()
    return (
        Column("Name", lambda row: link(f"/devices/{row['id']}", name_of(row)), "name"),
        Column("Type", lambda row: show(row["type"]), "type", "tight"),
        Column("Vendor and model", _product, "vendor"),
        Column("Address", _addresses, "address", "tight"),
        Column("Serial", lambda row: mono(row["serial"])),
        Column("Register", _state, kind="tight"),
        Column(
            "Last seen", lambda row: ago(row["last_seen"], now), "last_seen", "tight"
        ),
    )


def _product(row: Row) -> str:
    vendor, model = row["vendor"] or "", row["model"] or ""
    if model.lower().startswith(vendor.lower()):
        return show(model)
    return join(show(vendor), show(model), by=" ")


def _addresses(row: Row) -> str:
    return mono(row["address"]) or f'<span class="faint">{mono(row["mac"])}</span>'


def _state(row: dict[str, Any] | Row) -> str:
    label = badge(row["state"])
    if row["asset_id"] is not None:
        return f'<a href="/assets/{row["asset_id"]}">{label}</a>'
    return label
