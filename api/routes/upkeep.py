"""`/assets`, `/categories`, `/fields`: register, change many, and how it is ordered."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.http.auth import Role
from api.http.deps import ReadDep, allow
from api.routes.acts import Doing, perform
from api.routes.answers import ALL_PROBLEMS, answer
from api.routes.upkeep_acts import (
    CATEGORY,
    END_FIELD,
    FIELD,
    SERIES,
    CategoryIn,
    FieldIn,
    KeyIn,
    SeriesIn,
)
from inventory.assets.register import categories

router = APIRouter(
    tags=["register"], dependencies=[allow(*Role)], responses=ALL_PROBLEMS
)


@router.get("/categories")
def all_categories(reading: ReadDep) -> Response:
    """List categories with what each inherits, and the series of tags."""
    return answer(
        {
            "items": categories.list_categories(reading),
            "series": categories.list_series(reading),
            "next": None,
        }
    )


@router.put("/categories")
def category(doing: Doing, given: CategoryIn) -> Response:
    """Add a category, or correct the one with that code."""
    return perform(doing, CATEGORY, given)


@router.put("/tag-series")
def series(doing: Doing, given: SeriesIn) -> Response:
    """Say which series numbers assets of a category in a legal entity."""
    return perform(doing, SERIES, given)


@router.get("/fields")
def fields(reading: ReadDep) -> Response:
    """List the company's own fields of assets."""
    rows = [
        {
            "key": one.key,
            "label": one.label,
            "type": one.type,
            "kind": one.kind,
            "categories": None if one.categories is None else sorted(one.categories),
            "required": one.required,
            "rules": dict(one.rules),
        }
        for one in categories.field_rules(reading)
    ]
    return answer({"items": rows, "next": None})


@router.put("/fields")
def field(doing: Doing, given: FieldIn) -> Response:
    """Add a field of assets, or correct the one with that key."""
    return perform(doing, FIELD, given)


@router.post("/fields/end")
def end_field(doing: Doing, given: KeyIn) -> Response:
    """Check a field no more; its values stay."""
    return perform(doing, END_FIELD, given)
