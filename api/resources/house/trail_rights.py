"""Which changes of the audit trail somebody reads: those of what he may list.

The right to a table is that of the resources which are made of it; parts without a
resource of their own are read by who reads what they belong to. Fields that a role does
not see in a list are left out of changes, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Table

from api.http.callers import Role
from api.resources.registry import all_resources
from api.resources.resource import Resource, restricted, without
from inventory.storage.all_tables import load_tables

READ_ALL = frozenset({Role.AUDITOR})
"""Whose work is the trail itself."""
_KEYS = frozenset({"vault_key", "vault_secret", "idempotency_key"})
"""Tables that belong to nothing, and are not for everybody."""


@cache
def hidden_tables(roles: frozenset[Role]) -> frozenset[str]:
    """Return the tables whose changes somebody with these roles does not read."""
    if not roles.isdisjoint(READ_ALL):
        return frozenset()
    owned = _owned()
    seen: dict[str, bool] = {}
    for table in load_tables().sorted_tables:
        if table.name in owned:
            seen[table.name] = any(
                not one.roles.isdisjoint(roles) for one in owned[table.name]
            )
        else:
            seen[table.name] = _part_is_seen(table, seen)
    return frozenset(name for name, shown in seen.items() if not shown)


def told_of(roles: frozenset[Role], table: str, values: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Return the values of a change without those the roles do not see."""
    hidden = hidden_fields(roles, table)
    return without(values, hidden) if hidden else values


@cache
def hidden_fields(roles: frozenset[Role], table: str) -> frozenset[str]:
    """Return the fields of a table that no resource shows to somebody."""
    hidden: set[str] = set()
    open_to: set[str] = set()
    for one in _owned().get(table, ()):
        rights = _restricted(one)
        not_seen = {name for name, who in rights.items() if who.isdisjoint(roles)}
        hidden |= not_seen
        if not one.roles.isdisjoint(roles):
            open_to |= one.rows.model_fields.keys() - not_seen
    return frozenset(hidden - open_to)


def _restricted(one: Resource[Any]) -> dict[str, frozenset[Role]]:
    return {**restricted(one.rows), **restricted(one.detail)}


def _part_is_seen(table: Table, seen: Mapping[str, bool]) -> bool:
    """Whether somebody reads of a table that has no resource."""
    wholes = {key.column.table.name for key in table.foreign_keys} - {table.name}
    if not wholes:
        return table.name not in _KEYS
    return all(seen.get(name, False) for name in wholes)


@cache
def _owned() -> Mapping[str, Iterable[Resource[Any]]]:
    found: dict[str, list[Resource[Any]]] = {}
    for one in all_resources():
        tables = (
            getattr(one.reference, "table", None),
            getattr(one.source, "table", None),
        )
        for name in {t.name for t in tables if isinstance(t, Table)}:
            found.setdefault(name, []).append(one)
    return found
