"""The assets charged to a cost centre on one day, found and summed in the database.

The rules are those of `cost_allocation`, which answers for some assets over many days;
this answers for one cost centre on one day, however many assets it has. A test compares
both. May import `assets` and `people`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Select,
    String,
    cast,
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
        id_of(assets.Asset),
        charged.c.ppm,
        charged.c.source,
        _part(charged).label("part_minor"),
    ).join(charged, charged.c.asset_id == id_of(assets.Asset))
    page = _by_tag(
        connection, query, col(assets.Asset.tag), id_of(assets.Asset), after, limit
    )
    return _described(connection, page)


def charged_assets_totals(
    connection: Connection, centre_id: int, day: date
) -> tuple[int, dict[str, int]]:
    """Return how many assets are charged to it, and its part of their cost."""
    return _totals(connection.execute(_sums(_costs(centre_id, day))).all())


def charged_assets_overview(
    connection: Connection,
    centre_id: int,
    day: date,
    *,
    after: str | None = None,
    limit: int = 50,
) -> tuple[Page, int, dict[str, int]]:
    """Return `charged_assets_page` and `charged_assets_totals` at once.

    What is charged is found once for both, which takes most of the time.

    Raises:
        Invalid: Cursor or limit is not one.
    """
    costs = _costs(centre_id, day)
    sums = _sums(costs).subquery()
    each = func.coalesce(sums.c.currency, "") + " "
    each += cast(sums.c.number, String) + " " + cast(sums.c.minor, String)
    told = select(func.aggregate_strings(each, ",")).select_from(sums).scalar_subquery()
    query = select(costs, told.label("sums"))
    page = _by_tag(connection, query, costs.c.tag, costs.c.id, after, limit)
    if not page.rows:
        return page, *charged_assets_totals(connection, centre_id, day)
    parts = [one.split(" ") for one in page.rows[0]["sums"].split(",")]
    found = [(currency, int(number), int(minor)) for currency, number, minor in parts]
    return _described(connection, page), *_totals(found)


def _costs(centre_id: int, day: date) -> CTE:
    """Return what is charged with its part of the cost: what pages and sums need."""
    charged = assets_charged_to(centre_id, day)
    return (
        select(
            id_of(assets.Asset),
            col(assets.Asset.tag),
            col(assets.Asset.currency),
            charged.c.ppm,
            charged.c.source,
            _part(charged).label("part_minor"),
        )
        .join(charged, charged.c.asset_id == id_of(assets.Asset))
        .cte("costs")
    )


def _sums(costs: CTE) -> Select[Any]:
    return (
        select(
            costs.c.currency,
            func.count().label("number"),
            func.coalesce(func.sum(costs.c.part_minor), 0).label("minor"),
        )
        .group_by(costs.c.currency)
        .order_by(costs.c.currency)
    )


def _totals(rows: Iterable[Any]) -> tuple[int, dict[str, int]]:
    found = [tuple(row) for row in rows]
    cost = {currency: int(minor) for currency, _count, minor in found if currency}
    return sum(count for _currency, count, _minor in found), dict(sorted(cost.items()))


def _by_tag(
    connection: Connection,
    query: Select[Any],
    tag: ColumnElement[str],
    number: ColumnElement[int],
    after: str | None,
    limit: int,
) -> Page:
    return fetch_page(
        connection,
        query,
        keys={"tag": tag},
        sort="tag",
        row_id=number,
        after=after,
        limit=limit,
    )


def _described(connection: Connection, page: Page) -> Page:
    """Return a page with what there is to say of its assets."""
    ids = [row["id"] for row in page.rows]
    query = select(*(_ASSET.c[name] for name in _SHOWN))
    query = query.where(id_of(assets.Asset).in_(ids))
    named = {row["id"]: dict(row) for row in connection.execute(query).mappings()}
    more = ("ppm", "source", "part_minor")
    rows = [named[r["id"]] | {name: r[name] for name in more} for r in page.rows]
    return Page(rows, page.next)


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
    # Few things are parts of others: only these are gone through again and again.
    inside = _parts_of(first).where(*_as_a_part(day)).cte("inside", recursive=True)
    deeper = _parts_of(inside).where(*_as_a_part(day), inside.c.depth < MAX_NESTING)
    parts = inside.union_all(deeper)
    return union_all(select(first), select(parts)).cte("charged")


def _parts_of(wholes: CTE) -> Select[Any]:
    """Return what is a part of charged assets, and charged as they are."""
    columns: list[Any] = [
        col(assets.Custody.asset_id),
        wholes.c.lower,
        wholes.c.ppm,
        literal("holder").label("source"),
        (wholes.c.depth + 1).label("depth"),
    ]
    holds = wholes.c.asset_id == col(assets.Custody.holder_asset_id)
    return select(*columns).join_from(wholes, _CUSTODY, holds)


def _as_a_part(day: date) -> tuple[ColumnElement[bool], ...]:
    return (
        col(assets.Custody.holder_asset_id).is_not(None),
        in_force(_CUSTODY, day),
        ~_allocated(col(assets.Custody.asset_id), day),
    )


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
        col(assets.Custody.person_id).in_(select(paid_by(centre_id, day).cte("paid"))),
        col(assets.Custody.team_id).in_(teams),
        col(assets.Custody.location_id).in_(_places(centre_id)),
    )
    begun, end = col(assets.Custody.valid_from) <= day, col(assets.Custody.valid_to)
    # Rows without an end and those that end later lie apart in the index: two
    # queries read these alone, one with OR would read all that anybody ever held.
    return [
        _row(col(assets.Custody.asset_id), "holder").where(
            holder,
            begun,
            ends,
            ~_allocated(col(assets.Custody.asset_id), day),
        )
        for holder in holders
        for ends in (end.is_(None), end > day)
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
