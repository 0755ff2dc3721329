"""Splitting one asset into several: each part has its share of every row. Pure.

A part lies between two points of the whole, such as 1/5 and 1/2. Of each running
total it gets what lies between its two points, rounded at both, so that parts that lie
side by side sum to the whole in every column of every row. Until something happens to
the part alone, its rows are those of the whole; from then on it is an asset like any
other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from inventory.accounting.engine.compute import Computed, walk_through
from inventory.accounting.model.events import Event, EventError, Opening
from inventory.accounting.model.rows import FLOWS, Row
from inventory.accounting.model.terms import DepreciationTerms, Deviation, Param
from inventory.kernel.money import round_half_up
from inventory.kernel.periods import Calendar

_STOCKS = ("cost", "accumulated", "impairment", "surplus")
_AMOUNTS = ("amounts", "caps")
_NUMBERS = ("total-units", "section-179", "basis-reduction", "target", "amount")


class Part:
    """One part of a whole, row after row.

    Args:
        low: Where it begins, from 0.
        high: Where it ends, up to 1.
    """

    def __init__(self, low: Fraction, high: Fraction) -> None:
        self._low, self._high = low, high
        self._totals = dict.fromkeys(FLOWS, 0)
        self._stocks: dict[str, int] = {}

    def of(self, amount: int) -> int:
        """Return the part of an amount."""
        return round_half_up(amount * self._high) - round_half_up(amount * self._low)

    def row(self, row: Row) -> Row:
        """Return the part of the next row."""
        if not self._stocks:
            for name in _STOCKS:
                self._stocks[name] = self.of(getattr(row, f"opening_{name}"))
        flows: dict[str, Any] = {}
        for name in FLOWS:
            amount = getattr(row, name)
            if amount:
                before = self.of(self._totals[name])
                self._totals[name] += amount
                flows[name] = self.of(self._totals[name]) - before
        moved = replace(row, **flows)
        opening = self._value()
        for name in _STOCKS:
            self._stocks[name] += getattr(moved, f"{name}_change")
        stocks: dict[str, Any] = dict(self._stocks)
        return replace(
            moved,
            **stocks,
            opening=opening if row.opening else 0,
            closing=self._value(),
            residual_value=self.of(row.residual_value),
            caught_up=self.of(row.caught_up),
        )

    def _value(self) -> int:
        stocks = self._stocks
        return stocks["cost"] - stocks["accumulated"] - stocks["impairment"]

    def rows(self, rows: Iterable[Row]) -> tuple[Row, ...]:
        """Return the part of rows in order."""
        return tuple(self.row(row) for row in rows)


def points(weights: Sequence[int]) -> list[tuple[Fraction, Fraction]]:
    """Return where parts with these weights begin and end.

    Raises:
        ValueError: There is no weight, or one is not above zero.
    """
    if not weights or any(weight <= 0 for weight in weights):
        raise ValueError("the parts of a split need weights above 0")
    whole, so_far, found = sum(weights), 0, []
    for weight in weights:
        found.append((Fraction(so_far, whole), Fraction(so_far + weight, whole)))
        so_far += weight
    return found


def split_rows(rows: Sequence[Row], weights: Sequence[int]) -> list[tuple[Row, ...]]:
    """Split a schedule by weights; the parts sum to the whole in every column.

    Args:
        rows: The schedule.
        weights: Quantities or costs of the parts.

    Returns:
        One schedule for each weight.
    """
    return [Part(low, high).rows(rows) for low, high in points(weights)]


def part_schedule(
    terms: DepreciationTerms, valid: Sequence[Event], calendar: Calendar
) -> Computed:
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


def on_its_own(
    terms: DepreciationTerms, events: Sequence[Event]
) -> tuple[DepreciationTerms, list[Event]]:
    """Return terms and events of a part as those of an asset that was never split."""
    assert terms.share is not None
    share = terms.share
    own = [_scaled(e, share) if isinstance(e, Opening) else e for e in events]
    return _alone_terms(replace(terms, share=None), share), own


def _alone_terms(
    whole: DepreciationTerms, share: tuple[Fraction, Fraction]
) -> DepreciationTerms:
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
    terms: DepreciationTerms,
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
