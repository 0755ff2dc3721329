"""Shadows every table by a view of the rows in scope, for one connection.

A temporary view of the name of a table comes before it in both databases. Imports
`rules` and the metadata of all tables.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache

from sqlalchemy import Connection, ForeignKey, MetaData, Table

from inventory.scoping.rules import CYCLES, PLACED, ROOTS, SHARED, WHOLE_ENTITY
from inventory.scoping.scope import Scope
from inventory.storage.all_tables import load_tables

_NOTHING = "1 = 0"
_ASIDE = "set_aside_"
_BASE = re.compile(r"\{base\}(\w+)")


@dataclass(slots=True)
class _Plan:
    """The conditions of a scope while they are put together, in order of need."""

    scope: Scope
    metadata: MetaData
    conditions: dict[str, str] = field(default_factory=dict)
    visiting: set[str] = field(default_factory=set)

    @property
    def left(self) -> frozenset[tuple[str, str]]:
        """Foreign keys that are not followed."""
        of_people = self.scope.own is not None or self.scope.leads is not None
        return CYCLES | PLACED if of_people else CYCLES


@lru_cache(maxsize=256)
def conditions_of(scope: Scope) -> dict[str, str]:
    """Return table -> condition, each after those it uses; others are left whole.

    Raises:
        RuntimeError: A table refers in a circle that `CYCLES` does not name.
    """
    plan = _Plan(scope, load_tables())
    for name, rule in ROOTS.items():
        if found := list(rule(scope)):
            plan.conditions[name] = " AND ".join(found)
    for table in plan.metadata.sorted_tables:
        if table.name != "audit_entry":
            _add(plan, table)
    plan.conditions["audit_entry"] = _audited(plan)
    return plan.conditions


@contextmanager
def looking_through(connection: Connection, scope: Scope) -> Iterator[None]:
    """Let a connection see a scope only, for a while within its transaction."""
    names = list(conditions_of(scope))
    aside = _temporary_tables(connection)
    for name in aside:
        connection.exec_driver_sql(
            f"ALTER TABLE pg_temp.{name} RENAME TO {_ASIDE}{name}"
        )
    for statement in statements(connection, scope, aside):
        connection.exec_driver_sql(statement)
    _forget_plans(connection)
    try:
        yield
    finally:
        for name in reversed(names):
            connection.exec_driver_sql(f"DROP VIEW {_temporary(connection)}.{name}")
        for name in aside:
            back = f"ALTER TABLE pg_temp.{_ASIDE}{name} RENAME TO {name}"
            connection.exec_driver_sql(back)
        _forget_plans(connection)


def statements(
    connection: Connection, scope: Scope, aside: Collection[str] = ()
) -> Iterator[str]:
    """Yield the statements that make the views on a connection.

    Args:
        connection: Where they will be.
        scope: What they let through.
        aside: Tables whose rows are in a temporary table, set aside under `_ASIDE`.
    """
    if connection.dialect.name == "sqlite":
        base = "main."
    else:
        schema = connection.exec_driver_sql("SELECT current_schema()").scalar_one()
        quote = connection.dialect.identifier_preparer.quote
        base = f"{quote(str(schema))}."
    literal = "%%" if connection.dialect.name == "postgresql" else "%"

    def table(found: re.Match[str]) -> str:
        name = found[1]
        return f"pg_temp.{_ASIDE}{name}" if name in aside else f"{base}{name}"

    for name, condition in conditions_of(scope).items():
        # Braces stand for the schema only; codes in texts may have some, too.
        view = f"SELECT * FROM {{base}}{name} AS {name} WHERE {condition}"
        query = _BASE.sub(table, view).replace("%", literal)
        yield f"CREATE TEMPORARY VIEW {name} AS {query}"


def _add(plan: _Plan, table: Table) -> None:
    """Cut a table down to what it refers to."""
    name = table.name
    if name in plan.conditions or name in ROOTS or name in SHARED:
        return
    if name in plan.visiting:
        raise RuntimeError(f"{name} refers to itself in a circle")
    plan.visiting.add(name)
    must: list[ForeignKey] = []
    may: list[ForeignKey] = []
    for key in sorted(table.foreign_keys, key=lambda one: one.parent.name):
        target = key.column.table
        if target is table or (name, target.name) in plan.left:
            continue
        _add(plan, target)
        if target.name in plan.conditions:
            (may if key.parent.nullable else must).append(key)
    plan.visiting.remove(name)
    found = [
        f"{key.parent.name} IN (SELECT {key.column.name} FROM {key.column.table.name})"
        for key in must
    ]
    found += [
        f"({key.parent.name} IS NULL OR {key.parent.name} IN"
        f" (SELECT {key.column.name} FROM {key.column.table.name}))"
        for key in may
    ]
    if may and not must:
        some = " OR ".join(f"{key.parent.name} IS NOT NULL" for key in may)
        found.append(f"({some})")
    found += _by_site(plan, table, follows=bool(found))
    if name in WHOLE_ENTITY and not plan.scope.only_legal_entities:
        found.append(_NOTHING)
    plan.conditions[name] = " AND ".join(found) or _NOTHING


def _by_site(plan: _Plan, table: Table, *, follows: bool) -> list[str]:
    """Return the condition on a column `site` of a table that refers to nothing."""
    if "site" not in table.columns or not plan.scope.sites:
        return []
    if not follows and not plan.scope.only_sites:
        return []
    texts = ", ".join("'" + one.replace("'", "''") + "'" for one in plan.scope.sites)
    return [f"site IN ({texts})"]


def _audited(plan: _Plan) -> str:
    """Return which rows of the audit trail are seen: those of things in scope."""
    seen = [
        f"(entity = '{name}' AND entity_id IN (SELECT CAST(id AS TEXT) FROM {name}))"
        for name, condition in plan.conditions.items()
        if condition != _NOTHING and "id" in plan.metadata.tables[name].columns
    ]
    return "(" + " OR ".join(seen or [_NOTHING]) + ")"


def _temporary(connection: Connection) -> str:
    return "temp" if connection.dialect.name == "sqlite" else "pg_temp"


def _temporary_tables(connection: Connection) -> list[str]:
    """Return the tables of which a transaction that only tries has copies."""
    if connection.dialect.name != "postgresql":
        return []
    found = connection.exec_driver_sql(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace"
        " = pg_my_temp_schema() ORDER BY relname"
    )
    return list(found.scalars())


def _forget_plans(connection: Connection) -> None:
    """Let PostgreSQL plan anew what it has prepared: names mean something else now."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DISCARD PLANS")
