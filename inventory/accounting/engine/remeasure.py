"""Revaluation, impairment and its reversal (IAS 16.31-42, IAS 36.59-123). Pure."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from inventory.accounting.model.balances import Balances, Effect
from inventory.accounting.model.events import Event, EventError, Revalue
from inventory.accounting.model.rows import Flows, Remeasured
from inventory.kernel.money import round_half_up


def revalue(before: Balances, event: Revalue) -> Effect:
    """Carry at fair value; equity first absorbs, then profit (IAS 16.39-40)."""
    if event.fair_value < 0:
        raise EventError(f"event {event.id}: fair value must not be negative")
    change = event.fair_value - before.value
    if change >= 0:
        profit = min(change, before.revaluation_loss_in_profit)
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
        residual_value=min(before.residual_value, event.fair_value),
        surplus=before.surplus + equity,
        revaluation_loss_in_profit=before.revaluation_loss_in_profit - profit,
        impairment_in_surplus=min(before.impairment_in_surplus, impairment),
    )
    flows = Flows(
        revaluation=change,
        revaluation_accumulated=accumulated - before.accumulated,
        revaluation_impairment=impairment - before.impairment,
        revaluation_equity=equity,
    )
    remeasured = Remeasured(
        event=event.id,
        effective=event.effective,
        amount=change,
        profit=profit,
        equity=equity,
        revaluation=True,
    )
    return Effect(after, flows, remeasured=remeasured)


def write_down(before: Balances, event: Event, recoverable: int) -> Effect:
    """Write down to an amount, first against the surplus (IAS 36.60)."""
    if recoverable < 0:
        raise EventError(f"event {event.id}: recoverable amount must not be negative")
    loss = max(0, before.value - recoverable)
    equity = min(loss, before.surplus)
    after = replace(
        before,
        impairment=before.impairment + loss,
        residual_value=min(before.residual_value, before.value - loss),
        surplus=before.surplus - equity,
        impairment_in_surplus=before.impairment_in_surplus + equity,
    )
    remeasured = Remeasured(
        event=event.id,
        effective=event.effective,
        amount=-loss,
        profit=equity - loss,
        equity=-equity,
    )
    flows = Flows(impairment_loss=loss, impairment_equity=equity)
    return Effect(after, flows, remeasured=remeasured)


def write_up(
    before: Balances, event: Event, recoverable: int, ceiling: int, residual_value: int
) -> Effect:
    """Write up to an amount, at most to the never-impaired one (IAS 36.117).

    Profit takes back first what it bore, the surplus the rest (IAS 36.119-120).

    Args:
        before: Balances before.
        event: The event.
        recoverable: Recoverable amount.
        ceiling: Carrying amount had there never been an impairment.
        residual_value: That of the terms, which an impairment may have lowered.
    """
    gain = min(recoverable, ceiling) - before.value
    gain = max(0, min(gain, before.impairment))
    equity = max(0, gain - (before.impairment - before.impairment_in_surplus))
    after = replace(
        before,
        impairment=before.impairment - gain,
        residual_value=min(residual_value, before.value + gain),
        surplus=before.surplus + equity,
        impairment_in_surplus=before.impairment_in_surplus - equity,
    )
    remeasured = Remeasured(
        event=event.id,
        effective=event.effective,
        amount=gain,
        profit=gain - equity,
        equity=equity,
    )
    flows = Flows(impairment_reversal=gain, reversal_equity=equity)
    return Effect(after, flows, remeasured=remeasured)
