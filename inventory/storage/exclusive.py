"""One process at a time: named locks that end with the process that holds them.

For work that reads much, thinks long and then writes, which must not be one long
transaction: it would keep all other writers out. Imports `errors` only.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine, text

from inventory.kernel.errors import DatabaseLocked

try:
    import fcntl
except ImportError:  # Windows, where one process works on a SQLite file
    fcntl = None  # type: ignore[assignment]

PATIENCE = 900.0
"""Seconds to wait for another process."""
_PAUSE = 0.2

_TAKE = text("SELECT pg_try_advisory_lock(:key)")
_LEAVE = text("SELECT pg_advisory_unlock(:key)")
_TAKE_FOR_TRANSACTION = text("SELECT pg_advisory_xact_lock(:key)")


@contextmanager
def one_at_a_time(
    engine: Engine, name: str, scope: str = "", *, patience: float = PATIENCE
) -> Iterator[None]:
    """Hold a named lock while the block runs, whichever process wants it as well.

    On PostgreSQL it is a lock of a connection of its own; on SQLite that of a file
    beside the database, which does not tell scopes apart. Either ends with the
    process. A database in memory has one process. Not to be nested.

    Args:
        engine: The database.
        name: What is done, such as `scan-conclusions`; part of a file's name.
        scope: What it is done with, such as a site.
        patience: Seconds to wait for another one; 0 asks once.

    Raises:
        DatabaseLocked: Another process held it all that time.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            with _of_server(connection, f"{name} {scope}", patience):
                yield
        return
    path = engine.url.database
    if fcntl is None or not path or path == ":memory:":
        yield
        return
    with _of_file(f"{path}.{name}.lock", patience):
        yield


def lock_for_transaction(connection: Connection, name: str) -> None:
    """Keep others out who want the same name, until the transaction ends.

    On SQLite whoever writes is alone already.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_TAKE_FOR_TRANSACTION, {"key": _key(name)})


@contextmanager
def _of_server(connection: Connection, name: str, patience: float) -> Iterator[None]:
    # Without a transaction that stays open: it would hold back the clean-up of rows.
    connection = connection.execution_options(isolation_level="AUTOCOMMIT")
    key = {"key": _key(name)}
    _wait(lambda: bool(connection.execute(_TAKE, key).scalar_one()), patience, name)
    try:
        yield
    finally:
        # If the connection is gone, so is the lock.
        with suppress(Exception):
            connection.execute(_LEAVE, key)


@contextmanager
def _of_file(path: str, patience: float) -> Iterator[None]:
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:

        def take() -> bool:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        _wait(take, patience, path)
        yield
    finally:
        os.close(file)


def _wait(take: Callable[[], bool], patience: float, name: str) -> None:
    until = time.monotonic() + patience
    while not take():
        if time.monotonic() >= until:
            raise DatabaseLocked(where=name)
        time.sleep(_PAUSE)


def _key(name: str) -> int:
    digest = hashlib.blake2b(name.encode(), digest_size=8, person=b"exclusive").digest()
    return int.from_bytes(digest, "big", signed=True)
