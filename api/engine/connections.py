"""The connections that the engine of jobs uses.

Its own, beside those of the register: what it reads as "try again" and what as "give
up" depends on how an error of the driver looks.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import ExceptionContext

from inventory.storage.engine import connecting

LOCK_WAIT_MS = 30_000

GONE = ("connection is bad", "connection is closed", "connection is lost")
"""psycopg after a server that was reached over a Unix socket went away."""


def for_server(url: str, most: int = 30) -> Engine:
    """Return connections to PostgreSQL, so many at most."""
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(
        parsed,
        pool_pre_ping=True,
        pool_size=min(10, most),
        max_overflow=most - min(10, most),
        hide_parameters=True,
        connect_args=connecting(),
    )

    @event.listens_for(engine, "handle_error")
    def _gone(context: ExceptionContext) -> None:
        if is_gone(context.original_exception):
            context.is_disconnect = True

    return engine


def is_gone(error: BaseException) -> bool:
    """Whether an error of the driver means that the connection is no more.

    What the engine does not take for that, it gives up on, and the job is stranded.
    """
    if not isinstance(error, psycopg.OperationalError):
        return False
    return error.sqlstate is None and any(word in str(error) for word in GONE)


def for_file(path: Path) -> Engine:
    """Return connections to a SQLite file, with a write-ahead log."""
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _connect(dbapi: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401
        dbapi.isolation_level = "IMMEDIATE"
        dbapi.execute(f"PRAGMA busy_timeout = {LOCK_WAIT_MS}")
        dbapi.execute("PRAGMA foreign_keys = ON")
        if dbapi.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            dbapi.execute("PRAGMA journal_mode = WAL")
        # What a power cut takes from it, the rows of the register give back.
        dbapi.execute("PRAGMA synchronous = NORMAL")

    return engine
