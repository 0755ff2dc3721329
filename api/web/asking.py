"""Ask about the past: who had what, where, charged to whom, on a day or over days."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request

from api.routes.as_of import asked, window_of
from api.routes.people import SEE_PEOPLE
from api.web import forms, frame
from api.web.acts import sentences
from api.web.assets import holder
from api.web.html import Row, badge, link, mono, share, show, table
from inventory.kernel.errors import InventoryError

PATH = "/as-of"
WHAT = {
    "asset": "what an asset was (tag)",
    "person": "what a person had (key, login, e-mail, name)",
    "room": "what was in a room, and in it (code)",
    "place": "what a place itself held (code)",
    "team": "what a team had (code)",
    "part-of": "what belonged to an asset (tag)",
    "cost-centre": "what a cost centre bore (code)",
}


async def show_page(request: Request) -> None:
    """Draw the question, and its answer."""
    visit = frame.visit(request)
    given = request.query_params
    what, name = given.get("what", "asset"), given.get("name", "").strip()
    days = [_day(given.get(key, "")) for key in ("day", "from", "to")]
    with frame.page(visit, PATH, "As of"):
        frame.heading("As of")
        with frame.card("Ask"):
            frame.html(_form(what, name, days))
        if not name or what not in WHAT:
            return
        if what == "person" and not visit.may(*SEE_PEOPLE):
            frame.html(forms.note(("People are not for your role.", False)))
            return
        today = visit.app.clock().date()

        def reading(connection: Connection) -> Any:  # noqa: ANN401 - rows or parts
            return asked(connection, what, name, window_of(today, *days))

        try:
            found = await visit.read(reading)
        except InventoryError as error:
            frame.html(forms.note((sentences(error), False)))
            return
        if isinstance(found, dict):
            _draw_asset(found, visit)
        else:
            with frame.card("Answer"):
                columns = [*_THING, *_more(what, visit), *_SPAN]
                frame.html(table(found, columns, "Nothing."))


def _form(what: str, name: str, days: list[date | None]) -> str:
    fields = forms.choose("what", "I want to know", WHAT, what)
    fields += forms.text("name", "Of", name, required=True)
    for key, label, value in zip(
        ("day", "from", "to"), ("On the day", "or from", "to before"), days, strict=True
    ):
        fields += forms.day(key, label, value)
    return (
        f'<form class="form" method="get" action="{PATH}">{fields}'
        '<div class="go"><button class="act">Ask</button></div></form>'
    )


def _draw_asset(found: dict[str, Any], visit: frame.Visit) -> None:
    with frame.card(found["asset"]["tag"]):
        frame.html(table(found["states"], [_STATE, *_SPAN], "It was not there."))
    with frame.card("Who had it"):
        who = ("Holder", lambda row: holder(row, visit))
        frame.html(table(found["custody"], [who, *_SPAN], "Nobody."))
    with frame.card("Where it was"):
        frame.html(table(found["places"], [*_PLACE, *_SPAN], "Not known."))
    with frame.card("Who paid"):
        frame.html(table(found["bearing"], [_SHARES, *_SPAN], "Nobody."))


def _more(what: str, visit: frame.Visit) -> list[tuple[str, Any]]:
    if what == "room":
        return _PLACE
    if what == "cost-centre":
        return [
            ("Share", lambda row: share(row["ppm"])),
            ("Because of", lambda row: show(row["because"])),
        ]
    return [("Note", lambda row: show(row["note"]))]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _shares(row: Row) -> str:
    parts = [f"{one['code']} {share(one['ppm'])}" for one in row["shares"]]
    return show(parts) or '<span class="soft">nobody</span>'


_SHARES = ("Cost centres", _shares)
_STATE = ("State", lambda row: badge(row["state"]))
_SPAN = [
    ("From", lambda row: show(row["from"])),
    ("Until", lambda row: show(row["to"]) or badge("now")),
]
_PLACE = [
    ("Place", lambda row: show(row["location"]) or "not known"),
    ("Because of", lambda row: show(row["because"])),
]
_THING = [
    ("Tag", lambda row: link(f"/assets/{row['asset_id']}", row["tag"])),
    ("Kind", lambda row: show(row["kind"])),
    ("Model", lambda row: show(row["model"])),
    ("Serial", lambda row: mono(row["serial"])),
]
