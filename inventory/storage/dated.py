"""Rows that hold from a day to a day, and the conditions of queries for them.

Custody, allocations, employments, placements and others are dated the same way:
`valid_from` is the first day, `valid_to` the first day no more, NULL is open. A row
with `valid_to == valid_from` records what began and ended on one day; it covers no
day. May import SQLModel, `rows` and `inventory.kernel.spans`.
"""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

from sqlalchemy import ColumnElement, FromClause, or_
from sqlmodel import SQLModel

from inventory.kernel.spans import Span
from inventory.storage.rows import table_of

PERIOD = "valid_to IS NULL OR valid_to >= valid_from"
"""Condition of the check constraint `period` that each dated table has."""


class Dated(SQLModel):
    """Base of table classes whose rows hold from a day to a day.

    Attributes:
        valid_from: The first day.
        valid_to: The first day no more; None is open.
    """

    valid_from: date
    valid_to: date | None = None


DatedTable: TypeAlias = type[Dated] | FromClause
"""A dated table class, or an alias of its table."""


def on_day(dated: DatedTable, day: date) -> ColumnElement[bool]:
    """Return the condition for rows that hold on a day.

    Args:
        dated: The table class, or an alias of its table.
        day: The day; the holder at its end counts.
    """
    start, end = _bounds(dated)
    return (start <= day) & or_(end.is_(None), end > day)


def overlapping(dated: DatedTable, window: Span) -> ColumnElement[bool]:
    """Return the condition for rows that hold on some day of a window.

    Args:
        dated: The table class, or an alias of its table.
        window: The days; an open window has no last day.
    """
    start, end = _bounds(dated)
    condition = or_(end.is_(None), end > window.start)
    return condition if window.end is None else condition & (start < window.end)


def still_open(dated: DatedTable) -> ColumnElement[bool]:
    """Return the condition for rows that have no end yet."""
    return _bounds(dated)[1].is_(None)


def _bounds(
    dated: DatedTable,
) -> tuple[ColumnElement[date], ColumnElement[date | None]]:
    columns = dated.c if isinstance(dated, FromClause) else table_of(dated).c
    return columns.valid_from, columns.valid_to
