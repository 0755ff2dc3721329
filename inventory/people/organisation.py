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
from inventory.kernel.texts import N_
from inventory.people import tables
from inventory.people.rules import LOCATION_KINDS
from inventory.storage.rows import add, change, explained, find, get, table_of
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
    missing = NotFound(
        N_("What the {unit} {code!r} refers to is not there."),
        unit=unit,
        code=code,
    )
    known = find(work.connection, model, code=code)
    with explained({"FOREIGN KEY": missing, "foreign key": missing}):
        if known is None:
            if not fields.get("name"):
                raise Invalid(
                    N_("The new {unit} {code!r} has no name."),
                    where="name",
                    unit=unit,
                    code=code,
                )
            return add(work, model, {"code": code, **fields})
        _check_tree(work.connection, model, known["id"], fields.get("parent_id"))
        change(work, model, known["id"], fields)
        return int(known["id"])


def add_unit(work: UnitOfWork, unit: str, code: str, **fields: Any) -> int:  # noqa: ANN401
    """Add a unit of the organisation; return its id.

    Args:
        work: The unit of work.
        unit: One of `UNITS`.
        code: Its code, with leading zeros.
        fields: Columns of its table.

    Raises:
        Invalid: It has no name, or a value is not accepted.
        NotFound: What it refers to is not there.
        Conflict: The code is taken.
    """
    if find(work.connection, UNITS[unit], code=code.strip()) is not None:
        raise _code_taken(unit, code.strip())
    return ensure(work, unit, code.strip(), **fields)


def change_unit(work: UnitOfWork, unit: str, unit_id: int, **fields: Any) -> bool:  # noqa: ANN401
    """Change columns of a unit, its code among them; return whether anything differed.

    Args:
        work: The unit of work.
        unit: One of `UNITS`.
        unit_id: Which one.
        fields: Columns of its table; None empties a column that may be empty.

    Raises:
        Invalid: A name or a code is missing, or a value is not accepted.
        NotFound: There is no such unit, or what it refers to is not there.
        Conflict: The code is taken, or it would be a part of itself.
    """
    model = UNITS[unit]
    old = get(work.connection, model, unit_id, lock=True)
    code = old["code"] if "code" not in fields else (fields["code"] or "").strip()
    values = fields | ({"code": code} if "code" in fields else {})
    _check(unit, code, values)
    if "name" in values and not values["name"]:
        raise Invalid(N_("It must not be empty."), where="name")
    _check_tree(work.connection, model, unit_id, values.get("parent_id"))
    missing = NotFound(
        N_("What the {unit} {code!r} refers to is not there."),
        unit=unit,
        code=code,
    )
    taken = _code_taken(unit, code)
    reasons = {"FOREIGN KEY": missing, "foreign key": missing}
    with explained({**reasons, f"{unit}.code": taken, f"uq_{unit}_code": taken}):
        return change(work, model, unit_id, values)


def _code_taken(unit: str, code: str) -> Conflict:
    noun = unit.replace("_", " ")
    return Conflict(
        N_("There is a {noun} {code} already."), where="code", noun=noun, code=code
    )


def unit_named(connection: Connection, unit: str, code: str) -> int:
    """Return the id of a unit by its code.

    Raises:
        NotFound: There is none.
    """
    row = find(connection, UNITS[unit], code=code.strip())
    if row is None:
        name = unit.replace("_", " ")
        raise NotFound(
            N_("There is no {name} {code!r}."),
            where=unit,
            name=name,
            code=code.strip(),
        )
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
        raise Invalid(
            N_("{code!r} is not a code."),
            where="code",
            code=code,
        )
    kind = fields.get("kind")
    if unit == "location" and kind is not None and kind not in LOCATION_KINDS:
        raise Invalid(
            N_("There is no kind of location {kind!r}."),
            where="kind",
            remedy=N_("Use one of {names}."),
            kind=kind,
            names=", ".join(LOCATION_KINDS),
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
            N_("It would be a part of itself."),
            where="parent",
            remedy=N_("Choose a parent that is not below it."),
        )
