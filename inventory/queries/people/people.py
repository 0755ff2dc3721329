"""Persons as lists and details. May import every context of `inventory`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, func, select

from inventory.assets.register import tables as assets
from inventory.people import tables as people
from inventory.people.employments import in_force
from inventory.queries.money.placements_by_cost_centre import placed_under
from inventory.queries.register.holders import custody_history
from inventory.storage.dated import on_day
from inventory.storage.paging import Page, fetch_page
from inventory.storage.rows import Row, col, id_of, table_of
from inventory.storage.searching import contains, plan_search, words_of

_PERSON = table_of(people.Person)
_EMPLOYMENT = table_of(people.Employment)
_PLACEMENT = table_of(people.Placement)
_DEPARTMENT = table_of(people.Department)
_CENTRE = table_of(people.CostCentre)
_LOCATION = table_of(people.Location)
_ENTITY = table_of(people.LegalEntity)
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
        conditions: Further ones, on persons and on where they work.
    """

    search: str = ""
    employed: bool | None = None
    holding: bool | None = None
    department_id: int | None = None
    cost_centre_id: int | None = None
    conditions: tuple[ColumnElement[bool], ...] = ()


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
        sort: `family_name` (or `name`), `id`; `-` in front for descending.
        after: `Page.next` of the page before.
        limit: Rows on a page.

    Raises:
        Invalid: Sort key, cursor or limit is not one.
    """
    filters = filters or PersonFilter()
    found = plan_search(connection, _PERSON, words_of(filters.search))
    # What there is to say of them is read for the persons of the page alone.
    query = select(id_of(people.Person)).select_from(_placed(day))
    page = fetch_page(
        connection,
        _filtered(query.where(*found.conditions), replace(filters, search=""), day),
        keys=found.keys(
            {
                "family_name": col(people.Person.sort_name),
                "name": col(people.Person.sort_name),
                "id": id_of(people.Person),
            }
        ),
        sort=sort,
        row_id=id_of(people.Person),
        after=after,
        limit=limit,
    )
    return _described(connection, page, day)


def _described(connection: Connection, page: Page, day: date) -> Page:
    """Return a page of persons with where they work and how much they hold."""
    held = (
        select(func.count())
        .where(
            col(assets.Custody.person_id) == id_of(people.Person),
            on_day(assets.Custody, day),
        )
        .scalar_subquery()
    )
    query = (
        select(
            *(_PERSON.c[name] for name in _NAMES),
            *_work_columns(),
            held.label("holdings"),
        )
        .select_from(_at_work(day))
        .where(id_of(people.Person).in_([row["id"] for row in page.rows]))
    )
    named = {row["id"]: dict(row) for row in connection.execute(query).mappings()}
    return Page([named[row["id"]] for row in page.rows], page.next)


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
    found = plan_search(connection, _PERSON, words_of(filters.search))
    of_work = (filters.employed, filters.department_id, filters.cost_centre_id)
    alone = of_work == (None,) * 3 and not filters.conditions
    source: FromClause = _PERSON if alone else _placed(day)
    query = select(id_of(people.Person)).select_from(source).where(*found.conditions)
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
        .where(id_of(people.Person) == person_id)
    )
    found = connection.execute(query).mappings().one_or_none()
    if found is None:
        return None
    custody = custody_history(connection, col(assets.Custody.person_id) == person_id)
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
    """Join persons with their employment and placement on a day, and with names."""
    return _named(_placed(day))


def _placed(day: date) -> FromClause:
    """Join persons with their employment, placement and department on a day.

    Of several employments the one recorded first counts, so a person is one row.
    """
    first = (
        select(func.min(id_of(people.Employment)))
        .where(
            col(people.Employment.person_id) == id_of(people.Person),
            in_force(_EMPLOYMENT, day),
        )
        .scalar_subquery()
        .correlate(_PERSON)
    )
    return _in_departments(
        _PERSON.outerjoin(_EMPLOYMENT, id_of(people.Employment) == first).outerjoin(
            _PLACEMENT,
            (col(people.Placement.employment_id) == id_of(people.Employment))
            & in_force(_PLACEMENT, day),
        )
    )


def _in_departments(joined: FromClause) -> FromClause:
    return joined.outerjoin(
        _DEPARTMENT,
        id_of(people.Department) == col(people.Placement.department_id),
    )


def _payer() -> ColumnElement[Any]:
    return func.coalesce(
        col(people.Placement.cost_centre_id), col(people.Department.cost_centre_id)
    )


def _named(joined: FromClause) -> FromClause:
    return (
        joined.outerjoin(_CENTRE, id_of(people.CostCentre) == _payer())
        .outerjoin(
            _LOCATION, id_of(people.Location) == col(people.Placement.location_id)
        )
        .outerjoin(_MANAGER, _MANAGER.c.id == col(people.Placement.manager_id))
        .outerjoin(
            _ENTITY,
            id_of(people.LegalEntity) == col(people.Employment.legal_entity_id),
        )
    )


def _work_columns() -> list[Any]:
    return [
        id_of(people.Employment).label("employment_id"),
        col(people.Employment.number),
        col(people.LegalEntity.code).label("legal_entity"),
        col(people.Employment.valid_from).label("employed_from"),
        col(people.Employment.valid_to).label("employed_to"),
        col(people.Placement.title),
        col(people.Department.name).label("department"),
        col(people.CostCentre.code).label("cost_centre"),
        col(people.CostCentre.name).label("cost_centre_name"),
        col(people.Location.code).label("location"),
        func.trim(_MANAGER.c.given_name + " " + _MANAGER.c.family_name).label(
            "manager"
        ),
    ]


def work_conditions() -> dict[str, ColumnElement[Any]]:
    """Return the columns that `PersonFilter.conditions` may speak of, by name."""
    named: dict[str, ColumnElement[Any]] = {
        name: _PERSON.c[name] for name in _NAMES if name != "id"
    }
    return named | {
        "number": col(people.Employment.number),
        "legal_entity": col(people.Employment.legal_entity_id),
        "employed_from": col(people.Employment.valid_from),
        "employed_to": col(people.Employment.valid_to),
        "title": col(people.Placement.title),
        "department": col(people.Placement.department_id),
        "location": col(people.Placement.location_id),
        "manager": col(people.Placement.manager_id),
    }


def _filtered(query: Select[Any], filters: PersonFilter, day: date) -> Select[Any]:
    query = query.where(
        *filters.conditions, col(people.Person.merged_into_id).is_(None)
    )
    query = query.where(*(contains(_PERSON, one) for one in words_of(filters.search)))
    if filters.employed is not None:
        no = id_of(people.Employment).is_(None)
        query = query.where(~no if filters.employed else no)
    if filters.holding is not None:
        holds = (
            select(id_of(assets.Custody))
            .where(
                col(assets.Custody.person_id) == id_of(people.Person),
                on_day(assets.Custody, day),
            )
            .exists()
        )
        query = query.where(holds if filters.holding else ~holds)
    if filters.department_id is not None:
        query = query.where(
            col(people.Placement.department_id) == filters.department_id
        )
    if filters.cost_centre_id is not None:
        # The first condition is for the indexes, the second decides.
        query = query.where(
            id_of(people.Person).in_(placed_under(filters.cost_centre_id, day)),
            _payer() == filters.cost_centre_id,
        )
    return query


def _employments(connection: Connection, person_id: int) -> list[Row]:
    of_entity = id_of(people.LegalEntity) == col(people.Employment.legal_entity_id)
    mine = (
        select(
            id_of(people.Employment),
            col(people.Employment.number),
            col(people.Employment.source),
            col(people.LegalEntity.code).label("legal_entity"),
            col(people.Employment.valid_from),
            col(people.Employment.valid_to),
            col(people.Employment.contract_end),
            col(people.Employment.end_reason),
        )
        .join(_ENTITY, of_entity)
        .where(col(people.Employment.person_id) == person_id)
        .order_by(col(people.Employment.valid_from), id_of(people.Employment))
    )
    rows = [
        dict(row) | {"placements": []} for row in connection.execute(mine).mappings()
    ]
    by_id = {row["id"]: row for row in rows}
    employed = id_of(people.Employment) == col(people.Placement.employment_id)
    joined = _named(_in_departments(_PLACEMENT.join(_EMPLOYMENT, employed)))
    places = (
        select(
            col(people.Placement.employment_id),
            col(people.Placement.valid_from),
            col(people.Placement.valid_to),
            *(column for column in _work_columns()[5:]),
        )
        .select_from(joined)
        .where(col(people.Placement.employment_id).in_(by_id))
        .order_by(col(people.Placement.valid_from), id_of(people.Placement))
    )
    for row in connection.execute(places).mappings():
        by_id[row["employment_id"]]["placements"].append(dict(row))
    return rows
