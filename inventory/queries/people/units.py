"""Units of the organisation as lists, with the codes of what they refer to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, func, select

from inventory.people import tables as people
from inventory.people.employments import in_force
from inventory.people.organisation import UNITS
from inventory.storage.rows import Row, col, id_of, table_of

_EMPLOYMENT = table_of(people.Employment)
_PLACEMENT = table_of(people.Placement)
_DEPARTMENT = table_of(people.Department)

_REFERS = {
    "parent_id": None,
    "legal_entity_id": "legal_entity",
    "cost_centre_id": "cost_centre",
    "department_id": "department",
}
"""Columns that refer to units; None: to one of the same sort."""


def list_units(connection: Connection, unit: str) -> list[Row]:
    """Return all units of a sort by code; references are codes, not numbers."""
    table = table_of(UNITS[unit])
    shown: list[ColumnElement[Any]] = []
    source: FromClause = table
    for column in table.columns:
        if column.name not in _REFERS:
            shown.append(column)
            continue
        target = _REFERS[column.name] or unit
        other = table_of(UNITS[target]).alias(column.name)
        source = source.outerjoin(other, other.c.id == column)
        shown.append(other.c.code.label(column.name.removesuffix("_id")))
    query = select(*shown).select_from(source).order_by(table.c.code)
    return [dict(row) for row in connection.execute(query).mappings()]


def people_per_cost_centre(
    connection: Connection, centre_ids: Sequence[int], day: date
) -> dict[int, int]:
    """Return how many people work for cost centres on a day; those without are absent.

    A placement names the cost centre, or its department does.
    """
    centre = func.coalesce(
        col(people.Placement.cost_centre_id), col(people.Department.cost_centre_id)
    )
    departments = select(id_of(people.Department)).where(
        col(people.Department.cost_centre_id).in_(centre_ids)
    )
    # The first condition is for the indexes, the second decides.
    near = col(people.Placement.cost_centre_id).in_(centre_ids) | (
        col(people.Placement.department_id).in_(departments)
    )
    query = (
        select(centre, func.count(col(people.Employment.person_id).distinct()))
        .select_from(_PLACEMENT)
        .join(
            _EMPLOYMENT,
            id_of(people.Employment) == col(people.Placement.employment_id),
        )
        .outerjoin(
            _DEPARTMENT,
            id_of(people.Department) == col(people.Placement.department_id),
        )
        .where(
            near,
            centre.in_(centre_ids),
            in_force(_PLACEMENT, day),
            in_force(_EMPLOYMENT, day),
        )
        .group_by(centre)
    )
    return {number: count for number, count in connection.execute(query) if number}
