"""People: the list, and one person with what he or she holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nicegui import ui
from sqlalchemy import Connection
from starlette.requests import Request

from api.web import frame, telephony
from api.web.grid import Column, Grid
from api.web.html import Row, badge, counted, facts, join, link, mono, show, table
from inventory.queries.people.people import (
    PersonFilter,
    count_people,
    list_people,
    person_detail,
)
from inventory.storage.paging import Page

PATH = "/people"
ROWS = 50
COUNTED = 10_000
_WORKS = {"yes": True, "no": False}


def _filter(chosen: Mapping[str, str]) -> PersonFilter:
    return PersonFilter(
        search=chosen.get("search", ""),
        employed=_WORKS.get(chosen.get("employed", "")),
    )


async def show_page(request: Request) -> None:
    """Draw the list."""
    visit = frame.visit(request)
    if not frame.allowed(visit, PATH):
        return
    given = request.query_params
    filters = {name: given.get(name, "") for name in ("search", "employed")}
    sort = "-name" if given.get("sort") == "-name" else "name"

    async def fetch(chosen: Mapping[str, str], order: str, after: str | None) -> Page:
        day = visit.app.clock().date()

        def reading(connection: Connection) -> tuple[Page, int]:
            found = list_people(
                connection, day, _filter(chosen), sort=order, after=after, limit=ROWS
            )
            wanted = _filter(chosen)
            return found, count_people(connection, day, wanted, most=COUNTED)

        page, total = await visit.read(reading)
        count.set_text(counted(total, "person", "people", COUNTED))
        return page

    grid = Grid(PATH, fetch, _COLUMNS, sort, filters)
    with frame.page(visit, PATH, "People"):
        frame.heading("People")
        with frame.card():
            with ui.element("div").classes("tools"):
                grid.draw_search("Search name, e-mail, login")
                grid.draw_filter("employed", ["yes", "no"])
                count = ui.label().classes("soft").props('aria-live="polite"')
            await grid.draw()


async def show_person(request: Request, person_id: frame.Id) -> None:
    """Draw the page of person `person_id`."""
    visit = frame.visit(request)
    if not frame.allowed(visit, PATH):
        return
    day = visit.app.clock().date()
    person = await visit.read(lambda reading: person_detail(reading, person_id, day))
    if person is None:
        frame.nothing(visit, f"There is no person {person_id}.")
        return
    name = _name(person)
    gone = bool(person["employments"]) and person["employment_id"] is None
    with frame.page(visit, PATH, name):
        frame.html('<a class="crumb" href="/people">People</a>')
        frame.heading(name, show(person["title"]), badges=_badges(person, gone))
        if gone and person["holdings"]:
            frame.html(
                f'<div class="trouble">Not employed any more, but still holds'
                f" {len(person['holdings'])} asset(s).</div>"
            ).style("width:100%")
        with ui.element("div").classes("two"):
            with frame.card("Work"):
                frame.html(facts(_work(person)))
            with frame.card("Holds now"):
                frame.html(table(person["holdings"], _HELD, "Nothing."))
        await telephony.draw_lines_of_person(visit, person_id)
        with frame.card("Held over time"):
            frame.html(table(person["custody"], _CUSTODY, "Nothing so far."))
        with frame.card("Employments"):
            frame.html(_employments(person))


def _badges(person: dict[str, Any], gone: bool) -> str:
    if gone:
        return '<span class="badge bad">left</span>'
    return badge(None if person["employment_id"] else "no employment")


def _name(row: Row) -> str:
    return f"{row['given_name']} {row['family_name']}".strip()


def _centre(row: Row) -> str:
    return show(" ".join(filter(None, (row["cost_centre"], row["cost_centre_name"]))))


def _work(person: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        ("E-mail", show(person["email"])),
        ("Login", mono(person["login"])),
        ("Number", show(person["number"])),
        ("Department", show(person["department"])),
        ("Cost centre", _centre(person)),
        ("Manager", show(person["manager"])),
        ("Place", show(person["location"])),
        ("Legal entity", show(person["legal_entity"])),
        ("Employed from", show(person["employed_from"])),
        ("Employed until", show(person["employed_to"])),
    ]


def _employments(person: dict[str, Any]) -> str:
    rows = [
        place
        | {
            "number": employment["number"],
            "ended": employment["end_reason"] if employment["valid_to"] else None,
        }
        for employment in person["employments"]
        for place in employment["placements"]
    ]
    return table(
        rows,
        [
            ("Number", lambda row: show(row["number"])),
            ("Title", lambda row: show(row["title"])),
            ("Department", lambda row: show(row["department"])),
            ("Cost centre", _centre),
            ("From", lambda row: show(row["valid_from"])),
            ("Until", lambda row: show(row["valid_to"])),
            ("Ended because", lambda row: show(row["ended"])),
        ],
        "None.",
    )


_COLUMNS = (
    Column("Name", lambda row: link(f"/people/{row['id']}", _name(row)), "name"),
    Column("Title", lambda row: show(row["title"])),
    Column("Department", lambda row: show(row["department"])),
    Column("Cost centre", _centre),
    Column("E-mail", lambda row: show(row["email"])),
    Column("Employed until", lambda row: show(row["employed_to"]), kind="tight"),
    Column("Holds", lambda row: show(row["holdings"] or ""), kind="num"),
)
_HELD = [
    ("Tag", lambda row: link(f"/assets/{row['asset_id']}", row["tag"])),
    ("Kind", lambda row: show(row["kind"])),
    ("Model", lambda row: join(show(row["model"]), mono(row["serial"]))),
    ("Since", lambda row: show(row["valid_from"])),
]
_CUSTODY = [
    *_HELD,
    ("Until", lambda row: show(row["valid_to"]) or '<span class="badge">now</span>'),
]
