"""SQL, inputs and refusals that several resources of the register share."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import ColumnElement, Connection, Select, Table, func
from sqlmodel import SQLModel

from api.http.callers import Role
from inventory.kernel.errors import Conflict, Invalid
from inventory.kernel.money import Money, MoneyError, parse_money
from inventory.kernel.texts import N_
from inventory.people.tables import Person
from inventory.storage.rows import col, find, table_of

WRITERS = frozenset({Role.IT})
BUYERS = frozenset({Role.IT, Role.ACCOUNTING})
SEE_PRICES = frozenset(Role) - {Role.HR, Role.EMPLOYEE}
"""Who sees what things cost: who buys and books them, and who has the budget."""
PEOPLE = frozenset({Role.IT, Role.HR, Role.AUDITOR})
PERSON_NAME = func.nullif(
    func.trim(col(Person.given_name) + " " + col(Person.family_name)), ""
)
"""Name of the person of a joined row; NULL where there is none."""

Short = Annotated[str | None, Field(max_length=200)]
Note = Annotated[str, Field(max_length=10_000)]


def columns_of_table(
    model: type[SQLModel], names: str
) -> dict[str, ColumnElement[Any]]:
    """Return columns of a table by their names, which stand in one text."""
    table: Table = table_of(model)
    return {name: table.c[name] for name in names.split()}


def counted(query: Select[Any]) -> ColumnElement[int]:
    """Return how many rows a correlated query has, as a column."""
    return query.with_only_columns(func.count()).scalar_subquery()


def refuse_known(
    connection: Connection, model: type[SQLModel], field: str, value: str
) -> None:
    """Refuse to add what is there already under its natural key.

    Raises:
        Conflict: It is there.
    """
    if find(connection, model, **{field: value.strip()}) is not None:
        raise Conflict(
            N_("{value} exists already."),
            where=field,
            remedy=N_("Change the one that is there, or use another name."),
            value=value.strip(),
        )


def money_of(cost: str | None, currency: str | None) -> Money | None:
    """Return an amount as it was typed; None for none.

    Raises:
        Invalid: It is not an amount of that currency.
    """
    try:
        return parse_money(cost, (currency or "").upper()) if cost else None
    except MoneyError as error:
        raise Invalid(f"{error}.", where="cost") from error
