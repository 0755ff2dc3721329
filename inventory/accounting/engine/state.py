"""What is in force at a point of an asset's life, while it is walked through. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

from inventory.accounting.methods.base import ZERO, Slot
from inventory.accounting.model.balances import Balances
from inventory.accounting.model.events import (
    ChangeEstimate,
    Dispose,
    Event,
    EventError,
    HoldForSale,
    Impair,
    Reclassify,
    ResumeUse,
    Revalue,
    ReverseImpairment,
)
from inventory.accounting.model.terms import DepreciationTerms
from inventory.kernel.money import round_half_up

_MEASURES = (Revalue, Impair, ReverseImpairment, HoldForSale, ResumeUse)


@dataclass(slots=True)
class State:
    """What is in force at a point of the walk.

    Attributes:
        terms: Terms in force; estimates replace them.
        balances: Balances.
        life: Years of service at the end of the useful life.
        asset_class: Class, where an event changed it.
        held: Whether the asset is held for sale.
        year: Fiscal year of the last charge.
        year_charged: Charged in that year.
        year_served: Years of service in that year.
        left: Share of the asset that partial disposals have left.
    """

    terms: DepreciationTerms
    balances: Balances = field(init=False)
    life: Fraction | None = field(init=False)
    asset_class: str = ""
    held: bool = False
    year: str = ""
    year_charged: int = 0
    year_served: Fraction = ZERO
    left: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        self.balances = Balances(
            cost=self.terms.cost, residual_value=self.terms.residual_value
        )
        self.life = self.terms.life

    def check(self, event: Event) -> None:
        """Check that an event may follow those before it.

        Raises:
            EventError: It does not.
        """
        if isinstance(event, Dispose) and not self.left:
            raise EventError(
                f"event {event.id}: all of the asset left before {event.effective}"
            )

    def follow(self, event: Event, after: Balances, opens: Fraction) -> None:
        """Take over what an event changed.

        Args:
            event: The event.
            after: Balances after it.
            opens: Years of service at its cut.
        """
        before, self.balances = self.balances, after
        match event:
            case ChangeEstimate():
                self._estimate(event, opens)
                if isinstance(event, Reclassify):
                    self.asset_class = event.asset_class
            case HoldForSale():
                self.held = True
            case ResumeUse():
                self.held = False
            case Dispose():
                left = 1 - event.part(before.cost)
                self.year_charged = round_half_up(self.year_charged * left)
                self.left *= left
            case _:
                pass
        if isinstance(event, _MEASURES) and after.value != before.value:
            # A new amount is depreciated from its day, not from the year's first.
            self.year_charged = 0

    def _estimate(self, event: ChangeEstimate, opens: Fraction) -> None:
        """Take a new life, method or residual value from now on."""
        if event.life_months is not None:
            self.life = Fraction(event.life_months) / 12
        if event.remaining_months is not None:
            self.life = opens + Fraction(event.remaining_months) / 12
        self.terms = replace(
            self.terms,
            method=event.method or self.terms.method,
            params=self.terms.params if event.params is None else event.params,
            residual_value=self.balances.residual_value,
            life_months=None if self.life is None else self.life * 12,
        )

    def charge(self, slot: Slot, amount: int) -> int:
        """Charge a slot; return the surplus that is realised by it (IAS 16.41).

        That is the share of the surplus that the charge has in what is left.
        """
        before, realised = self.balances, 0
        if (
            self.terms.conventions.realise_surplus
            and before.value > before.residual_value
        ):
            left = before.value - before.residual_value
            realised = round_half_up(Fraction(before.surplus * amount, left))
        if amount or realised:
            self.balances = before.after_charge(amount, realised)
        if slot.year != self.year:
            self.year, self.year_charged, self.year_served = slot.year, 0, ZERO
        self.year_charged += amount
        self.year_served += slot.years
        return realised
