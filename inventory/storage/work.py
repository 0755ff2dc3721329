"""Unit of work: one transaction, the audit rows of it, the events of it.

May import `inventory.storage`, `inventory.kernel.events` and SQLModel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine
from sqlmodel import Session

from inventory.kernel.events import Event
from inventory.storage.audit import AUDIT_KEY, Change, append, canonical
from inventory.storage.engine import DISPATCH, RECORD, for_writing

Clock = Callable[[], datetime]
"""Returns the present moment as aware UTC."""

MAX_EVENTS = 100_000
"""Handlers that answer each other for ever are a programming error; stop them."""


Record = Callable[["UnitOfWork", Sequence[Event]], None]
"""Receives all events of a change at once, after the handlers, before the commit."""


class UnitOfWork:
    """All or nothing, with its audit rows.

    ::

        with UnitOfWork(engine, actor="person:7", clock=clock) as work:
            asset_id = register(work, ...)
            work.commit()

    Leaving without `commit` rolls everything back. On SQLite the first use of
    `session` waits for other writers and keeps them out until `commit`: collect
    first, then open the unit of work. `commit` may be called again for a next batch.

    Args:
        engine: The database.
        actor: Who acts: `person:7`, `token:3`, `scan:12`, `hr:sap`, `cli:root`.
        clock: Present moment as aware UTC.
        request_id: Ties the audit rows to a request in the logs.
        dispatch: Receives each emitted event before the commit, within the same
            transaction; without, that of the engine (`with_handlers`), if it has one.
        looking: It only reads, so it keeps no writer out, and cannot be committed.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        actor: str,
        clock: Clock,
        request_id: str | None = None,
        dispatch: Callable[[UnitOfWork, Event], None] | None = None,
        looking: bool = False,
    ) -> None:
        self.actor = actor
        self.clock = clock
        self.request_id = request_id
        options = engine.get_execution_options()
        self._dispatch = dispatch or options.get(DISPATCH)
        self._record: Record | None = options.get(RECORD)
        self._audit_key: bytes | None = options.get(AUDIT_KEY)
        self._looking = looking
        self._engine = engine if looking else for_writing(engine)
        self._session: Session | None = None
        self._connection: Connection | None = None
        self._changes: list[Change] = []
        self._events: list[Event] = []
        self._handled = 0

    def __enter__(self) -> Self:
        self._session = Session(self._engine, expire_on_commit=False)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.session.close()
        self._session = None
        self._forget()

    @property
    def session(self) -> Session:
        """The open session; its transaction begins with its first use."""
        if self._session is None:
            raise RuntimeError("the unit of work is used outside of its with block")
        return self._session

    @property
    def connection(self) -> Connection:
        """The connection of the session, for Core statements in the same transaction.

        Rows pending in the session are not flushed by it.
        """
        # Asked for with each statement; the session looks for it anew each time.
        if self._connection is None:
            self._connection = self.session.connection()
        return self._connection

    @property
    def pending(self) -> int:
        """Number of changes noted since the last commit."""
        return len(self._changes)

    @property
    def noted(self) -> frozenset[tuple[str, str]]:
        """Entity and id of what was changed since the last commit."""
        return frozenset((each.entity, each.entity_id) for each in self._changes)

    def audit(
        self,
        entity: str,
        entity_id: int | str,
        action: str,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
    ) -> None:
        """Note a change; it is written with the commit.

        Args:
            entity: Table or aggregate, such as `asset`.
            entity_id: Its id.
            action: What was done, such as `create`, `transition`, `end`.
            before: Changed fields as they were; None if there was nothing.
            after: Changed fields as they are; None if it is gone.

        Raises:
            TypeError: A value has no JSON form.
        """
        self._changes.append(
            Change(
                self.clock(),
                self.actor,
                self.request_id,
                entity,
                str(entity_id),
                action,
                canonical(before),
                canonical(after),
            )
        )

    def emit(self, event: Event) -> None:
        """Say what happened; handlers see it before the commit."""
        self._events.append(event)

    def commit(self) -> None:
        """Run the handlers, seal the audit rows and commit, all or nothing.

        Raises:
            StorageError: The database did not take it; nothing was written.
        """
        if self._looking:
            raise RuntimeError("a unit of work that looks has nothing to commit")
        self.settle()
        if self._record is not None and self._events:
            self._record(self, self._events)
        if self._changes:
            append(self.connection, self._changes, self._audit_key)
        self.session.commit()
        self._forget()

    def settle(self) -> None:
        """Run the handlers of what was said so far, without committing.

        What is read afterwards in the same transaction is what a commit would leave.
        """
        self._handle_events()
        self.session.flush()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what is done within, and what was said and noted, if it raises."""
        changes, events, handled = len(self._changes), len(self._events), self._handled
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            del self._changes[changes:]
            del self._events[events:]
            self._handled = handled
            raise

    def rollback(self) -> None:
        """Undo everything since the last commit; the unit can be used again."""
        self.session.rollback()
        self._forget()

    def _handle_events(self) -> None:
        if self._dispatch is None:
            return
        most = len(self._events) + MAX_EVENTS
        while self._handled < len(self._events):
            if self._handled >= most:
                raise RuntimeError(f"handlers emit more than {MAX_EVENTS} events")
            event = self._events[self._handled]
            self._handled += 1
            self._dispatch(self, event)

    def _forget(self) -> None:
        self._connection = None
        self._changes.clear()
        self._events.clear()
        self._handled = 0
