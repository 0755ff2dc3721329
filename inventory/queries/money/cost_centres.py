"""Cost centres: lists, their people, and the assets charged to them.

May import every context.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from inventory.assets.custody.service import MAX_NESTING
from inventory.assets.register import tables as assets
from inventory.kernel.spans import Span
from inventory.people import tables as people
from inventory.people.employments import in_force, overlapping
from inventory.queries.money.cost_centre_assets import charged_assets_overview
from inventory.queries.people.people import PersonFilter, list_people
from inventory.storage.paging import Page, fetch_page
from inventory.storage.rows import Row, chunks, col, id_of, table_of

_CENTRE = table_of(people.CostCentre)
_ENTITY = table_of(people.LegalEntity)
_PARENT = _CENTRE.alias("parent")
_EMPLOYMENT = table_of(people.Employment)
_PLACEMENT = table_of(people.Placement)
_DEPARTMENT = table_of(people.Department)
_CUSTODY = table_of(assets.Custody)
_ALLOCATION = table_of(assets.Allocation)
_SHARE = table_of(assets.AllocationShare)


def list_cost_centres(
    connection: Connection,
    day: date,
    *,
    search: str = "",
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """Return a page of cost centres, by code, with the number of people on a day.

    Raises:
        Invalid: Cursor or limit is not one.
    """
    people_here = (
        select(func.count(col(people.Employment.person_id).distinct()))
        .select_from(_at_work())
        .where(
            in_force(_EMPLOYMENT, day),
            in_force(_PLACEMENT, day),
            _payer() == id_of(people.CostCentre),
        )
        .scalar_subquery()
        .correlate(_CENTRE)
    )
    query = select(*_columns(), people_here.label("people")).select_from(_joined())
    for word in search.casefold().split():
        text = func.lower(
            col(people.CostCentre.code) + " " + col(people.CostCentre.name)
        )
        query = query.where(text.contains(word, autoescape=True))
    return fetch_page(
        connection,
        query,
        keys={"code": col(people.CostCentre.code)},
        sort="code",
        row_id=id_of(people.CostCentre),
        after=after,
        limit=limit,
    )


def cost_centre_detail(
    connection: Connection,
    centre_id: int,
    day: date,
    *,
    after: str | None = None,
    limit: int = 50,
) -> Row | None:
    """Return a cost centre as of a day; None if there is none.

    With `after`, an `assets_next` of before, its assets go on from there.

    Adds `people` and `assets` (the first `limit` of each; each asset has
    `ppm`, `source` and its part of the cost), the cursors of the rest in
    `people_next` (of `list_people`) and `assets_next` (of `charged_assets_page`),
    `asset_count`, and `cost` (the sum of all parts by currency, in minor units).
    """
    query = (
        select(*_columns())
        .select_from(_joined())
        .where(id_of(people.CostCentre) == centre_id)
    )
    found = connection.execute(query).mappings().one_or_none()
    if found is None:
        return None
    here = list_people(
        connection, day, PersonFilter(cost_centre_id=centre_id), limit=limit
    )
    charged, count, cost = charged_assets_overview(
        connection, centre_id, day, after=after, limit=limit
    )
    return dict(found) | {
        "people": here.rows,
        "people_next": here.next,
        "assets": charged.rows,
        "assets_next": charged.next,
        "asset_count": count,
        "cost": cost,
    }


def candidates_of(connection: Connection, centre_id: int, window: Span) -> set[int]:
    """Return the assets that may be charged to a cost centre on some day of a span.

    By a share of their own, by who or what holds them, by their place, or as a part.
    """
    persons = (
        select(col(people.Employment.person_id))
        .select_from(_at_work())
        .where(
            overlapping(_EMPLOYMENT, window),
            overlapping(_PLACEMENT, window),
            _payer() == centre_id,
        )
    )
    teams = select(id_of(people.Team)).where(
        col(people.Team.cost_centre_id) == centre_id
    )
    places = select(id_of(people.Location)).where(
        col(people.Location.cost_centre_id) == centre_id
    )
    holder = (
        col(assets.Custody.person_id).in_(persons)
        | col(assets.Custody.team_id).in_(teams)
        | col(assets.Custody.location_id).in_(places)
    )
    found = _ids(
        connection, id_of(assets.Asset), col(assets.Asset.location_id).in_(places)
    )
    found |= _ids(
        connection, col(assets.Custody.asset_id), holder & overlapping(_CUSTODY, window)
    )
    found |= set(
        connection.execute(
            select(col(assets.Allocation.asset_id))
            .join(
                _SHARE,
                col(assets.AllocationShare.allocation_id) == id_of(assets.Allocation),
            )
            .where(
                col(assets.AllocationShare.cost_centre_id) == centre_id,
                overlapping(_ALLOCATION, window),
            )
        ).scalars()
    )
    return found | _parts_of(connection, found, window)


def _parts_of(connection: Connection, wholes: set[int], window: Span) -> set[int]:
    """Return what was a part of some assets, or of their parts, within a window."""
    found: set[int] = set()
    level = wholes
    for _ in range(MAX_NESTING):
        inside: set[int] = set()
        for part in chunks(level):
            of_part = col(assets.Custody.holder_asset_id).in_(part) & overlapping(
                _CUSTODY, window
            )
            inside |= _ids(connection, col(assets.Custody.asset_id), of_part)
        level = inside - found - wholes
        if not level:
            break
        found |= level
    return found


def _ids(
    connection: Connection, column: ColumnElement[Any], condition: ColumnElement[bool]
) -> set[int]:
    return set(connection.execute(select(column).where(condition)).scalars())


def _at_work() -> Any:  # noqa: ANN401
    return _EMPLOYMENT.join(
        _PLACEMENT, col(people.Placement.employment_id) == id_of(people.Employment)
    ).outerjoin(
        _DEPARTMENT, id_of(people.Department) == col(people.Placement.department_id)
    )


def _payer() -> ColumnElement[Any]:
    return func.coalesce(
        col(people.Placement.cost_centre_id), col(people.Department.cost_centre_id)
    )


def _columns() -> list[Any]:
    return [
        id_of(people.CostCentre),
        col(people.CostCentre.code),
        col(people.CostCentre.name),
        col(people.LegalEntity.code).label("legal_entity"),
        _PARENT.c.code.label("parent"),
        col(people.CostCentre.valid_from),
        col(people.CostCentre.valid_to),
    ]


def _joined() -> Any:  # noqa: ANN401
    return _CENTRE.outerjoin(
        _ENTITY, id_of(people.LegalEntity) == col(people.CostCentre.legal_entity_id)
    ).outerjoin(_PARENT, _PARENT.c.id == col(people.CostCentre.parent_id))
