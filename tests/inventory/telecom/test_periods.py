"""What the database itself refuses, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from inventory.kernel.errors import NotFound
from inventory.storage.rows import add, col, table_of
from inventory.storage.work import UnitOfWork
from inventory.telecom import tables
from inventory.telecom.assignments import assign_person
from tests.conftest import NOW

MARCH = date(2026, 3, 1)
APRIL = date(2026, 4, 1)
MAY = date(2026, 5, 1)

Clock = Callable[[], datetime]


@pytest.fixture
def work(engine: Engine, clock: Clock) -> UnitOfWork:
    """Two extensions, two phones, a number and a group."""
    work = UnitOfWork(engine, actor="user:1", clock=clock)
    seen = {"first_seen": NOW, "last_seen": NOW}
    with work:
        add(work, tables.PhoneSystem, {"name": "main", "kind": "csv"})
        for number in ("101", "102"):
            add(work, tables.Extension, {"system_id": 1, "number": number, **seen})
            mac = f"00:04:13:00:01:{number[1:]}"
            add(work, tables.Telephone, {"mac": mac, **seen})
        add(work, tables.PhoneNumber, {"e164": "+31104144188", **seen})
        group = {"system_id": 1, "name": "sales", "first_seen": NOW}
        add(work, tables.HuntGroup, group)
        for key in ("p-1", "p-2"):
            work.connection.execute(
                text(
                    "INSERT INTO person (key, given_name, family_name, sort_name,"
                    " search, recorded_at) VALUES (:key, '', :key, :key, '',"
                    " '2026-03-17 09:30:00')"
                ),
                {"key": key},
            )
        work.commit()
    return work


ROWS: dict[type[SQLModel], dict[str, object]] = {
    tables.ExtensionPerson: {
        "extension_id": 1,
        "person_id": 1,
        "evidence": "hand",
        "source": "user:1",
    },
    tables.ExtensionPhone: {
        "extension_id": 1,
        "phone_id": 1,
        "last_seen": NOW,
        "source": "pbx:a",
    },
    tables.NumberExtension: {"number_id": 1, "extension_id": 1, "source": "pbx:a"},
    tables.GroupMember: {"group_id": 1, "extension_id": 1},
}
OTHERS: dict[type[SQLModel], dict[str, object]] = {
    tables.ExtensionPerson: {"extension_id": 2},
    tables.ExtensionPhone: {"phone_id": 2},
    tables.NumberExtension: {},
    tables.GroupMember: {"extension_id": 2},
}


@pytest.mark.parametrize("model", ROWS, ids=lambda model: str(model.__tablename__))
def test_periods_of_one_thing_never_overlap(
    work: UnitOfWork, model: type[SQLModel]
) -> None:
    row = dict(ROWS[model])
    with work:
        add(work, model, {**row, "valid_from": MARCH, "valid_to": MAY})
        add(work, model, {**row, "valid_from": MAY})
        add(work, model, {**row, "valid_from": APRIL, "valid_to": APRIL})
        work.commit()
    with work, pytest.raises(IntegrityError):
        add(work, model, {**row, "valid_from": APRIL, "valid_to": MAY})
    table = table_of(model)
    longer = table.update().values(valid_to=None).where(table.c.valid_from == MARCH)
    with work, pytest.raises(IntegrityError):
        work.connection.execute(longer)
    other = OTHERS[model]
    if other:
        with work:
            add(work, model, {**row, **other, "valid_from": APRIL})
            work.commit()


@pytest.mark.parametrize("model", ROWS, ids=lambda model: str(model.__tablename__))
def test_a_period_that_ends_before_it_begins_is_refused(
    work: UnitOfWork, model: type[SQLModel]
) -> None:
    row = dict(ROWS[model])
    with work, pytest.raises(IntegrityError):
        add(work, model, {**row, "valid_from": APRIL, "valid_to": MARCH})


def test_a_person_is_assigned_once_and_audited(work: UnitOfWork) -> None:
    with work:
        assert assign_person(work, 1, 1, MARCH, source="user:1")
        assert not assign_person(work, 1, 1, MARCH, source="user:1")
        assert work.pending == 1
        assert assign_person(work, 1, 2, APRIL, source="user:1")
        assert work.pending == 3
        work.commit()
    with work:
        table = table_of(tables.ExtensionPerson)
        rows = work.connection.execute(
            table.select().order_by(col(tables.ExtensionPerson.valid_from))
        ).mappings()
        spans = [(r["person_id"], r["valid_from"], r["valid_to"]) for r in rows]
    assert spans == [(1, MARCH, APRIL), (2, APRIL, None)]


def test_a_person_or_an_extension_that_is_not_there_is_named(
    work: UnitOfWork,
) -> None:
    with work, pytest.raises(NotFound, match="person 99"):
        assign_person(work, 1, 99, MARCH, source="user:1")
    with work, pytest.raises(NotFound, match="extension 99"):
        assign_person(work, 99, 1, MARCH, source="user:1")
