from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from inventory.kernel.errors import Conflict, Invalid, NotFound
from inventory.kernel.spans import Span, overlap
from inventory.people import rules
from inventory.people.employments import (
    NewEmployment,
    employ,
    employments_on,
    end_employment,
    placements,
    transfer,
)
from inventory.people.organisation import below, ensure
from inventory.people.persons import NewPerson, add_person, change_person
from inventory.people.rules import EmploymentTerms, RecordedPlacement
from inventory.queries.people.people import person_detail
from inventory.storage.audit import verify
from tests.inventory.world import FOUNDED, Clock, World, build, work_on

MARCH = date(2026, 3, 1)
JUNE = date(2026, 6, 1)


@pytest.fixture
def world(engine: Engine, clock: Clock) -> World:
    return build(engine, clock)


def centre_on(engine: Engine, person: int, day: date) -> str | None:
    with engine.connect() as connection:
        row = person_detail(connection, person, day)
    assert row is not None
    centre: str | None = row["cost_centre"]
    return centre


def test_a_move_keeps_the_past_and_a_later_word_replaces_a_planned_one(
    engine: Engine, clock: Clock, world: World
) -> None:
    with work_on(engine, clock) as work:
        assert transfer(
            work, world.sari_job, EmploymentTerms(cost_centre_id=world.research), JUNE
        )
        work.commit()
    assert centre_on(engine, world.sari, MARCH) == "4100"
    assert centre_on(engine, world.sari, JUNE) == "4200"
    with work_on(engine, clock) as work:
        terms = EmploymentTerms(cost_centre_id=world.research, title="Lead")
        assert transfer(work, world.sari_job, terms, MARCH)
        assert not transfer(work, world.sari_job, terms, MARCH)
        work.commit()
    assert centre_on(engine, world.sari, MARCH - timedelta(days=1)) == "4100"
    assert centre_on(engine, world.sari, MARCH) == "4200"
    with engine.connect() as connection:
        spans = [one.span for one in placements(connection, world.sari_job)]
    assert spans == [Span(FOUNDED, MARCH), Span(MARCH), Span(JUNE, JUNE)]
    assert verify(engine) == []


def test_leaving_ends_employment_and_placement(
    engine: Engine, clock: Clock, world: World
) -> None:
    with work_on(engine, clock) as work:
        assert end_employment(work, world.sari_job, JUNE, "resigned")
        assert not end_employment(work, world.sari_job, JUNE)
        work.commit()
    with engine.connect() as connection:
        last = employments_on(connection, JUNE - timedelta(days=1))
        after = employments_on(connection, JUNE)
    assert [row["person_id"] for row in last] == [world.sari, world.budi]
    assert [row["person_id"] for row in after] == [world.budi]
    with work_on(engine, clock) as work:
        assert end_employment(work, world.sari_job, date(2026, 9, 1))
        work.commit()
    assert centre_on(engine, world.sari, date(2026, 8, 31)) == "4100"


def test_a_number_serves_one_employment_at_a_time(
    engine: Engine, clock: Clock, world: World
) -> None:
    new = NewEmployment(
        legal_entity_id=world.entity, number="0001", source="x", span=Span(JUNE)
    )
    with (
        work_on(engine, clock) as work,
        pytest.raises(Conflict, match="'0001' is in use 2024-01-01 to open"),
    ):
        employ(work, world.budi, new, EmploymentTerms())
    with work_on(engine, clock) as work:
        end_employment(work, world.sari_job, MARCH)
        again = employ(work, world.sari, new, EmploymentTerms())
        assert employ(work, world.sari, new, EmploymentTerms()) == again
        work.commit()


def test_what_is_not_there_is_named(engine: Engine, clock: Clock, world: World) -> None:
    with work_on(engine, clock) as work, pytest.raises(NotFound, match="cost centre"):
        transfer(work, world.sari_job, EmploymentTerms(cost_centre_id=999), MARCH)
    with work_on(engine, clock) as work, pytest.raises(NotFound, match="employment 9"):
        transfer(work, 999, EmploymentTerms(), MARCH)
    with work_on(engine, clock) as work, pytest.raises(Invalid, match="not in it"):
        transfer(work, world.sari_job, EmploymentTerms(), date(2020, 1, 1))
    with work_on(engine, clock) as work, pytest.raises(Invalid, match="begins on"):
        end_employment(work, world.sari_job, date(2020, 1, 1))


def test_plain_sql_cannot_store_overlapping_placements(
    engine: Engine, world: World
) -> None:
    statement = (
        "INSERT INTO placement (employment_id, valid_from, recorded_at)"
        " VALUES (:job, '2025-01-01', '2025-01-01')"
    )
    with pytest.raises(IntegrityError, match="overlap"), engine.begin() as connection:
        connection.execute(text(statement), {"job": world.sari_job})


def test_a_person_is_added_once_and_completed(
    engine: Engine, clock: Clock, world: World
) -> None:
    with work_on(engine, clock) as work:
        same = add_person(work, NewPerson(key="p-1", family_name="Wijaya"))
        assert same == world.sari
        assert work.pending == 0
        assert change_person(work, world.sari, family_name="Santoso")
        work.commit()
    with engine.connect() as connection:
        row = person_detail(connection, world.sari, MARCH)
        search = connection.execute(
            text("SELECT search FROM person WHERE id = :id"), {"id": world.sari}
        ).scalar_one()
    assert row is not None
    assert row["email"] == "sari@example.com"
    assert search == "santoso sari sari@example.com sari p-1"


def test_bad_persons_are_refused(engine: Engine, clock: Clock, world: World) -> None:
    with pytest.raises(Invalid, match="must not be empty"):
        NewPerson(key=" ", family_name="X")
    for address in ("nobody", "@example.com", "a b@example.com", "a@b@c"):
        with pytest.raises(Invalid, match="not an e-mail address"):
            NewPerson(key="x", family_name="X", email=address)
    new = NewPerson(key="x", family_name="X", email="SARI@example.com")
    with work_on(engine, clock) as work, pytest.raises(Conflict, match="Somebody else"):
        add_person(work, new)
    with work_on(engine, clock) as work, pytest.raises(Invalid, match="key cannot"):
        change_person(work, world.sari, key="other")


def test_units_form_a_tree(engine: Engine, clock: Clock, world: World) -> None:
    with work_on(engine, clock) as work:
        assert below(work.connection, "location", world.office) == [
            world.office,
            world.room,
        ]
        with pytest.raises(Conflict, match="part of itself"):
            ensure(work, "location", "office", parent_id=world.room)
        with pytest.raises(Invalid, match="has no name"):
            ensure(work, "location", "new")
        with pytest.raises(Invalid, match="no kind of location"):
            ensure(work, "location", "new", name="New", kind="planet")
        with pytest.raises(Invalid, match="is not a code"):
            ensure(work, "location", " ", name="New")
        assert ensure(work, "location", "R1", name="Meeting") == world.room
        assert work.pending == 0


DAY = date(2026, 1, 1)


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.sampled_from(["a", "b", "c"])), max_size=12
    ),
    st.one_of(st.none(), st.integers(0, 70)),
)
def test_moves_in_any_order_leave_one_placement_a_day(
    moves: list[tuple[int, str]], left: int | None
) -> None:
    employed = Span(DAY)
    known: dict[int, RecordedPlacement] = {}
    model: dict[int, str] = {}

    def apply(plan: rules.PlacementChange) -> None:
        for number, on in plan.end:
            old = known[number]
            known[number] = RecordedPlacement(
                number, Span(old.span.start, on), old.terms
            )
        if plan.begin:
            number = len(known)
            known[number] = RecordedPlacement(number, plan.begin.span, plan.begin.value)

    for day, title in moves:
        on = DAY + timedelta(days=day)
        apply(
            rules.change_placement(
                list(known.values()), employed, EmploymentTerms(title=title), on
            )
        )
        model |= {number: title for number in range(day, 100)}
    if left is not None:
        apply(
            rules.end_placements(
                list(known.values()), employed, DAY + timedelta(days=left)
            )
        )
        model = {number: title for number, title in model.items() if number < left}
    assert overlap(one.span for one in known.values()) is None
    told = {
        number: one.terms.title
        for one in known.values()
        for number in range(100)
        if DAY + timedelta(days=number) in one.span
    }
    assert told == model
