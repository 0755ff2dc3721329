"""Cost centres: the list, and one with its people and what it bears on a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from nicegui import ui
from sqlalchemy import Connection
from starlette.requests import Request

from api.routes.people import SEE_PEOPLE
from api.web import forms, frame
from api.web.grid import Column, Grid
from api.web.html import (
    Row,
    badge,
    facts,
    join,
    link,
    money,
    mono,
    query,
    share,
    show,
    table,
)
from inventory.queries.money.cost_centres import cost_centre_detail, list_cost_centres
from inventory.storage.paging import Page

PATH = "/cost-centres"
ROWS = 50


async def show_page(request: Request) -> None:
    """Draw the list."""
    visit = frame.visit(request)
    filters = {"search": request.query_params.get("search", "")}

    async def fetch(chosen: Mapping[str, str], _order: str, after: str | None) -> Page:
        day = visit.app.clock().date()

        def reading(connection: Connection) -> Page:
            words = chosen.get("search", "")
            return list_cost_centres(
                connection, day, search=words, after=after, limit=ROWS
            )

        return await visit.read(reading)

    grid = Grid(PATH, fetch, _COLUMNS, "code", filters)
    with frame.page(visit, PATH, "Cost centres"):
        frame.heading("Cost centres")
        with frame.card():
            with ui.element("div").classes("tools"):
                grid.draw_search("Search code and name")
            await grid.draw()


async def show_centre(request: Request, centre_id: frame.Id) -> None:
    """Draw the page of a cost centre, as of a day."""
    visit = frame.visit(request)
    day = asked_day(request, visit.app.clock().date())
    after = request.query_params.get("after") or None
    centre = await visit.read(
        lambda reading: cost_centre_detail(
            reading, centre_id, day, after=after, limit=ROWS
        )
    )
    if centre is None:
        frame.nothing(visit, f"There is no cost centre {centre_id}.")
        return
    sees = visit.may(*SEE_PEOPLE)
    with frame.page(visit, PATH, centre["code"]):
        frame.html(f'<a class="crumb" href="{PATH}">Cost centres</a>')
        frame.heading(f"{centre['code']} {centre['name']}", _sub(centre))
        frame.html(day_form(f"{PATH}/{centre_id}", day))
        with frame.card(f"What it bears on {day}"):
            costs = join(
                *(money(minor, code) for code, minor in centre["cost"].items())
            )
            count = f"{centre['asset_count']:,}"
            frame.html(facts([("Assets", count), ("Purchase cost, its part", costs)]))
            frame.html(table(centre["assets"], _ASSETS, "Nothing."))
            if centre["assets_next"]:
                on, cursor = day.isoformat(), centre["assets_next"]
                target = query(f"{PATH}/{centre_id}", day=on, after=cursor)
                frame.html(f'<a class="plain" href="{target}">Next {ROWS}</a>')
        if sees:
            with frame.card(f"Its people on {day}"):
                frame.html(table(centre["people"], _PEOPLE, "Nobody."))


def asked_day(request: Request, today: date) -> date:
    """Return the day of the address; today where it has none or no day."""
    try:
        return date.fromisoformat(request.query_params.get("day", ""))
    except ValueError:
        return today


def day_form(path: str, day: date) -> str:
    """Return a form that asks for another day."""
    field = forms.day("day", "As of", day)
    return (
        f'<form class="form" method="get" action="{path}">{field}'
        '<div class="go"><button class="plain">Show</button></div></form>'
    )


def _sub(centre: dict[str, Any]) -> str:
    parent = f"part of {show(centre['parent'])}" if centre["parent"] else ""
    ends = f"until {show(centre['valid_to'])}" if centre["valid_to"] else ""
    return join(show(centre["legal_entity"]), parent, ends)


def _name(row: Row) -> str:
    return f"{row['given_name']} {row['family_name']}".strip()


_COLUMNS = (
    Column("Code", lambda row: link(f"{PATH}/{row['id']}", row["code"]), kind="tight"),
    Column("Name", lambda row: show(row["name"])),
    Column("Part of", lambda row: show(row["parent"])),
    Column("Legal entity", lambda row: show(row["legal_entity"])),
    Column("Until", lambda row: show(row["valid_to"]), kind="tight"),
    Column("People", lambda row: show(row["people"] or ""), kind="num"),
)
_ASSETS = [
    ("Tag", lambda row: link(f"/assets/{row['id']}", row["tag"])),
    ("Kind", lambda row: show(row["kind"])),
    ("Model", lambda row: show(row["model"])),
    ("Serial", lambda row: mono(row["serial"])),
    ("State", lambda row: badge(row["state"])),
    ("Because of", lambda row: show(row["source"])),
    ("Share", lambda row: share(row["ppm"])),
    ("Part of the cost", lambda row: money(row["part_minor"], row["currency"])),
]
_PEOPLE = [
    ("Name", lambda row: link(f"/people/{row['id']}", _name(row))),
    ("Title", lambda row: show(row["title"])),
    ("Department", lambda row: show(row["department"])),
    ("Holds", lambda row: show(row["holdings"])),
]
