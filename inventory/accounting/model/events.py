"""What happens to an asset in a book after it was capitalised. Pure.

Each event has the day it takes effect, and may have a later day on which it is booked.
Amounts are minor units of the asset's currency.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from inventory.accounting.model.terms import Param


class EventError(ValueError):
    """An event that cannot be applied; says which rule it breaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that changes a schedule.

    Attributes:
        id: Names the event in the rows that it changes.
        effective: First day on which it counts.
        posting: Day on which it is booked, where that is later: periods before it
            stay as they were without the event, and its own period catches up the
            difference (a correction, or an addition that a tax law treats as made on
            the first day of the year).
    """

    id: str
    effective: date
    posting: date | None = None

    @property
    def known(self) -> date:
        """First day on which the books show it."""
        return self.effective if self.posting is None else self.posting


def _not_negative(event: Event, *names: str) -> None:
    for name in names:
        if getattr(event, name) < 0:
            raise EventError(
                f"event {event.id}: {name} must not be negative; to undo an earlier "
                "event, cancel it"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening(Event):
    """Balances taken over: rows before are not made.

    Attributes:
        accumulated: Depreciation booked before `effective`.
        impairment: Impairment booked before.
        surplus: Revaluation surplus in equity.
        units: Units of production used before.
        transfer: The balances came from another asset or legal entity of the group at
            book value; otherwise from another system.
    """

    accumulated: int
    impairment: int = 0
    surplus: int = 0
    units: Fraction = Fraction(0)
    transfer: bool = False

    def __post_init__(self) -> None:
        _not_negative(self, "accumulated", "impairment", "surplus", "units")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCost(Event):
    """Subsequent expenditure that is capitalised (IAS 16.12-14).

    Attributes:
        amount: Added cost; negative for a credit note.
        catch_up: Also charge the depreciation as if it had been there from the start.
    """

    amount: int
    catch_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectCost(Event):
    """Correct an error in the capitalised cost (IAS 8.42): as if never made.

    Attributes:
        cost: The cost as it should have been from the start; what was added since
            comes on top.
    """

    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(Event):
    """Merge another asset into this one at book value.

    Attributes:
        cost: Its gross cost.
        accumulated: Its accumulated depreciation.
        impairment: Its accumulated impairment.
        residual_value: Its residual value.
        surplus: Its revaluation surplus.
    """

    cost: int
    accumulated: int = 0
    impairment: int = 0
    residual_value: int = 0
    surplus: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEstimate(Event):
    """A new life, residual value or method, from now on (IAS 16.51, IAS 8.36).

    Attributes:
        life_months: New useful life counted from the start of depreciation.
        remaining_months: Or: new remaining life counted from `effective`.
        residual_value: New residual value.
        method: New method; its parameters are in `params`.
        params: New parameters; None keeps those in force.
    """

    life_months: int | Fraction | None = None
    remaining_months: int | Fraction | None = None
    residual_value: int | None = None
    method: str | None = None
    params: Mapping[str, Param] | None = None

    def __post_init__(self) -> None:
        if self.life_months is not None and self.remaining_months is not None:
            raise EventError(f"event {self.id}: life_months or remaining_months, one")
        if self.remaining_months is not None and self.remaining_months <= 0:
            raise EventError(f"event {self.id}: remaining_months must be above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reclassify(ChangeEstimate):
    """Move to another asset class at book value; its estimates hold from now on.

    Attributes:
        asset_class: The new class.
        accounts: Account codes of the new class, see `journal.Accounts`; empty keeps
            those in force.
    """

    asset_class: str
    accounts: Mapping[str, str] = field(default_factory=dict)


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
    """No longer held for sale: catch up what use would have cost (IFRS 5.27-28).

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

    def __post_init__(self) -> None:
        _not_negative(self, "units")


class DisposalKind(StrEnum):
    """How an asset left."""

    SALE = "sale"
    SCRAP = "scrap"
    LOSS = "loss"
    TRANSFER = "transfer"
    """To another asset or legal entity of the group, at book value: no gain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispose(Event):
    """Derecognise the asset, or a part of it (IAS 16.67-71).

    The part is given by `share`, by `cost`, or by `quantity` of so many (`out_of`).

    Attributes:
        kind: How it left.
        proceeds: What was received.
        costs: Costs of disposal.
        share: Part that leaves; 1 for all of it.
        cost: Gross cost that leaves.
        quantity: Pieces that leave.
        out_of: Pieces there were before.
    """

    kind: DisposalKind = DisposalKind.SALE
    proceeds: int = 0
    costs: int = 0
    share: Fraction = Fraction(1)
    cost: int | None = None
    quantity: int | None = None
    out_of: int | None = None

    def __post_init__(self) -> None:
        _not_negative(self, "proceeds", "costs")
        if (self.quantity is None) != (self.out_of is None) or self.out_of == 0:
            raise EventError(
                f"event {self.id}: give quantity and out_of, pieces that there were"
            )
        ways = (self.share != 1, self.cost is not None, self.quantity is not None)
        if sum(ways) > 1:
            raise EventError(
                f"event {self.id}: give one of share, cost, quantity with out_of"
            )

    @property
    def whole(self) -> bool:
        """Whether nothing stays behind."""
        return self.share == 1 and self.cost is None and self.quantity == self.out_of

    def part(self, cost: int) -> Fraction:
        """Return the part that leaves of an asset with this gross cost.

        Raises:
            EventError: It is not above nothing, or more than there is.
        """
        share = self.share
        if self.quantity is not None and self.out_of:
            share = Fraction(self.quantity, self.out_of)
        elif self.cost is not None:
            share = Fraction(self.cost, cost) if cost > 0 else Fraction(0)
        if not 0 < share <= 1:
            raise EventError(
                f"event {self.id}: the part that leaves is {share} of the asset; it "
                "must be above 0, up to 1"
            )
        return share


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(Event):
    """Undo an earlier event as if it had never been."""

    of: str
