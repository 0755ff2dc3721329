"""The organisation: legal entities, places, teams, departments, cost centres."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request

from api.web import forms, frame
from api.web.acts import draw_said
from api.web.html import Cell, Row, show, table
from api.web.unit_form import UNIT
from inventory.people.rules import LOCATION_KINDS
from inventory.queries.people.units import list_units

PATH = "/units"
UNITS = {
    "location": "Places",
    "team": "Teams",
    "department": "Departments",
    "cost_centre": "Cost centres",
    "legal_entity": "Legal entities",
}
_COLUMNS = {
    "location": ("kind", "parent", "cost_centre"),
    "team": ("department", "cost_centre"),
    "department": ("parent", "cost_centre", "legal_entity"),
    "cost_centre": ("parent", "legal_entity", "valid_from", "valid_to"),
    "legal_entity": ("country", "currency"),
}


async def show_page(request: Request) -> None:
    """Draw all units, and the forms to add and to correct them."""
    visit = frame.visit(request)

    def reading(connection: Connection) -> dict[str, list[Row]]:
        return {unit: list(list_units(connection, unit)) for unit in UNITS}

    found = await visit.read(reading)
    with frame.page(visit, PATH, "Organisation"):
        frame.heading("Organisation")
        draw_said(request)
        for unit, title in UNITS.items():
            with frame.card(title):
                frame.html(table(found[unit], _columns(unit), "None yet."))
                if visit.may(*UNIT.roles):
                    inner = _form(unit)
                    frame.html(forms.folded("Add one, or correct the one", inner))


def _columns(unit: str) -> list[tuple[str, Cell]]:
    names = ("code", "name", *_COLUMNS[unit])
    return [(name.replace("_", " ").capitalize(), _cell(name)) for name in names]


def _cell(name: str) -> Any:  # noqa: ANN401
    return lambda row: show(row[name])


def _form(unit: str) -> str:
    fields = forms.text("code", "Code", required=True) + forms.text("name", "Name")
    for name in _COLUMNS[unit]:
        label = name.replace("_", " ").capitalize()
        if name == "kind":
            kinds = {kind: kind for kind in LOCATION_KINDS}
            fields += forms.choose("kind", label, kinds, "room")
        elif name.startswith("valid_"):
            fields += forms.day(name, "From" if name == "valid_from" else "Until")
        else:
            fields += forms.text(name, f"{label} (code)")
    return forms.form("unit", fields, "Save", PATH, hidden={"unit": unit})
