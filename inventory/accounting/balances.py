"""Balances of one asset in one book, and what each event does to them. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from inventory.accounting.changes import (
    AddCost,
    ChangeEstimate,
    Dispose,
    Event,
    EventError,
    HoldForSale,
    Impair,
    ResumeUse,
    Revalue,
    ReverseImpairment,
)
from inventory.accounting.rows import Derecognised, Remeasured
from inventory.money import round_half_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Balances:
    """Where an asset stands, in minor units.

    Attributes:
        cost: Gross cost.
        accumulated: Accumulated depreciation.
        impairment: Accumulated impairment.
        salvage: Residual value in force.
        surplus: Revaluation surplus in equity.
        charged: Revaluation losses charged to profit and not yet reversed.
    """

    cost: int
    salvage: int
    accumulated: int = 0
    impairment: int = 0
    surplus: int = 0
    charged: int = 0

    @property
    def value(self) -> int:
        """Carrying amount (IAS 16.6)."""
        return self.cost - self.accumulated - self.impairment


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What an event did: the new balances and the flows of the row it falls into."""

    after: Balances
    additions: int = 0
    revaluation: int = 0
    impairment_loss: int = 0
    impairment_reversal: int = 0
    depreciation: int = 0
    disposed: int = 0
    derecognised: Derecognised | None = None
    remeasured: Remeasured | None = None


Ceiling = Callable[[Event], int]
"""Returns the carrying amount there would be without impairment or sale plans."""


def add_cost(before: Balances, event: AddCost) -> Effect:
    """Capitalise more; with `catch_up`, charge its share of the past at once."""
    cost = before.cost + event.amount
    caught = 0
    depreciable = before.cost - before.salvage
    if event.catch_up and depreciable > 0:
        caught = round_half_up(Fraction(event.amount * before.accumulated, depreciable))
    after = replace(before, cost=cost, accumulated=before.accumulated + caught)
    if after.value < before.salvage or cost < 0:
        raise EventError(
            f"event {event.id}: the credit of {-event.amount} exceeds what is left "
            "above the residual value; dispose of a share instead"
        )
    return Effect(after=after, additions=event.amount, depreciation=caught)


def change_estimate(before: Balances, event: ChangeEstimate) -> Effect:
    """Take the new residual value; life and method are the schedule's matter."""
    if event.salvage is None:
        return Effect(after=before)
    if not 0 <= event.salvage:
        raise EventError(f"event {event.id}: residual value must not be negative")
    return Effect(after=replace(before, salvage=event.salvage))


def revalue(before: Balances, event: Revalue) -> Effect:
    """Carry at fair value; equity first absorbs, then profit (IAS 16.39-40)."""
    if event.fair_value < 0:
        raise EventError(f"event {event.id}: fair value must not be negative")
    change = event.fair_value - before.value
    if change >= 0:
        profit = min(change, before.charged)
    else:
        profit = change + min(-change, before.surplus)
    equity = change - profit
    if event.proportional and before.value > 0:
        ratio = Fraction(event.fair_value, before.value)
        cost = round_half_up(before.cost * ratio)
        impairment = round_half_up(before.impairment * ratio)
        accumulated = cost - impairment - event.fair_value
    else:
        cost, accumulated, impairment = event.fair_value, 0, 0
    after = replace(
        before,
        cost=cost,
        accumulated=accumulated,
        impairment=impairment,
        salvage=min(before.salvage, event.fair_value),
        surplus=before.surplus + equity,
        charged=before.charged - profit,
    )
    note = Remeasured(
        event=event.id,
        effective=event.effective,
        amount=change,
        profit=profit,
        equity=equity,
        revaluation=True,
        cost=cost - before.cost,
        accumulated=accumulated - before.accumulated,
        impairment=impairment - before.impairment,
    )
    return Effect(after=after, revaluation=change, remeasured=note)


def write_down(before: Balances, event: Event, recoverable: int) -> Effect:
    """Write down to an amount, first against the surplus (IAS 36.60)."""
    if recoverable < 0:
        raise EventError(f"event {event.id}: recoverable amount must not be negative")
    loss = max(0, before.value - recoverable)
    equity = min(loss, before.surplus)
    after = replace(
        before,
        impairment=before.impairment + loss,
        salvage=min(before.salvage, before.value - loss),
        surplus=before.surplus - equity,
    )
    note = Remeasured(
        event=event.id,
        effective=event.effective,
        amount=-loss,
        profit=equity - loss,
        equity=-equity,
        impairment=loss,
    )
    return Effect(after=after, impairment_loss=loss, remeasured=note)


def write_up(
    before: Balances, event: Event, recoverable: int, ceiling: int, salvage: int
) -> Effect:
    """Write up to an amount, at most to the never-impaired one (IAS 36.117).

    Args:
        before: Balances before.
        event: The event.
        recoverable: Recoverable amount.
        ceiling: Carrying amount had there never been an impairment.
        salvage: Residual value of the terms, which an impairment may have lowered.
    """
    gain = min(recoverable, ceiling) - before.value
    gain = max(0, min(gain, before.impairment))
    after = replace(
        before,
        impairment=before.impairment - gain,
        salvage=min(salvage, before.value + gain),
    )
    note = Remeasured(
        event=event.id,
        effective=event.effective,
        amount=gain,
        profit=gain,
        equity=0,
        impairment=-gain,
    )
    return Effect(after=after, impairment_reversal=gain, remeasured=note)


def dispose(before: Balances, event: Dispose) -> Effect:
    """Remove the share that left, to the unit, and find gain or loss."""
    if not 0 < event.share <= 1:
        raise EventError(
            f"event {event.id}: share {event.share} must be above 0, up to 1"
        )
    share = event.share
    cost = round_half_up(before.cost * share)
    accumulated = round_half_up(before.accumulated * share)
    impairment = round_half_up(before.impairment * share)
    surplus = round_half_up(before.surplus * share)
    after = replace(
        before,
        cost=before.cost - cost,
        accumulated=before.accumulated - accumulated,
        impairment=before.impairment - impairment,
        salvage=before.salvage - round_half_up(before.salvage * share),
        surplus=before.surplus - surplus,
        charged=before.charged - round_half_up(before.charged * share),
    )
    value = cost - accumulated - impairment
    net = event.proceeds - event.costs
    gone = Derecognised(
        event=event.id,
        effective=event.effective,
        cost=cost,
        accumulated=accumulated,
        impairment=impairment,
        surplus=surplus,
        proceeds=net,
        gain=net - value,
    )
    return Effect(after=after, disposed=value, derecognised=gone)


def apply(before: Balances, event: Event, ceiling: Ceiling, salvage: int) -> Effect:
    """Apply one event.

    Args:
        before: Balances just before it.
        event: Any event that changes balances; others change nothing.
        ceiling: Finds the never-impaired carrying amount when it is needed.
        salvage: Residual value of the terms in force.

    Raises:
        EventError: The event breaks a rule.
    """
    match event:
        case AddCost():
            return add_cost(before, event)
        case ChangeEstimate():
            return change_estimate(before, event)
        case Revalue():
            return revalue(before, event)
        case Impair():
            return write_down(before, event, event.recoverable)
        case HoldForSale():
            return write_down(before, event, event.fair_value_less_costs)
        case ReverseImpairment() | ResumeUse():
            limit = ceiling(event)
            return write_up(before, event, event.recoverable, limit, salvage)
        case Dispose():
            return dispose(before, event)
        case _:
            return Effect(after=before)
