"""Balances of one asset in one book, and the effect of an event on them. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from inventory.accounting.model.events import Event
from inventory.accounting.model.rows import Derecognised, Flows, Remeasured


@dataclass(frozen=True, slots=True, kw_only=True)
class Balances:
    """Balances of one asset in one book, in minor units.

    Attributes:
        cost: Gross cost.
        accumulated: Accumulated depreciation.
        impairment: Accumulated impairment.
        residual_value: Residual value in force.
        surplus: Revaluation surplus in equity.
        revaluation_loss_in_profit: Revaluation losses charged to profit and
            not yet reversed.
        impairment_in_surplus: Part of `impairment` charged to the surplus (IAS 36.60).
    """

    cost: int
    residual_value: int
    accumulated: int = 0
    impairment: int = 0
    surplus: int = 0
    revaluation_loss_in_profit: int = 0
    impairment_in_surplus: int = 0

    @property
    def value(self) -> int:
        """Carrying amount (IAS 16.6)."""
        return self.cost - self.accumulated - self.impairment

    def after_charge(self, amount: int, realised: int) -> Balances:
        """Return the balances after a charge of depreciation.

        Args:
            amount: Depreciation, minor units.
            realised: Revaluation surplus that goes to retained earnings with it.
        """
        return Balances(
            cost=self.cost,
            residual_value=self.residual_value,
            accumulated=self.accumulated + amount,
            impairment=self.impairment,
            surplus=self.surplus - realised,
            revaluation_loss_in_profit=self.revaluation_loss_in_profit,
            impairment_in_surplus=self.impairment_in_surplus,
        )


_NOTHING = Flows()


@dataclass(frozen=True, slots=True)
class Effect:
    """What an event did: the new balances, what moved, and notes for reports."""

    after: Balances
    flows: Flows = _NOTHING
    derecognised: Derecognised | None = None
    remeasured: Remeasured | None = None


class Counterfactual:
    """What the schedule would be under other facts; see `parts.Walk`."""

    def __init__(
        self, ceiling: Callable[[Event], int], corrected: Callable[[Event], Balances]
    ) -> None:
        self.ceiling = ceiling
        """Carrying amount there would be without impairment or sale plans."""
        self.corrected = corrected
        """Balances there would be with the right cost."""
