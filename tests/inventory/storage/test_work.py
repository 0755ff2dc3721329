from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.exc import StatementError

from inventory.kernel.events import Event
from inventory.people.organisation import ensure
from inventory.people.tables import CostCentre, Location
from inventory.storage.all_tables import load_tables
from inventory.storage.audit import verify
from inventory.storage.rows import add, add_many, change, col, find, get, table_of
from inventory.storage.types import UtcDateTime
from inventory.storage.work import UnitOfWork
from tests.conftest import NOW
from tests.inventory.world import Clock, work_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang(Event):
    times: int


def count(engine: Engine) -> int:
    with engine.connect() as connection:
        found: int = connection.execute(
            text("SELECT count(*) FROM location")
        ).scalar_one()
        return found


def test_leaving_without_commit_writes_nothing(engine: Engine, clock: Clock) -> None:
    with work_on(engine, clock) as work:
        ensure(work, "location", "a", name="A")
    assert count(engine) == 0


def test_an_error_undoes_everything_since_the_last_commit(
    engine: Engine, clock: Clock
) -> None:
    def fail() -> None:
        with work_on(engine, clock) as work:
            ensure(work, "location", "a", name="A")
            work.commit()
            ensure(work, "location", "b", name="B")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        fail()
    assert count(engine) == 1
    assert verify(engine) == []


def test_orm_objects_and_core_rows_share_the_transaction(
    engine: Engine, clock: Clock
) -> None:
    with work_on(engine, clock) as work:
        work.session.add(Location(code="orm", name="O", recorded_at=work.clock()))
        add(work, Location, {"code": "core", "name": "C"})
        work.commit()
    assert count(engine) == 2


def test_events_reach_their_handler_before_the_commit(
    engine: Engine, clock: Clock
) -> None:
    seen: list[int] = []

    def dispatch(work: UnitOfWork, event: Event) -> None:
        assert isinstance(event, Rang)
        seen.append(event.times)
        ensure(work, "location", f"e{event.times}", name="E")
        if event.times < 3:
            work.emit(Rang(times=event.times + 1))

    with UnitOfWork(engine, actor="x", clock=clock, dispatch=dispatch) as work:
        work.emit(Rang(times=1))
        work.commit()
    assert seen == [1, 2, 3]
    assert count(engine) == 3


def test_a_failing_handler_undoes_the_change(engine: Engine, clock: Clock) -> None:
    def dispatch(_work: UnitOfWork, _event: Event) -> None:
        raise RuntimeError("no")

    with UnitOfWork(engine, actor="x", clock=clock, dispatch=dispatch) as work:
        ensure(work, "location", "a", name="A")
        work.emit(Rang(times=1))
        with pytest.raises(RuntimeError, match="no"):
            work.commit()
    assert count(engine) == 0


def test_a_unit_of_work_is_of_no_use_outside_of_its_block(
    engine: Engine, clock: Clock
) -> None:
    with pytest.raises(RuntimeError, match="outside"):
        work_on(engine, clock).commit()


def test_a_change_that_changes_nothing_leaves_no_trace(
    engine: Engine, clock: Clock
) -> None:
    with work_on(engine, clock) as work:
        first, second = add_many(
            work,
            Location,
            [{"code": "a", "name": "A"}, {"code": "b", "name": "B"}],
        )
        work.commit()
        assert not change(work, Location, first, {"name": "A"})
        assert work.pending == 0
        assert change(work, Location, second, {"name": "C", "code": "b"})
        work.commit()
        assert get(work.connection, Location, second)["name"] == "C"
        assert find(work.connection, Location, code="a") == get(
            work.connection, Location, first
        )
    with engine.connect() as connection:
        row = connection.execute(
            text("SELECT before, after FROM audit_entry ORDER BY seq DESC")
        ).first()
    assert row is not None
    assert tuple(row) == ('{"name":"B"}', '{"name":"C"}')


def test_naive_times_are_refused(engine: Engine) -> None:
    table = table_of(Location)
    naive = datetime(2026, 3, 17, 9, 30)
    with pytest.raises(StatementError, match="time zone"), engine.begin() as connection:
        connection.execute(
            table.insert().values(code="a", name="A", kind="room", recorded_at=naive)
        )


def test_times_come_back_aware_and_in_utc(engine: Engine) -> None:
    table = table_of(Location)
    moment = NOW.astimezone(timezone(timedelta(hours=7))) + timedelta(microseconds=1)
    with engine.begin() as connection:
        connection.execute(
            table.insert().values(code="a", name="A", kind="room", recorded_at=moment)
        )
        back = connection.execute(select(col(Location.recorded_at))).scalar_one()
    assert back == moment
    assert back.tzinfo is UTC


def test_times_can_be_compared_in_sql(engine: Engine, clock: Clock) -> None:
    with work_on(engine, clock) as work:
        ensure(work, "location", "a", name="A")
        work.commit()
    later = (NOW + timedelta(microseconds=1)).astimezone(timezone(-timedelta(hours=9)))
    with engine.connect() as connection:
        found = connection.execute(
            select(col(Location.code)).where(col(Location.recorded_at) < later)
        ).scalars()
        assert list(found) == ["a"]
        found = connection.execute(
            select(col(Location.code)).where(col(Location.recorded_at) < NOW)
        ).scalars()
        assert list(found) == []


@given(st.datetimes(timezones=st.timezones()))
def test_stored_moments_are_the_same_moments(moment: datetime) -> None:
    if not datetime(2, 1, 1, tzinfo=UTC) < moment < datetime(9998, 1, 1, tzinfo=UTC):
        return
    column = UtcDateTime()
    bound = column.process_bind_param(moment, dialect())
    assert bound is not None
    assert bound.tzinfo is None
    assert column.process_result_value(bound, dialect()) == moment.astimezone(UTC)


def test_every_context_has_its_tables_loaded() -> None:
    names = set(load_tables().tables)
    assert {"person", "asset", "device", "audit_entry", "api_token"} <= names


def test_no_column_keeps_money_or_time_carelessly() -> None:
    careless = [
        f"{table.name}.{column.name}"
        for table in load_tables().tables.values()
        for column in table.columns
        if type(column.type).__name__ in {"Numeric", "DateTime", "TIMESTAMP"}
    ]
    assert careless == []


def test_days_are_not_moments(engine: Engine, clock: Clock) -> None:
    with work_on(engine, clock) as work:
        ensure(work, "cost_centre", "1", name="A", valid_from=date(2026, 1, 1))
        work.commit()
    with engine.connect() as connection:
        row = find(connection, CostCentre, code="1")
    assert row is not None
    assert row["valid_from"] == date(2026, 1, 1)


def test_handlers_run_once_whether_settled_before_or_not(
    engine: Engine, clock: Clock
) -> None:
    heard: list[int] = []

    def hear(work: UnitOfWork, event: Event) -> None:
        assert isinstance(event, Rang)
        heard.append(event.times)
        if event.times < 3:
            work.emit(Rang(times=event.times + 1))

    with UnitOfWork(engine, actor="x", clock=clock, dispatch=hear) as work:
        work.emit(Rang(times=1))
        work.settle()
        assert heard == [1, 2, 3]
        work.emit(Rang(times=3))
        work.commit()
        assert heard == [1, 2, 3, 3]
        work.commit()
        assert heard == [1, 2, 3, 3]


def test_what_fails_within_a_savepoint_is_neither_done_nor_noted(
    engine: Engine, clock: Clock
) -> None:
    heard: list[Event] = []

    def hear(_work: UnitOfWork, event: Event) -> None:
        heard.append(event)

    def fail(work: UnitOfWork) -> None:
        with work.savepoint():
            ensure(work, "location", "b", name="B")
            work.emit(Rang(times=9))
            raise RuntimeError("stop")

    with UnitOfWork(engine, actor="x", clock=clock, dispatch=hear) as work:
        ensure(work, "location", "a", name="A")
        pending = work.pending
        with pytest.raises(RuntimeError, match="stop"):
            fail(work)
        assert work.pending == pending
        with work.savepoint():
            ensure(work, "location", "c", name="C")
        work.commit()
    assert count(engine) == 2
    assert heard == []
    assert verify(engine) == []
