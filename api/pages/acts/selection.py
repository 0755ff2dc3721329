"""Which rows of a list were chosen: some by hand, or all that its filters match."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import QueryParams

from api.pages.visit import Visit
from api.resources.listing import (
    list_call,
    list_parameters,
    parameters_of,
    read_all,
)
from api.resources.resource import Resource
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_

MOST = 1000
"""Rows that are chosen one by one."""

MOST_MATCHING = 5000
"""Rows that are chosen by their filters."""

MATCHING = "_matching"
"""Field with the filters of the list, as its address has them."""

_NO_FILTER = ("sort", "fields", "after", "was")


def chosen_rows(visit: Visit, resource: Resource[Any]) -> list[int]:
    """Return the ids of the rows that were chosen.

    Raises:
        Invalid: None or too many are.
    """
    matching = visit.form.get(MATCHING) or visit.query.getlist(MATCHING)
    if matching:
        ids = _matching(visit, resource, QueryParams(matching[0].lstrip("?")))
        most = MOST_MATCHING
    else:
        texts = visit.form.get("id") or visit.query.getlist("id")
        ids = [int(text) for text in texts if text.isdecimal() and len(text) < 19]
        most = MOST
    if not 0 < len(ids) <= most:
        raise Invalid(
            N_("Between 1 and {most} rows can be chosen at a time."),
            remedy=N_("Narrow the list by its filters."),
            most=most,
        )
    return ids


def _matching(visit: Visit, resource: Resource[Any], asked: QueryParams) -> list[int]:
    filters = QueryParams([(n, v) for n, v in asked.items() if n not in _NO_FILTER])
    sent = parameters_of(filters.multi_items(), list_parameters(resource))
    call = list_call(resource, sent)
    found: list[int] = []
    for row in read_all(resource, visit.reading, visit.viewer, call):
        found.append(int(row["id"]))
        if len(found) > MOST_MATCHING:
            break
    return found
