"""The schedule of an asset that is a part of another: its share, then its own. Pure.

Until something happens to the part alone, its rows are those of the whole, shared to
the cent; from then on it is an asset like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from inventory.accounting.engine.compute import Computed, walk_through
from inventory.accounting.engine.split import Part
from inventory.accounting.model.events import Event, EventError, Opening
from inventory.accounting.model.rows import Row
from inventory.accounting.model.terms import Deviation, Param, Terms
from inventory.kernel.periods import Calendar

_AMOUNTS = ("amounts", "caps")
_NUMBERS = ("total-units", "section-179", "basis-reduction", "target", "amount")


def part_schedule(terms: Terms, valid: Sequence[Event], calendar: Calendar) -> Computed:
    """Return what the terms and events of a part give.

    Args:
        terms: Terms of the whole, with the part's `share`.
        valid: The opening balances of the whole, and events of the part alone.
        calendar: Fiscal periods.

    Raises:
        EventError: The opening balances are missing, or come after other events.
    """
    opening = valid[0] if valid else None
    if terms.share is None or not (isinstance(opening, Opening) and opening.transfer):
        raise EventError("a part of a split asset begins with balances transferred")
    conventions = replace(terms.conventions, deviation=Deviation.CATCH_UP)
    whole = replace(terms, share=None, conventions=conventions)
    part = Part(*terms.share)
    rows = part.rows(walk_through(whole, [opening], calendar).rows)
    own = valid[1:]
    if not own:
        return Computed(rows, 0, {}, ())
    start = min(calendar.at(event.effective).start for event in own)
    shared_rows = tuple(row for row in rows if row.start < start)
    alone = _alone_terms(whole, terms.share)
    if not shared_rows:
        taken = _scaled(opening, terms.share)
        return walk_through(alone, [taken, *own], calendar)
    return _continued(alone, opening, own, shared_rows, calendar)


def _alone_terms(whole: Terms, share: tuple[Fraction, Fraction]) -> Terms:
    size, part = share[1] - share[0], Part(*share)
    params: dict[str, Param] = dict(whole.params)
    for name in _AMOUNTS:
        value = params.get(name)
        if isinstance(value, tuple):
            params[name] = tuple(one * size for one in value)
    for name in _NUMBERS:
        number = params.get(name)
        if isinstance(number, int | Fraction):
            params[name] = number * size
    return replace(
        whole,
        cost=part.of(whole.cost),
        residual_value=part.of(whole.residual_value),
        params=params,
    )


def _scaled(opening: Opening, share: tuple[Fraction, Fraction]) -> Opening:
    part = Part(*share)
    return replace(
        opening,
        accumulated=part.of(opening.accumulated),
        impairment=part.of(opening.impairment),
        surplus=part.of(opening.surplus),
        units=opening.units * (share[1] - share[0]),
    )


def _continued(
    terms: Terms,
    opening: Opening,
    own: Sequence[Event],
    shared_rows: tuple[Row, ...],
    calendar: Calendar,
) -> Computed:
    """Return the rows kept, and those from the part's first own event on."""
    last = shared_rows[-1]
    terms = replace(terms, cost=last.cost, residual_value=last.residual_value)
    taken = replace(
        opening,
        effective=last.end,
        accumulated=last.accumulated,
        impairment=last.impairment,
        surplus=last.surplus,
    )
    continued = walk_through(terms, [taken, *own], calendar)
    first = continued.rows[0]
    first = replace(
        first,
        opening=last.closing,
        transferred_cost=first.transferred_cost - last.cost,
        transferred_accumulated=first.transferred_accumulated - last.accumulated,
        transferred_impairment=first.transferred_impairment - last.impairment,
        transferred_surplus=first.transferred_surplus - last.surplus,
    )
    return Computed(
        (*shared_rows, first, *continued.rows[1:]),
        0,
        continued.moved,
        continued.effects,
    )
