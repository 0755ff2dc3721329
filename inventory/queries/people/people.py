"""Persons as lists and details. May import every context of `inventory`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, FromClause, Select, func, select

from inventory.assets.custody.service import on_day
from inventory.assets.register import tables as assets
from inventory.people import tables as people
from inventory.people.employments import in_force
from inventory.queries.money.placements_by_cost_centre import placed_under
from inventory.queries.register.holders import custody_history
from inventory.storage.paging import Page, fetch_page
from inventory.storage.rows import Row, table_of
from inventory.storage.searching import contains, find, words_of

_PERSON = table_of(people.Person)
_EMPLOYMENT = table_of(people.Employment)
_PLACEMENT = table_of(people.Placement)
_DEPARTMENT = table_of(people.Department)
_CENTRE = table_of(people.CostCentre)
_LOCATION = table_of(people.Location)
_ENTITY = table_of(people.LegalEntity)
_CUSTODY = table_of(assets.Custody)
_MANAGER = _PERSON.alias("manager")

_NAMES = ("id", "key", "given_name", "family_name", "email", "login")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFilter:
    """Which persons a list shows; None and empty text mean all.

    Attributes:
        search: Words; each must occur in name, e-mail, login or key, those of one or
            two characters at the beginning of a word.
        employed: True for those employed on the day, False for the others.
        holding: True for those who hold something on the day.
    """

    search: str = ""
    employed: bool | None = None
    holding: bool | None = None
    department_id: int | None = None
    cost_centre_id: int | None = None


def list_people(
    connection: Connection,
    day: date,
    filters: PersonFilter | None = None,
    *,
    sort: str = "name",
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """Return a page of persons with where they work on a day and how much they hold.

    Args:
        connection: Where to look.
        day: The day that work and holdings are of.
        filters: Which persons.
        sort: `name` or `id`; `-` in front for descending.
        after: `Page.next` of the page before.
        limit: Rows on a page.

    Raises:
        Invalid: Sort key, cursor or limit is not one.
    """
    filters = filters or PersonFilter()
    found = find(connection, _PERSON, words_of(filters.search))
    held = (
        select(func.count())
        .where(_CUSTODY.c.person_id == _PERSON.c.id, on_day(day))
        .scalar_subquery()
    )
    query = select(
        *(_PERSON.c[name] for name in _NAMES),
        *_work_columns(),
        held.label("holdings"),
    ).select_from(_at_work(day))
    return fetch_page(
        connection,
        _filtered(query.where(*found.conditions), replace(filters, search=""), day),
        keys=found.keys({"name": _PERSON.c.sort_name, "id": _PERSON.c.id}),
        sort=sort,
        row_id=_PERSON.c.id,
        after=after,
        limit=limit,
    )


def count_people(
    connection: Connection,
    day: date,
    filters: PersonFilter | None = None,
    *,
    most: int | None = None,
) -> int:
    """Return how many persons `filters` leaves.

    Args:
        connection: Where to look.
        day: The day that work and holdings are of.
        filters: Which persons.
        most: Stop counting after one more than that.
    """
    filters = filters or PersonFilter()
    found = find(connection, _PERSON, words_of(filters.search))
    of_work = (filters.employed, filters.department_id, filters.cost_centre_id)
    source: FromClause = _PERSON if of_work == (None,) * 3 else _at_work(day)
    query = select(_PERSON.c.id).select_from(source).where(*found.conditions)
    query = _filtered(query, replace(filters, search=""), day).limit(
        None if most is None else most + 1
    )
    counted = select(func.count()).select_from(query.subquery())
    return int(connection.execute(counted).scalar_one())


def person_detail(connection: Connection, person_id: int, day: date) -> Row | None:
    """Return everything about a person as of a day; None if there is none.

    Adds to the columns of the list: `employments` (each with its `placements`),
    `holdings` (custody on that day) and `custody` (all of it, oldest first).
    """
    query = (
        select(*(_PERSON.c[name] for name in _NAMES), *_work_columns())
        .select_from(_at_work(day))
        .where(_PERSON.c.id == person_id)
    )
    found = connection.execute(query).mappings().one_or_none()
    if found is None:
        return None
    custody = custody_history(connection, _CUSTODY.c.person_id == person_id)
    return dict(found) | {
        "employments": _employments(connection, person_id),
        "holdings": [
            one
            for one in custody
            if one["valid_from"] <= day
            and (one["valid_to"] is None or day < one["valid_to"])
        ],
        "custody": custody,
    }


def _at_work(day: date) -> FromClause:
    """Join persons with their employment and placement on a day.

    Of several employments the one recorded first counts, so a person is one row.
    """
    first = (
        select(func.min(_EMPLOYMENT.c.id))
        .where(_EMPLOYMENT.c.person_id == _PERSON.c.id, in_force(_EMPLOYMENT, day))
        .scalar_subquery()
        .correlate(_PERSON)
    )
    joined = _PERSON.outerjoin(_EMPLOYMENT, _EMPLOYMENT.c.id == first).outerjoin(
        _PLACEMENT,
        (_PLACEMENT.c.employment_id == _EMPLOYMENT.c.id) & in_force(_PLACEMENT, day),
    )
    return _named(joined)


def _named(joined: FromClause) -> FromClause:
    centre = func.coalesce(_PLACEMENT.c.cost_centre_id, _DEPARTMENT.c.cost_centre_id)
    return (
        joined.outerjoin(_DEPARTMENT, _DEPARTMENT.c.id == _PLACEMENT.c.department_id)
        .outerjoin(_CENTRE, _CENTRE.c.id == centre)
        .outerjoin(_LOCATION, _LOCATION.c.id == _PLACEMENT.c.location_id)
        .outerjoin(_MANAGER, _MANAGER.c.id == _PLACEMENT.c.manager_id)
        .outerjoin(_ENTITY, _ENTITY.c.id == _EMPLOYMENT.c.legal_entity_id)
    )


def _work_columns() -> list[Any]:
    return [
        _EMPLOYMENT.c.id.label("employment_id"),
        _EMPLOYMENT.c.number,
        _ENTITY.c.code.label("legal_entity"),
        _EMPLOYMENT.c.valid_from.label("employed_from"),
        _EMPLOYMENT.c.valid_to.label("employed_to"),
        _PLACEMENT.c.title,
        _DEPARTMENT.c.name.label("department"),
        _CENTRE.c.code.label("cost_centre"),
        _CENTRE.c.name.label("cost_centre_name"),
        _LOCATION.c.code.label("location"),
        func.trim(_MANAGER.c.given_name + " " + _MANAGER.c.family_name).label(
            "manager"
        ),
    ]


def _filtered(query: Select[Any], filters: PersonFilter, day: date) -> Select[Any]:
    query = query.where(*(contains(_PERSON, one) for one in words_of(filters.search)))
    if filters.employed is not None:
        no = _EMPLOYMENT.c.id.is_(None)
        query = query.where(~no if filters.employed else no)
    if filters.holding is not None:
        holds = (
            select(_CUSTODY.c.id)
            .where(_CUSTODY.c.person_id == _PERSON.c.id, on_day(day))
            .exists()
        )
        query = query.where(holds if filters.holding else ~holds)
    if filters.department_id is not None:
        query = query.where(_PLACEMENT.c.department_id == filters.department_id)
    if filters.cost_centre_id is not None:
        # The first condition is for the indexes, the second decides.
        query = query.where(
            _PERSON.c.id.in_(placed_under(filters.cost_centre_id, day)),
            _CENTRE.c.id == filters.cost_centre_id,
        )
    return query


def _employments(connection: Connection, person_id: int) -> list[Row]:
    mine = (
        select(
            _EMPLOYMENT.c.id,
            _EMPLOYMENT.c.number,
            _EMPLOYMENT.c.source,
            _ENTITY.c.code.label("legal_entity"),
            _EMPLOYMENT.c.valid_from,
            _EMPLOYMENT.c.valid_to,
            _EMPLOYMENT.c.contract_end,
            _EMPLOYMENT.c.end_reason,
        )
        .join(_ENTITY, _ENTITY.c.id == _EMPLOYMENT.c.legal_entity_id)
        .where(_EMPLOYMENT.c.person_id == person_id)
        .order_by(_EMPLOYMENT.c.valid_from, _EMPLOYMENT.c.id)
    )
    rows = [
        dict(row) | {"placements": []} for row in connection.execute(mine).mappings()
    ]
    by_id = {row["id"]: row for row in rows}
    joined = _named(
        _PLACEMENT.join(_EMPLOYMENT, _EMPLOYMENT.c.id == _PLACEMENT.c.employment_id)
    )
    places = (
        select(
            _PLACEMENT.c.employment_id,
            _PLACEMENT.c.valid_from,
            _PLACEMENT.c.valid_to,
            *(column for column in _work_columns()[5:]),
        )
        .select_from(joined)
        .where(_PLACEMENT.c.employment_id.in_(by_id))
        .order_by(_PLACEMENT.c.valid_from, _PLACEMENT.c.id)
    )
    for row in connection.execute(places).mappings():
        by_id[row["employment_id"]]["placements"].append(dict(row))
    return rows
