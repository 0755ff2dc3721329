"""What everything here works with: a unit of work and the rules. Imports `storage`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from weakref import WeakSet

from sqlalchemy import Connection, RootTransaction, text

from inventory.provisioning.rules import Rules
from inventory.provisioning.statements.organisation import Unit
from inventory.storage.work import UnitOfWork
from inventory.telecom.estate.line_states import LineStates

_LOCK = 7_041_968
"""Any number; names the lock of provisioning on PostgreSQL."""
_LOCKED: WeakSet[RootTransaction] = WeakSet()
"""Transactions that have the lock until they end."""


def lock_provisioning(work: UnitOfWork) -> None:
    """Keep other changes of cases out until the transaction ends.

    One event locks a person, cases and things in stock in an order that depends on
    what it says; two at once could wait for each other for ever. SQLite has one
    writer anyway.
    """
    connection = work.connection
    if connection.dialect.name != "postgresql":
        return
    transaction = connection.get_transaction()
    if transaction in _LOCKED:
        return
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    if transaction is not None and not connection.in_nested_transaction():
        # A lock that is taken after a savepoint goes when that is undone.
        _LOCKED.add(transaction)


@dataclass(frozen=True, slots=True)
class CaseContext:
    """A change of cases in one unit of work.

    Attributes:
        work: The unit of work; the caller commits.
        given: The rules that decide, or what returns those in force in a database, when
            they are needed.
        line_states: Returns the states of telecom lines, when they are needed; None:
            there is no telecom estate, and lines of cases that ask for one wait.
        kept: What was read once, and holds until the transaction ends.
        units: Units by what was asked of them; no event adds or changes one.
    """

    work: UnitOfWork
    given: Rules | Callable[[Connection], Rules]
    line_states: Callable[[], LineStates] | None = None
    kept: dict[str, int] = field(default_factory=dict, compare=False)
    units: dict[object, dict[tuple[str, str], Unit]] = field(
        default_factory=dict, compare=False
    )

    @property
    def connection(self) -> Connection:
        """The connection of the transaction."""
        return self.work.connection

    @property
    def rules(self) -> Rules:
        """What decides."""
        given = self.given
        return given if isinstance(given, Rules) else given(self.connection)

    def today(self, site: str = "") -> date:
        """Return the present day of a site."""
        return self.rules.calendars.today(site, self.work.clock())

    def lock_cases(self) -> None:
        """Keep other changes of cases out until the transaction ends."""
        lock_provisioning(self.work)
