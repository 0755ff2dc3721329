"""Joins without the tables that a query does not need.

A list joins names to its rows. To find the rows of a page, or to count them, most of
these names are not needed, and reading them for all rows that are sorted takes longer
than everything else. Databases leave out by themselves only what is joined from
outside. Imports SQLAlchemy only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, Join
from sqlalchemy.sql.elements import BinaryExpression
from sqlalchemy.sql.operators import eq
from sqlalchemy.sql.visitors import iterate


def tables_in(expressions: Iterable[ColumnElement[Any]]) -> set[FromClause]:
    """Return the tables, and aliases of tables, whose columns occur in expressions."""
    return {
        part.table
        for one in expressions
        for part in iterate(one)
        if isinstance(part, Column) and part.table is not None
    }


def needed(source: FromClause, used: set[FromClause]) -> FromClause:
    """Return a join without the tables that neither are used nor change its rows.

    A table changes nothing if it is joined by its key and every row finds one: it is
    joined from outside, or a column refers to it that is never NULL.

    Args:
        source: A table, or a join of tables, the first one leftmost.
        used: Tables that the query speaks of.
    """
    if not isinstance(source, Join) or source.onclause is None:
        return source
    if source.right not in used and _changes_nothing(source):
        return needed(source.left, used)
    left = needed(source.left, used | tables_in([source.onclause]))
    if left is source.left:
        return source
    return left.join(source.right, source.onclause, isouter=source.isouter)


def _changes_nothing(join: Join) -> bool:
    clause = join.onclause
    if not isinstance(clause, BinaryExpression) or clause.operator is not eq:
        return False
    sides = [one for one in (clause.left, clause.right) if isinstance(one, Column)]
    keys = [one for one in sides if one.table is join.right]
    others = [one for one in sides if one.table is not join.right]
    if len(keys) != 1 or len(others) != 1 or not _is_key(keys[0]):
        return False
    refers = others[0]
    always = not refers.nullable and bool(refers.foreign_keys)
    return join.isouter or (always and refers.table not in _outer(join.left))


def _is_key(column: Column[Any]) -> bool:
    keys = getattr(column.table, "primary_key", ())
    return column.primary_key and len(list(keys)) == 1


def _outer(source: FromClause) -> set[FromClause]:
    """Return the tables that may be missing in a row of a join."""
    if not isinstance(source, Join):
        return set()
    found = _outer(source.left)
    return found | {source.right} if source.isouter else found
