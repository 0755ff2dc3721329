"""Where the rows of a list come from: a table and its columns, or a query by hand.

`TableSource` reads any list that is one SELECT: filters, lookups, sorting and keyset
paging follow from the columns. `QuerySource` takes functions for the rest.
"""

from __future__ import annotations

from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    Text,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.sql.selectable import NamedFromClause

from api.resources.declare import Page, PageRequest, Question, Viewer
from api.resources.joins import (
    FEW,
    by_way_of,
    columns_in,
    key_of,
    led_by,
    needed,
    tables_in,
    tie_of,
)
from api.resources.lookups import conditions
from inventory.storage.paging import Page as Rows
from inventory.storage.paging import fetch_page
from inventory.storage.rows import distinct
from inventory.storage.searching import (
    SEARCHED,
    SearchPlan,
    contains,
    is_searched,
    matches,
    plan_search,
    words_of,
)

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


@dataclass(frozen=True, slots=True)
class _Way:
    """A way in which a row may have a word: by its own columns, or by another table.

    Attributes:
        plain: The condition, asked of each row.
        led: The same, so that an index of words leads to the rows.
        few: Few rows of the other table have the word.
    """

    plain: ColumnElement[bool]
    led: ColumnElement[bool]
    few: bool


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
        plan = self._found(connection, asked)
        conditions = self._conditions(asked, viewer, plan)
        whole = not plan.conditions and not any(map(self._narrows, conditions))
        conditions = self._steered(connection, conditions)
        keys = {n: self.orders.get(n, self.columns[n]) for n in self._names()}
        key = keys.get(page.sort.removeprefix("-"))
        used = conditions if key is None else (*conditions, key)
        # Names are joined to the rows of the page, not to all that are sorted for it.
        source, number = self._needed(used), self._number()
        if whole and key is not None and connection.dialect.name == "sqlite":
            source = self._led(source, key)
        late = number is not None and source is not self._whole()
        query = select(number) if late and number is not None else self._shown()
        read = fetch_page(
            connection,
            query.select_from(source if late else self._whole()).where(*conditions),
            keys=plan.keys(keys),
            sort=page.sort,
            row_id=self.table.c.id if self.row_id is None else self.row_id,
            after=page.after,
            limit=page.limit,
            optional=[name for name, one in keys.items() if self._optional(one)],
        )
        rows = read.rows
        if late and number is not None:
            rows = self._named(connection, number, [row[number.name] for row in rows])
        if self.finish is not None:
            rows = self.finish(connection, rows, viewer)
        return Rows(rows, read.next)

    def count(self, connection: Connection, asked: Q, viewer: Viewer) -> int | None:
        """Return how many there are; None for more than `MOST_COUNTED`."""
        conditions = self._conditions(asked, viewer, self._found(connection, asked))
        conditions = self._steered(connection, conditions)
        query = select(literal(1)).select_from(self._needed(conditions))
        query = query.where(*conditions)
        some = query.limit(MOST_COUNTED + 1).subquery()
        counted = connection.execute(
            select(func.count()).select_from(some)
        ).scalar_one()
        return int(counted) if counted <= MOST_COUNTED else None

    def sums(
        self, connection: Connection, asked: Q, viewer: Viewer, names: Iterable[str]
    ) -> Sequence[Mapping[str, Any]]:
        """Return the sums of columns over all rows, one row for each `currency`.

        Columns that are no column of the query are left out.
        """
        summed = {name: self.columns[name] for name in names if name in self.columns}
        if not summed:
            return []
        conditions = self._conditions(asked, viewer, self._found(connection, asked))
        conditions = self._steered(connection, conditions)
        currency = self.columns.get("currency", literal(None))
        used = (*conditions, *summed.values(), currency)
        query = select(
            currency.label("currency"),
            *(func.sum(column).label(name) for name, column in summed.items()),
        ).select_from(self._needed(used))
        if "currency" in self.columns:
            query = query.group_by(currency).order_by(currency)
        return [
            dict(row) for row in connection.execute(query.where(*conditions)).mappings()
        ]

    def one(
        self, connection: Connection, row_id: int, viewer: Viewer
    ) -> dict[str, Any] | None:
        """Return the row of one thing, whose `id` is given; None if there is none."""
        return self.some(connection, [row_id], viewer).get(row_id)

    def some(
        self, connection: Connection, ids: Collection[int], viewer: Viewer
    ) -> dict[int, dict[str, Any]]:
        """Return the rows of things by id, of those that are there."""
        number = self.table.c.id
        query = self._shown().add_columns(number.label("_number"))
        query = query.select_from(self._whole())
        query = query.where(number.in_(sorted(ids)), *self.where(viewer))
        rows = [dict(row) for row in connection.execute(query).mappings()]
        found = [row.pop("_number") for row in rows]
        if self.finish is not None:
            rows = self.finish(connection, rows, viewer)
        return dict(zip(found, rows, strict=True))

    def choices(self, connection: Connection) -> Mapping[str, Sequence[str]]:
        """Return the values there are of the filters that offer them."""
        offered: dict[str, Sequence[str]] = {}
        for name in self.offered:
            column = self.columns[name]
            if _is_indexed(column):
                values = distinct(connection, column)
            else:
                query = select(column).select_from(self._needed((column,)))
                query = query.where(column.is_not(None)).distinct().order_by(column)
                values = list(connection.execute(query).scalars())
            offered[name] = [str(one) for one in values]
        return offered

    def _names(self) -> Sequence[str]:
        return tuple(self.columns) if self.shown is None else self.shown

    def _shown(self) -> Select[Any]:
        return select(*(self.columns[name].label(name) for name in self._names()))

    def _whole(self) -> FromClause:
        return self.table if self.joined is None else self.joined

    def _needed(self, used: Iterable[ColumnElement[Any]]) -> FromClause:
        return needed(self._whole(), tables_in(used))

    def _led(self, source: FromClause, key: ColumnElement[Any]) -> FromClause:
        """Return a join that begins with the table a whole list is sorted by."""
        tables = tables_in((key,))
        if len(tables) != 1 or self.table in tables or not _is_indexed(key):
            return source
        (table,) = tables
        tie = tie_of(source, self.table, table)
        return source if tie is None else led_by(source, table, tie)

    def _narrows(self, condition: ColumnElement[bool]) -> bool:
        """Whether an index may lead to the few rows that a condition leaves."""
        own = [one for one in columns_in(condition) if one.table is self.table]
        return any(one.primary_key or _is_indexed(one) for one in own)

    def _steered(
        self, connection: Connection, conditions: Sequence[ColumnElement[bool]]
    ) -> tuple[ColumnElement[bool], ...]:
        """Return conditions that lead SQLite to the rows by the shorter way.

        It does not know how many rows a condition on another table leaves.
        """
        if connection.dialect.name != "sqlite":
            return tuple(conditions)
        return tuple(self._steer(connection, one) for one in conditions)

    def _steer(
        self, connection: Connection, condition: ColumnElement[bool]
    ) -> ColumnElement[bool]:
        tables = tables_in((condition,))
        if len(tables) != 1 or self.table in tables:
            return condition
        (table,) = tables
        tie = tie_of(self._whole(), self.table, table)
        if tie is None or not tie.always or not isinstance(table, Table):
            return condition
        return by_way_of(connection, table, tie, condition)[0]

    def _number(self) -> ColumnElement[Any] | None:
        """Return the key of the table, by which the rows of a page are read again."""
        return key_of(self.table)

    def _named(
        self, connection: Connection, number: ColumnElement[Any], ids: list[Any]
    ) -> list[dict[str, Any]]:
        """Return rows with all that is joined to them, in the order of their ids."""
        query = self._shown().add_columns(number.label("_number"))
        query = query.select_from(self._whole()).where(number.in_(ids))
        read = connection.execute(query).mappings()
        found = {row["_number"]: dict(row) for row in read}
        rows = [found[one] for one in ids if one in found]
        for row in rows:
            del row["_number"]
        return rows

    def _optional(self, column: ColumnElement[Any]) -> bool:
        """Whether a sort key may have no value."""
        # What is joined may be missing, whatever its own table says of it.
        own = getattr(column, "table", None) is self.table
        return not own or getattr(column, "nullable", True)

    def _found(self, connection: Connection, asked: Q) -> SearchPlan:
        words = words_of(asked.search)
        if not words:
            return SearchPlan()
        if self.searched:
            return self._searched(connection, words)
        if not isinstance(self.table, Table) or self.table.name not in SEARCHED:
            return SearchPlan((literal(False),))
        return plan_search(connection, self.table, words)

    def _searched(self, connection: Connection, words: Sequence[str]) -> SearchPlan:
        """Return how rows are found by words in their columns and in joined ones."""
        ways = {word: list(self._ways(connection, word)) for word in words}
        exact = tuple(or_(*(one.plain for one in ways[word])) for word in words)
        number, longest = self._number(), max(words, key=len)
        if number is None or not all(one.few for one in ways[longest]):
            return SearchPlan(exact)
        # Each way may have an index of its own, which OR would not use.
        some = union_all(*(select(number).where(one.led) for one in ways[longest]))
        found = connection.execute(some.limit(FEW + 1)).scalars().all()
        if len(found) > FEW:
            return SearchPlan(exact)
        return SearchPlan((number.in_(found), *exact), few=True)

    def _ways(self, connection: Connection, word: str) -> Iterator[_Way]:
        """Yield the ways in which a row may have a word."""
        for table, some in groupby(self.searched, lambda one: getattr(one, "table", 0)):
            columns = list(some)
            plain = led = or_(*(_has(connection, one, word) for one in columns))
            if isinstance(table, Table) and is_searched(table, columns):
                plain, led = contains(table, word), matches(connection, table, word)
            tie = tie_of(self._whole(), self.table, table)
            if tie is None or not isinstance(table, Table):
                yield _Way(plain, led, table is self.table)
            else:
                one, few = by_way_of(connection, table, tie, led)
                yield _Way(one, one, few)

    def _conditions(
        self, asked: Q, viewer: Viewer, plan: SearchPlan
    ) -> tuple[ColumnElement[bool], ...]:
        found = [*self.where(viewer), *plan.conditions]
        columns = {**self.columns, **self.refers}
        for name, value in asked.asked().items():
            if name in self.filters:
                found.append(self.filters[name](value, viewer))
            elif name != "search":
                found.append(columns[name] == value)
        return (*found, *conditions(asked, columns))


def full_name(person: FromClause) -> ColumnElement[str]:
    """Return given and family name of a row of persons, or of an alias of them."""
    name = person.c.given_name + " " + person.c.family_name
    return func.trim(name, type_=Text())


def _has(
    connection: Connection, column: ColumnElement[Any], word: str
) -> ColumnElement[bool]:
    if connection.dialect.name == "sqlite":
        # Its LIKE takes capital letters for small ones, just those that lower() knows.
        return column.contains(word, autoescape=True)
    return func.lower(column).contains(word, autoescape=True)


def _is_indexed(column: ColumnElement[Any]) -> bool:
    """Whether an index begins with a column."""
    table = getattr(column, "table", None)
    if not isinstance(table, Table):
        return False
    return any(next(iter(index.columns), None) is column for index in table.indexes)
