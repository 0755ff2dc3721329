"""Categories with inheritance, their fields, and series of tags. Imports `storage`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from inventory.assets.register.custom_fields import FieldRule, check_rule
from inventory.assets.register.detail_tables import CustomField, TagRule
from inventory.assets.register.registration import check_kind, check_tag
from inventory.assets.register.tables import Category
from inventory.kernel.errors import Conflict, Invalid, NotFound
from inventory.kernel.texts import N_
from inventory.storage.rows import Row, add, change, col, find, id_of, table_of
from inventory.storage.work import UnitOfWork

_CATEGORY = table_of(Category)
_FIELD = table_of(CustomField)
_RULE = table_of(TagRule)
_INHERITED = ("kind", "asset_class", "warranty_months")


def ensure_category(work: UnitOfWork, code: str, **columns: str | int | None) -> int:
    """Add a category, or correct the one with that code; return its id.

    Args:
        work: The unit of work.
        code: Its code.
        columns: name, parent_id, kind, asset_class, warranty_months; None stays.

    Raises:
        Invalid: No code, a new one without a name, or an unknown kind.
        Conflict: It would be a part of itself.
    """
    values = {name: value for name, value in columns.items() if value is not None}
    if not code.strip():
        raise Invalid(N_("The category has no code."), where="code")
    if "kind" in values:
        check_kind(str(values["kind"]))
    known = find(work.connection, Category, code=code.strip())
    if known is None:
        if not values.get("name"):
            raise Invalid(
                N_("The new category {code!r} has no name."), where="name", code=code
            )
        return add(work, Category, {"code": code.strip(), **values})
    parent = values.get("parent_id")
    if parent is not None and known["id"] in lineage(work.connection, int(parent)):
        raise Conflict(N_("It would be a part of itself."), where="parent")
    change(work, Category, known["id"], values)
    return int(known["id"])


def update_category(
    work: UnitOfWork, category_id: int, values: Mapping[str, Any]
) -> bool:
    """Correct a category; return whether anything changed.

    Args:
        work: The unit of work.
        category_id: Which one.
        values: Columns; None clears one, and it is inherited again.

    Raises:
        NotFound: There is no such category.
        Invalid: The kind is unknown, or the name is empty.
        Conflict: It would be a part of itself.
    """
    if values.get("kind"):
        check_kind(str(values["kind"]))
    if "name" in values and not values["name"]:
        raise Invalid(N_("A category keeps a name."), where="name")
    parent = values.get("parent_id")
    if parent is not None and category_id in lineage(work.connection, int(parent)):
        raise Conflict(N_("It would be a part of itself."), where="parent")
    return change(work, Category, category_id, values)


def category_named(connection: Connection, code: str) -> int:
    """Return the id of a category by its code.

    Raises:
        NotFound: There is none.
    """
    row = find(connection, Category, code=code.strip())
    if row is None:
        raise NotFound(
            N_("There is no category {code!r}."), where="category", code=code.strip()
        )
    return int(row["id"])


def lineage(connection: Connection, category_id: int | None) -> list[int]:
    """Return a category and those above it, the nearest first."""
    parents: Mapping[int, int | None] = {
        row.id: row.parent_id
        for row in connection.execute(select(id_of(Category), col(Category.parent_id)))
    }
    chain: list[int] = []
    while category_id is not None and category_id not in chain:
        chain.append(category_id)
        category_id = parents.get(category_id)
    return chain


def inherited(connection: Connection, category_id: int | None) -> Row:
    """Return kind, class and warranty of a category, or of the nearest that says it."""
    found: Row = dict.fromkeys(_INHERITED)
    for number in lineage(connection, category_id):
        row = find(connection, Category, id=number)
        for name in _INHERITED:
            if row is not None and found[name] is None:
                found[name] = row[name]
    return found


def list_categories(connection: Connection) -> list[Row]:
    """Return all categories by code, each with what it inherits."""
    parent = _CATEGORY.alias("parent")
    query = (
        select(_CATEGORY, parent.c.code.label("parent"))
        .outerjoin(parent, parent.c.id == col(Category.parent_id))
        .order_by(col(Category.code))
    )
    return [
        dict(row) | {"inherited": inherited(connection, row["id"])}
        for row in connection.execute(query).mappings()
    ]


def ensure_field(work: UnitOfWork, key: str, **columns: Any) -> int:  # noqa: ANN401
    """Add a field of assets, or correct the one with that key; return its id.

    Args:
        work: The unit of work.
        key: Its name in the fields of an asset.
        columns: label, type, kind, category_id, required, rules; see `field_rules`.

    Raises:
        Invalid: The key is empty, or type and rules make no sense.
    """
    key = " ".join(key.split())
    if not key:
        raise Invalid(N_("The field has no key."), where="key")
    if columns.get("kind"):
        check_kind(columns["kind"])
    check_rule(str(columns.get("type", "")), columns.get("rules") or {})
    values = {"label": key} | {n: v for n, v in columns.items() if v is not None}
    known = find(work.connection, CustomField, key=key)
    if known is None:
        return add(work, CustomField, {"key": key, **values})
    change(work, CustomField, known["id"], values | {"ended_at": None})
    return int(known["id"])


def update_field(work: UnitOfWork, field_id: int, values: Mapping[str, Any]) -> bool:
    """Correct a field of assets; return whether anything changed.

    Args:
        work: The unit of work.
        field_id: Which one.
        values: label, type, kind, category_id, required and rules, all of them.

    Raises:
        NotFound: There is no such field.
        Invalid: Type and rules make no sense, or the kind is unknown.
    """
    if values.get("kind"):
        check_kind(str(values["kind"]))
    check_rule(str(values["type"] or ""), values["rules"])
    if not values["label"]:
        raise Invalid(N_("A field keeps a label."), where="label")
    required = bool(values["required"])
    return change(work, CustomField, field_id, {**values, "required": required})


def end_field(work: UnitOfWork, key: str) -> bool:
    """Check a field no more; its values stay. Return whether it was in use."""
    known = find(work.connection, CustomField, key=key)
    if known is None or known["ended_at"] is not None:
        return False
    return change(
        work, CustomField, known["id"], {"ended_at": work.clock()}, action="end"
    )


def field_rules(connection: Connection) -> list[FieldRule]:
    """Return the fields in use, each with all categories it applies to."""
    rows = connection.execute(
        select(_FIELD)
        .where(col(CustomField.ended_at).is_(None))
        .order_by(col(CustomField.key))
    ).mappings()
    ids = list(connection.execute(select(id_of(Category))).scalars())
    above = {number: lineage(connection, number) for number in ids}
    return [
        FieldRule(
            key=row["key"],
            label=row["label"],
            type=row["type"],
            kind=row["kind"],
            categories=None
            if row["category_id"] is None
            else frozenset(n for n in ids if row["category_id"] in above[n]),
            required=row["required"],
            rules=row["rules"],
        )
        for row in rows
    ]


def set_series(
    work: UnitOfWork,
    prefix: str,
    *,
    category_id: int | None = None,
    legal_entity_id: int | None = None,
    width: int = 5,
) -> None:
    """Say which series numbers assets of a category in a legal entity.

    Raises:
        Invalid: The prefix cannot be part of a tag, or the width is none.
    """
    check_tag(prefix)
    if not prefix or not 1 <= width <= 12:
        raise Invalid(N_("A series has a prefix and 1 to 12 digits."), where="prefix")
    scope = f"{category_id or '-'}|{legal_entity_id or '-'}"
    values = {"prefix": prefix, "width": width}
    known = find(work.connection, TagRule, scope=scope)
    if known is not None:
        change(work, TagRule, known["id"], values)
        return
    of = {"category_id": category_id, "legal_entity_id": legal_entity_id}
    add(work, TagRule, {"scope": scope, **of, **values})


def series_for(
    connection: Connection, category_id: int | None, legal_entity_id: int | None
) -> tuple[str, int] | None:
    """Return prefix and width of the series for a new asset; None if none is set.

    The nearest category counts first, and for it the legal entity before any.
    """
    rules = {
        row.scope: (row.prefix, row.width)
        for row in connection.execute(
            select(col(TagRule.scope), col(TagRule.prefix), col(TagRule.width))
        )
    }
    for category in (*lineage(connection, category_id), "-"):
        for entity in (legal_entity_id or "-", "-"):
            if f"{category}|{entity}" in rules:
                return rules[f"{category}|{entity}"]
    return None


def list_series(connection: Connection) -> list[Row]:
    """Return which series numbers what."""
    query = (
        select(_RULE, col(Category.code).label("category"))
        .outerjoin(_CATEGORY, id_of(Category) == col(TagRule.category_id))
        .order_by(col(TagRule.scope))
    )
    return [dict(row) for row in connection.execute(query).mappings()]
