"""A file that `dump` wrote to a database: the one in use, or a scratch one."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Engine, inspect, make_url, text

from inventory.backup.dump import Programs, sqlite_file
from inventory.kernel.errors import Conflict
from inventory.kernel.texts import N_
from inventory.storage.engine import make_engine

_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_OWN_ROOM = ("--no-owner", "--no-privileges", "--no-comments", "--exit-on-error")


def is_empty(url: str) -> bool:
    """Whether a database has no table yet."""
    engine = make_engine(url)
    try:
        return not inspect(engine).get_table_names()
    finally:
        engine.dispose()


def load(dumped: Path, url: str, programs: Programs, *, replace: bool) -> Path | None:
    """Put a dump back; return where the replaced SQLite file was moved to.

    Args:
        dumped: The file; that of a SQLite database is moved.
        url: The database, which exists.
        programs: Those of PostgreSQL.
        replace: What is there may go.

    Raises:
        Conflict: It is not empty, and may not be replaced, or somebody uses it.
        StorageError: It cannot be written.
    """
    if not replace and not is_empty(url):
        raise Conflict(
            N_("The database has tables already."),
            where="database_url",
            remedy=N_("Name an empty one, or add --replace."),
        )
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _put_file(dumped, sqlite_file(parsed))
    clean = ("--clean", "--if-exists") if replace else ()
    if replace:
        _check_unused(url, parsed)
    _pg_restore(dumped, parsed, programs, *clean)
    return None


@contextmanager
def scratch(dumped: Path, engine: Engine, programs: Programs) -> Iterator[Engine]:
    """Yield a scratch database with a dump in it, which is removed at the end.

    Args:
        dumped: The file; that of a SQLite database is opened where it lies.
        engine: Says which kind, and on which server the scratch database is made.
        programs: Those of PostgreSQL.
    """
    if engine.dialect.name == "sqlite":
        opened = make_engine(f"sqlite:///{dumped}")
        try:
            yield opened
        finally:
            opened.dispose()
        return
    name = f"purser_check_{secrets.token_hex(6)}"
    _on_server(engine, f"CREATE DATABASE {name}")
    try:
        url = engine.url.set(database=name)
        _pg_restore(dumped, url, programs)
        opened = make_engine(url.render_as_string(hide_password=False))
        try:
            yield opened
        finally:
            opened.dispose()
    finally:
        _on_server(engine, f"DROP DATABASE {name} WITH (FORCE)")


def _on_server(engine: Engine, statement: str) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as alone:
        alone.exec_driver_sql(statement)


def _pg_restore(dumped: Path, url: URL, programs: Programs, *options: str) -> None:
    arguments = [*_OWN_ROOM, "--single-transaction", *options]
    arguments += [f"--dbname={url.database}", str(dumped)]
    programs.run(url, "pg_restore", arguments)


def _check_unused(url: str, parsed: URL) -> None:
    """Refuse to put tables in place of those that somebody is at work with.

    Raises:
        Conflict: Another program is connected.
    """
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            others = connection.execute(_OTHERS).scalar_one()
    finally:
        engine.dispose()
    if others:
        raise _used(str(parsed.database))


def _used(database: object) -> Conflict:
    return Conflict(
        N_("Another program uses the database {file}."),
        where="database_url",
        remedy=N_("Stop `purser serve` and every other command first."),
        file=database,
    )


def _put_file(dumped: Path, target: Path) -> Path | None:
    moved = _moved_away(target) if target.exists() and target.stat().st_size else None
    fresh = target.with_name(f"{target.name}.restoring")
    shutil.move(dumped, fresh)
    fresh.chmod(0o600)
    fresh.replace(target)
    for leftover in ("-wal", "-shm"):
        target.with_name(target.name + leftover).unlink(missing_ok=True)
    return moved


def _moved_away(target: Path) -> Path:
    """Move a database aside, which nobody may be using."""
    with closing(sqlite3.connect(target, timeout=1, isolation_level=None)) as alone:
        try:
            # Back from the write-ahead log, which needs to be the only user.
            busy = alone.execute("PRAGMA journal_mode = DELETE").fetchone()[0] == "wal"
        except sqlite3.OperationalError:
            busy = True
    if busy:
        raise _used(target)
    kept = target.with_name(f"{target.name}.before-{secrets.token_hex(4)}")
    target.replace(kept)
    return kept
