"""The assets that a cost centre may have borne at some time, as one query.

It finds a few too many: an allocation of its own outranks the holder of an asset, and
of several jobs of a person the first counts. `cost_allocation` decides, about the few
assets of a page. May import `assets` and `people`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, union

from inventory.assets.register import tables as assets
from inventory.people import tables as people
from inventory.storage.rows import col, id_of, table_of

_ASSET = table_of(assets.Asset)
_CUSTODY = table_of(assets.Custody)
_SHARE = table_of(assets.AllocationShare)
_EMPLOYMENT = table_of(people.Employment)
_PLACEMENT = table_of(people.Placement)


def maybe_ever_charged(centre_id: int) -> Select[Any]:
    """Return the ids of the assets that may have been charged to a cost centre."""
    held = col(assets.Custody.asset_id)
    places = _ids_of(people.Location, centre_id)
    first = union(
        select(col(assets.Allocation.asset_id))
        .join(
            _SHARE,
            col(assets.AllocationShare.allocation_id) == id_of(assets.Allocation),
        )
        .where(col(assets.AllocationShare.cost_centre_id) == centre_id),
        _held_by_its_people(centre_id),
        select(held).where(
            col(assets.Custody.team_id).in_(_ids_of(people.Team, centre_id))
        ),
        select(held).where(col(assets.Custody.location_id).in_(places)),
        select(id_of(assets.Asset)).where(col(assets.Asset.location_id).in_(places)),
    ).cte("maybe")
    # UNION and not UNION ALL: what was a part of something by turns is one asset.
    inside = _parts_of(first.c.asset_id).cte("maybe_parts", recursive=True)
    parts = inside.union(_parts_of(inside.c.asset_id))
    return select(union(select(first.c.asset_id), select(parts.c.asset_id)).subquery())


def _held_by_its_people(centre_id: int) -> Select[Any]:
    own = col(people.Placement.cost_centre_id)
    department = col(people.Placement.department_id)
    followed = own.is_(None) & department.in_(_ids_of(people.Department, centre_id))
    return (
        select(col(assets.Custody.asset_id))
        .select_from(_PLACEMENT)
        .join(
            _EMPLOYMENT,
            id_of(people.Employment) == col(people.Placement.employment_id),
        )
        .join(
            _CUSTODY,
            col(assets.Custody.person_id) == col(people.Employment.person_id),
        )
        .where(
            or_(own == centre_id, followed),
            _begins_before_end(assets.Custody, people.Placement),
            _begins_before_end(people.Placement, assets.Custody),
        )
    )


def _begins_before_end(one: Any, other: Any) -> ColumnElement[bool]:  # noqa: ANN401
    end = table_of(other).c.valid_to
    return or_(end.is_(None), table_of(one).c.valid_from < end)


def _parts_of(wholes: ColumnElement[int]) -> Select[Any]:
    holder = col(assets.Custody.holder_asset_id)
    return select(col(assets.Custody.asset_id)).where(
        holder == wholes, holder.is_not(None)
    )


def _ids_of(model: Any, centre_id: int) -> Select[Any]:  # noqa: ANN401
    table = table_of(model)
    return select(table.c.id).where(table.c.cost_centre_id == centre_id)
