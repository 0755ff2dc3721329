"""Who of a list is known, with what: one look at the register for the whole list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from inventory.hr.staff_lists.differences import KnownEmployee
from inventory.people import tables as people
from inventory.provisioning.tables import HrIdentity
from inventory.storage.rows import Row, chunks, col, id_of, table_of

_PERSON, _EMPLOYMENT = table_of(people.Person), table_of(people.Employment)
_PLACEMENT, _IDENTITY = table_of(people.Placement), table_of(HrIdentity)
_DAY = timedelta(days=1)
_UNITS: Mapping[str, Any] = {
    "legal_entity": people.LegalEntity,
    "department": people.Department,
    "cost_centre": people.CostCentre,
    "location": people.Location,
}
_COLUMNS = (
    id_of(people.Person).label("person_id"),
    col(people.Person.given_name),
    col(people.Person.family_name),
    col(people.Person.email),
    col(people.Person.login),
    col(people.Employment.number),
    col(people.Employment.valid_from),
    col(people.Employment.valid_to),
    col(people.Employment.contract_end),
    col(people.Employment.source),
    col(people.Employment.legal_entity_id),
    col(people.Placement.valid_from).label("placed_from"),
    col(people.Placement.department_id),
    col(people.Placement.cost_centre_id),
    col(people.Placement.location_id),
    col(people.Placement.manager_id),
    col(people.Placement.title),
)


@dataclass(slots=True)
class KnownStaff:
    """Who is known.

    Attributes:
        by_number: By employee id of the source, or else by personnel number.
        managers: Name, address or log-in that only one person has -> his key.
        keys: Employee id of the source -> the person's key.
        here: Employee ids of the source whose employment has not ended.
    """

    by_number: dict[str, KnownEmployee] = field(default_factory=dict)
    managers: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    here: set[str] = field(default_factory=set)


def known_staff(
    connection: Connection, source: str, numbers: Iterable[str], day: date
) -> KnownStaff:
    """Return who of a list is known.

    Args:
        connection: Where to look.
        source: Of the list.
        numbers: The employee ids in it.
        day: Since when changes would hold.
    """
    found = KnownStaff()
    codes = _codes(connection)
    keys = _keys(connection)
    of_source: dict[str, list[Row]] = {}
    query = _employments().add_columns(col(HrIdentity.employee_id))
    query = query.join(
        _IDENTITY, col(HrIdentity.person_id) == id_of(people.Person)
    ).where(col(HrIdentity.source) == source)
    for row in connection.execute(query).mappings():
        of_source.setdefault(row["employee_id"], []).append(dict(row))
    rest = sorted(set(numbers) - of_source.keys())
    by_number: dict[str, list[Row]] = {}
    for part in chunks(rest):
        numbered = _employments().where(col(people.Employment.number).in_(part))
        for row in connection.execute(numbered).mappings():
            by_number.setdefault(row["number"], []).append(dict(row))
    for number, rows in (*of_source.items(), *by_number.items()):
        if len({row["person_id"] for row in rows}) == 1:
            found.by_number[number] = _latest(rows, codes, keys, day)
        found.keys[number] = keys[rows[0]["person_id"]]
    for number in of_source:
        known = found.by_number.get(number)
        if known is not None and (known.last is None or known.last >= day):
            found.here.add(number)
    found.managers = _callable(connection)
    return found


def numbers_of(connection: Connection, source: str) -> set[str]:
    """Return the employee ids that a source has named so far."""
    query = select(col(HrIdentity.employee_id)).where(col(HrIdentity.source) == source)
    return set(connection.scalars(query))


def known_person(
    connection: Connection, person_id: int, day: date
) -> tuple[KnownEmployee, str] | None:
    """Return how a person is employed, and the personnel number; None if he is not.

    Args:
        connection: Where to look.
        person_id: The person.
        day: Since when changes would hold.
    """
    query = _employments().where(id_of(people.Person) == person_id)
    rows = [dict(row) for row in connection.execute(query).mappings()]
    if not rows:
        return None
    managers = {row["manager_id"] for row in rows}
    named = select(id_of(people.Person), col(people.Person.key)).where(
        id_of(people.Person).in_(managers - {None})
    )
    keys = {int(row[0]): str(row[1]) for row in connection.execute(named)}
    start = max(row["valid_from"] for row in rows)
    number = next(row["number"] for row in rows if row["valid_from"] == start)
    return _latest(rows, _codes(connection), keys, day), str(number)


def _employments() -> Any:  # noqa: ANN401 - a query that is built further
    real: ColumnElement[bool] = or_(
        col(people.Employment.valid_to).is_(None),
        col(people.Employment.valid_to) > col(people.Employment.valid_from),
    )
    joined = _PERSON.join(
        _EMPLOYMENT, col(people.Employment.person_id) == id_of(people.Person)
    ).outerjoin(
        _PLACEMENT,
        and_(
            col(people.Placement.employment_id) == id_of(people.Employment),
            or_(
                col(people.Placement.valid_to).is_(None),
                col(people.Placement.valid_to) > col(people.Placement.valid_from),
            ),
        ),
    )
    return select(*_COLUMNS).select_from(joined).where(real)


def _latest(
    rows: list[Row],
    codes: Mapping[str, dict[int, str]],
    keys: dict[int, str],
    day: date,
) -> KnownEmployee:
    """Return the employment that begins last, as it is placed on a day."""
    start = max(row["valid_from"] for row in rows)
    placed = [row for row in rows if row["valid_from"] == start]
    placed.sort(key=lambda row: row["placed_from"] or start)
    begun = [row for row in placed if (row["placed_from"] or start) <= max(day, start)]
    row = (begun or placed)[-1 if begun else 0]
    terms: Row = {
        name: row[name] for name in ("given_name", "family_name", "email", "login")
    }
    terms |= {unit: codes[unit].get(row[f"{unit}_id"]) for unit in _UNITS}
    terms |= {"manager": keys.get(row["manager_id"]), "title": row["title"]}
    end = row["valid_to"]
    return KnownEmployee(
        start,
        end and end - _DAY,
        row["contract_end"],
        terms,
        placed_from=row["placed_from"] or start,
        source=row["source"] or "",
    )


def _codes(connection: Connection) -> dict[str, dict[int, str]]:
    return {
        unit: {row[0]: str(row[1]) for row in connection.execute(query)}
        for unit, model in _UNITS.items()
        for query in [select(id_of(model), table_of(model).c.code)]
    }


def _keys(connection: Connection) -> dict[int, str]:
    query = select(id_of(people.Person), col(people.Person.key))
    return {row[0]: str(row[1]) for row in connection.execute(query)}


def _callable(connection: Connection) -> dict[str, str]:
    """Return names, addresses and log-ins that only one person has -> the key."""
    query = select(
        col(people.Person.key),
        col(people.Person.given_name),
        col(people.Person.family_name),
        col(people.Person.email),
        col(people.Person.login),
    ).where(col(people.Person.merged_into_id).is_(None))
    found: dict[str, set[str]] = {}
    for key, given, family, email, login in connection.execute(query):
        names = (f"{given} {family}".strip(), f"{family}, {given}", email, login)
        for name in filter(None, names):
            found.setdefault(name.casefold(), set()).add(str(key))
    return {name: next(iter(who)) for name, who in found.items() if len(who) == 1}
