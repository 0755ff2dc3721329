"""My things: what somebody has, and what a stock-take asks about them.

For who is logged in, and behind a signed link for who has no account.
"""

from __future__ import annotations

from html import escape
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from api.http.deps import AppDep
from api.http.stock_take_links import person_of
from api.resources.register.stock_take_acts import ConfirmIn, confirm
from api.web import forms, frame
from api.web.accept import page as plain_page
from api.web.acts import draw_said
from api.web.html import Row, link, mono, show, table
from api.web.login import same_origin
from inventory.assets.stocktake.service import check_open
from inventory.kernel.errors import InventoryError
from inventory.queries.people.people import person_detail
from inventory.queries.register.stocktakes import expected_of, list_stock_takes

router = APIRouter(include_in_schema=False)
PATH = "/my-things"
Asked = list[tuple[Row, list[Row]]]
"""Stock-takes, each with the things it asks about."""


async def show_page(request: Request) -> None:
    """Draw what the caller has, and what open stock-takes ask him."""
    visit = frame.visit(request)
    person_id = visit.caller.person_id
    day = visit.app.clock().date()

    def reading(
        connection: Connection,
    ) -> tuple[list[Row], list[tuple[Row, list[Row]]]]:
        if person_id is None:
            return [], []
        person = person_detail(connection, person_id, day)
        takes = [one for one in list_stock_takes(connection) if one["state"] == "open"]
        asked = [(one, expected_of(connection, one["id"], person_id)) for one in takes]
        held = person["holdings"] if person else []
        return held, [(take, list(rows)) for take, rows in asked if rows]

    held, asked = await visit.read(reading)
    with frame.page(visit, PATH, "My things"):
        frame.heading("My things")
        draw_said(request)
        if person_id is None:
            frame.html('<div class="soft">Your account belongs to no person yet.</div>')
        for take, rows in asked:
            with frame.card(f"Stock-take {take['name']}: are these with you?"):
                frame.html(_question(rows, take["id"]))
        with frame.card("What you have"):
            frame.html(table(held, _HELD, "Nothing."))


def _question(rows: list[Row], take_id: int) -> str:
    fields = table(rows, _ASKED) + forms.text("note", "Anything to say")
    return forms.form("mine", fields, "Send", PATH, hidden={"take": take_id})


@router.get("/mine/{token}")
def look(app: AppDep, token: str) -> HTMLResponse:
    """Ask a person about his things, by a signed link."""
    named = person_of(app.seal.derived("stock-take"), token)
    if named is None:
        return _no_link()
    try:
        with app.engine.connect() as reading:
            take = check_open(reading, named[0])
            rows = expected_of(reading, *named)
    except InventoryError as error:
        return plain_page("Nothing to do", f"<p>{escape(error.problem)}</p>")
    fields = table(rows, _ASKED)
    target = escape(f"/mine/{token}", quote=True)
    return plain_page(
        f"Are these with you? {take['name']}",
        f'<form method="post" action="{target}">{fields}'
        '<label for="note">Anything to say</label><input id="note" name="note">'
        '<button type="submit">Send</button></form>',
    )


@router.post("/mine/{token}")
def answer(
    request: Request,
    app: AppDep,
    token: str,
    have: Annotated[list[str] | None, Form()] = None,
    not_mine: Annotated[list[str] | None, Form()] = None,
    note: Annotated[str, Form(max_length=2000)] = "",
) -> HTMLResponse:
    """Note what a person says; he may say it again while the campaign is open."""
    same_origin(request, app)
    named = person_of(app.seal.derived("stock-take"), token)
    if named is None:
        return _no_link()
    given = ConfirmIn(
        take=named[0], have=have or [], not_mine=not_mine or [], note=note
    )
    try:
        with app.work(f"person:{named[1]}") as work:
            confirm(work, named[1], given)
            work.commit()
    except InventoryError as error:
        return plain_page("That does not work", f"<p>{escape(str(error))}</p>", 422)
    return plain_page("Thank you", "<p>It is noted.</p>")


def _no_link() -> HTMLResponse:
    return plain_page("This link does not work", "<p>Ask for a new one.</p>", 404)


def _box(name: str, row: Row, answer: str) -> str:
    on = " checked" if row["answer"] == answer else ""
    tag = escape(row["tag"], quote=True)
    return (
        f'<input type="checkbox" style="width:auto" name="{name}" value="{tag}"{on}'
        f' aria-label="{tag}">'
    )


_ASKED = [
    ("I have it", lambda row: _box("have", row, "seen")),
    ("I have it not", lambda row: _box("not_mine", row, "denied")),
    ("Tag", lambda row: mono(row["tag"])),
    ("Kind", lambda row: show(row["kind"])),
    ("Model", lambda row: show(row["model"])),
    ("Serial", lambda row: mono(row["serial"])),
]
_HELD = [
    ("Tag", lambda row: link(f"/assets/{row['asset_id']}", row["tag"])),
    ("Kind", lambda row: show(row["kind"])),
    ("Model", lambda row: show(row["model"])),
    ("Serial", lambda row: mono(row["serial"])),
    ("Since", lambda row: show(row["valid_from"])),
    ("Back by", lambda row: show(row["expected_return"])),
]
