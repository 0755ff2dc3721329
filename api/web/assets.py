"""The register as a list: assets, who has them, what they cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from nicegui import ui
from sqlalchemy import Connection
from starlette.requests import Request

from api.http.auth import Role
from api.web import forms, frame
from api.web.acts import draw_said
from api.web.grid import Column, Grid
from api.web.html import Row, badge, counted, join, link, money, mono, show
from inventory.assets.register.saved_views import views_of
from inventory.queries.register.assets import (
    AssetFilter,
    asset_choices,
    count_assets,
    list_assets,
)
from inventory.storage.paging import Page

PATH = "/assets"
PEOPLE = (Role.IT, Role.HR, Role.AUDITOR)
SORTS = ("tag", "kind", "state")
ROWS = 50
COUNTED = 10_000
"""Longer lists are not counted: to do that, they would have to be read."""


_NOW = """document.querySelectorAll('form[action="/do/save-view"]').forEach(form=>
form.addEventListener('submit',()=>{
form.elements.query.value=location.search.slice(1)}))"""
"""A view is saved as the address stands, which changes while one types."""


def _filter(chosen: Mapping[str, str]) -> AssetFilter:
    return AssetFilter(
        search=chosen.get("search", ""),
        kind=chosen.get("kind") or None,
        state=chosen.get("state") or None,
    )


async def show_page(request: Request) -> None:
    """Draw the page."""
    visit = frame.visit(request)
    given = request.query_params
    filters = {name: given.get(name, "") for name in ("search", "kind", "state")}
    sort = given.get("sort", "tag")
    if sort.removeprefix("-") not in SORTS:
        sort = "tag"
    choices = await visit.read(asset_choices)

    async def fetch(chosen: Mapping[str, str], order: str, after: str | None) -> Page:
        def reading(connection: Connection) -> tuple[Page, int]:
            found = list_assets(
                connection, _filter(chosen), sort=order, after=after, limit=ROWS
            )
            return found, count_assets(connection, _filter(chosen), most=COUNTED)

        page, total = await visit.read(reading)
        count.set_text(counted(total, "asset", "assets", COUNTED))
        return page

    grid = Grid(PATH, fetch, _columns(visit), sort, filters)
    with frame.page(visit, PATH, "Assets"):
        frame.heading("Assets", badges=_acts(visit))
        draw_said(request)
        saved = await visit.read(
            lambda reading: views_of(reading, visit.caller.actor, PATH)
        )
        frame.html(views(saved, PATH, request.url.query)).classes("acts")
        frame.script(_NOW)
        with frame.card():
            with ui.element("div").classes("tools"):
                grid.draw_search("Search tag, serial, model, order, invoice")
                for name in ("kind", "state"):
                    grid.draw_filter(name, choices[name])
                count = ui.label().classes("soft").props('aria-live="polite"')
            await grid.draw()


def views(saved: Sequence[Row], page: str, query: str) -> str:
    """Return the saved views of a list as links, and the form to save one more."""
    links = "".join(
        f'<a class="badge info" href="{page}?{escape(row["query"], quote=True)}">'
        f"{show(row['name'])}</a>"
        for row in saved
    )
    fields = forms.text("name", "Save this search as", required=True)
    fields += forms.tick("shared", "for everybody")
    hidden = {"page": page, "query": query}
    save = forms.form("save-view", fields, "Save", page, hidden=hidden, quiet=True)
    return links + forms.folded("Save this search", save)


def _acts(visit: frame.Visit) -> str:
    """Return what can be done with the list, as links."""
    links = {"XLSX": "/export/assets?format=xlsx", "CSV": "/export/assets"}
    links["Labels"] = "/labels"
    if visit.may(Role.IT):
        links |= {"Register": "/register", "Change many": "/change-many"}
        links["Order"] = "/register-order"
    if visit.may(Role.IT, Role.ACCOUNTING):
        links["Import"] = "/import"
    return '<span class="space" style="flex:1"></span>' + "".join(
        f'<a class="plain" href="{target}">{name}</a>' for name, target in links.items()
    )


def holder(row: Row, visit: frame.Visit) -> str:
    """Return who holds an asset, as a link where the caller may see the holder."""
    if row["holder_kind"] is None:
        return ""
    paths = {"asset": "assets"}
    if visit.may(*PEOPLE):
        paths["person"] = "people"
    path = paths.get(row["holder_kind"])
    target = f"/{path}/{row['holder_id']}" if path else ""
    return link(target, row["holder"])


def _cost(row: Row) -> str:
    return money(row["cost_minor"], row["currency"])


def _tag(row: Row) -> str:
    return link(f"/assets/{row['id']}", row["tag"])


def _columns(visit: frame.Visit) -> tuple[Column, ...]:
    return (
        Column("Tag", _tag, "tag", "tight"),
        Column("Kind", lambda row: show(row["kind"]), "kind", "tight"),
        Column("Manufacturer and model", product),
        Column("Serial", lambda row: mono(row["serial"])),
        Column("State", lambda row: badge(row["state"]), "state", "tight"),
        Column("Held by", lambda row: holder(row, visit)),
        Column("Since", lambda row: show(row["held_from"]), kind="tight"),
        Column("Cost", _cost, kind="num"),
    )


def product(row: Row) -> str:
    """Return manufacturer and model of an asset."""
    return join(show(row["manufacturer"]), show(row["model"]), by=" ")
