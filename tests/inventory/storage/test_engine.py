from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text

from inventory.kernel.errors import (
    DatabaseDamaged,
    DatabaseFull,
    DatabaseLocked,
    DatabaseUnreachable,
    DatabaseUnwritable,
    Invalid,
    SchemaMismatch,
    StorageError,
)
from inventory.people.organisation import ensure
from inventory.storage.audit import verify
from inventory.storage.engine import default_url, make_engine, repeatable, writing
from tests.inventory.world import Clock, work_on
from tests.postgres import PASSWORD, Server


def test_sqlite_keeps_foreign_keys_and_a_write_ahead_log(tmp_path: Path) -> None:
    engine = make_engine(default_url(tmp_path / "data"), lock_wait=7)
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 7000}


def test_only_what_can_be_done_again_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'purser.sqlite'}")
    full, normal = 2, 1
    for view, wanted in (
        (engine, full),
        (repeatable(engine), normal),
        (engine, full),
    ):
        with writing(view) as connection:
            found = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        assert found == wanted
    engine.dispose()


def test_sqlite_file_is_its_owners_alone(tmp_path: Path) -> None:
    make_engine(default_url(tmp_path / "data")).dispose()
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "data" / "purser.sqlite").stat().st_mode & 0o777 == 0o600


def test_readers_do_not_wait_for_a_writer(engine: Engine, clock: Clock) -> None:
    with work_on(engine, clock) as work:
        ensure(work, "location", "a", name="A")
        with engine.connect() as reader:
            count = reader.execute(text("SELECT count(*) FROM location")).scalar_one()
    assert count == 0


def add_locations(engine: Engine, clock: Clock, count: int) -> None:
    with work_on(engine, clock) as work:
        for number in range(count):
            ensure(work, "location", f"a{number}", name="A" * 1000)
        work.commit()


@pytest.fixture
def impatient(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url, lock_wait=0.2)
    yield engine
    engine.dispose()


def test_a_locked_database_says_what_to_do(
    engine: Engine, impatient: Engine, clock: Clock
) -> None:
    with writing(engine) as holder:
        if engine.dialect.name == "postgresql":
            holder.execute(text("SELECT * FROM audit_head FOR UPDATE"))
        with pytest.raises(DatabaseLocked, match="Wait until the other program"):
            add_locations(impatient, clock, 1)
    with engine.connect() as connection:
        count = connection.execute(text("SELECT count(*) FROM location")).scalar_one()
    assert count == 0


def test_a_full_disk_writes_nothing_and_says_so(engine: Engine, clock: Clock) -> None:
    if engine.dialect.name == "postgresql":
        failing = "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '53100'; END $$"
        with (
            pytest.raises(DatabaseFull, match="Free space"),
            engine.begin() as connection,
        ):
            connection.execute(text(failing))
        return

    @event.listens_for(engine, "connect")
    def _small(dbapi: sqlite3.Connection, _record: object) -> None:
        pages = dbapi.execute("PRAGMA page_count").fetchone()[0]
        dbapi.execute(f"PRAGMA max_page_count = {pages + 2}")

    with pytest.raises(DatabaseFull, match="Free space"):
        add_locations(engine, clock, 10_000)
    assert verify(engine) == []
    with engine.connect() as connection:
        count = connection.execute(text("SELECT count(*) FROM location")).scalar_one()
    assert count == 0


def test_missing_tables_are_a_matter_of_upgrading(tmp_path: Path, clock: Clock) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'new.sqlite'}")
    with (
        pytest.raises(SchemaMismatch, match="purser db upgrade"),
        work_on(engine, clock) as work,
    ):
        ensure(work, "location", "a", name="A")
    engine.dispose()


def test_missing_tables_are_named_on_postgresql_too(postgres_server: Server) -> None:
    engine = make_engine(postgres_server.url("postgres"))
    with (
        pytest.raises(SchemaMismatch, match="purser db upgrade"),
        engine.connect() as connection,
    ):
        connection.execute(text("SELECT * FROM asset"))
    engine.dispose()


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "letter.sqlite"
    path.write_text("Dear Sir or Madam, " * 100)
    engine = make_engine(f"sqlite:///{path}")
    with pytest.raises(DatabaseDamaged, match="restore the last backup"):
        engine.connect()
    engine.dispose()


def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseUnwritable, match="choose another place"):
        make_engine(default_url(tmp_path / "file" / "data"))


def test_a_read_only_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    make_engine(f"sqlite:///{path}").dispose()
    engine = make_engine(f"sqlite:///file:{path}?mode=ro&uri=true")
    with pytest.raises(DatabaseUnwritable, match="write permission"):
        engine.connect()
    engine.dispose()


def _refused(url: str) -> StorageError:
    engine = make_engine(url)
    with pytest.raises(DatabaseUnreachable) as raised:
        engine.connect()
    engine.dispose()
    return raised.value


def test_a_wrong_password_is_told_but_never_shown(postgres_server: Server) -> None:
    error = _refused(postgres_server.tcp_url("postgres", "s3cret-and-wrong"))
    assert "password authentication failed" in error.problem
    shown = [str(error), repr(error), repr(error.__cause__), str(error.__context__)]
    assert not any("s3cret-and-wrong" in text for text in shown)
    assert "***" in error.where


def test_a_missing_database_is_told(postgres_server: Server) -> None:
    error = _refused(postgres_server.tcp_url("nowhere"))
    assert '"nowhere" does not exist' in error.problem
    assert PASSWORD not in str(error)


def test_a_silent_server_is_told() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        error = _refused(f"postgresql://u:hidden@127.0.0.1:{port}/d")
    assert "refused" in error.problem
    assert "hidden" not in f"{error} {error.__cause__!r}"


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("purser.sqlite", "cannot be read"),
        ("postgresql://u:p@ss@:x/d", "cannot be read"),
        ("mysql://u:secret@h/d", "cannot be read|not supported"),
        ("oracle+nonsense://u:secret@h/d", "cannot be read"),
        ("", "cannot be read"),
    ],
)
def test_a_url_that_is_none_is_told_without_showing_it(url: str, problem: str) -> None:
    with pytest.raises(Invalid, match=problem) as raised:
        make_engine(url)
    assert "secret" not in f"{raised.value} {raised.value.__cause__!r}"
    assert "postgresql://USER" in raised.value.remedy
