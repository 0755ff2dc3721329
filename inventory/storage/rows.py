"""Adding and changing rows with their audit rows, by Core. Imports `work` and `tables`.

Services use these instead of ORM objects: one statement, one audit entry, and a change
that changes nothing leaves no trace.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, TypeAlias, TypeVar, cast

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Insert,
    Integer,
    Select,
    Table,
    TextClause,
    Update,
    bindparam,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import SQLModel

from inventory.kernel.errors import InventoryError, NotFound
from inventory.kernel.texts import N_
from inventory.storage.tables import METADATA
from inventory.storage.types import Sentence, Sentences
from inventory.storage.work import UnitOfWork

_UNAUDITED = frozenset({"search", "recorded_at", "ended_recorded_at"})
"""Derived from other columns, or said by the audit row itself."""

CHUNK = 5000
"""Values in one statement: SQLite takes 32,766 parameters, PostgreSQL 65,535."""

_FEW_ROWS = 25
"""Rows that are inserted one after the other, all sent at once, on PostgreSQL."""
_NEW, _ROW = "new_", "the_row"
"""Parameters of a change: the columns with that before their names, and the row."""

Row = dict[str, Any]
T = TypeVar("T", int, str)
F = TypeVar("F")

AnySelect: TypeAlias = Select[*tuple[Any, ...]]
"""A query whatever its columns."""


def table_of(model: type[SQLModel]) -> Table:
    """Return the Core table of a model."""
    return METADATA.tables[str(model.__tablename__)]


def col(field: F) -> Column[F]:
    """Return the Core column of a field of a table model.

    `col(Asset.tag)` lets the type checker see that there is such a field and what it
    holds, which `table.c.tag` does not, and costs a query nothing.

    Args:
        field: The attribute of the class, such as `Asset.tag`.
    """
    mapped: Any = field
    column: Column[F] = mapped.property.columns[0]
    return column


def filled(field: F | None) -> Column[F]:
    """Return the column of an optional field in a query that leaves out its NULLs."""
    column: Any = col(field)
    found: Column[F] = column
    return found


def id_of(model: type[SQLModel]) -> Column[int]:
    """Return the `id` column of a table model.

    The classes declare `id` optional, since a new object has none; a row always does.
    """
    column: Column[int] = table_of(model).c.id
    return column


def add(
    work: UnitOfWork,
    model: type[SQLModel],
    values: Mapping[str, Any],
    *,
    action: str = "create",
) -> int:
    """Insert one row, with the defaults of its model, and audit it.

    Returns:
        Its id.
    """
    return add_many(work, model, [values], action=action)[0]


def add_many(
    work: UnitOfWork,
    model: type[SQLModel],
    rows: Sequence[Mapping[str, Any]],
    *,
    action: str = "create",
) -> list[int]:
    """Insert rows in one statement and audit each.

    Returns:
        Their ids, in the order of the rows.
    """
    if not rows:
        return []
    table = table_of(model)
    defaults = _defaults(model)
    if "recorded_at" in table.columns:
        defaults["recorded_at"] = work.clock()
    full = [{**defaults, **row} for row in rows]
    ids = _insert(work.connection, table, full)
    for row_id, row in zip(ids, rows, strict=True):
        work.audit(table.name, row_id, action, None, _audited_values(row))
    return ids


def _insert(connection: Connection, table: Table, rows: list[Row]) -> list[int]:
    """Insert rows; return their ids in the same order."""
    if len(rows) > 1 and connection.dialect.name == "sqlite":
        # SQLite returns ids in no order that can be relied on, so SQLAlchemy would
        # insert one by one. It numbers the rows of a statement in their order, though.
        found = connection.execute(_insert_into(table.name, in_order=False), rows)
        return sorted(int(row_id) for row_id in found.scalars())
    if 1 < len(rows) <= _FEW_ROWS:
        # One statement of all rows would be another one for each number of rows, and
        # with more parameters than the driver keeps prepared.
        ids = [int(row_id) for row_id in next_ids(connection, table, len(rows))]
        numbered = [{**row, "id": n} for n, row in zip(ids, rows, strict=True)]
        connection.execute(_insert_numbered(table.name), numbered)
        return ids
    query = _insert_into(table.name, in_order=True)
    return [int(row_id) for row_id in connection.execute(query, rows).scalars()]


@lru_cache(maxsize=1000)
def _insert_into(name: str, *, in_order: bool) -> ReturningInsert[Any]:
    """Return a statement that inserts rows into a table and returns their ids."""
    table = METADATA.tables[name]
    return insert(table).returning(table.c.id, sort_by_parameter_order=in_order)


def insert_rows(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows that all name the same columns, in one statement.

    Nothing is filled in: columns that are not named get what the database gives them.
    SQLAlchemy looks at each value of each row, which for the ports of a switch takes
    longer than to insert them; here PostgreSQL takes the rows as one JSON value.
    """
    if not rows:
        return
    names = tuple(rows[0])
    if connection.dialect.name != "sqlite":
        text_of = partial(json.dumps, default=datetime.isoformat)
        taken = [dict(row) for row in rows]
        for name in names:
            each = table.c[name].type
            if isinstance(each, Sentence | Sentences):
                for row in taken:
                    row[name] = each.process_bind_param(row[name], connection.dialect)
        connection.execute(_from_json(table.name, names), {"rows": text_of(taken)})
        return
    statement, converted = _plain_insert(table.name, names, connection.dialect)
    plain = [[row[name] for name in names] for row in rows]
    for place, convert in converted:
        for values in plain:
            values[place] = convert(values[place])
    connection.exec_driver_sql(statement, [tuple(values) for values in plain])


@lru_cache(maxsize=200)
def _from_json(name: str, names: tuple[str, ...]) -> TextClause:
    """Return a statement of PostgreSQL that inserts the rows of a JSON array."""
    columns = ", ".join(f'"{each}"' for each in names)
    return text(
        f'INSERT INTO "{name}" ({columns}) SELECT {columns}'  # noqa: S608
        f' FROM json_populate_recordset(NULL::"{name}", CAST(:rows AS json))'
    )


@lru_cache(maxsize=200)
def _plain_insert(
    name: str, names: tuple[str, ...], dialect: Dialect
) -> tuple[str, list[tuple[int, Callable[[Any], Any]]]]:
    """Return a statement of SQLite, and what makes values of some columns plain."""
    table, quote = METADATA.tables[name], dialect.identifier_preparer.quote
    columns = ", ".join(map(quote, names))
    marks = ", ".join(["?"] * len(names))
    converted: list[tuple[int, Callable[[Any], Any]]] = []
    for place, each in enumerate(names):
        kind = table.c[each].type.dialect_impl(dialect)
        # What is true or false is kept as a number anyway.
        convert = None if isinstance(kind, Boolean) else kind.bind_processor(dialect)
        if convert is not None:
            converted.append((place, convert))
    return f"INSERT INTO {quote(name)} ({columns}) VALUES ({marks})", converted  # noqa: S608


@lru_cache(maxsize=1000)
def _insert_numbered(name: str) -> Insert:
    """Return a statement that inserts rows whose ids are allotted already."""
    return insert(METADATA.tables[name])


def next_ids(connection: Connection, table: Table, count: int) -> Sequence[int]:
    """Allot ids for rows that are inserted in bulk, ascending.

    On SQLite the transaction must have written already, so that nobody else inserts.
    """
    if connection.dialect.name == "sqlite":
        last = connection.execute(select(func.max(table.c.id))).scalar() or 0
        return range(last + 1, last + 1 + count)
    query = _next_ids(table.name)
    return connection.execute(query, {"count": count}).scalars().all()


@lru_cache(maxsize=1000)
def _next_ids(name: str) -> AnySelect:
    """Return a query that allots ids of a table of PostgreSQL."""
    sequence = func.pg_get_serial_sequence(name, "id")
    numbers = func.generate_series(1, bindparam("count", type_=Integer))
    return select(func.nextval(sequence)).select_from(numbers.table_valued("n"))


def change(
    work: UnitOfWork,
    model: type[SQLModel],
    row_id: int,
    values: Mapping[str, Any],
    *,
    action: str = "change",
) -> bool:
    """Update the fields of a row that differ, and audit them.

    Returns:
        Whether anything differed.

    Raises:
        NotFound: There is no such row.
    """
    old = get(work.connection, model, row_id, lock=True)
    return change_row(work, model, old, values, action=action)


def change_row(
    work: UnitOfWork,
    model: type[SQLModel],
    old: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    action: str = "change",
) -> bool:
    """Update the fields that differ of a row that this transaction has read and holds.

    Returns:
        Whether anything differed.
    """
    table, row_id = table_of(model), int(old["id"])
    new = {name: value for name, value in values.items() if old[name] != value}
    if not new:
        return False
    by_parameter = {_NEW + name: value for name, value in new.items()}
    query = _update_of(table.name, tuple(new))
    work.connection.execute(query, {_ROW: row_id, **by_parameter})
    work.audit(
        table.name,
        row_id,
        action,
        _audited_values({n: old[n] for n in new}),
        _audited_values(new),
    )
    return True


@lru_cache(maxsize=1000)
def _update_of(name: str, changed: tuple[str, ...]) -> Update:
    """Return a statement that changes some columns of a row of a table."""
    table = METADATA.tables[name]
    values = {
        each: bindparam(_NEW + each, type_=table.c[each].type) for each in changed
    }
    return update(table).where(table.c.id == bindparam(_ROW)).values(values)


def get(
    connection: Connection, model: type[SQLModel], row_id: int, *, lock: bool = False
) -> Row:
    """Return one row by id.

    Args:
        connection: Where to look.
        model: Which table.
        row_id: Its id.
        lock: Keep others from changing it until the transaction ends.

    Raises:
        NotFound: There is no such row.
    """
    name = table_of(model).name
    found = connection.execute(_query_by(name, ("id",), lock=lock), {"id": row_id})
    row = found.mappings().one_or_none()
    if row is None:
        raise NotFound(
            N_("There is no {value} {row_id}."),
            value=name.replace("_", " "),
            row_id=row_id,
        )
    return dict(row)


def find(
    connection: Connection,
    model: type[SQLModel],
    /,
    **by: Any,  # noqa: ANN401
) -> Row | None:
    """Return the row with these values; None if there is none.

    Raises:
        sqlalchemy.exc.MultipleResultsFound: The values do not name one row.
    """
    given = {name: value for name, value in by.items() if value is not None}
    empty = tuple(name for name in by if name not in given)
    query = _query_by(table_of(model).name, tuple(given), empty)
    row = connection.execute(query, given).mappings().one_or_none()
    return None if row is None else dict(row)


@lru_cache(maxsize=1000)
def _query_by(
    name: str,
    given: tuple[str, ...],
    empty: tuple[str, ...] = (),
    *,
    lock: bool = False,
) -> AnySelect:
    """Return a query by columns of a table; to make one takes as long as to run it.

    Args:
        name: The table.
        given: Columns that equal a parameter of their name.
        empty: Columns that are NULL.
        lock: Keep others from changing the rows.
    """
    table = METADATA.tables[name]
    query = select(table).where(
        *(table.c[each] == bindparam(each, type_=table.c[each].type) for each in given),
        *(table.c[each].is_(None) for each in empty),
    )
    return query.with_for_update() if lock else query


def distinct(connection: Connection, column: ColumnElement[Any]) -> list[Any]:
    """Return the values of a column that an index begins with, in order, without NULL.

    Jumps from one value to the next larger one, so it takes as many look-ups as there
    are values; GROUP BY would read every row.
    """
    known = select(func.min(column).label("value")).cte("known", recursive=True)
    larger = select(func.min(column)).where(column > known.c.value)
    values = known.union_all(
        select(larger.scalar_subquery().correlate(known)).where(
            known.c.value.is_not(None)
        )
    )
    query = select(values.c.value).where(values.c.value.is_not(None))
    return list(connection.execute(query).scalars())


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """Yield values, sorted, in lists short enough for one statement."""
    ordered = sorted(values)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


@contextmanager
def explained(reasons: Mapping[str, InventoryError]) -> Iterator[None]:
    """Say what a violated constraint means, which only the service knows.

    Args:
        reasons: Part of the driver's message -> the error to raise. SQLite names the
            columns (`asset.tag`), PostgreSQL the constraint (`uq_asset_tag`).
    """
    try:
        yield
    except IntegrityError as error:
        text = str(error.orig)
        for mark, reason in reasons.items():
            if mark in text:
                raise reason from error
        raise


def _defaults(model: type[SQLModel]) -> Row:
    plain, made = _kinds_of_defaults(model)
    return plain | {name: make() for name, make in made.items()}


@lru_cache(maxsize=1000)
def _kinds_of_defaults(
    model: type[SQLModel],
) -> tuple[Row, dict[str, Callable[[], Any]]]:
    """Return defaults that are values, and those that are made anew for each row."""
    columns = table_of(model).columns
    plain: Row = {}
    made: dict[str, Callable[[], Any]] = {}
    for name, field in model.model_fields.items():
        if field.is_required() or name == "id" or name not in columns:
            continue
        if field.default_factory is None:
            plain[name] = field.default
        elif field.default_factory_takes_validated_data:
            made[name] = partial(
                field.get_default, call_default_factory=True, validated_data={}
            )
        else:
            # `get_default` looks up the signature of the factory at each call, which
            # takes as long as to insert the row.
            made[name] = cast("Callable[[], Any]", field.default_factory)
    return plain, made


def _audited_values(row: Mapping[str, Any]) -> Row:
    return {
        name: value
        for name, value in row.items()
        if value is not None and name not in _UNAUDITED
    }
