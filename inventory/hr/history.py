"""Names of HR in the register: units by code, persons by key, sites of places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Select, and_, literal, or_, select, union_all

from inventory.people import tables as people
from inventory.provisioning.statements.event_kinds import EventKind, EventStatement
from inventory.provisioning.statements.organisation import (
    NamedPerson,
    Organisation,
    Unit,
)
from inventory.provisioning.tables import HrIdentity
from inventory.storage.rows import Row, col, find, id_of, table_of

UNITS: Mapping[str, Any] = {
    "legal_entity": people.LegalEntity,
    "department": people.Department,
    "cost_centre": people.CostCentre,
    "location": people.Location,
}
"""Fields of work that name a unit by its code."""
_ENTITY, _PERSON = table_of(people.LegalEntity), table_of(people.Person)
_IDENTITY = table_of(HrIdentity)
_LOCATION = table_of(people.Location)


def key_of(event: Row) -> str:
    """Return the unique name of an event."""
    return f"{event['source']}\n{event['event_id']}"


def statement_of(event: Row) -> EventStatement:
    """Return an event as the rules see it."""
    return EventStatement(
        key=key_of(event),
        source=event["source"],
        kind=EventKind(event["kind"]),
        on=event["effective_on"],
        asserted_at=event["asserted_at"],
        data=event["data"],
        forced=event["forced"],
    )


def unit_id(connection: Connection, unit: str, code: str | None) -> int | None:
    """Return the id of a unit by its code; None if there is none."""
    row = find(connection, UNITS[unit], code=code) if code else None
    return None if row is None else int(row["id"])


def units_named(
    connection: Connection,
    codes: Iterable[tuple[str, str]],
    ids: Iterable[tuple[str, int]] = (),
    entities: int = 0,
) -> dict[tuple[str, str], Unit]:
    """Return units by (field, code), in one query.

    Args:
        connection: Where to look.
        codes: Fields and codes that are named.
        ids: Fields and rows that placements refer to.
        entities: Up to so many legal entities beside them.
    """
    wanted: dict[str, tuple[set[str], set[int]]] = {}
    for unit, code in codes:
        wanted.setdefault(unit, (set(), set()))[0].add(code)
    for unit, number in ids:
        wanted.setdefault(unit, (set(), set()))[1].add(number)
    parts = [_units_query(unit, *names) for unit, names in sorted(wanted.items())]
    if entities:
        parts.append(_any_entities(entities))
    if not parts:
        return {}
    return {
        (row.unit, row.code): Unit(row.id, row.entity)
        for row in connection.execute(union_all(*parts))
    }


def _any_entities(count: int) -> Select[Any]:
    code = col(people.LegalEntity.code)
    some = select(id_of(people.LegalEntity), code).limit(count).subquery()
    return select(
        literal("legal_entity").label("unit"),
        some.c.id,
        some.c.code,
        literal(None, type_=code.type).label("entity"),
    )


def _units_query(unit: str, codes: set[str], ids: set[int]) -> Select[Any]:
    table = table_of(UNITS[unit])
    named = or_(table.c.code.in_(sorted(codes)), table.c.id.in_(sorted(ids)))
    of_entity = "legal_entity_id" in table.c
    entity = (
        col(people.LegalEntity.code)
        if of_entity
        else literal(None, type_=col(people.LegalEntity.code).type)
    )
    query = select(
        literal(unit).label("unit"), table.c.id, table.c.code, entity.label("entity")
    )
    if of_entity:
        joined = table.outerjoin(
            _ENTITY, id_of(people.LegalEntity) == table.c.legal_entity_id
        )
        query = query.select_from(joined)
    return query.where(named)


def persons_named(
    connection: Connection, names: Iterable[tuple[str, str]], ids: Iterable[int] = ()
) -> dict[tuple[str, str], NamedPerson]:
    """Return persons by ("", key) and by (source, employee id), in one query."""
    pairs, numbers = sorted(set(names)), sorted(set(ids))
    if not pairs and not numbers:
        return {}
    keys = sorted({name for _, name in pairs})
    by_key = select(
        literal("").label("source"),
        col(people.Person.key).label("name"),
        id_of(people.Person),
        col(people.Person.key),
    ).where(or_(col(people.Person.key).in_(keys), id_of(people.Person).in_(numbers)))
    by_id = (
        select(
            col(HrIdentity.source),
            col(HrIdentity.employee_id).label("name"),
            id_of(people.Person),
            col(people.Person.key),
        )
        .select_from(
            _IDENTITY.join(_PERSON, id_of(people.Person) == col(HrIdentity.person_id))
        )
        .where(
            or_(
                *(
                    and_(
                        col(HrIdentity.source) == source,
                        col(HrIdentity.employee_id) == name,
                    )
                    for source, name in pairs
                )
            )
        )
    )
    query = union_all(by_key, by_id) if pairs else by_key
    return {
        (row[0], row[1]): NamedPerson(row[2], row[3])
        for row in connection.execute(query)
    }


def sites_of(connection: Connection, locations: Iterable[str]) -> dict[str, str]:
    """Return the codes of the sites that places belong to, in one query."""
    codes = sorted(set(locations))
    if not codes:
        return {}
    part = (
        select(
            col(people.Location.code).label("leaf"),
            col(people.Location.code),
            col(people.Location.kind),
            col(people.Location.parent_id),
            literal(0).label("depth"),
        )
        .where(col(people.Location.code).in_(codes))
        .cte("part", recursive=True)
    )
    above = (
        select(
            part.c.leaf,
            _LOCATION.c.code,
            _LOCATION.c.kind,
            _LOCATION.c.parent_id,
            part.c.depth + 1,
        )
        .where(_LOCATION.c.id == part.c.parent_id, part.c.kind != "site")
        .where(part.c.depth < 32)  # ends even if a tree were no tree
    )
    tree = part.union_all(above)
    rows = connection.execute(
        select(tree.c.leaf, tree.c.code).where(tree.c.kind == "site")
    )
    return {row.leaf: str(row.code) for row in rows}


def site_of(connection: Connection, location: str | None) -> str:
    """Return the code of the site a place belongs to; empty if it is not known."""
    return sites_of(connection, [location]).get(location, "") if location else ""


def organisation_of(
    connection: Connection,
    events: Iterable[Row],
    ids: Iterable[tuple[str, int]] = (),
    managers: Iterable[int] = (),
) -> Organisation:
    """Return what the names in events stand for.

    Args:
        connection: Where to look.
        events: The events.
        ids: Units that placements refer to.
        managers: Persons that placements refer to.
    """
    said = [(event["source"], event["data"]) for event in events]
    codes = [
        (unit, str(data[unit])) for _, data in said for unit in UNITS if data.get(unit)
    ]
    names = [
        (source, str(data["manager"])) for source, data in said if data.get("manager")
    ]
    return Organisation(
        units_named(connection, codes, ids),
        persons_named(connection, names, managers),
        complete=True,
    )
