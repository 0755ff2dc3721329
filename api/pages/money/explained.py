"""A figure of a schedule followed to where it comes from, with links for each hop."""

from __future__ import annotations

from api.pages.entity import find, parts_of
from api.pages.visit import Answer, View, Visit, missing
from api.resources.declare import columns_of
from api.resources.money.explanations import ExplainedFigure
from api.resources.registry import resource
from inventory.kernel.errors import InventoryError
from inventory.queries.money.explained import explained


def show_explained(visit: Visit, ref: str) -> Answer:
    """Draw where a row of a schedule comes from."""
    schedules = resource("schedules")
    found = find(visit, schedules, ref)
    if isinstance(found, View):
        return found
    period = visit.query.get("period", "")
    try:
        row = explained(visit.reading, found.id, period)
    except InventoryError as error:
        return missing(visit.words.problem(error))
    facts, groups, tables = parts_of(visit, row, columns_of(ExplainedFigure))
    return View(
        template="entity.html",
        title=f"{row['tag']} {row['book']} {period}",
        here="/schedules",
        about={
            "resource": schedules,
            "name": f"{row['tag']} {row['book']} {period}",
            "state": None,
            "facts_of": facts,
            "fact_groups": groups,
            "tables": tables,
            "edit": None,
            "acts": [],
            "path": found.path,
            "files": (),
        },
    )


PAGES = {"/schedules/{ref}/explain": show_explained}
