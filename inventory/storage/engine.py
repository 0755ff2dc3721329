"""One engine factory for both databases. Imports `failures` and `errors` only.

SQLite: write-ahead log, so readers never wait for the writer; foreign keys on; a
busy timeout. A transaction that will write must say so at its start (`writing`):
it begins with BEGIN IMMEDIATE and waits its turn there, because a read transaction
that turns into a writer cannot wait; SQLite refuses it to avoid a deadlock.
"""

from __future__ import annotations

import os
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as AllTaken
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

from inventory.kernel.errors import DatabaseCrowded, DatabaseUnwritable, Invalid
from inventory.kernel.texts import N_
from inventory.storage.driver_errors.failures import hide_rows, translate

DATABASE_FILE = "purser.sqlite"
LOCK_WAIT_SECONDS = 30.0
CONNECT_WAIT_SECONDS = 10
IDLE_SECONDS = 600
"""A transaction in which nothing is done for so long is ended by PostgreSQL: it would
keep locks, and old rows from being cleared away."""
POOL_SIZE, POOL_MORE = 10, 40
"""Connections kept, and opened beyond these when needed: two for each request that is
let in at once, and some for scans and what runs beside."""

MAPPED_BYTES = 2**31 - 2**16
"""So much of a SQLite file is read where it lies in memory, the most that SQLite takes.
Its own cache holds 2 MB: of what a long list needs, each page would be copied again."""

_WRITER = "purser_writer"
_REPEATABLE = "purser_repeatable"
_SYNCHRONOUS = "purser_synchronous"
PROGRAM = "purser "
"""Begins the name of each of our processes at a server."""
DISPATCH = "purser_dispatch"
RECORD = "purser_record"


def default_url(data_dir: Path) -> str:
    """Return the URL of the embedded database in the user's data directory."""
    return URL.create(
        "sqlite", database=str(data_dir / DATABASE_FILE)
    ).render_as_string()


def make_engine(
    url: str,
    *,
    lock_wait: float = LOCK_WAIT_SECONDS,
    pool_size: int = POOL_SIZE,
    most: int | None = None,
) -> Engine:
    """Return an engine for a SQLite or PostgreSQL URL.

    The file of a SQLite database, and its directory, are made if they are missing,
    readable by this user only. No connection is opened to a server yet.

    Args:
        url: `sqlite:///path` or `postgresql://user:password@host/database`.
        lock_wait: Seconds to wait for another writer before giving up.
        pool_size: Connections that are kept open.
        most: Connections that are open at once; who needs another one waits for it.
            Without it, `POOL_MORE` beyond those that are kept.

    Raises:
        Invalid: The URL is not one, or names another kind of database.
        DatabaseUnwritable: The directory cannot be made or written.
    """
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, lock_wait, pool_size)
    return _postgres(parsed, lock_wait, _sizes(pool_size, most))


def _sizes(kept: int, most: int | None) -> dict[str, int]:
    if most is None:
        return {"pool_size": kept, "max_overflow": POOL_MORE}
    kept = min(kept, most)
    return {"pool_size": kept, "max_overflow": most - kept}


@dataclass(frozen=True, slots=True)
class Shares:
    """How the connections that a process may open to a server are divided.

    Attributes:
        register: For requests, jobs, scans and all else that reads and writes. Two for
            each request that is let in at once (`api.http.admission`), or requests
            that hold one would wait for each other.
        jobs: For the engine of jobs.
        scopes: Scopes whose views are kept, each in a connection of its own.
    """

    register: int
    jobs: int
    scopes: int

    @classmethod
    def of(cls, most: int) -> Shares:
        """Return three parts in five for the register, one for each of the others."""
        part = most // 5
        return cls(most - 2 * part, part, part)


def program_name() -> str:
    """Return how this process is called in the server's `pg_stat_activity`.

    By it connections of one process are told from those of another.
    """
    host = socket.gethostname().encode("ascii", "replace").decode()
    return f"{PROGRAM}{os.getpid()}@{host}"[:63]


class _Pool(QueuePool):
    """Says that all connections are taken as a database says it."""

    def connect(self) -> PoolProxiedConnection:
        try:
            return super().connect()
        except AllTaken as error:
            raise DatabaseCrowded(
                N_("All connections of this process are in use.")
            ) from error


def connecting() -> dict[str, Any]:
    """Return what the driver of PostgreSQL is told with each connection."""
    return {
        "connect_timeout": CONNECT_WAIT_SECONDS,
        "application_name": program_name(),
    }


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that will write; commit at the end, roll back on errors.

    For writes that need no audit row of their own; changes of the register go
    through `UnitOfWork`.
    """
    with for_writing(engine).begin() as connection:
        yield connection


def for_writing(engine: Engine) -> Engine:
    """Return a view of the engine whose transactions begin as writers."""
    return engine.execution_options(**{_WRITER: True})


def with_handlers(
    engine: Engine,
    *,
    dispatch: Callable[..., None] | None = None,
    record: Callable[..., None] | None = None,
) -> Engine:
    """Return a view of the engine whose changes are told to others.

    Whoever opens a unit of work on it, be it a request, a command or a scan, sets off
    the same handlers and fills the same outbox.

    Args:
        engine: The database.
        dispatch: Receives each event of a unit of work before its commit.
        record: Receives all of them at once, after the handlers.
    """
    return engine.execution_options(**{DISPATCH: dispatch, RECORD: record})


def repeatable(engine: Engine) -> Engine:
    """Return a view of the engine for what may be done again after a power cut.

    A commit on SQLite then does not wait for the disk. Killing the process loses
    nothing; a power cut may lose the last transactions, whole and in order, so the
    database and its audit chain stay consistent (write-ahead log with `synchronous =
    NORMAL`). Fit for what a scan reads, which the next scan reads again; not for what
    a person decided or accounting posted.
    """
    return engine.execution_options(**{_REPEATABLE: True})


def _parse(url: str) -> URL:
    remedy = "Write sqlite:///PATH or postgresql://USER:PASSWORD@HOST/DATABASE."
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
        if backend == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError):
        # The text may hold a password, so it is neither shown nor chained.
        raise Invalid(
            N_("The database URL cannot be read."), where="database_url", remedy=remedy
        ) from None
    if backend not in {"sqlite", "postgresql"}:
        raise Invalid(
            N_("Databases of the kind {backend!r} are not supported."),
            where="database_url",
            remedy=remedy,
            backend=backend,
        )
    return parsed


def _sqlite(url: URL, lock_wait: float, pool_size: int) -> Engine:
    if url.database and url.database != ":memory:":
        _prepare_file(Path(url.database))
    pool: dict[str, Any] = {"hide_parameters": True}
    if url.database and url.database != ":memory:":
        pool |= {"poolclass": _Pool, **_sizes(pool_size, None)}
    engine = create_engine(url, connect_args={"timeout": lock_wait}, **pool)

    @event.listens_for(engine, "connect")
    def _connect(dbapi: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401
        # SQLAlchemy, not the driver, says when a transaction begins (see below).
        dbapi.isolation_level = None
        dbapi.execute("PRAGMA foreign_keys = ON")
        dbapi.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")
        if dbapi.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            dbapi.execute("PRAGMA journal_mode = WAL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        writer = options.get(_WRITER, False)
        synchronous = "NORMAL" if options.get(_REPEATABLE, False) else "FULL"
        if writer and connection.info.get(_SYNCHRONOUS) != synchronous:
            connection.exec_driver_sql(f"PRAGMA synchronous = {synchronous}")
            connection.info[_SYNCHRONOUS] = synchronous
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    _translate_errors(engine, url)
    return engine


def _prepare_file(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise DatabaseUnwritable(
            N_("The database file cannot be written: {strerror}."),
            where=str(path),
            strerror=error.strerror,
        ) from error
    if not os.access(path.parent, os.W_OK):
        raise DatabaseUnwritable(
            N_(
                "The directory of the database cannot be written; SQLite keeps its "
                "journal there."
            ),
            where=str(path.parent),
        )


def _postgres(url: URL, lock_wait: float, sizes: dict[str, int]) -> Engine:
    engine = create_engine(
        url,
        pool_pre_ping=True,
        hide_parameters=True,
        poolclass=_Pool,
        **sizes,
        connect_args=connecting(),
    )

    @event.listens_for(engine, "connect")
    def _connect(dbapi: Any, _record: Any) -> None:  # noqa: ANN401
        with dbapi.cursor() as cursor:
            cursor.execute(
                # Compiling a query takes seconds; ours run for milliseconds.
                "SELECT set_config('lock_timeout', %s, false), "
                "set_config('jit', 'off', false), "
                "set_config('timezone', 'UTC', false), "
                "set_config('idle_in_transaction_session_timeout', %s, false)",
                (f"{int(lock_wait * 1000)}ms", f"{IDLE_SECONDS}s"),
            )
        dbapi.commit()

    _translate_errors(engine, url)
    return engine


def _translate_errors(engine: Engine, url: URL) -> None:
    @event.listens_for(engine, "handle_error", retval=True)
    def _handle(context: ExceptionContext) -> BaseException | None:
        hide_rows(context)
        return translate(context, url)
