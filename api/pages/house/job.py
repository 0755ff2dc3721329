"""One job: how far it is while it runs, what came of it, the file it made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.http.actions import Act
from api.http.answers import as_answer
from api.pages.entity import draw, find, parts_by
from api.pages.visit import Answer, View, Visit, missing
from api.resources.registry import resource
from api.resources.work.jobs import RESULT, kept_answer
from inventory.jobs import files
from inventory.jobs.tables import OPEN
from inventory.kernel.errors import InventoryError

MOST_SHOWN = 16 * 1024 * 1024
"""Bytes of an answer that is drawn; a larger one is a file to save."""


def show_job(visit: Visit, ref: str) -> Answer:
    """Draw a job; the page reads itself again until it has ended."""
    found = find(visit, resource("jobs"), ref)
    if isinstance(found, View):
        return found
    row = found.row
    body = _answered(visit, row)
    act = _act_of(row["kind"])
    if body.get("effects"):
        # What is wrong is what somebody looks for.
        body["effects"].sort(key=lambda one: not one.get("problems"))
    facts, groups, tables = parts_by(visit, body, act.answer if act else None)
    shown = {n: v for n, v in row.items() if n not in ("result", "done", "total")}
    return draw(
        visit,
        type(found)(found.resource, found.id, shown, found.acts),
        template="job.html",
        job=row,
        open=row["state"] in OPEN,
        answer_facts=facts,
        answer_groups=groups,
        answer_tables=tables,
    )


def _act_of(kind: str) -> Act | None:
    from api.resources.registry import all_resources

    acts = (act for one in all_resources() for act in one.acts)
    return next((act for act in acts if act.name == kind), None)


def _answered(visit: Visit, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer of a request, or what refused it, to be drawn."""
    if not (row["file"] or "").endswith(".json") or row["file_bytes"] > MOST_SHOWN:
        return dict(row["result"] or {})
    file = files.kept(visit.reading, row["id"], "result")
    if file is None:
        return {}
    body = kept_answer(files.read(visit.reading.engine, file))
    return body if isinstance(body, dict) else {}


def give_result(visit: Visit, ref: str) -> Answer:
    """Give the file that a job made."""
    found = find(visit, resource("jobs"), ref)
    if isinstance(found, View):
        return found
    try:
        return as_answer(
            RESULT.read(visit.reading, found.id, visit.viewer, RESULT.parameters())
        )
    except InventoryError as error:
        return missing(visit.words.problem(error))


PAGES = {"/jobs/{ref}/result": give_result}
