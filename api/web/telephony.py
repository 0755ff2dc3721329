"""Telephony: extensions with phone, switch port and person; one extension over time.

The pages of a person and of a device draw the extensions of each from here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nicegui import ui
from sqlalchemy import Connection
from starlette.requests import Request

from api.web import frame
from api.web.grid import Column, Grid
from api.web.html import Row, ago, badge, facts, join, link, mono, show, table
from inventory.queries.telephony.extensions import (
    ExtensionFilter,
    count_extensions,
    extension_detail,
    lines_of_device,
    lines_of_person,
    list_extensions,
    list_systems,
)
from inventory.storage.paging import Page

PATH = "/telephony"
ROWS = 50
_OWNED = {"nobody's": True, "somebody's": False}


def _filter(chosen: Mapping[str, str]) -> ExtensionFilter:
    return ExtensionFilter(
        search=chosen.get("search", ""), free=_OWNED.get(chosen.get("owner", ""))
    )


async def show_page(request: Request) -> None:
    """Draw the list of extensions."""
    visit = frame.visit(request)
    if not frame.allowed(visit, PATH):
        return
    given = request.query_params
    filters = {name: given.get(name, "") for name in ("search", "owner")}
    sort = given.get("sort", "number")
    if sort.removeprefix("-") not in {"number", "name", "person"}:
        sort = "number"

    async def fetch(chosen: Mapping[str, str], order: str, after: str | None) -> Page:
        day, wanted = visit.app.clock().date(), _filter(chosen)

        def reading(connection: Connection) -> tuple[Page, int]:
            found = list_extensions(
                connection, day, wanted, sort=order, after=after, limit=ROWS
            )
            return found, count_extensions(connection, day, wanted)

        page, total = await visit.read(reading)
        count.set_text(f"{total:,} extension{'' if total == 1 else 's'}")
        return page

    grid = Grid(PATH, fetch, _COLUMNS, sort, filters)
    systems = await visit.read(list_systems)
    with frame.page(visit, PATH, "Telephony"):
        frame.heading("Telephony")
        with frame.card():
            with ui.element("div").classes("tools"):
                grid.draw_search("Search number, name, e-mail, person")
                grid.draw_filter("owner", list(_OWNED))
                count = ui.label().classes("soft").props('aria-live="polite"')
            await grid.draw()
        with frame.card("Telephone systems"):
            frame.html(_systems(systems, visit))


def _systems(systems: Sequence[Row], visit: frame.Visit) -> str:
    now = visit.app.clock()
    return table(
        systems,
        [
            ("Name", lambda row: show(row["name"])),
            ("Kind", lambda row: show(row["kind"])),
            ("Address", lambda row: mono(row["address"])),
            ("Version", lambda row: join(show(row["product"]), show(row["version"]))),
            ("Read", lambda row: ago(row["last_seen"], now)),
            ("What did not work", lambda row: show(row["problems"])),
        ],
        "None was read yet: add them to [[pbx]] in purser.toml.",
    )


async def show_extension(request: Request, extension_id: frame.Id) -> None:
    """Draw the page of extension `extension_id`."""
    visit = frame.visit(request)
    if not frame.allowed(visit, PATH):
        return
    now = visit.app.clock()
    found = await visit.read(
        lambda reading: extension_detail(reading, extension_id, now.date())
    )
    if found is None:
        frame.nothing(visit, f"There is no extension {extension_id}.")
        return
    title = f"Extension {found['number']}"
    gone = badge("removed") if found["removed_at"] else ""
    with frame.page(visit, PATH, title):
        frame.html('<a class="crumb" href="/telephony">Telephony</a>')
        frame.heading(title, show(found["name"]), badges=gone)
        with ui.element("div").classes("two"):
            with frame.card("Now"):
                frame.html(facts(_now(found)))
            with frame.card("Phones"):
                frame.html(table(found["phones"], _PHONES, "None."))
        with frame.card("Phones over time"):
            frame.html(table(found["phone_history"], [*_PHONES, *_DATES], "None."))
        with frame.card("Persons over time"):
            frame.html(table(found["persons"], _PERSONS, "Nobody so far."))


async def draw_lines_of_person(visit: frame.Visit, person_id: int) -> None:
    """Draw a card with the extensions of a person, with phones and switch ports."""
    day = visit.app.clock().date()
    rows = await visit.read(lambda reading: lines_of_person(reading, person_id, day))
    with frame.card("Extensions"):
        frame.html(table(rows, [*_LINE, *_AT_PERSON], "None."))


async def draw_lines_of_device(visit: frame.Visit, device_id: int) -> None:
    """Draw a card with the extensions of a phone, if it has any and the caller may."""
    place = next(place for place in frame.PLACES if place.path == PATH)
    if not visit.may(*place.roles):
        return
    day = visit.app.clock().date()
    rows = await visit.read(lambda reading: lines_of_device(reading, device_id, day))
    if not rows:
        return
    for row in rows:  # others may ring with it
        row["phones"] = [p for p in row["phones"] if p["device_id"] == device_id]
    with frame.card("Extensions"):
        frame.html(table(rows, [*_LINE, *_AT_DEVICE]))


def _now(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        ("Person", _person(found)),
        ("Telephone system", show(found["system"])),
        ("E-mail", show(found["email"])),
        ("Login", mono(found["login"])),
        ("Numbers", mono(", ".join(found["numbers"]))),
        ("Rings with", show(", ".join(found["groups"]))),
        ("Mailbox", show(found["mailbox"])),
        ("Cost centre", show(found["cost_centre"])),
        ("First seen", show(found["first_seen"])),
        ("Last seen", show(found["last_seen"])),
    ]


def _person(row: Row) -> str:
    if row["person_id"] is None:
        return f'<span class="soft">{show(row["person_note"])}</span>'
    return link(f"/people/{row['person_id']}", row["person"])


def _each(row: Row, cell: Any) -> str:  # noqa: ANN401 - a cell of one phone
    return "<br>".join(cell(phone) for phone in row["phones"])


def _phone(phone: Row) -> str:
    name = phone["model"] or phone["user_agent"] or phone["system_name"] or "phone"
    target = f"/devices/{phone['device_id']}" if phone["device_id"] else ""
    return join(link(target, name), mono(phone["mac"] or phone["address"]))


def _place(phone: Row) -> str:
    if phone["switch_id"] is None:
        return ""
    switch = link(f"/devices/{phone['switch_id']}", phone["switch"])
    return f"{switch} {mono(phone['port'])}"


_COLUMNS = (
    Column(
        "Extension",
        lambda row: link(f"/telephony/{row['id']}", row["number"]),
        "number",
        "tight",
    ),
    Column("Name", lambda row: show(row["name"]), "name"),
    Column("Person", _person, "person"),
    Column("Phone", lambda row: _each(row, _phone)),
    Column("Switch port", lambda row: _each(row, _place)),
    Column("Numbers", lambda row: mono(", ".join(row["numbers"]))),
)
_LINE = [
    (
        "Extension",
        lambda row: join(
            link(f"/telephony/{row['id']}", row["number"]),
            badge("removed" if row["removed_at"] else None),
        ),
    ),
    ("Name", lambda row: show(row["name"])),
    ("Numbers", lambda row: mono(", ".join(row["numbers"]))),
    ("Registered", lambda row: _each(row, lambda phone: show(phone["registered"]))),
]
_AT_PERSON = [
    ("Phone", lambda row: _each(row, _phone)),
    ("Switch port", lambda row: _each(row, _place)),
]
_AT_DEVICE = [("Person", _person)]
_PHONES = [
    ("Phone", _phone),
    ("Serial", lambda row: mono(row["serial"])),
    ("Switch port", _place),
    ("Registered", lambda row: show(row["registered"])),
]
_DATES = [
    ("From", lambda row: show(row["valid_from"])),
    ("Until", lambda row: show(row["valid_to"]) or '<span class="badge">now</span>'),
]
_PERSONS = [
    ("Person", lambda row: link(f"/people/{row['person_id']}", row["person"])),
    ("Recognised by", lambda row: show(row["evidence"])),
    ("Said by", lambda row: show(row["source"])),
    *_DATES,
]
