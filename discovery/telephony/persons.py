"""Reads the persons whom telephone systems may name. May import `inventory.people`."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select

from discovery.telephony.extension_owner import KnownPerson, PersonIndex
from inventory.people import tables
from inventory.storage.rows import col, table_of

_PERSON = table_of(tables.Person)


def read_person_index(connection: Connection, day: date) -> PersonIndex:
    """Return all persons, with who is employed on a day."""
    jobs: dict[int, tuple[str, bool]] = {}
    query = select(
        col(tables.Employment.person_id),
        col(tables.Employment.number),
        col(tables.Employment.valid_from),
        col(tables.Employment.valid_to),
    ).order_by(col(tables.Employment.valid_from))
    for row in connection.execute(query):
        now = row.valid_from <= day and (row.valid_to is None or row.valid_to > day)
        jobs[row.person_id] = (row.number, now)
    persons = []
    c = _PERSON.c
    columns = (c.id, c.key, c.given_name, c.family_name, c.email, c.login)
    for one in connection.execute(select(*columns)).mappings():
        number, employed = jobs.get(one["id"], (None, True))
        persons.append(
            KnownPerson(
                id=one["id"],
                key=one["key"],
                name=f"{one['given_name']} {one['family_name']}".strip(),
                email=one["email"],
                login=one["login"],
                number=number,
                employed=employed,
            )
        )
    return PersonIndex(persons)
