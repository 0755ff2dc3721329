"""Legal entities, cost centres, departments, locations, teams. Imports `storage`.

Each has a unique code. Saying the same again changes nothing; saying something else
corrects it; what is not said stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import SQLModel

from inventory.kernel.errors import Conflict, Invalid, NotFound
from inventory.people import tables
from inventory.people.rules import LOCATION_KINDS
from inventory.storage.rows import add, change, explained, find, table_of
from inventory.storage.work import UnitOfWork

UNITS: Mapping[str, type[SQLModel]] = {
    "legal_entity": tables.LegalEntity,
    "cost_centre": tables.CostCentre,
    "department": tables.Department,
    "location": tables.Location,
    "team": tables.Team,
}
"""Units by name; `ensure` takes the name."""


def ensure(work: UnitOfWork, unit: str, code: str, **fields: Any) -> int:  # noqa: ANN401
    """Add a unit of the organisation, or correct the one with that code; return its id.

    Args:
        work: The unit of work.
        unit: One of `UNITS`.
        code: Its code, with leading zeros.
        fields: Columns of its table; those that are None are left as they are.

    Raises:
        Invalid: No name for a new one, an unknown kind of location, an empty code.
        NotFound: What it refers to is not there.
        Conflict: It would be a part of itself.
    """
    model = UNITS[unit]
    fields = {name: value for name, value in fields.items() if value is not None}
    _check(unit, code, fields)
    missing = NotFound(f"What the {unit} {code!r} refers to is not there.")
    known = find(work.connection, model, code=code)
    with explained({"FOREIGN KEY": missing, "foreign key": missing}):
        if known is None:
            if not fields.get("name"):
                raise Invalid(f"The new {unit} {code!r} has no name.", where="name")
            return add(work, model, {"code": code, **fields})
        _check_tree(work.connection, model, known["id"], fields.get("parent_id"))
        change(work, model, known["id"], fields)
        return int(known["id"])


def unit_named(connection: Connection, unit: str, code: str) -> int:
    """Return the id of a unit by its code.

    Raises:
        NotFound: There is none.
    """
    row = find(connection, UNITS[unit], code=code.strip())
    if row is None:
        name = unit.replace("_", " ")
        raise NotFound(f"There is no {name} {code.strip()!r}.", where=unit)
    return int(row["id"])


def below(connection: Connection, unit: str, unit_id: int) -> list[int]:
    """Return the ids of a unit and of all its parts, at any depth."""
    table = table_of(UNITS[unit])
    tree = select(table.c.id).where(table.c.id == unit_id).cte("tree", recursive=True)
    # UNION, not UNION ALL: ends even if a tree were no tree.
    tree = tree.union(select(table.c.id).join(tree, table.c.parent_id == tree.c.id))
    return list(connection.execute(select(tree.c.id)).scalars())


def _check(unit: str, code: str, fields: Mapping[str, Any]) -> None:
    if not code.strip() or code != code.strip():
        raise Invalid(f"{code!r} is no code.", where="code")
    kind = fields.get("kind")
    if unit == "location" and kind is not None and kind not in LOCATION_KINDS:
        raise Invalid(
            f"There is no kind of location {kind!r}.",
            where="kind",
            remedy=f"Use one of {', '.join(LOCATION_KINDS)}.",
        )


def _check_tree(
    connection: Connection,
    model: type[SQLModel],
    unit_id: int,
    parent_id: int | None,
) -> None:
    if parent_id is None:
        return
    unit = next(name for name, known in UNITS.items() if known is model)
    if parent_id in below(connection, unit, unit_id):
        raise Conflict(
            "It would be a part of itself.",
            where="parent",
            remedy="Choose a parent that is not below it.",
        )
