"""Joins without the tables that a query does not need.

A list joins names to its rows. To find the rows of a page, or to count them, most of
these names are not needed, and reading them for all rows that are sorted takes longer
than everything else. Databases leave out by themselves only what is joined from
outside. Imports SQLAlchemy only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Alias,
    ColumnElement,
    Connection,
    FromClause,
    Join,
    Table,
    exists,
    func,
    select,
)
from sqlalchemy import Column as TableColumn
from sqlalchemy.sql.elements import BinaryExpression
from sqlalchemy.sql.operators import eq
from sqlalchemy.sql.util import ClauseAdapter
from sqlalchemy.sql.visitors import iterate


def tables_in(expressions: Iterable[ColumnElement[Any]]) -> set[FromClause]:
    """Return the tables, and aliases of tables, whose columns occur in expressions."""
    return {part.table for one in expressions for part in columns_in(one)}


def columns_in(expression: ColumnElement[Any]) -> Iterator[TableColumn[Any]]:
    """Yield the columns of tables, and of aliases of tables, in an expression."""
    for part in iterate(expression):
        if isinstance(part, TableColumn) and part.table is not None:
            yield part


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
    sides = [one for one in (clause.left, clause.right) if isinstance(one, TableColumn)]
    keys = [one for one in sides if one.table is join.right]
    others = [one for one in sides if one.table is not join.right]
    if len(keys) != 1 or len(others) != 1 or not _is_key(keys[0]):
        return False
    refers = others[0]
    always = not refers.nullable and bool(refers.foreign_keys)
    return join.isouter or (always and refers.table not in _outer(join.left))


def _is_key(column: TableColumn[Any]) -> bool:
    return key_of(column.table) is column


def key_of(source: FromClause | None) -> ColumnElement[Any] | None:
    """Return the one column that tells rows of a stored table apart; None without.

    A subquery has columns of a key as well, of tables that it reads: they tell nothing.
    """
    stored = source.element if isinstance(source, Alias) else source
    if source is None or not isinstance(stored, Table):
        return None
    keys = list(source.primary_key)
    return keys[0] if len(keys) == 1 else None


def _outer(source: FromClause) -> set[FromClause]:
    """Return the tables that may be missing in a row of a join."""
    if not isinstance(source, Join):
        return set()
    found = _outer(source.left)
    return found | {source.right} if source.isouter else found


@dataclass(frozen=True, slots=True)
class Tie:
    """How a table is joined to the one that a list is about.

    Attributes:
        own: TableColumn of the list's table that refers to it.
        key: Its key.
        always: Every row of the list has one.
    """

    own: TableColumn[Any]
    key: TableColumn[Any]
    always: bool


FEW = 500
"""So many rows of another table are looked up one by one."""


def tie_of(source: FromClause, first: FromClause, table: object) -> Tie | None:
    """Return how a table is joined to the first one; None if by something else."""
    while isinstance(source, Join):
        clause = source.onclause
        if source.right is not table:
            source = source.left
        elif isinstance(clause, BinaryExpression) and clause.operator is eq:
            sides = [
                one for one in (clause.left, clause.right) if type(one) is TableColumn
            ]
            keys = [one for one in sides if one.table is table and _is_key(one)]
            others = [one for one in sides if one.table is first]
            if len(keys) != 1 or len(others) != 1:
                return None
            return Tie(others[0], keys[0], not source.isouter)
        else:
            return None
    return None


def led_by(source: FromClause, table: FromClause, tie: Tie) -> FromClause:
    """Return a join that SQLite reads beginning with a table, in order of its index.

    It never looks a row up by an expression, so only the other side can be looked up.
    """
    if not isinstance(source, Join):
        return source
    if source.right is table:
        clause = func.coalesce(tie.key, tie.key) == tie.own
        return source.left.join(table, clause, isouter=source.isouter)
    left = led_by(source.left, table, tie)
    return left.join(source.right, source.onclause, isouter=source.isouter)


def by_way_of(
    connection: Connection, table: Table, tie: Tie, condition: ColumnElement[bool]
) -> tuple[ColumnElement[bool], bool]:
    """Return a condition on another table as one on the rows that refer to it.

    What fits is looked up first. If that are few of its rows, an index leads from them
    to the rows of the list; if many, each row of the list is asked, in the list's own
    order, until a page is full.

    Args:
        connection: Where to look.
        table: The other table.
        tie: How it is joined.
        condition: On its columns alone.

    Returns:
        The condition, and whether few rows of the other table fit.
    """
    fitting = select(tie.key).where(condition).limit(FEW + 1)
    found = list(connection.execute(fitting).scalars())
    if len(found) <= FEW and _is_part(connection, tie.key, len(found)):
        return tie.own.in_(found), True
    # An alias: the list itself need not be joined to the table for it.
    other = table.alias()
    adapted = ClauseAdapter(other).traverse(condition)
    return exists().where(other.c[tie.key.name] == tie.own, adapted), False


def _is_part(connection: Connection, key: TableColumn[Any], found: int) -> bool:
    """Whether so many rows are a small part of a table."""
    some = select(key).limit(4 * found + 1).subquery()
    counted = connection.execute(select(func.count()).select_from(some)).scalar_one()
    return int(counted) > 4 * found
