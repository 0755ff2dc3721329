"""What each event does to the balances of an asset. Pure."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from inventory.accounting.engine.remeasure import revalue, write_down, write_up
from inventory.accounting.model.balances import Balances, Counterfactual, Effect
from inventory.accounting.model.events import (
    AddCost,
    ChangeEstimate,
    CorrectCost,
    DisposalKind,
    Dispose,
    Event,
    EventError,
    HoldForSale,
    Impair,
    Merge,
    ResumeUse,
    Revalue,
    ReverseImpairment,
)
from inventory.accounting.model.rows import Derecognised, Flows
from inventory.kernel.money import round_half_up


def add_cost(before: Balances, event: AddCost) -> Effect:
    """Capitalise more; with `catch_up`, charge its share of the past at once."""
    caught = 0
    depreciable = before.cost - before.residual_value
    if event.catch_up and depreciable > 0:
        caught = round_half_up(Fraction(event.amount * before.accumulated, depreciable))
    return _more_cost(before, event, event.amount, caught)


def correct_cost(
    before: Balances, event: CorrectCost, counterfactual: Counterfactual
) -> Effect:
    """Take the right cost and the depreciation that belongs to it."""
    right = counterfactual.corrected(event)
    change, caught = right.cost - before.cost, right.accumulated - before.accumulated
    return _more_cost(before, event, change, caught)


def _more_cost(before: Balances, event: Event, change: int, caught: int) -> Effect:
    after = replace(
        before,
        cost=before.cost + change,
        accumulated=before.accumulated + caught,
    )
    if after.value < before.residual_value or after.cost < 0:
        raise EventError(
            f"event {event.id}: the credit of {-change} exceeds what is left above "
            "the residual value; dispose of a share instead"
        )
    return Effect(after, Flows(additions=change, depreciation=caught))


def merge(before: Balances, event: Merge) -> Effect:
    """Take over the balances of another asset, side by side."""
    value = event.cost - event.accumulated - event.impairment
    if not 0 <= event.residual_value <= value:
        raise EventError(
            f"event {event.id}: residual value {event.residual_value} is not between 0 "
            f"and the book value {value} that comes in"
        )
    after = replace(
        before,
        cost=before.cost + event.cost,
        accumulated=before.accumulated + event.accumulated,
        impairment=before.impairment + event.impairment,
        residual_value=before.residual_value + event.residual_value,
        surplus=before.surplus + event.surplus,
    )
    flows = Flows(
        transferred_cost=event.cost,
        transferred_accumulated=event.accumulated,
        transferred_impairment=event.impairment,
        transferred_surplus=event.surplus,
    )
    return Effect(after, flows)


def change_estimate(before: Balances, event: ChangeEstimate) -> Effect:
    """Take the new residual value; life and method are the schedule's matter."""
    if event.residual_value is None:
        return Effect(before)
    if event.residual_value < 0:
        raise EventError(f"event {event.id}: residual value must not be negative")
    return Effect(replace(before, residual_value=event.residual_value))


def resume(
    before: Balances, event: ResumeUse, as_if: int, residual_value: int
) -> Effect:
    """Carry at the lower of recoverable and never-held amount (IFRS 5.27-28).

    What would have been charged meanwhile is charged now.

    Args:
        before: Balances before.
        event: The event.
        as_if: Carrying amount had it never been held for sale.
        residual_value: Residual value of the terms.
    """
    missed = max(0, before.value - as_if)
    now = replace(before, accumulated=before.accumulated + missed)
    if event.recoverable < now.value:
        effect = write_down(now, event, event.recoverable)
    else:
        effect = write_up(now, event, event.recoverable, as_if, residual_value)
    return replace(effect, flows=replace(effect.flows, depreciation=missed))


def dispose(before: Balances, event: Dispose) -> Effect:
    """Remove the part that left, to the unit, and find gain or loss."""
    share = event.part(before.cost)
    cost = round_half_up(before.cost * share)
    impairment = round_half_up(before.impairment * share)
    # The value is shared and the depreciation follows: three separate roundings
    # could leave a part that is worth less than nothing.
    value = round_half_up(before.value * share)
    accumulated = cost - impairment - value
    surplus = round_half_up(before.surplus * share)
    after = replace(
        before,
        cost=before.cost - cost,
        accumulated=before.accumulated - accumulated,
        impairment=before.impairment - impairment,
        residual_value=before.residual_value
        - round_half_up(before.residual_value * share),
        surplus=before.surplus - surplus,
        revaluation_loss_in_profit=before.revaluation_loss_in_profit
        - round_half_up(before.revaluation_loss_in_profit * share),
        impairment_in_surplus=before.impairment_in_surplus
        - round_half_up(before.impairment_in_surplus * share),
    )
    transferred = event.kind is DisposalKind.TRANSFER
    net = value if transferred else event.proceeds - event.costs
    derecognised = Derecognised(
        event=event.id,
        effective=event.effective,
        kind=event.kind,
        cost=cost,
        accumulated=accumulated,
        impairment=impairment,
        surplus=surplus,
        proceeds=net,
        gain=net - value,
    )
    return Effect(
        after, _disposal_flows(derecognised, transferred), derecognised=derecognised
    )


def _disposal_flows(derecognised: Derecognised, transferred: bool) -> Flows:
    if transferred:
        return Flows(
            transferred_cost=-derecognised.cost,
            transferred_accumulated=-derecognised.accumulated,
            transferred_impairment=-derecognised.impairment,
            transferred_surplus=-derecognised.surplus,
        )
    return Flows(
        disposed=derecognised.cost - derecognised.accumulated - derecognised.impairment,
        disposed_accumulated=derecognised.accumulated,
        disposed_impairment=derecognised.impairment,
        disposed_surplus=derecognised.surplus,
        proceeds=derecognised.proceeds,
    )


def apply(
    before: Balances, event: Event, counterfactual: Counterfactual, residual_value: int
) -> Effect:
    """Apply one event.

    Args:
        before: Balances just before it.
        event: Any event that changes balances; others change nothing.
        counterfactual: Finds what would be under other facts, when it is needed.
        residual_value: Residual value of the terms in force.

    Raises:
        EventError: The event breaks a rule.
    """
    match event:
        case AddCost():
            return add_cost(before, event)
        case CorrectCost():
            return correct_cost(before, event, counterfactual)
        case Merge():
            return merge(before, event)
        case ChangeEstimate():
            return change_estimate(before, event)
        case Revalue():
            return revalue(before, event)
        case _:
            return _remeasure(before, event, counterfactual, residual_value)


def _remeasure(
    before: Balances, event: Event, counterfactual: Counterfactual, residual_value: int
) -> Effect:
    match event:
        case Impair():
            return write_down(before, event, event.recoverable)
        case HoldForSale():
            return write_down(before, event, event.fair_value_less_costs)
        case ReverseImpairment():
            limit = counterfactual.ceiling(event)
            return write_up(before, event, event.recoverable, limit, residual_value)
        case ResumeUse():
            return resume(before, event, counterfactual.ceiling(event), residual_value)
        case Dispose():
            return dispose(before, event)
        case _:
            return Effect(before)
