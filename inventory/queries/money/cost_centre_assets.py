"""The assets charged to a cost centre on one day, found and summed in the database.

The rules are those of `cost_allocation`, which answers for some assets over many days;
this answers for one cost centre on one day, however many assets it has. A test compares
both. May import `assets` and `people`.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Select,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)

from inventory.assets.custody.service import MAX_NESTING
from inventory.assets.register import tables as assets
from inventory.assets.register.tables import WHOLE
from inventory.people import tables as people
from inventory.people.employments import in_force
from inventory.queries.money.placements_by_cost_centre import has_payer, paid_by
from inventory.storage.paging import Page, fetch_page
from inventory.storage.rows import col, filled, id_of, table_of

_ASSET = table_of(assets.Asset)
_CUSTODY = table_of(assets.Custody)
_ALLOCATION = table_of(assets.Allocation)
_SHARE = table_of(assets.AllocationShare)

_NOTHING, _ALL = literal(0), literal(WHOLE)
_SHOWN = ("id", "tag", "kind", "model", "serial", "state", "cost_minor", "currency")


def charged_assets_page(
    connection: Connection,
    centre_id: int,
    day: date,
    *,
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """Return a page of the assets charged to a cost centre on a day, by tag.

    Each row has `ppm` (its share), `source` (`inventory.queries.money.cost_allocation`)
    and
    `part_minor` (its part of the purchase cost, in minor units of `currency`).

    Raises:
        Invalid: Cursor or limit is not one.
    """
    charged = assets_charged_to(centre_id, day)
    query = select(
        *(_ASSET.c[name] for name in _SHOWN),
        charged.c.ppm,
        charged.c.source,
        _part(charged).label("part_minor"),
    ).join(charged, charged.c.asset_id == id_of(assets.Asset))
    return fetch_page(
        connection,
        query,
        keys={"tag": col(assets.Asset.tag)},
        sort="tag",
        row_id=id_of(assets.Asset),
        after=after,
        limit=limit,
    )


def charged_assets_totals(
    connection: Connection, centre_id: int, day: date
) -> tuple[int, dict[str, int]]:
    """Return how many assets are charged to it, and its part of their cost."""
    charged = assets_charged_to(centre_id, day)
    query = (
        select(col(assets.Asset.currency), func.count(), func.sum(_part(charged)))
        .join(charged, charged.c.asset_id == id_of(assets.Asset))
        .group_by(col(assets.Asset.currency))
        .order_by(col(assets.Asset.currency))
    )
    rows = connection.execute(query).all()
    cost = {currency: int(minor) for currency, _count, minor in rows if currency}
    return sum(count for _currency, count, _minor in rows), cost


@lru_cache(maxsize=256)
def assets_charged_to(centre_id: int, day: date) -> CTE:
    """Return (asset_id, lower, ppm, source) of the assets charged to it, as a query.

    Its share lies from `lower` to `lower + ppm` of all shares in the order of their
    cost centres, which is the order in which money is split. Kept, because putting it
    together takes as long as running it.
    """
    first = union_all(
        _own(centre_id, day), *_held(centre_id, day), _at_home(centre_id, day)
    ).cte("first")
    top = select(first).cte("charged", recursive=True)
    inside = (
        select(
            col(assets.Custody.asset_id),
            top.c.lower,
            top.c.ppm,
            literal("holder"),
            top.c.depth + 1,
        )
        .join(top, top.c.asset_id == col(assets.Custody.holder_asset_id))
        .where(
            in_force(_CUSTODY, day),
            ~_allocated(col(assets.Custody.asset_id), day),
            top.c.depth < MAX_NESTING,
        )
    )
    return top.union_all(inside)


def _part(charged: CTE) -> ColumnElement[int]:
    """Return the part of the cost, as `money.split` rounds it, without overflow."""
    return _upto(charged.c.lower + charged.c.ppm) - _upto(charged.c.lower)


def _upto(parts: ColumnElement[int]) -> ColumnElement[int]:
    cost = filled(assets.Asset.cost_minor)
    rest = cost % WHOLE
    return cost // WHOLE * parts + (2 * rest * parts + WHOLE) // (2 * WHOLE)


def _row(
    asset_id: ColumnElement[int],
    source: str,
    lower: ColumnElement[int] = _NOTHING,
    ppm: ColumnElement[int] = _ALL,
) -> Select[Any]:
    columns: list[Any] = [
        asset_id.label("asset_id"),
        lower.label("lower"),
        ppm.label("ppm"),
        literal(source).label("source"),
        literal(0).label("depth"),
    ]
    return select(*columns)


def _own(centre_id: int, day: date) -> Select[Any]:
    """Assets with an allocation of their own to the cost centre."""
    other = _SHARE.alias("other")
    before = (
        select(func.coalesce(func.sum(other.c.upper_ppm - other.c.lower_ppm), 0))
        .where(
            other.c.allocation_id == id_of(assets.Allocation),
            other.c.cost_centre_id < centre_id,
        )
        .scalar_subquery()
        .correlate(_ALLOCATION)
    )
    ppm = col(assets.AllocationShare.upper_ppm) - col(assets.AllocationShare.lower_ppm)
    return (
        _row(col(assets.Allocation.asset_id), "allocation", before, ppm)
        .join(
            _SHARE,
            col(assets.AllocationShare.allocation_id) == id_of(assets.Allocation),
        )
        .where(
            col(assets.AllocationShare.cost_centre_id) == centre_id,
            in_force(_ALLOCATION, day),
        )
    )


def _held(centre_id: int, day: date) -> list[Select[Any]]:
    """Assets held by its people, teams and places; each has an index of its own."""
    teams = select(id_of(people.Team)).where(
        col(people.Team.cost_centre_id) == centre_id
    )
    holders = (
        col(assets.Custody.person_id).in_(paid_by(centre_id, day)),
        col(assets.Custody.team_id).in_(teams),
        col(assets.Custody.location_id).in_(_places(centre_id)),
    )
    return [
        _row(col(assets.Custody.asset_id), "holder").where(
            holder,
            in_force(_CUSTODY, day),
            ~_allocated(col(assets.Custody.asset_id), day),
        )
        for holder in holders
    ]


def _at_home(centre_id: int, day: date) -> Select[Any]:
    """What belongs to its places and is charged to no other cost centre."""
    above = _above(centre_id, day)
    charged_above = (
        select(above.c.start)
        .join(_ASSET, id_of(assets.Asset) == above.c.holder)
        .where(
            or_(
                col(assets.Asset.location_id).in_(_places()),
                _allocated(id_of(assets.Asset), day),
                _paid_by_holder(id_of(assets.Asset), day),
            )
        )
    )
    return _row(id_of(assets.Asset), "location").where(
        col(assets.Asset.location_id).in_(_places(centre_id)),
        ~_allocated(id_of(assets.Asset), day),
        ~_paid_by_holder(id_of(assets.Asset), day),
        id_of(assets.Asset).not_in(charged_above),
    )


def _above(centre_id: int, day: date) -> CTE:
    """Return what belongs to its places (`start`), with all it is a part of."""
    first = (
        select(
            col(assets.Custody.asset_id).label("start"),
            col(assets.Custody.holder_asset_id).label("holder"),
            literal(1).label("depth"),
        )
        .join(_ASSET, id_of(assets.Asset) == col(assets.Custody.asset_id))
        .where(
            col(assets.Asset.location_id).in_(_places(centre_id)),
            col(assets.Custody.holder_asset_id).is_not(None),
            in_force(_CUSTODY, day),
        )
        .cte("above", recursive=True)
    )
    return first.union_all(
        select(first.c.start, col(assets.Custody.holder_asset_id), first.c.depth + 1)
        .join(first, first.c.holder == col(assets.Custody.asset_id))
        .where(
            col(assets.Custody.holder_asset_id).is_not(None),
            in_force(_CUSTODY, day),
            first.c.depth < MAX_NESTING,
        )
    )


def _allocated(asset_id: ColumnElement[int], day: date) -> ColumnElement[bool]:
    own = _ALLOCATION.alias("own")
    return exists().where(own.c.asset_id == asset_id, in_force(own, day))


def _paid_by_holder(asset_id: ColumnElement[int], day: date) -> ColumnElement[bool]:
    """Return whether a person, team or place holds it that has a cost centre."""
    custody = _CUSTODY.alias("mine")
    team = select(id_of(people.Team)).where(
        col(people.Team.cost_centre_id).is_not(None)
    )
    return exists().where(
        custody.c.asset_id == asset_id,
        in_force(custody, day),
        or_(
            custody.c.team_id.in_(team),
            custody.c.location_id.in_(_places()),
            has_payer(custody.c.person_id, day),
        ),
    )


def _places(centre_id: int | None = None) -> Select[Any]:
    centre = col(people.Location.cost_centre_id)
    condition = centre.is_not(None) if centre_id is None else centre == centre_id
    return select(id_of(people.Location)).where(condition)
