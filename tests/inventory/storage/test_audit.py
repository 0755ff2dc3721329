from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from inventory.storage.audit import Change, Head, _seal, canonical, read_head, verify
from inventory.storage.engine import writing
from inventory.storage.work import UnitOfWork

Clock = Callable[[], datetime]
ROWS = 6


@pytest.fixture
def trail(engine: Engine, clock: Clock) -> Engine:
    """A database with `ROWS` audit rows."""
    with UnitOfWork(engine, actor="user:1", clock=clock, request_id="r-1") as work:
        for number in range(ROWS):
            work.audit("asset", number, "create", None, {"tag": f"IT-{number}"})
        work.commit()
    return engine


def tamper(engine: Engine, *statements: str) -> None:
    """Do what the database refuses, as somebody who owns it can."""
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        else:
            names = connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).scalars()
            for name in list(names):
                connection.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            connection.execute(text(statement))
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = origin"))


def found(engine: Engine) -> list[tuple[str, int | None, int | None]]:
    return [(one.kind, one.first, one.last) for one in verify(engine)]


def test_trail_of_committed_changes_is_whole(trail: Engine, clock: Clock) -> None:
    with UnitOfWork(trail, actor="user:2", clock=clock) as work:
        work.audit("asset", 1, "change", {"a": 1}, {"a": 2})
        work.commit()
    assert verify(trail) == []
    with trail.connect() as connection:
        rows = connection.execute(text("SELECT seq FROM audit_entry ORDER BY seq"))
        assert [row.seq for row in rows] == list(range(1, ROWS + 2))


def test_changes_that_were_not_committed_leave_no_trail(
    trail: Engine, clock: Clock
) -> None:
    with UnitOfWork(trail, actor="user:2", clock=clock) as work:
        work.audit("asset", 1, "change", {"a": 1}, {"a": 2})
    with UnitOfWork(trail, actor="user:2", clock=clock) as work:
        work.audit("asset", 1, "change", {"a": 1}, {"a": 2})
        work.rollback()
        work.commit()
    with trail.connect() as connection:
        head = read_head(connection)
    assert head is not None
    assert head.count == ROWS


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'user:2'",
        "DELETE FROM audit_entry",
        "UPDATE audit_head SET count = 0",
        "DELETE FROM audit_head",
        "INSERT INTO audit_head (id, count, hash) VALUES (1, 0, '')",
        "INSERT INTO audit_entry SELECT * FROM audit_entry WHERE seq = 3",
    ],
)
def test_database_refuses_to_edit_the_trail(trail: Engine, statement: str) -> None:
    with pytest.raises(DBAPIError), trail.begin() as connection:
        connection.execute(text(statement))
    assert verify(trail) == []


def test_sqlite_refuses_to_replace_and_postgresql_to_truncate(trail: Engine) -> None:
    if trail.dialect.name == "sqlite":
        statement = "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry"
    else:
        statement = "TRUNCATE audit_entry"
    with pytest.raises(DBAPIError), trail.begin() as connection:
        connection.execute(text(statement))
    assert verify(trail) == []


@pytest.mark.parametrize("column", ["actor", "at", "action", "after", "previous"])
@pytest.mark.parametrize("row", [1, 3, ROWS])
def test_an_edited_row_is_named(trail: Engine, column: str, row: int) -> None:
    value = "2020-01-01 00:00:00.000000" if column == "at" else "x"
    tamper(trail, f"UPDATE audit_entry SET {column} = '{value}' WHERE seq = {row}")
    assert ("edited", row, row) in found(trail)
    assert {one.first for one in verify(trail)} <= {row, row - 1}


def test_a_removed_row_is_named(trail: Engine) -> None:
    tamper(trail, "DELETE FROM audit_entry WHERE seq = 3")
    assert found(trail) == [("missing", 3, 3)]


def test_several_removed_rows_are_named_as_a_range(trail: Engine) -> None:
    tamper(trail, "DELETE FROM audit_entry WHERE seq IN (1, 2, 4)")
    assert found(trail) == [("missing", 1, 2), ("missing", 4, 4)]
    assert str(verify(trail)[0]) == "Audit rows 1 to 2 are missing."


def test_rows_cut_off_at_the_end_are_named(trail: Engine) -> None:
    tamper(trail, f"DELETE FROM audit_entry WHERE seq >= {ROWS - 1}")
    assert found(trail) == [("missing", ROWS - 1, ROWS)]


def test_an_emptied_trail_is_found(trail: Engine) -> None:
    tamper(trail, "DELETE FROM audit_entry")
    assert found(trail) == [("missing", 1, ROWS)]


def test_swapped_rows_are_named(trail: Engine) -> None:
    tamper(
        trail,
        "UPDATE audit_entry SET seq = 100 WHERE seq = 3",
        "UPDATE audit_entry SET seq = 3 WHERE seq = 4",
        "UPDATE audit_entry SET seq = 4 WHERE seq = 100",
    )
    assert {("edited", 3, 3), ("edited", 4, 4)} <= set(found(trail))


def test_a_row_forged_at_the_end_is_named(trail: Engine) -> None:
    tamper(
        trail,
        "INSERT INTO audit_entry (seq, at, actor, entity, entity_id, action, previous,"
        f" hash) SELECT {ROWS + 1}, at, actor, entity, entity_id, action, hash, 'f'"
        f" FROM audit_entry WHERE seq = {ROWS}",
    )
    assert ("forged", ROWS + 1, ROWS + 1) in found(trail)


def test_a_changed_head_is_found(trail: Engine) -> None:
    tamper(trail, f"UPDATE audit_head SET hash = '{'f' * 64}'")
    assert found(trail) == [("edited", ROWS, ROWS)]
    tamper(trail, "DELETE FROM audit_head")
    assert found(trail) == [("head", None, None)]


def test_a_row_edited_with_a_fitting_hash_is_told_by_its_neighbour(
    trail: Engine, clock: Clock
) -> None:
    with trail.connect() as connection:
        old = connection.execute(
            text("SELECT hash FROM audit_entry WHERE seq = 3")
        ).scalar_one()
    # What a forger would compute: the seal of row 3 with another actor.
    with trail.connect() as connection:
        row = connection.execute(
            text("SELECT previous FROM audit_entry WHERE seq = 3")
        ).one()
    forged = _seal(
        row.previous,
        3,
        Change(
            clock(), "user:9", "r-1", "asset", "2", "create", None, '{"tag":"IT-2"}'
        ),
    )
    assert forged != old
    tamper(
        trail,
        f"UPDATE audit_entry SET actor = 'user:9', hash = '{forged}' WHERE seq = 3",
    )
    assert found(trail) == [("edited", 3, 3)]


def test_a_trail_cut_back_together_with_its_head_is_found_by_a_noted_head(
    trail: Engine,
) -> None:
    with trail.connect() as connection:
        noted = read_head(connection)
    tamper(
        trail,
        f"DELETE FROM audit_entry WHERE seq = {ROWS}",
        f"UPDATE audit_head SET count = {ROWS - 1}, hash ="
        f" (SELECT hash FROM audit_entry WHERE seq = {ROWS - 1})",
    )
    assert verify(trail) == []
    assert [str(one) for one in verify(trail, noted)] == ["Audit row 6 is missing."]


def test_another_hash_than_the_noted_one_is_found(trail: Engine) -> None:
    [problem] = verify(trail, Head(3, "f" * 64))
    assert (problem.kind, problem.first) == ("edited", 3)


def test_audit_shows_no_secrets_and_keeps_exact_values() -> None:
    shown = canonical(
        {
            "serial_key": "A1",
            "key": "hr:1",
            "password_hash": "x",
            "community": "public",
            "priv_key": "y",
            "pin": None,
            "at": datetime(2026, 3, 17, 1, 2, 3, tzinfo=UTC),
            "on": date(2026, 3, 17),
            "rate": Decimal("0.10"),
            "tags": {"b", "a"},
        }
    )
    assert shown == (
        '{"at":"2026-03-17T01:02:03.000000+00:00","community":"<hidden>",'
        '"key":"hr:1","on":"2026-03-17","password_hash":"<hidden>","pin":null,'
        '"priv_key":"<hidden>","rate":"0.10","serial_key":"A1","tags":["a","b"]}'
    )


def test_what_has_no_json_form_is_refused_when_it_is_noted(
    engine: Engine, clock: Clock
) -> None:
    with UnitOfWork(engine, actor="user:1", clock=clock) as work:
        with pytest.raises(TypeError, match="cannot be audited"):
            work.audit("asset", 1, "create", None, {"tag": object()})
        with pytest.raises(ValueError, match="JSON"):
            work.audit("asset", 1, "create", None, {"rate": float("nan")})


def test_text_that_databases_dislike_is_kept_whole(
    engine: Engine, clock: Clock
) -> None:
    odd = "naïve \u0000 \ud800 \U0001f600 '; DROP TABLE audit_entry; --"
    with UnitOfWork(engine, actor="user:1", clock=clock) as work:
        work.audit("device", 1, "create", None, {"descr": odd})
        work.commit()
    assert verify(engine) == []
