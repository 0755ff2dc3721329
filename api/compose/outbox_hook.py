"""Ties handlers and outbox to the database: every change on it is told.

Whoever changes something, a request, a command or a scan, sets off the same. Imported
by the wiring, so it imports none of it; the handlers are loaded with the first event.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache

from sqlalchemy import Connection, Engine

from inventory.accounting.catalogue.ruleset import Rules as AccountingRules
from inventory.kernel.events import Event
from inventory.outbox.delivery_rules import Scope
from inventory.outbox.recorder import Recorder
from inventory.provisioning.rules import Rules
from inventory.storage.engine import with_handlers
from inventory.storage.work import UnitOfWork
from inventory.telecom.estate.line_states import LineStates


def telling(
    engine: Engine,
    rules: Callable[[Connection], Rules],
    accounting: Callable[[], AccountingRules] | None = None,
    line_states: Callable[[], LineStates] | None = None,
) -> Engine:
    """Return a view of the engine whose changes set off handlers and webhooks.

    Args:
        engine: The database.
        rules: Returns the rules of provisioning that are in force in a database;
            asked for when they are needed.
        accounting: Returns those of accounting; None: nothing comes into books.
        line_states: Returns those of telecom lines; None: lines of leavers stay.
    """

    @cache
    def dispatcher() -> Callable[[UnitOfWork, Event], None]:
        from inventory import handlers

        return handlers.dispatcher(rules, accounting, line_states)

    def dispatch(work: UnitOfWork, event: Event) -> None:
        dispatcher()(work, event)

    return with_handlers(engine, dispatch=dispatch, record=Recorder(_scopes))


def _scopes(
    connection: Connection, events: Sequence[Event], today: date
) -> Sequence[Scope]:
    from inventory.queries.event_scopes import scopes

    return scopes(connection, events, today)
