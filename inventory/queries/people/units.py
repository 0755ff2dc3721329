"""Units of the organisation as lists, with the codes of what they refer to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, select

from inventory.people.organisation import UNITS
from inventory.storage.rows import Row, table_of

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
