"""Writes what was planned, many rows a statement. Imports `assets` and `people`.

A new asset gets the rows that registering and handing it out one by one would give it:
states, custody, identifiers, an audit row each, and the same events.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, insert, update

from inventory.assets.custody.allocation import allocate
from inventory.assets.custody.allocation_rules import whole_share
from inventory.assets.custody.rules import HolderKind
from inventory.assets.custody.service import HOLDER_COLUMNS, check_out
from inventory.assets.identifiers.tables import AssetIdentifier
from inventory.assets.register import tables
from inventory.assets.register.manufacturers import ensure_manufacturer
from inventory.assets.register.tags import TAG_PREFIX, next_tags
from inventory.bulk.row_effects import RecordToCreate, RowPlan, resolved_id
from inventory.kernel.errors import Conflict
from inventory.kernel.events import AssetRegistered, CustodyChanged
from inventory.kernel.spans import Span
from inventory.kernel.texts import N_
from inventory.people.organisation import ensure
from inventory.people.persons import NewPerson, add_person
from inventory.queries.money.cost_allocation import allocations
from inventory.storage.rows import add_many, explained, id_of, table_of
from inventory.storage.work import UnitOfWork

_ASSET = table_of(tables.Asset)
_STATE = table_of(tables.AssetState)
_UNITS = {
    "legal_entities": "legal_entity",
    "locations": "location",
    "cost_centres": "cost_centre",
}
BATCH = 2000
"""Rows in one statement."""

_MEANWHILE = Conflict(
    N_("The register changed while the table was read."),
    where="table",
    remedy=N_("Import it again; what is there already changes nothing."),
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
    work: UnitOfWork, plans: Sequence[RowPlan], *, prefix: str = TAG_PREFIX
) -> None:
    """Write rows that have no problem.

    Args:
        work: The unit of work.
        plans: What to do.
        prefix: Series of tags for new assets that bring none.

    Raises:
        Conflict: Somebody else wrote the same meanwhile; nothing may be committed.
    """
    created = _create_records(work, plans)
    new = [plan for plan in plans if plan.is_new]
    with explained(_TAKEN):
        _tag(work, new, prefix)
        for start in range(0, len(new), BATCH):
            _add(work, new[start : start + BATCH], created)
        known = [plan for plan in plans if not plan.is_new and plan.changes]
        _change(work, [plan for plan in known if plan.columns], created)
        add_many(work, AssetIdentifier, list(_identifiers(known)))
    for plan in known:
        if plan.holder is not None and plan.held_from is not None:
            check_out(
                work,
                int(plan.asset_id or 0),
                plan.holder_of(created),
                plan.held_from,
                expected_return=plan.expected_return,
                note="imported",
            )
    _bear(work, plans, created)


def _bear(
    work: UnitOfWork, plans: Iterable[RowPlan], created: dict[RecordToCreate, int]
) -> None:
    """Let cost centres pay for what would not follow its holder to them anyhow."""
    today = work.clock().date()
    named = {plan.asset_id: plan for plan in plans if plan.bearer is not None}
    ids = [asset_id for asset_id in named if asset_id is not None]
    window = Span(today, today + timedelta(days=1))
    for asset_id, borne in allocations(work.connection, ids, window).items():
        plan = named[asset_id]
        assert plan.bearer is not None
        shares = whole_share(resolved_id(plan.bearer, created))
        if borne[0].shares != shares:
            since = plan.since if plan.is_new and plan.since else today
            allocate(work, asset_id, shares, since, reason="imported")


def _create_records(
    work: UnitOfWork, plans: Iterable[RowPlan]
) -> dict[RecordToCreate, int]:
    """Add makers, companies, places and persons that rows need."""
    created: dict[RecordToCreate, int] = {}
    for plan in plans:
        for value in (*plan.columns.values(), plan.holder, plan.bearer):
            if isinstance(value, RecordToCreate) and value not in created:
                created[value] = _create_record(work, value)
    return created


def _create_record(work: UnitOfWork, record: RecordToCreate) -> int:
    details = dict(record.details)
    if record.section == "manufacturers":
        return ensure_manufacturer(work, record.name)
    if record.section == "persons":
        return add_person(work, NewPerson(key=record.name, **details))
    unit = _UNITS[record.section]
    return ensure(work, unit, record.name, name=record.name, **details)


def _tag(work: UnitOfWork, new: Sequence[RowPlan], prefix: str) -> None:
    bare = [plan for plan in new if not plan.tag]
    if not bare:
        return
    taken = {plan.tag for plan in new}
    for plan, tag in zip(
        bare, next_tags(work, len(bare), prefix, taken=taken), strict=True
    ):
        plan.tag = tag
        plan.columns["search"] = f"{tag.casefold()} {plan.columns['search']}".strip()


def _add(
    work: UnitOfWork, plans: Sequence[RowPlan], created: dict[RecordToCreate, int]
) -> None:
    rows = [
        {**_columns(plan, created), "tag": plan.tag, "state": plan.state}
        for plan in plans
    ]
    for plan, asset_id in zip(plans, add_many(work, tables.Asset, rows), strict=True):
        plan.asset_id = asset_id
        work.emit(AssetRegistered(asset_id=asset_id, tag=plan.tag))
    work.connection.execute(insert(_STATE), list(_states(work, plans)))
    add_many(work, AssetIdentifier, list(_identifiers(plans)))
    held = [plan for plan in plans if plan.holder is not None]
    add_many(work, tables.Custody, [_custody(plan, created) for plan in held])
    for plan in held:
        holder = plan.holder_of(created)
        if plan.asset_id is not None and plan.held_from is not None:
            work.emit(
                CustodyChanged(
                    asset_id=plan.asset_id,
                    holder_kind=holder.kind.value,
                    holder_id=holder.id,
                    on=plan.held_from,
                )
            )


def _columns(plan: RowPlan, created: dict[RecordToCreate, int]) -> dict[str, Any]:
    return {
        name: resolved_id(value, created)
        if isinstance(value, RecordToCreate)
        else value
        for name, value in plan.columns.items()
    }


def _states(work: UnitOfWork, plans: Iterable[RowPlan]) -> Iterable[dict[str, Any]]:
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


def _custody(plan: RowPlan, created: dict[RecordToCreate, int]) -> dict[str, Any]:
    holder = plan.holder_of(created)
    return {
        "asset_id": plan.asset_id,
        **{HOLDER_COLUMNS[kind]: None for kind in HolderKind},
        HOLDER_COLUMNS[holder.kind]: holder.id,
        "valid_from": plan.held_from,
        "expected_return": plan.expected_return,
        "note": "imported",
    }


def _identifiers(plans: Iterable[RowPlan]) -> Iterable[dict[str, Any]]:
    for plan in plans:
        for kind, value in plan.identifiers:
            yield {"asset_id": plan.asset_id, "kind": kind, "value": value}


def _change(
    work: UnitOfWork, plans: Sequence[RowPlan], created: dict[RecordToCreate, int]
) -> None:
    """Update assets, those with the same columns in one statement."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for plan in plans:
        columns = _columns(plan, created)
        row = {f"new_{name}": value for name, value in columns.items()}
        names = tuple(sorted(columns))
        alike.setdefault(names, []).append(row | {"row": plan.asset_id})
        changes = {n: pair for n, pair in plan.changes.items() if n in plan.columns}
        work.audit(
            "asset",
            int(plan.asset_id or 0),
            "change",
            {name: before for name, (before, _after) in changes.items()},
            {name: columns[name] for name in changes},
        )
    for names, rows in alike.items():
        statement = (
            update(_ASSET)
            .where(id_of(tables.Asset) == bindparam("row"))
            .values({name: bindparam(f"new_{name}") for name in names})
        )
        work.connection.execute(statement, rows)
