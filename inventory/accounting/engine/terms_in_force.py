"""The terms that are in force after some events. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from inventory.accounting.engine.split import on_its_own
from inventory.accounting.engine.walk import Walk
from inventory.accounting.model.events import Event
from inventory.accounting.model.terms import DepreciationTerms
from inventory.accounting.model.valid_events import in_force
from inventory.kernel.periods import Calendar


def terms_at(
    terms: DepreciationTerms, events: Sequence[Event], calendar: Calendar, day: date
) -> DepreciationTerms:
    """Return terms that would give the same future from the end of a day on.

    Cost and residual value, life, method and parameters are those that the events up
    to the day left in force; those of a part are its own, no longer the whole's.

    Args:
        terms: Terms at capitalisation.
        events: All events.
        calendar: Fiscal periods.
        day: The day.
    """
    if terms.share is not None:
        terms, events = on_its_own(terms, events)
    known = [event for event in in_force(events) if event.effective <= day]
    walk = Walk(terms, known, calendar, day + timedelta(days=1))
    walk.run()
    state = walk.state
    return replace(
        state.terms,
        cost=state.balances.cost,
        residual_value=state.balances.residual_value,
    )
