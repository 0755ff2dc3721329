"""The rows of a schedule, and where they come from. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One period of one asset in one book; amounts in minor units.

    The closing book value is cost - accumulated - impairment, and
    opening + additions + revaluation - impairment_loss + impairment_reversal
    - depreciation - disposed = closing, to the unit.

    Attributes:
        period: Period id.
        year: Fiscal year.
        start: First day of the period.
        end: First day after it.
        opening: Book value at the start.
        additions: Cost added.
        revaluation: Book value change by revaluation.
        impairment_loss: Written down.
        impairment_reversal: Written up again.
        depreciation: Charged in the period.
        disposed: Book value derecognised.
        cost: Gross cost at the end.
        accumulated: Accumulated depreciation at the end.
        impairment: Accumulated impairment at the end.
        closing: Book value at the end.
        service: Years of service in the period, as a fraction.
        days: Days in service in the period.
        residue: Minor units by which rounding moved this row from its exact amount.
        caught_up: Part of the charge that belongs to earlier periods.
        method: Method in force at the end of the period.
        events: Ids of the events that took effect in the period.
        posted: Whether the row is booked and can no longer change.
    """

    period: str
    year: str
    start: date
    end: date
    opening: int
    additions: int = 0
    revaluation: int = 0
    impairment_loss: int = 0
    impairment_reversal: int = 0
    depreciation: int
    disposed: int = 0
    cost: int
    accumulated: int
    impairment: int = 0
    closing: int
    service: Fraction
    days: int
    residue: Fraction = Fraction(0)
    caught_up: int = 0
    method: str
    events: tuple[str, ...] = ()
    posted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Derecognised:
    """What left with a disposal, whole or in part.

    Attributes:
        event: Id of the disposal.
        effective: Its day.
        cost: Gross cost removed.
        accumulated: Accumulated depreciation removed.
        impairment: Accumulated impairment removed.
        surplus: Revaluation surplus that goes to retained earnings (IAS 16.41).
        proceeds: Received, less costs of disposal.
        gain: Proceeds less book value; negative is a loss (IAS 16.71).
    """

    event: str
    effective: date
    cost: int
    accumulated: int
    impairment: int
    surplus: int
    proceeds: int
    gain: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Remeasured:
    """How a revaluation or impairment splits between profit and equity.

    Attributes:
        event: Id of the event.
        effective: Its day.
        amount: Change of book value.
        profit: Part in profit or loss (IAS 16.39-40, IAS 36.60, 36.119).
        equity: Part in other comprehensive income (revaluation surplus).
        revaluation: Whether it is a revaluation; otherwise an impairment or its
            reversal.
        cost: Change of the gross cost.
        accumulated: Change of accumulated depreciation.
        impairment: Change of accumulated impairment.
    """

    event: str
    effective: date
    amount: int
    profit: int
    equity: int
    revaluation: bool = False
    cost: int = 0
    accumulated: int = 0
    impairment: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The life of one asset in one book."""

    rows: tuple[Row, ...]
    derecognised: tuple[Derecognised, ...] = ()
    remeasured: tuple[Remeasured, ...] = ()

    def at(self, day: date) -> Row | None:
        """Return the row of the period that contains `day`, or None."""
        for row in self.rows:
            if row.start <= day < row.end:
                return row
        return None

    @property
    def total(self) -> int:
        """All depreciation charged."""
        return sum(row.depreciation for row in self.rows)
