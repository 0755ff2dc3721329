"""What happens to an asset in a book after it was capitalised. Pure.

Each event has the day it takes effect; the day it is posted is the ledger's matter.
Amounts are minor units of the asset's currency.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from inventory.accounting.terms import Param


class EventError(ValueError):
    """An event that cannot be applied; says which rule it breaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that changes a schedule.

    Attributes:
        id: Names the event in the rows that it changes.
        effective: First day on which it counts.
    """

    id: str
    effective: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening(Event):
    """Balances taken over from another system: rows before are not made.

    Attributes:
        accumulated: Depreciation booked before `effective`.
        impairment: Impairment booked before.
        units: Units of production used before.
    """

    accumulated: int
    impairment: int = 0
    units: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCost(Event):
    """Subsequent expenditure that is capitalised (IAS 16.12-14).

    Attributes:
        amount: Added cost; negative for a credit note.
        catch_up: Also charge the depreciation as if it had been there from the start:
            the way to correct an error (IAS 8.42), not to add something new.
    """

    amount: int
    catch_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEstimate(Event):
    """A new life, residual value or method, from now on (IAS 16.51, IAS 8.36).

    Attributes:
        life_months: New useful life counted from the start of depreciation.
        remaining_months: Or: new remaining life counted from `effective`.
        salvage: New residual value.
        method: New method; its parameters are in `params`.
        params: New parameters; None keeps those in force.
    """

    life_months: int | Fraction | None = None
    remaining_months: int | Fraction | None = None
    salvage: int | None = None
    method: str | None = None
    params: Mapping[str, Param] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revalue(Event):
    """Carry at fair value (IAS 16.31-42).

    Attributes:
        fair_value: New book value.
        proportional: Restate cost and accumulated depreciation in proportion
            (IAS 16.35(a)); otherwise eliminate the accumulated depreciation (b).
    """

    fair_value: int
    proportional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Impair(Event):
    """Write down to the recoverable amount (IAS 36.59)."""

    recoverable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseImpairment(Event):
    """Write up, at most to the amount without any impairment (IAS 36.117)."""

    recoverable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldForSale(Event):
    """Stop depreciating; carry at fair value less costs if lower (IFRS 5.15, 5.25)."""

    fair_value_less_costs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeUse(Event):
    """No longer held for sale (IFRS 5.27).

    Attributes:
        recoverable: Recoverable amount on that day.
    """

    recoverable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspend(Event):
    """Stop the clock, in books that allow it; the end of the life moves.

    Attributes:
        until: First day on which it runs again.
    """

    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage(Event):
    """Units of production used since the last reading, up to this day."""

    units: Fraction


class DisposalKind(StrEnum):
    """How an asset left."""

    SALE = "sale"
    SCRAP = "scrap"
    LOSS = "loss"
    TRANSFER = "transfer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispose(Event):
    """Derecognise the asset, or a share of it (IAS 16.67-71).

    Attributes:
        kind: How it left.
        proceeds: What was received.
        costs: Costs of disposal.
        share: Part that leaves; 1 for all of it.
    """

    kind: DisposalKind = DisposalKind.SALE
    proceeds: int = 0
    costs: int = 0
    share: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(Event):
    """Undo an earlier event as if it had never been."""

    of: str


def in_force(events: Sequence[Event]) -> list[Event]:
    """Return the events that count, in order of their days.

    Events of one day keep the order in which they were given.

    Raises:
        EventError: Two events share an id, or a cancelled one is unknown.
    """
    known: dict[str, Event] = {}
    for event in events:
        if event.id in known:
            raise EventError(f"two events are called {event.id}")
        known[event.id] = event
    gone: set[str] = set()
    for event in events:
        if isinstance(event, Cancel) and event.id not in gone:
            if event.of not in known:
                raise EventError(
                    f"event {event.id} cancels {event.of}, which is unknown"
                )
            gone.add(event.of)
    return sorted(
        (e for e in events if e.id not in gone and not isinstance(e, Cancel)),
        key=lambda event: event.effective,
    )
