"""Cost centres: lists, their people, and what they bear. May import every context."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from inventory.assets import tables as assets
from inventory.assets.allocation_rules import split_money
from inventory.assets.custody import MAX_NESTING
from inventory.money import Money
from inventory.network.paging import Page, fetch_page
from inventory.people import tables as people
from inventory.people.employments import in_force, overlapping
from inventory.queries.bearing import bearings
from inventory.queries.people import PersonFilter, list_people
from inventory.spans import Span
from inventory.storage.rows import Row, chunks, table_of

_CENTRE = table_of(people.CostCentre)
_ENTITY = table_of(people.LegalEntity)
_PARENT = _CENTRE.alias("parent")
_EMPLOYMENT = table_of(people.Employment)
_PLACEMENT = table_of(people.Placement)
_DEPARTMENT = table_of(people.Department)
_TEAM = table_of(people.Team)
_LOCATION = table_of(people.Location)
_ASSET = table_of(assets.Asset)
_CUSTODY = table_of(assets.Custody)
_ALLOCATION = table_of(assets.Allocation)
_SHARE = table_of(assets.AllocationShare)

MOST_PEOPLE = 1000


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
        select(func.count(_EMPLOYMENT.c.person_id.distinct()))
        .select_from(_at_work())
        .where(
            in_force(_EMPLOYMENT, day),
            in_force(_PLACEMENT, day),
            _payer() == _CENTRE.c.id,
        )
        .scalar_subquery()
        .correlate(_CENTRE)
    )
    query = select(*_columns(), people_here.label("people")).select_from(_joined())
    for word in search.casefold().split():
        text = func.lower(_CENTRE.c.code + " " + _CENTRE.c.name)
        query = query.where(text.contains(word, autoescape=True))
    return fetch_page(
        connection,
        query,
        keys={"code": _CENTRE.c.code},
        sort="code",
        row_id=_CENTRE.c.id,
        after=after,
        limit=limit,
    )


def cost_centre_detail(connection: Connection, centre_id: int, day: date) -> Row | None:
    """Return a cost centre as of a day; None if there is none.

    Adds `people` (at most `MOST_PEOPLE`), `assets` (what it bears, each with `ppm`,
    `source` and its part of the cost) and `cost` (the sum of the parts by currency,
    in minor units).
    """
    query = select(*_columns()).select_from(_joined()).where(_CENTRE.c.id == centre_id)
    found = connection.execute(query).mappings().one_or_none()
    if found is None:
        return None
    here = list_people(
        connection, day, PersonFilter(cost_centre_id=centre_id), limit=MOST_PEOPLE
    )
    borne = borne_by(connection, centre_id, day)
    cost: dict[str, int] = defaultdict(int)
    for row in borne:
        if row["part_minor"] is not None:
            cost[row["currency"]] += row["part_minor"]
    return dict(found) | {"people": here.rows, "assets": borne, "cost": dict(cost)}


def borne_by(connection: Connection, centre_id: int, day: date) -> list[Row]:
    """Return the assets a cost centre bears on a day, by tag.

    Each row has `ppm` (its share), `source` (`inventory.queries.bearing`) and
    `part_minor` (its part of the purchase cost, in minor units of `currency`).
    """
    window = Span(day, day + timedelta(days=1))
    candidates = candidates_of(connection, centre_id, window)
    said = bearings(connection, candidates, window)
    rows = []
    for row in _assets(connection, candidates):
        bearing = said[row["id"]][0]
        ppm = {one.cost_centre_id: one.ppm for one in bearing.shares}.get(centre_id)
        if ppm is None:
            continue
        part = None
        if row["cost_minor"] is not None:
            whole = Money(row["cost_minor"], row["currency"])
            part = split_money(whole, bearing.shares)[centre_id].minor
        rows.append(row | {"ppm": ppm, "source": bearing.source, "part_minor": part})
    return sorted(rows, key=lambda row: str(row["tag"]))


def candidates_of(connection: Connection, centre_id: int, window: Span) -> set[int]:
    """Return the assets a cost centre may bear on some day of a window.

    By a share of their own, by who or what holds them, by their place, or as a part.
    """
    persons = (
        select(_EMPLOYMENT.c.person_id)
        .select_from(_at_work())
        .where(
            overlapping(_EMPLOYMENT, window),
            overlapping(_PLACEMENT, window),
            _payer() == centre_id,
        )
    )
    teams = select(_TEAM.c.id).where(_TEAM.c.cost_centre_id == centre_id)
    places = select(_LOCATION.c.id).where(_LOCATION.c.cost_centre_id == centre_id)
    holder = (
        _CUSTODY.c.person_id.in_(persons)
        | _CUSTODY.c.team_id.in_(teams)
        | _CUSTODY.c.location_id.in_(places)
    )
    found = _ids(connection, _ASSET.c.id, _ASSET.c.location_id.in_(places))
    found |= _ids(
        connection, _CUSTODY.c.asset_id, holder & overlapping(_CUSTODY, window)
    )
    found |= set(
        connection.execute(
            select(_ALLOCATION.c.asset_id)
            .join(_SHARE, _SHARE.c.allocation_id == _ALLOCATION.c.id)
            .where(
                _SHARE.c.cost_centre_id == centre_id, overlapping(_ALLOCATION, window)
            )
        ).scalars()
    )
    level = found
    for _ in range(MAX_NESTING):
        inside: set[int] = set()
        for part in chunks(level):
            of_part = _CUSTODY.c.holder_asset_id.in_(part) & overlapping(
                _CUSTODY, window
            )
            inside |= _ids(connection, _CUSTODY.c.asset_id, of_part)
        level = inside - found
        if not level:
            break
        found |= level
    return found


def _ids(
    connection: Connection, column: ColumnElement[Any], condition: ColumnElement[bool]
) -> set[int]:
    return set(connection.execute(select(column).where(condition)).scalars())


def _assets(connection: Connection, ids: set[int]) -> Iterator[Row]:
    shown = ("id", "tag", "kind", "model", "serial", "state", "cost_minor", "currency")
    query = select(*(_ASSET.c[name] for name in shown))
    for part in chunks(ids):
        found = connection.execute(query.where(_ASSET.c.id.in_(part)))
        yield from (dict(zip(shown, row, strict=True)) for row in found)


def _at_work() -> Any:  # noqa: ANN401
    return _EMPLOYMENT.join(
        _PLACEMENT, _PLACEMENT.c.employment_id == _EMPLOYMENT.c.id
    ).outerjoin(_DEPARTMENT, _DEPARTMENT.c.id == _PLACEMENT.c.department_id)


def _payer() -> ColumnElement[Any]:
    return func.coalesce(_PLACEMENT.c.cost_centre_id, _DEPARTMENT.c.cost_centre_id)


def _columns() -> list[Any]:
    return [
        _CENTRE.c.id,
        _CENTRE.c.code,
        _CENTRE.c.name,
        _ENTITY.c.code.label("legal_entity"),
        _PARENT.c.code.label("parent"),
        _CENTRE.c.valid_from,
        _CENTRE.c.valid_to,
    ]


def _joined() -> Any:  # noqa: ANN401
    return _CENTRE.outerjoin(
        _ENTITY, _ENTITY.c.id == _CENTRE.c.legal_entity_id
    ).outerjoin(_PARENT, _PARENT.c.id == _CENTRE.c.parent_id)
