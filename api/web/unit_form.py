"""The act behind the form that adds a unit of any sort or corrects the one there."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field

from api.http.actions import Act, Acting, Given
from api.http.auth import Role
from inventory.people.organisation import UNITS, ensure, unit_named

Unit = Literal["legal_entity", "cost_centre", "department", "location", "team"]
_REFERS = {
    "legal_entity": "legal_entity",
    "cost_centre": "cost_centre",
    "department": "department",
}


class UnitIn(Given):
    """A unit of the organisation; what is not said of a known one stays."""

    unit: Unit
    code: str = Field(min_length=1, max_length=200)
    name: str | None = Field(default=None, max_length=200)
    kind: str | None = Field(default=None, max_length=40, description="Of a place.")
    parent: str | None = Field(default=None, max_length=200)
    legal_entity: str | None = Field(default=None, max_length=200)
    cost_centre: str | None = Field(default=None, max_length=200)
    department: str | None = Field(default=None, max_length=200)
    country: str | None = Field(default=None, min_length=2, max_length=2)
    currency: str | None = Field(default=None, min_length=3, max_length=3)
    valid_from: date | None = None
    valid_to: date | None = None


def _ensure(acting: Acting, given: UnitIn) -> dict[str, Any]:
    reading = acting.work.connection
    columns = UNITS[given.unit].model_fields
    values: dict[str, Any] = {
        name: getattr(given, name)
        for name in ("name", "kind", "country", "currency", "valid_from", "valid_to")
        if name in columns
    }
    for name, unit in _REFERS.items():
        code = getattr(given, name)
        if code and f"{name}_id" in columns:
            values[f"{name}_id"] = unit_named(reading, unit, code)
    if given.parent and "parent_id" in columns:
        values["parent_id"] = unit_named(reading, given.unit, given.parent)
    return {"id": ensure(acting.work, given.unit, given.code, **values)}


UNIT = Act(
    "unit",
    UnitIn,
    _ensure,
    frozenset({Role.IT, Role.HR, Role.ACCOUNTING}),
    said="Saved.",
)
