"""From terms and events to rows, before booked rows are laid over them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inventory.accounting.engine.posted_overlay import overlay, rows_of
from inventory.accounting.engine.walk import Rebase, Walk
from inventory.accounting.engine.walk_parts import Part
from inventory.accounting.model.balances import Balances, Effect
from inventory.accounting.model.events import Event, EventError, Opening
from inventory.accounting.model.rows import Flows, Row, Schedule
from inventory.accounting.model.terms import DepreciationTerms, Deviation
from inventory.kernel.months import add_months
from inventory.kernel.periods import Calendar

_MORE_MONTHS = 13
"""Planned beyond the life at first, for starts and ends that conventions move."""


@dataclass(frozen=True, slots=True)
class Computed:
    """What terms and events give before booked rows are laid over it.

    Attributes:
        rows: Rows.
        shortfall: Depreciation of earlier periods that opening balances lack.
        moved: What each event moved.
        effects: Effects of the events.
        spread: The rows after the booked ones start from their balances.
    """

    rows: tuple[Row, ...]
    shortfall: int
    moved: Mapping[str, Flows]
    effects: tuple[Effect, ...]
    spread: bool = False

    def laid_under(
        self, posted: Sequence[Row], locked: frozenset[str], calendar: Calendar
    ) -> Schedule:
        """Return the schedule with booked rows laid over."""
        return Schedule(
            rows=overlay(
                self.rows, posted, locked, calendar, self.shortfall, self.spread
            ),
            moved=self.moved,
            derecognised=tuple(e.derecognised for e in self.effects if e.derecognised),
            remeasured=tuple(e.remeasured for e in self.effects if e.remeasured),
        )


def walk_through(
    terms: DepreciationTerms,
    valid: Sequence[Event],
    calendar: Calendar,
    posted: Sequence[Row] = (),
) -> Computed:
    """Return what terms and events give.

    Args:
        terms: Its terms when it was capitalised.
        valid: Events in force, in order.
        calendar: Fiscal periods.
        posted: Booked rows, for books that spread deviations from them.
    """
    opening = next((e for e in valid if isinstance(e, Opening)), None)
    spread = terms.conventions.deviation is Deviation.SPREAD
    rebases = _booked(posted, calendar) if spread else ()
    parts = _walk(terms, valid, calendar, rebases)
    before, shortfall, transfer = None, 0, False
    if opening is not None:
        taken = _rebase(opening, spread, _at(parts, opening, terms))
        if taken is not None:
            parts = _walk(terms, valid, calendar, (taken, *rebases))
        before, shortfall, parts = _taken_over(parts, opening, terms, taken)
        transfer = opening.transfer
    return Computed(
        tuple(rows_of(parts, calendar, before, transfer)),
        shortfall,
        {
            event: effect.flows
            for part in parts
            for event, effect in zip(part.events, part.effects, strict=True)
        },
        tuple(effect for part in parts for effect in part.effects),
        bool(rebases),
    )


def _booked(posted: Sequence[Row], calendar: Calendar) -> tuple[Rebase, ...]:
    """Return the booked depreciation that the remaining life has to follow."""
    last = max(posted, key=lambda row: row.end, default=None)
    if last is None or last.end >= calendar.end:
        return ()
    return (Rebase(last.end, last.accumulated),)


def _at(parts: Sequence[Part], opening: Opening, terms: DepreciationTerms) -> Balances:
    """Return the balances that the terms give where others were taken over."""
    past = [part for part in parts if part.slot.end <= opening.effective]
    return (
        past[-1].after
        if past
        else Balances(cost=terms.cost, residual_value=terms.residual_value)
    )


def _rebase(opening: Opening, spread: bool, computed: Balances) -> Rebase | None:
    """Return the balances taken over, where the remaining life follows from them.

    What is as the terms give it goes on as they give it, cent by cent.
    """
    same = opening.accumulated == computed.accumulated
    other_balances = opening.impairment or opening.surplus or opening.units
    if same and not other_balances and not spread:
        return None
    if not (spread or other_balances or opening.transfer):
        return None
    return Rebase(
        opening.effective, opening.accumulated, opening.impairment, opening.surplus
    )


def _walk(
    terms: DepreciationTerms,
    events: Sequence[Event],
    calendar: Calendar,
    rebases: tuple[Rebase, ...],
) -> list[Part]:
    """Walk to the end of the life, or further where amounts are left."""
    horizon = calendar.end
    if terms.life_months is not None:
        latest = max((event.effective for event in events), default=terms.in_service)
        months = int(terms.life_months) + _MORE_MONTHS
        begin = terms.depreciate_from or terms.in_service
        horizon = min(horizon, add_months(max(begin, latest), months))
    parts = Walk(terms, events, calendar, horizon, rebases).run()
    after = parts[-1].after
    if horizon < calendar.end and after.value > after.residual_value:
        return Walk(terms, events, calendar, calendar.end, rebases).run()
    return parts


def _taken_over(
    parts: Sequence[Part],
    opening: Opening,
    terms: DepreciationTerms,
    rebase: Rebase | None,
) -> tuple[Balances, int, list[Part]]:
    """Split off what lies before the opening balances.

    Returns:
        Balances taken over, depreciation they lack, and the parts from then on.

    Raises:
        EventError: More was taken over than can be depreciated.
    """
    computed = _at(parts, opening, terms)
    depreciable = computed.cost - computed.residual_value - opening.impairment
    if opening.accumulated > depreciable:
        raise EventError(
            f"event {opening.id}: opening depreciation {opening.accumulated} exceeds "
            f"cost less impairment and residual value {depreciable}"
        )
    shortfall = 0 if rebase is not None else computed.accumulated - opening.accumulated
    before = Balances(
        cost=computed.cost,
        residual_value=computed.residual_value,
        accumulated=opening.accumulated,
        impairment=opening.impairment,
        surplus=opening.surplus,
    )
    return before, shortfall, [p for p in parts if p.slot.end > opening.effective]
