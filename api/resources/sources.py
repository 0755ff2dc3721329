"""Where the rows of a list come from: a table and its columns, or a query by hand.

`TableSource` reads any list that is one SELECT: filters, lookups, sorting and keyset
paging follow from the columns. `QuerySource` takes functions for the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    DateTime,
    FromClause,
    Integer,
    Select,
    Table,
    Text,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.sql.selectable import NamedFromClause

from api.resources.declare import Page, PageRequest, Question, Viewer
from api.resources.lookups import conditions
from inventory.storage.paging import Page as Rows
from inventory.storage.paging import fetch_page, plain_type
from inventory.storage.searching import SEARCHED, SearchPlan, plan_search, words_of

Q = TypeVar("Q", bound=Question)
Q_in = TypeVar("Q_in", bound=Question, contravariant=True)
Columns = Mapping[str, ColumnElement[Any]]
Condition = Callable[[Any, Viewer], ColumnElement[bool]]

MOST_COUNTED = 10_000
"""Longer lists are not counted: to do that, they would have to be read."""


class Source(Protocol[Q_in]):
    """What a list is read from."""

    @property
    def columns(self) -> Columns:
        """SQL of the filters that have lookups."""

    def read(
        self, connection: Connection, asked: Q_in, viewer: Viewer, page: PageRequest
    ) -> Page:
        """Read a page."""

    def count(self, connection: Connection, asked: Q_in, viewer: Viewer) -> int | None:
        """Return how many there are; None for too many to count."""

    def choices(self, connection: Connection) -> Mapping[str, Sequence[str]]:
        """Return the values of the filters that offer some."""


def _no_choices(_connection: Connection) -> Mapping[str, Sequence[str]]:
    return {}


def _not_counted(_connection: Connection, _asked: object, _viewer: Viewer) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuerySource(Generic[Q]):
    """A list that functions read.

    Attributes:
        read: Reads a page; for lookups it asks `lookups.conditions(asked, columns)`.
        count: How many there are; None for too many to count.
        choices: Values of the filters that offer some.
        columns: SQL of the filters that have lookups.
    """

    read: Callable[[Connection, Q, Viewer, PageRequest], Page]
    count: Callable[[Connection, Q, Viewer], int | None] = _not_counted
    choices: Callable[[Connection], Mapping[str, Sequence[str]]] = _no_choices
    columns: Columns = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSource(Generic[Q]):
    """A list that is one SELECT.

    Attributes:
        table: Where ids, filters and sort keys come from; a subquery may stand in.
        columns: Row field -> SQL; also filters that are no field of the row. A filter
            of that name is equality, its lookups follow from its type.
        shown: The fields of the row; the others only filter. None: all columns.
        joined: `table` with what the columns need; None: `table` alone.
        where: Always holds, such as: merged devices are left out.
        refers: Filters by a reference: name -> column of ids, where `columns` has the
            code or name that the row shows.
        orders: Sort keys other than the column itself: a name by its family name.
        filters: Filters that are no column: name -> (value, viewer) -> condition.
        searched: Columns that words are searched in; empty: the `search` column of
            `table`, by its index.
        finish: Makes more of the rows of a page: counts, names; in place or anew.
        offered: Filters that offer the values there are.
        row_id: Tells rows apart; `table.c.id` without.
    """

    table: NamedFromClause
    columns: Columns
    shown: Sequence[str] | None = None
    joined: FromClause | None = None
    where: Callable[[Viewer], Sequence[ColumnElement[bool]]] = lambda _viewer: ()
    refers: Columns = field(default_factory=dict)
    orders: Columns = field(default_factory=dict)
    filters: Mapping[str, Condition] = field(default_factory=dict)
    searched: Sequence[ColumnElement[Any]] = ()
    finish: (
        Callable[[Connection, list[dict[str, Any]], Viewer], list[dict[str, Any]]]
        | None
    ) = None
    offered: Sequence[str] = ()
    row_id: ColumnElement[Any] | None = None

    def read(
        self, connection: Connection, asked: Q, viewer: Viewer, page: PageRequest
    ) -> Page:
        """Read a page.

        Raises:
            Invalid: Sort key, cursor or limit is not one.
        """
        found = self._found(connection, asked)
        names = self.columns if self.shown is None else self.shown
        query = select(*(self.columns[name].label(name) for name in names))
        read = fetch_page(
            connection,
            self._narrowed(query, asked, viewer, found),
            keys=found.keys(
                {n: self._key(self.orders.get(n, self.columns[n])) for n in names}
            ),
            sort=page.sort,
            row_id=self.table.c.id if self.row_id is None else self.row_id,
            after=page.after,
            limit=page.limit,
        )
        if self.finish is None:
            return read
        return Rows(self.finish(connection, read.rows, viewer), read.next)

    def count(self, connection: Connection, asked: Q, viewer: Viewer) -> int | None:
        """Return how many there are; None for more than `MOST_COUNTED`."""
        found = self._found(connection, asked)
        query = self._narrowed(select(literal(1)), asked, viewer, found)
        some = query.limit(MOST_COUNTED + 1).subquery()
        counted = connection.execute(
            select(func.count()).select_from(some)
        ).scalar_one()
        return int(counted) if counted <= MOST_COUNTED else None

    def one(
        self, connection: Connection, row_id: int, viewer: Viewer
    ) -> dict[str, Any] | None:
        """Return the row of one thing, whose `id` is given; None if there is none."""
        names = self.columns if self.shown is None else self.shown
        query = (
            select(*(self.columns[name].label(name) for name in names))
            .select_from(self.table if self.joined is None else self.joined)
            .where(self.table.c.id == row_id, *self.where(viewer))
        )
        rows = [dict(row) for row in connection.execute(query).mappings()]
        if self.finish is not None:
            rows = self.finish(connection, rows, viewer)
        return rows[0] if rows else None

    def choices(self, connection: Connection) -> Mapping[str, Sequence[str]]:
        """Return the values there are of the filters that offer them."""
        source = self.table if self.joined is None else self.joined
        offered: dict[str, Sequence[str]] = {}
        for name in self.offered:
            column = self.columns[name]
            query = select(column).select_from(source).where(column.is_not(None))
            values = connection.execute(query.distinct().order_by(column)).scalars()
            offered[name] = [str(one) for one in values]
        return offered

    def _key(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return a sort key: rows without a value come first."""
        # What is joined may be missing, whatever its own table says of it.
        own = getattr(column, "table", None) is self.table
        if own and getattr(column, "nullable", True) is False:
            return column
        return func.coalesce(column, literal(_least(column), column.type))

    def _found(self, connection: Connection, asked: Q) -> SearchPlan:
        words = words_of(asked.search)
        if not words or self.searched:
            return SearchPlan()
        if not isinstance(self.table, Table) or self.table.name not in SEARCHED:
            return SearchPlan((literal(False),))
        return plan_search(connection, self.table, words)

    def _narrowed(
        self, query: Select[Any], asked: Q, viewer: Viewer, found: SearchPlan
    ) -> Select[Any]:
        query = query.select_from(self.table if self.joined is None else self.joined)
        query = query.where(*self.where(viewer), *found.conditions)
        for word in words_of(asked.search) if self.searched else ():
            query = query.where(or_(*(_has(column, word) for column in self.searched)))
        columns = {**self.columns, **self.refers}
        for name, value in asked.asked().items():
            if name in self.filters:
                query = query.where(self.filters[name](value, viewer))
            elif name != "search":
                query = query.where(columns[name] == value)
        return query.where(*conditions(asked, columns))


def full_name(person: FromClause) -> ColumnElement[str]:
    """Return given and family name of a row of persons, or of an alias of them."""
    name = person.c.given_name + " " + person.c.family_name
    return func.trim(name, type_=Text())


def _has(column: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    return func.lower(column).contains(word, autoescape=True)


def _least(column: ColumnElement[Any]) -> object:
    kind = plain_type(column)
    if isinstance(kind, DateTime):
        return datetime(1000, 1, 1, tzinfo=UTC)
    if isinstance(kind, Date):
        return date(1000, 1, 1)
    if isinstance(kind, Integer):
        return -(2**31)
    return kind.python_type()
