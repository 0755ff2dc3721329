"""The rows of a schedule, and where they come from. Pure.

A row holds the balances at the end of a period and every flow that led to them, so
that the journal and the roll-forward need nothing else: what a late or cancelled event
changes is the difference of two rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """What moved in a period, in minor units.

    Attributes:
        additions: Cost capitalised.
        transferred_cost: Gross cost that came in (or, negative, went out) by split,
            merger or transfer to another legal entity, at book value.
        transferred_accumulated: Accumulated depreciation that came with it.
        transferred_impairment: Accumulated impairment that came with it.
        transferred_surplus: Revaluation surplus that came with it.
        revaluation: Book value change by revaluation.
        revaluation_accumulated: Change of accumulated depreciation by revaluation.
        revaluation_impairment: Change of accumulated impairment by revaluation.
        revaluation_equity: Part of `revaluation` in equity; the rest is profit or
            loss (IAS 16.39-40).
        impairment_loss: Impairment losses.
        impairment_reversal: Impairment losses reversed.
        impairment_equity: Part of the loss charged to the surplus (IAS 36.60).
        reversal_equity: Part of the reversal credited to the surplus (IAS 36.119).
        depreciation: Charged.
        disposed: Book value derecognised.
        disposed_accumulated: Accumulated depreciation derecognised.
        disposed_impairment: Accumulated impairment derecognised.
        disposed_surplus: Surplus that went to retained earnings with it (IAS 16.41).
        proceeds: Received for what was derecognised, less costs of disposal.
        realised: Surplus that went to retained earnings by use (IAS 16.41).
    """

    additions: int = 0
    transferred_cost: int = 0
    transferred_accumulated: int = 0
    transferred_impairment: int = 0
    transferred_surplus: int = 0
    revaluation: int = 0
    revaluation_accumulated: int = 0
    revaluation_impairment: int = 0
    revaluation_equity: int = 0
    impairment_loss: int = 0
    impairment_reversal: int = 0
    impairment_equity: int = 0
    reversal_equity: int = 0
    depreciation: int = 0
    disposed: int = 0
    disposed_accumulated: int = 0
    disposed_impairment: int = 0
    disposed_surplus: int = 0
    proceeds: int = 0
    realised: int = 0

    @property
    def cost_revaluation(self) -> int:
        """Change of the gross cost by revaluation."""
        return (
            self.revaluation
            + self.revaluation_accumulated
            + self.revaluation_impairment
        )

    @property
    def cost_disposed(self) -> int:
        """Gross cost derecognised."""
        return self.disposed + self.disposed_accumulated + self.disposed_impairment

    @property
    def gain(self) -> int:
        """Gain on disposal; negative is a loss (IAS 16.71)."""
        return self.proceeds - self.disposed

    @property
    def cost_change(self) -> int:
        """Change of the gross cost."""
        return (
            self.additions
            + self.transferred_cost
            + self.cost_revaluation
            - self.cost_disposed
        )

    @property
    def accumulated_change(self) -> int:
        """Change of accumulated depreciation."""
        return (
            self.depreciation
            + self.transferred_accumulated
            + self.revaluation_accumulated
            - self.disposed_accumulated
        )

    @property
    def impairment_change(self) -> int:
        """Change of accumulated impairment."""
        return (
            self.impairment_loss
            - self.impairment_reversal
            + self.transferred_impairment
            + self.revaluation_impairment
            - self.disposed_impairment
        )

    @property
    def surplus_change(self) -> int:
        """Change of the revaluation surplus in equity."""
        return (
            self.revaluation_equity
            - self.impairment_equity
            + self.reversal_equity
            + self.transferred_surplus
            - self.disposed_surplus
            - self.realised
        )

    @property
    def change(self) -> int:
        """Change of the book value."""
        return self.cost_change - self.accumulated_change - self.impairment_change

    def less(self, other: Flows) -> Flows:
        """Return what is left of these flows without others."""
        return Flows(**{n: getattr(self, n) - getattr(other, n) for n in FLOWS})


FLOWS = tuple(one.name for one in fields(Flows))
"""Names of all flows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(Flows):
    """One period of one asset in one book; amounts in minor units.

    The closing book value is cost - accumulated - impairment, and opening + `change`
    = closing, to the unit.

    Attributes:
        period: Period id.
        year: Fiscal year.
        start: First day of the period.
        end: First day after it.
        opening: Book value at the start.
        cost: Gross cost at the end.
        accumulated: Accumulated depreciation at the end.
        impairment: Accumulated impairment at the end.
        surplus: Revaluation surplus in equity at the end.
        residual_value: Residual value in force at the end.
        closing: Book value at the end.
        service: Years of service in the period, as a fraction.
        days: Days in service in the period.
        rate: Yearly rate that the method applied; None where it has none.
        residue: Minor units by which rounding moved this row from its exact amount.
        caught_up: Part of the charge that belongs to earlier periods.
        method: Method in force at the end of the period.
        asset_class: Class in force where an event changed it; else empty.
        held: Whether it is held for sale at the end of the period (IFRS 5).
        taken_over: Whether the opening balances were taken over from another system,
            so that the journal has to open with them.
        events: Ids of the events that took effect in the period.
        posted: Whether the row is booked and can no longer change.
    """

    period: str
    year: str
    start: date
    end: date
    opening: int
    cost: int
    accumulated: int
    impairment: int = 0
    surplus: int = 0
    residual_value: int = 0
    closing: int
    service: Fraction
    days: int
    rate: Fraction | None = None
    residue: Fraction = Fraction(0)
    caught_up: int = 0
    method: str
    asset_class: str = ""
    held: bool = False
    taken_over: bool = False
    events: tuple[str, ...] = ()
    posted: bool = False

    @property
    def foots(self) -> bool:
        """Whether opening and movements give the closing amount and the balances."""
        value = self.cost - self.accumulated - self.impairment
        return self.opening + self.change == self.closing == value

    @property
    def opening_cost(self) -> int:
        """Gross cost at the start."""
        return self.cost - self.cost_change

    @property
    def opening_accumulated(self) -> int:
        """Accumulated depreciation at the start."""
        return self.accumulated - self.accumulated_change

    @property
    def opening_impairment(self) -> int:
        """Accumulated impairment at the start."""
        return self.impairment - self.impairment_change

    @property
    def opening_surplus(self) -> int:
        """Revaluation surplus at the start."""
        return self.surplus - self.surplus_change


@dataclass(frozen=True, slots=True, kw_only=True)
class Derecognised:
    """What left with a disposal, whole or in part.

    Attributes:
        event: Id of the disposal.
        effective: Its day.
        kind: How it left.
        cost: Gross cost removed.
        accumulated: Accumulated depreciation removed.
        impairment: Accumulated impairment removed.
        surplus: Revaluation surplus that goes to retained earnings (IAS 16.41).
        proceeds: Received, less costs of disposal.
        gain: Proceeds less book value; negative is a loss (IAS 16.71).
    """

    event: str
    effective: date
    kind: str
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
    """

    event: str
    effective: date
    amount: int
    profit: int
    equity: int
    revaluation: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The life of one asset in one book.

    Attributes:
        rows: One a period.
        moved: What each event moved, by its id.
        derecognised: What left, by which event.
        remeasured: Revaluations and impairments, by event.
    """

    rows: tuple[Row, ...]
    moved: Mapping[str, Flows] = field(default_factory=dict)
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
