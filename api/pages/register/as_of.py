"""Ask about the past: who had what, where, charged to whom, on a day or over days."""

from __future__ import annotations

from datetime import date

from api.http.errors import ApiError
from api.pages.entity import Table, table_of
from api.pages.visit import Answer, View, Visit
from api.resources.people.people import SEE_PEOPLE
from inventory.kernel.errors import InventoryError
from inventory.kernel.texts import N_
from inventory.queries.register.as_of_questions import asked, window_of

WHAT = {
    "asset": N_("what an asset was (tag)"),
    "person": N_("what a person had (key, login, e-mail, name)"),
    "room": N_("what was in a room, and in it (code)"),
    "place": N_("what a place itself held (code)"),
    "team": N_("what a team had (code)"),
    "part-of": N_("what belonged to an asset (tag)"),
    "cost-centre": N_("what a cost centre bore (code)"),
}
_PARTS = {
    "states": N_("State"),
    "custody": N_("Who had it"),
    "places": N_("Where it was"),
    "bearing": N_("Who paid"),
}


def show_as_of(visit: Visit) -> Answer:
    """Draw the question, which stands in the address, and its answer."""
    what, name = visit.query.get("what", "asset"), visit.typed("name")
    days = [_day(visit.query.get(key, "")) for key in ("day", "from", "to")]
    problem, tables = "", []
    if name and what in WHAT:
        if what == "person" and not visit.may(*SEE_PEOPLE):
            problem = N_("People are not for your role.")
        else:
            try:
                tables = _answer(visit, what, name, days)
            except (InventoryError, ApiError) as error:
                problem = str(error)
    return View(
        template="as_of.html",
        title=N_("As of a day"),
        here="/as-of",
        about={
            "offered": WHAT,
            "what": what,
            "name": name,
            "days": days,
            "problem": problem,
            "tables": tables,
            "asked": bool(name),
        },
        status=422 if problem else 200,
    )


def _answer(visit: Visit, what: str, name: str, days: list[date | None]) -> list[Table]:
    found = asked(visit.reading, what, name, window_of(visit.today, *days))
    if isinstance(found, dict):
        parts = [(title, found[part]) for part, title in _PARTS.items()]
    else:
        parts = [(WHAT[what], found)]
    return [table_of(visit, title, rows) for title, rows in parts if rows]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


PAGES = {"/as-of": show_as_of}
