"""A figure of a schedule followed to where it comes from, with links for each hop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.pages.entity import find, parts_of, title_of
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
    row = {**row, "why": [_told(visit, one) for one in row["why"]]}
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


def _told(visit: Visit, why: Mapping[str, Any]) -> dict[str, str]:
    """Return a part of what a figure was made of in words."""
    value = why["value"]
    if value in ("True", "False"):
        value = visit.words.plain(value == "True")
    name = visit.words.text(title_of(why["name"], {}))
    return {"name": name, "value": visit.words.text(str(value))}


PAGES = {"/schedules/{ref}/explain": show_explained}
