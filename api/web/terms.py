"""Contracts, licences and consumables, and what ends soon."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request

from api.http.auth import Role
from api.routes.people import SEE_PEOPLE
from api.web import forms, frame
from api.web.acts import draw_said
from api.web.html import Row, badge, facts, link, money, show, table
from inventory.queries.register import contracts

PATH = "/contracts"
DAYS = 90
KINDS = ("warranty", "maintenance", "lease", "subscription", "insurance", "other")
_WRITERS = (Role.IT, Role.ACCOUNTING)


async def show_page(request: Request) -> None:
    """Draw what ends soon, contracts, licences and consumables."""
    visit = frame.visit(request)
    today = visit.app.clock().date()
    given = request.query_params.get("days", "")
    days = int(given) if given.isdecimal() and len(given) < 5 else DAYS

    def reading(connection: Connection) -> dict[str, Any]:
        return {
            "ending": contracts.ending_soon(connection, today, days),
            "contracts": contracts.list_contracts(connection, limit=500).rows,
            "licences": contracts.list_licences(connection, limit=500).rows,
            "consumables": contracts.list_consumables(connection),
        }

    found = await visit.read(reading)
    may = visit.may(*_WRITERS)
    with frame.page(visit, PATH, "Contracts"):
        frame.heading("Contracts, licences, consumables")
        draw_said(request)
        with frame.card(f"Ends within {days} days"):
            frame.html(_days_form(days))
            frame.html(table(found["ending"], _ENDING, "Nothing."))
        with frame.card("Contracts"):
            frame.html(table(found["contracts"], _CONTRACTS, "None."))
            if may:
                frame.html(forms.folded("Record a contract", _contract()))
        with frame.card("Licences"):
            frame.html(table(found["licences"], _LICENCES, "None."))
            if may:
                frame.html(forms.folded("Record a licence", _licence()))
        with frame.card("Consumables"):
            frame.html(table(found["consumables"], _CONSUMABLES, "None."))
            if may:
                keys = [str(row["key"]) for row in found["consumables"]]
                frame.html(forms.folded("Take in, give out, bring, count", _move(keys)))
                frame.html(forms.folded("Record a consumable", _consumable()))


async def show_contract(request: Request, contract_id: frame.Id) -> None:
    """Draw a contract with the assets it is about."""
    visit = frame.visit(request)
    found = await visit.read(lambda c: contracts.contract_detail(c, contract_id))
    if found is None:
        frame.nothing(visit, f"There is no contract {contract_id}.")
        return
    here = f"/contracts/{contract_id}"
    with frame.page(visit, PATH, found["number"]):
        frame.html(f'<a class="crumb" href="{PATH}">Contracts</a>')
        frame.heading(f"{found['number']} {found['name']}", show(found["kind"]))
        draw_said(request)
        with frame.card("What it is"):
            frame.html(facts(_facts(found)))
        with frame.card("What it is about"):
            frame.html(table(found["assets"], _COVERED, "No asset yet."))
            if visit.may(*_WRITERS):
                fields = forms.area("tags", "Tags or serials, one a line")
                fields += forms.day("on", "From")
                fields += forms.tick("ends", "No more")
                hidden = {"number": found["number"]}
                frame.html(forms.form("cover", fields, "Save", here, hidden=hidden))


async def show_licence(request: Request, licence_id: frame.Id) -> None:
    """Draw a licence with who uses its seats."""
    visit = frame.visit(request)
    found = await visit.read(lambda c: contracts.licence_detail(c, licence_id))
    if found is None:
        frame.nothing(visit, f"There is no licence {licence_id}.")
        return
    here = f"/licences/{licence_id}"
    uses = found["uses"]
    if not visit.may(*SEE_PEOPLE):
        uses = [row for row in uses if row["person_id"] is None]
    with frame.page(visit, PATH, found["key"]):
        frame.html(f'<a class="crumb" href="{PATH}">Contracts</a>')
        free = found["seats"] - found["used"]
        state = badge(f"{free} of {found['seats']} free")
        frame.heading(found["key"], show(found["product"]), badges=state)
        draw_said(request)
        with frame.card("What it is"):
            frame.html(facts(_facts(found)))
        with frame.card("Who uses it"):
            frame.html(table(uses, _uses(visit, here), "Nobody."))
            if visit.may(*_WRITERS):
                fields = forms.text("person", "Person", hint="key, login, e-mail, name")
                fields += forms.text("tag", "or asset", hint="tag")
                fields += forms.day("on", "From")
                hidden = {"key": found["key"]}
                frame.html(
                    forms.form("assign", fields, "Give a seat", here, hidden=hidden)
                )


def _days_form(days: int) -> str:
    field = forms.text("days", "Days", days, kind="number")
    return (
        f'<form class="form" method="get" action="{PATH}">{field}'
        '<div class="go"><button class="plain">Show</button></div></form>'
    )


def _facts(found: Row) -> list[tuple[str, str]]:
    return [
        ("From", show(found["starts_on"])),
        ("Ends", show(found["ends_on"]) or "runs on"),
        ("Notice until", show(found["notice_on"])),
        ("Cost", money(found["cost_minor"], found["currency"])),
        ("Supplier", show(found.get("supplier"))),
        ("Note", show(found["note"])),
    ]


def _dates() -> str:
    return (
        forms.day("starts_on", "From", required=True)
        + forms.day("ends_on", "Last day")
        + forms.day("notice_on", "Notice until")
        + forms.text("supplier", "Supplier")
        + forms.text("cost", "Cost", hint="1200.00")
        + forms.text("currency", "Currency", hint="EUR")
    )


def _contract() -> str:
    fields = forms.text("number", "Number", required=True)
    fields += forms.text("name", "Name", required=True)
    fields += forms.choose("kind", "Kind", {kind: kind for kind in KINDS})
    return forms.form("contract", fields + _dates(), "Save", PATH)


def _licence() -> str:
    fields = forms.text("key", "Our name of it", required=True)
    fields += forms.text("product", "Product", required=True)
    fields += forms.text("seats", "Seats", "1", kind="number", required=True)
    return forms.form("licence", fields + _dates(), "Save", PATH)


def _consumable() -> str:
    fields = forms.text("key", "Article number", required=True)
    fields += forms.text("name", "Name", required=True)
    fields += forms.text("unit", "Unit", "piece")
    fields += forms.text("minimum", "At least", "0", kind="number")
    return forms.form("consumable", fields, "Save", PATH)


def _move(keys: list[str]) -> str:
    ways = {
        "used": "given out",
        "bought": "came in",
        "moved": "brought to another room",
        "counted": "counted: there are",
    }
    fields = forms.text("key", "Article number", required=True, list_of=keys)
    fields += forms.choose("kind", "What", ways)
    fields += forms.text("quantity", "How many", kind="number", required=True)
    fields += forms.text("location", "Room (code)", required=True)
    fields += forms.text("to", "To room (code)")
    fields += forms.text("person", "For whom")
    fields += forms.day("on", "On")
    return forms.form("consume", fields, "Note it", PATH)


def _uses(visit: frame.Visit, here: str) -> list[tuple[str, Any]]:
    def user(row: Row) -> str:
        if row["person_id"] is not None:
            return link(f"/people/{row['person_id']}", row["person"])
        return link(f"/assets/{row['asset_id']}", row["tag"])

    def free(row: Row) -> str:
        if row["valid_to"] is not None or not visit.may(*_WRITERS):
            return ""
        hidden = {"use_id": row["id"]}
        return forms.form("unassign", "", "Free", here, hidden=hidden, quiet=True)

    return [
        ("Seat", lambda row: show(row["seat"])),
        ("Who", user),
        ("From", lambda row: show(row["valid_from"])),
        ("Until", lambda row: show(row["valid_to"]) or badge("now")),
        ("", free),
    ]


def _where(row: Row) -> str:
    paths = {"contract": "contracts", "licence": "licences", "asset": "assets"}
    return link(f"/{paths[row['what']]}/{row['id']}", row["name"])


def _rooms(row: Row) -> str:
    return show([f"{room['location']} {room['quantity']}" for room in row["rooms"]])


_ENDING = [
    ("On", lambda row: show(row["on"])),
    ("What", lambda row: show(row["what"])),
    ("Name", _where),
    ("", lambda row: show(row["text"])),
    ("Why", lambda row: show(row["kind"])),
]
_CONTRACTS = [
    ("Number", lambda row: link(f"/contracts/{row['id']}", row["number"])),
    ("Name", lambda row: show(row["name"])),
    ("Kind", lambda row: show(row["kind"])),
    ("Supplier", lambda row: show(row["supplier"])),
    ("Ends", lambda row: show(row["ends_on"])),
    ("Notice until", lambda row: show(row["notice_on"])),
    ("Assets", lambda row: show(row["assets"])),
]
_LICENCES = [
    ("Key", lambda row: link(f"/licences/{row['id']}", row["key"])),
    ("Product", lambda row: show(row["product"])),
    ("Seats", lambda row: show(row["seats"])),
    ("Used", lambda row: show(row["used"])),
    ("Ends", lambda row: show(row["ends_on"])),
]
_CONSUMABLES = [
    ("Article", lambda row: show(row["key"])),
    ("Name", lambda row: show(row["name"])),
    ("There", lambda row: f"{row['quantity']} {show(row['unit'])}"),
    ("Rooms", _rooms),
    ("Lacking", lambda row: show(row["lacking"] or "")),
]
_COVERED = [
    ("Tag", lambda row: link(f"/assets/{row['asset_id']}", row["tag"])),
    ("Kind", lambda row: show(row["kind"])),
    ("Model", lambda row: show(row["model"])),
    ("From", lambda row: show(row["valid_from"])),
    ("Until", lambda row: show(row["valid_to"]) or badge("now")),
]
