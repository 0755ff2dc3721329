"""Trying a change: it is carried out where nobody waits for it, and nothing stays."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TypeVar

from sqlalchemy import Connection, Engine, event

from inventory.storage.trials.copies import can_be_copied, copied
from inventory.storage.trials.temporary_tables import Shadows
from inventory.storage.work import UnitOfWork

T = TypeVar("T")

BRIEF = 0.2
"""Seconds for which a trial may keep the other writers of a SQLite file waiting."""


class _Turns:
    """One trial after the other, with a rest between, in which others can write.

    A writer of SQLite that waits looks only now and then whether it is its turn (every
    100 ms in the end); trials that follow each other at once would shut it out.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._rests_until = 0.0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Wait for a turn, and rest afterwards for half as long as it took."""
        with self._lock:
            time.sleep(max(0.0, self._rests_until - time.monotonic()))
            begun = time.monotonic()
            try:
                yield
            finally:
                ended = time.monotonic()
                self._rests_until = ended + (ended - begun) / 2


_TURNS = _Turns()


class _TooLong(Exception):
    """A trial goes on for longer than others may be kept waiting."""


def tried(
    engine: Engine,
    open_work: Callable[[Engine], UnitOfWork],
    attempt: Callable[[UnitOfWork], T],
    *,
    is_long: bool = False,
) -> T:
    """Return what an attempt comes to; nothing of it is kept.

    On SQLite an attempt that does not end soon is begun again on a copy; on
    PostgreSQL it changes temporary tables.

    Args:
        engine: The database.
        open_work: Opens a unit of work on an engine.
        attempt: Reads and writes by its unit of work alone, and commits nothing.
        is_long: It is known to take long, so that it begins on a copy.

    Raises:
        DatabaseFull: There is no room for a copy.
    """
    if not can_be_copied(engine):
        return _undone(open_work(engine), attempt)
    if not is_long:
        try:
            with _TURNS.one():
                return _undone(open_work(engine), attempt, BRIEF)
        except _TooLong:
            pass
    with copied(engine) as copy:
        return _undone(open_work(copy), attempt)


def _undone(
    work: UnitOfWork,
    attempt: Callable[[UnitOfWork], T],
    seconds: float | None = None,
) -> T:
    with work:
        connection = work.connection
        if connection.dialect.name == "postgresql":
            Shadows(connection)
        if seconds is not None:
            _end_after(connection, seconds)
        try:
            return attempt(work)
        finally:
            work.rollback()


def _end_after(connection: Connection, seconds: float) -> None:
    """Let statements of a connection fail from a moment on."""
    end = time.monotonic() + seconds

    @event.listens_for(connection, "before_cursor_execute")
    def _look(*_: object) -> None:
        if time.monotonic() > end:
            raise _TooLong
