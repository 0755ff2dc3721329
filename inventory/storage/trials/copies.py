"""A copy of a SQLite database, for as long as something is tried on it."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore

from sqlalchemy import Engine

from inventory.kernel.errors import DatabaseFull
from inventory.kernel.texts import N_
from inventory.storage.engine import make_engine

_PREFIX = ".trial-"
_LEFT_BEHIND = 3600.0
"""Seconds after which a copy belongs to a process that was killed."""
_AT_ONCE = BoundedSemaphore(2)
"""Each takes as much room on the disk as the database."""


def can_be_copied(engine: Engine) -> bool:
    """Whether the database is a file."""
    name = engine.url.database
    return engine.dialect.name == "sqlite" and bool(name) and name != ":memory:"


@contextmanager
def copied(engine: Engine) -> Iterator[Engine]:
    """Yield an engine over a copy of a SQLite file, which is gone afterwards.

    The copy is one moment of the database; writers go on while it is made. It lies
    beside the database, readable by the same user.

    Raises:
        DatabaseFull: There is no room for it.
    """
    beside = Path(str(engine.url.database)).parent
    _clear(beside)
    with _AT_ONCE, TemporaryDirectory(prefix=_PREFIX, dir=beside) as folder:
        path = Path(folder) / "copy.sqlite"
        _copy(engine, path)
        made = make_engine(f"sqlite:///{path}", pool_size=1)
        try:
            yield made.execution_options(**engine.get_execution_options())
        finally:
            made.dispose()


def _copy(engine: Engine, path: Path) -> None:
    try:
        with (
            engine.connect() as connection,
            closing(sqlite3.connect(path)) as target,
        ):
            target.execute("PRAGMA synchronous = OFF")
            source = connection.connection.driver_connection
            assert isinstance(source, sqlite3.Connection)
            source.backup(target)
    except sqlite3.Error as error:
        raise DatabaseFull(
            N_("There is no room for a copy on which this could be tried."),
            where=str(path.parent.parent),
        ) from error


def _clear(beside: Path) -> None:
    """Remove copies that a process which was killed has left."""
    for old in beside.glob(f"{_PREFIX}*"):
        try:
            if time.time() - old.stat().st_mtime > _LEFT_BEHIND:
                shutil.rmtree(old, ignore_errors=True)
        except FileNotFoundError:  # gone meanwhile
            continue
