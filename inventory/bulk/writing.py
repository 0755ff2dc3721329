"""Writes what was planned, many rows a statement. Imports `assets` and `people`.

A new asset gets the rows that registering and handing it out one by one would give it:
states, custody, identifiers, an audit row each, and the same events.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, insert, update

from inventory.assets.custody.rules import HolderKind
from inventory.assets.custody.service import COLUMNS, give
from inventory.assets.identifiers.tables import AssetIdentifier
from inventory.assets.register import tables
from inventory.assets.register.manufacturers import ensure_manufacturer
from inventory.assets.register.tags import TAG_PREFIX, next_tags
from inventory.bulk.row_effects import Plan, Wanted, resolved
from inventory.kernel.errors import Conflict
from inventory.kernel.events import AssetRegistered, CustodyChanged
from inventory.people.organisation import ensure
from inventory.people.persons import NewPerson, add_person
from inventory.storage.rows import add_many, explained, id_of, table_of
from inventory.storage.work import UnitOfWork

_ASSET = table_of(tables.Asset)
_STATE = table_of(tables.AssetState)
BATCH = 2000
"""Rows in one statement."""

_MEANWHILE = Conflict(
    "The register changed while the table was read.",
    where="table",
    remedy="Import it again; what is there already changes nothing.",
)
_TAKEN = {
    mark: _MEANWHILE
    for mark in (
        "asset.tag",
        "uq_asset_tag",
        "asset.manufacturer_id, asset.serial_key",
        "uq_asset_serial",
        "asset_identifier.kind",
        "uq_asset_identifier_living",
    )
}


def write_plans(
    work: UnitOfWork, plans: Sequence[Plan], *, prefix: str = TAG_PREFIX
) -> None:
    """Write rows that have no problem.

    Args:
        work: The unit of work.
        plans: What to do.
        prefix: Series of tags for new assets that bring none.

    Raises:
        Conflict: Somebody else wrote the same meanwhile; nothing may be committed.
    """
    made = _make(work, plans)
    new = [plan for plan in plans if plan.is_new]
    with explained(_TAKEN):
        _tag(work, new, prefix)
        for start in range(0, len(new), BATCH):
            _add(work, new[start : start + BATCH], made)
        known = [plan for plan in plans if not plan.is_new and plan.changes]
        _change(work, [plan for plan in known if plan.columns], made)
        add_many(work, AssetIdentifier, list(_identifiers(known)))
    for plan in known:
        if plan.holder is not None and plan.held_from is not None:
            give(
                work,
                int(plan.asset_id or 0),
                plan.holder_of(made),
                plan.held_from,
                expected_return=plan.expected_return,
                note="imported",
            )


def _make(work: UnitOfWork, plans: Iterable[Plan]) -> dict[Wanted, int]:
    """Add makers, companies, places and persons that rows need."""
    made: dict[Wanted, int] = {}
    for plan in plans:
        for value in (*plan.columns.values(), plan.holder):
            if isinstance(value, Wanted) and value not in made:
                made[value] = _make_one(work, value)
    return made


def _make_one(work: UnitOfWork, wanted: Wanted) -> int:
    details = dict(wanted.details)
    if wanted.section == "manufacturers":
        return ensure_manufacturer(work, wanted.name)
    if wanted.section == "persons":
        return add_person(work, NewPerson(key=wanted.name, **details))
    unit = {"legal_entities": "legal_entity", "locations": "location"}[wanted.section]
    return ensure(work, unit, wanted.name, name=wanted.name, **details)


def _tag(work: UnitOfWork, new: Sequence[Plan], prefix: str) -> None:
    bare = [plan for plan in new if not plan.tag]
    if not bare:
        return
    taken = {plan.tag for plan in new}
    for plan, tag in zip(
        bare, next_tags(work, len(bare), prefix, taken=taken), strict=True
    ):
        plan.tag = tag
        plan.columns["search"] = f"{tag.casefold()} {plan.columns['search']}".strip()


def _add(work: UnitOfWork, plans: Sequence[Plan], made: dict[Wanted, int]) -> None:
    rows = [
        {**_columns(plan, made), "tag": plan.tag, "state": plan.state} for plan in plans
    ]
    for plan, asset_id in zip(plans, add_many(work, tables.Asset, rows), strict=True):
        plan.asset_id = asset_id
        work.emit(AssetRegistered(asset_id=asset_id, tag=plan.tag))
    work.connection.execute(insert(_STATE), list(_states(work, plans)))
    add_many(work, AssetIdentifier, list(_identifiers(plans)))
    held = [plan for plan in plans if plan.holder is not None]
    add_many(work, tables.Custody, [_custody(plan, made) for plan in held])
    for plan in held:
        holder = plan.holder_of(made)
        if plan.asset_id is not None and plan.held_from is not None:
            work.emit(
                CustodyChanged(
                    asset_id=plan.asset_id,
                    holder_kind=holder.kind.value,
                    holder_id=holder.id,
                    on=plan.held_from,
                )
            )


def _columns(plan: Plan, made: dict[Wanted, int]) -> dict[str, Any]:
    return {
        name: resolved(value, made) if isinstance(value, Wanted) else value
        for name, value in plan.columns.items()
    }


def _states(work: UnitOfWork, plans: Iterable[Plan]) -> Iterable[dict[str, Any]]:
    now = work.clock()
    for plan in plans:
        row = {
            "asset_id": plan.asset_id,
            "state": plan.state,
            "since": plan.since,
            "reason": "imported",
            "recorded_at": now,
        }
        if plan.holder is not None:
            yield row | {"state": "in_stock"}
            row |= {"since": plan.held_from}
        yield row


def _custody(plan: Plan, made: dict[Wanted, int]) -> dict[str, Any]:
    holder = plan.holder_of(made)
    return {
        "asset_id": plan.asset_id,
        **{COLUMNS[kind]: None for kind in HolderKind},
        COLUMNS[holder.kind]: holder.id,
        "valid_from": plan.held_from,
        "expected_return": plan.expected_return,
        "note": "imported",
    }


def _identifiers(plans: Iterable[Plan]) -> Iterable[dict[str, Any]]:
    for plan in plans:
        for kind, value in plan.identifiers:
            yield {"asset_id": plan.asset_id, "kind": kind, "value": value}


def _change(work: UnitOfWork, plans: Sequence[Plan], made: dict[Wanted, int]) -> None:
    """Update assets, those with the same columns in one statement."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for plan in plans:
        columns = _columns(plan, made)
        row = {f"new_{name}": value for name, value in columns.items()}
        names = tuple(sorted(columns))
        alike.setdefault(names, []).append(row | {"row": plan.asset_id})
        told = {n: pair for n, pair in plan.changes.items() if n in plan.columns}
        work.audit(
            "asset",
            int(plan.asset_id or 0),
            "change",
            {name: before for name, (before, _after) in told.items()},
            {name: columns[name] for name in told},
        )
    for names, rows in alike.items():
        statement = (
            update(_ASSET)
            .where(id_of(tables.Asset) == bindparam("row"))
            .values({name: bindparam(f"new_{name}") for name in names})
        )
        work.connection.execute(statement, rows)
