"""Rows of any table, made from what the schema says of its columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    UniqueConstraint,
)
from sqlmodel import SQLModel

from inventory.storage.paging import plain_type
from inventory.storage.rows import table_of
from inventory.storage.types import Json

Make = Callable[[int], Any]
"""Number of a row, from 1 on -> value of a column."""

FIRST = date(2020, 1, 1)
DAYS = 2200
ENDS = frozenset(
    "valid_to ended_at ended_on ended_recorded_at removed_at closed_at closed_on"
    " merged_at merged_into revoked_at disabled_at deleted_at resolved_at"
    " acknowledged_at acknowledged_by resolution resolved_by outcome close_reason"
    " decided_at decided_by reverses_id lag_if_index lower_if_index"
    " previous_upper_ppm".split()
)
"""Columns of what has not ended."""


def rows_of(
    model: type[SQLModel],
    count: int,
    sizes: Mapping[str, int],
    moment: datetime,
    given: Mapping[str, Any],
) -> Iterator[dict[str, Any]]:
    """Yield rows of a table.

    Args:
        model: The table.
        count: How many.
        sizes: How many rows the tables have that are referred to.
        moment: Now; moments of the rows lie before it.
        given: Column -> value, or function of the number of the row.
    """
    makers = {
        column.name: _maker(model, column, sizes, moment, given)
        for column in table_of(model).columns
    }
    names = tuple(makers)
    made = tuple(makers.values())
    for n in range(1, count + 1):
        yield dict(zip(names, [make(n) for make in made], strict=True))


def _maker(
    model: type[SQLModel],
    column: Column[Any],
    sizes: Mapping[str, int],
    moment: datetime,
    given: Mapping[str, Any],
) -> Make:
    name = column.name
    if name in given:
        return _given(column, given[name], sizes)
    if name in ENDS and column.nullable:
        return lambda _n: None
    if column.foreign_keys and not column.primary_key:
        (key, *_) = column.foreign_keys
        return _reference(key.target_fullname.split(".")[0], column, sizes)
    if column.primary_key and isinstance(column.type, Integer):
        return lambda n: n
    if isinstance(column.type, Json):
        return _json(model, name)
    return _plain(column, moment)


def _given(column: Column[Any], value: Any, sizes: Mapping[str, int]) -> Make:  # noqa: ANN401
    if not callable(value):
        return lambda _n: value
    make: Make = value
    for key in column.foreign_keys:
        size = sizes.get(key.target_fullname.split(".")[0], 0)
        if size and isinstance(column.type, Integer):
            # In a smaller register, some that are referred to are not there.
            return lambda n: None if (v := make(n)) is None else 1 + (v - 1) % size
    return make


def _reference(target: str, column: Column[Any], sizes: Mapping[str, int]) -> Make:
    size = sizes.get(target, 0)
    if not size or target == column.table.name:
        if not column.nullable:
            raise ValueError(f"{column} refers to {target}, which has no rows")
        return lambda _n: None
    # Scattered, so that what lies side by side does not refer to the same.
    return lambda n: 1 + n * 7919 % size


def _json(model: type[SQLModel], name: str) -> Make:
    field = model.model_fields[name]
    if not field.is_required():
        default = field.get_default(call_default_factory=True)
        return lambda _n: default
    kind = str(field.annotation)
    empty: Any = [] if kind.startswith(("list", "<class 'list")) else {}
    return lambda _n: empty


def _plain(column: Column[Any], moment: datetime) -> Make:
    kind = plain_type(column)
    if isinstance(kind, DateTime):
        return lambda n: moment - timedelta(minutes=n * 37 % 1_500_000)
    if isinstance(kind, Date):
        return lambda n: FIRST + timedelta(days=n * 13 % DAYS)
    if isinstance(kind, Boolean):
        return lambda n: n % 2 == 0
    if isinstance(kind, Integer):
        return lambda n: 1 + n % 997
    if isinstance(kind, Float):
        return lambda _n: 0.5
    if isinstance(kind, LargeBinary):
        return lambda _n: b""
    name, unique = column.name, _unique(column)
    if unique:
        return lambda n: f"{name}-{n}"
    return lambda n: f"{name}-{n * 31 % 200}"


def _unique(column: Column[Any]) -> bool:
    return (
        bool(column.unique)
        or column.primary_key
        or any(
            column.name in constraint.columns
            for constraint in column.table.constraints
            if isinstance(constraint, UniqueConstraint)
        )
        or any(
            index.unique and column.name in index.columns
            for index in column.table.indexes
        )
    )
