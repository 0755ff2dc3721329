"""Handovers: hand many things out or take them back, and what people confirmed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request

from api.http.auth import Role
from api.web import forms, frame
from api.web.acts import draw_said
from api.web.html import Row, badge, join, link, moment, mono, show, table
from inventory.assets.custody.acceptance import TERMS
from inventory.queries.register.stock import assets_of_handover, list_acceptances

PATH = "/handovers"
HOLDERS = {
    "person": "a person",
    "team": "a team",
    "location": "a place",
    "asset": "another asset",
}


async def show_page(request: Request) -> None:
    """Draw the forms and the latest acceptances."""
    visit = frame.visit(request)
    if not frame.allowed(visit, PATH):
        return
    page = await visit.read(lambda reading: list_acceptances(reading, limit=100))
    given = request.query_params
    tags = given.get("tags", "").replace(",", "\n")
    with frame.page(visit, PATH, "Handovers"):
        frame.heading("Handovers")
        draw_said(request)
        if visit.may(Role.IT):
            with frame.card("Hand out"):
                frame.html(_hand_out(tags, given.get("holder", "")))
            with frame.card("Take back"):
                fields = forms.area("assets", "Tags or serials, one a line", tags)
                fields += forms.day("on", "Since")
                frame.html(forms.form("check-in", fields, "Take back", PATH))
        with frame.card("Confirmations"):
            frame.html(table(page.rows, _columns(visit), "Nothing was asked yet."))


async def show_handover(request: Request, handover_id: str) -> None:
    """Draw one handover: its things, and what was said to it."""
    visit = frame.visit(request)
    if not frame.allowed(visit, PATH):
        return

    def reading(connection: Connection) -> tuple[list[Row], list[Row]]:
        things: list[Row] = list(assets_of_handover(connection, handover_id))
        return things, list(list_acceptances(connection, handover_id=handover_id).rows)

    things, asked = await visit.read(reading)
    if not things:
        frame.nothing(visit, f"There is no handover {handover_id}.")
        return
    with frame.page(visit, PATH, "Handover"):
        frame.html(f'<a class="crumb" href="{PATH}">Handovers</a>')
        who = join(show(things[0]["holder"]), show(things[0]["valid_from"]))
        frame.heading("Handover", f"To {who}. {mono(handover_id)}")
        draw_said(request)
        with frame.card("What"):
            frame.html(table(things, _THINGS))
        with frame.card("Confirmations"):
            frame.html(table(asked, _columns(visit), "No confirmation was asked for."))


def _hand_out(tags: str, holder: str) -> str:
    fields = forms.area(
        "assets", "Tags or serials, one a line: type them or scan their labels", tags
    )
    fields += forms.choose("holder_kind", "To", HOLDERS)
    fields += forms.text(
        "holder",
        "Key, login, e-mail or name; code; tag",
        holder,
        required=True,
    )
    fields += forms.day("on", "From")
    fields += forms.day("expected_return", "Back by")
    fields += forms.text("note", "Note")
    fields += forms.tick("confirm", "Ask the person to confirm it by a link")
    fields += forms.folded("Terms", forms.area("terms", "What is confirmed", TERMS))
    return forms.form("check-out", fields, "Hand out", PATH)


def _columns(visit: frame.Visit) -> list[tuple[str, Any]]:
    columns = [
        ("State", lambda row: badge(row["state"])),
        ("Person", lambda row: link(f"/people/{row['person_id']}", row["person"])),
        ("Things", lambda row: show([item["tag"] for item in row["items"]])),
        ("Asked", lambda row: moment(row["recorded_at"])),
        ("Answered", lambda row: moment(row["answered_at"])),
        ("Said", lambda row: show(row["remark"] or row["signature"])),
        ("Document", _document),
    ]
    if visit.may(Role.IT):
        columns.append(("", _withdraw))
    return columns


def _document(row: Row) -> str:
    return f'<a href="/handover-document/{row["id"]}">PDF</a>'


def _withdraw(row: Row) -> str:
    if row["state"] != "pending":
        return ""
    hidden = {"acceptance_id": row["id"]}
    return forms.form("withdraw", "", "Withdraw", PATH, hidden=hidden, quiet=True)


_THINGS = [
    ("Tag", lambda row: link(f"/assets/{row['asset_id']}", row["tag"])),
    ("Kind", lambda row: show(row["kind"])),
    ("Model", lambda row: show(row["model"])),
    ("Serial", lambda row: mono(row["serial"])),
    ("Until", lambda row: show(row["valid_to"]) or badge("now")),
    ("Back by", lambda row: show(row["expected_return"])),
]
