"""The schedule of one asset in one book: a pure function of its terms and events.

`schedule(terms, events, calendar, posted)` cuts the asset's life into segments at its
events, lets the method plan each, rounds by the book's policy, and lays the posted
rows over the result: they are facts that come back byte for byte, and whatever they
lack is caught up in the first open row.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from inventory.accounting.balances import Balances
from inventory.accounting.changes import (
    Dispose,
    Event,
    EventError,
    Opening,
    Suspend,
    in_force,
)
from inventory.accounting.overlay import overlay, rows_of
from inventory.accounting.parts import Part
from inventory.accounting.plain import line_of
from inventory.accounting.rows import Row, Schedule
from inventory.accounting.terms import Deviation, Terms
from inventory.accounting.walk import Rebase, Walk
from inventory.months import add_months
from inventory.periods import Calendar

_MORE_MONTHS = 13
"""Planned beyond the life at first, for starts and ends that conventions move."""


def schedule(
    terms: Terms,
    events: Sequence[Event],
    calendar: Calendar,
    posted: Sequence[Row] = (),
    locked: Collection[str] = (),
) -> Schedule:
    """Return the rows of one asset in one book.

    Args:
        terms: Its terms when it was capitalised.
        events: What happened since, in any order.
        calendar: Fiscal periods; rows end with it at the latest.
        posted: Rows that are booked, in order.
        locked: Ids of periods that take no more postings.

    Raises:
        TermsError: The terms are contradictory.
        EventError: An event cannot be applied.
        CalendarError: The calendar does not reach the in-service day or an event.
    """
    booked = tuple(posted)
    for start in _late(events, calendar):
        # Before its period nothing of a late event is to be seen.
        known = [event for event in events if event.known < start]
        so_far = _schedule(terms, known, calendar, booked, locked)
        booked = tuple(row for row in so_far.rows if row.start < start)
    return _schedule(terms, events, calendar, booked, locked)


def _late(events: Sequence[Event], calendar: Calendar) -> list[date]:
    """Return the first days of periods that book events of earlier periods."""
    starts = set()
    for event in events:
        if event.posting is None:
            continue
        if event.posting < event.effective:
            raise EventError(
                f"event {event.id} is booked on {event.posting}, before it takes "
                f"effect ({event.effective})"
            )
        start = calendar.at(event.posting).start
        if start > event.effective:
            starts.add(start)
    return sorted(starts)


def _schedule(
    terms: Terms,
    events: Sequence[Event],
    calendar: Calendar,
    posted: Sequence[Row],
    locked: Collection[str],
) -> Schedule:
    valid = in_force(events)
    _check(terms, valid)
    if len(valid) < 2 and terms.conventions.deviation is Deviation.CATCH_UP:
        line = line_of(terms, calendar, valid)
        if line is not None:
            rows = list(line.rows())
            return Schedule(rows=overlay(rows, posted, frozenset(locked), calendar))
    return walked(terms, valid, calendar, posted, locked)


def walked(
    terms: Terms,
    valid: Sequence[Event],
    calendar: Calendar,
    posted: Sequence[Row] = (),
    locked: Collection[str] = (),
) -> Schedule:
    """Return the rows by walking through the life, plain or not; see `schedule`.

    Args:
        terms: Its terms when it was capitalised.
        valid: Events in force, in order.
        calendar: Fiscal periods.
        posted: Rows that are booked, in order.
        locked: Ids of periods that take no more postings.
    """
    opening = next((e for e in valid if isinstance(e, Opening)), None)
    spread = terms.conventions.deviation is Deviation.SPREAD
    taken = None if opening is None else _rebase(opening, spread)
    rebases = _booked(posted, calendar) if spread else ()
    parts = _walk(terms, valid, calendar, (*((taken,) if taken else ()), *rebases))
    before, behind, transfer = None, 0, False
    if opening is not None:
        before, behind, parts = _taken_over(parts, opening, terms, taken)
        transfer = opening.transfer
    rows = rows_of(parts, calendar, before, transfer)
    effects = [effect for part in parts for effect in part.effects]
    return Schedule(
        rows=overlay(rows, posted, frozenset(locked), calendar, behind),
        moved={
            event: effect.flows
            for part in parts
            for event, effect in zip(part.events, part.effects, strict=True)
        },
        derecognised=tuple(e.derecognised for e in effects if e.derecognised),
        remeasured=tuple(e.remeasured for e in effects if e.remeasured),
    )


def _check(terms: Terms, events: Sequence[Event]) -> None:
    ended: Event | None = None
    openings = 0
    for event in events:
        if event.effective < terms.in_service:
            raise EventError(
                f"event {event.id} of {event.effective} lies before the asset was "
                f"in service ({terms.in_service}); correct one of the dates"
            )
        if ended is not None:
            raise EventError(
                f"event {event.id} of {event.effective} comes after the asset left "
                f"with event {ended.id} ({ended.effective}); cancel that one first"
            )
        if isinstance(event, Dispose) and event.whole:
            ended = event
        if isinstance(event, Suspend):
            _check_pause(terms, event)
        openings += isinstance(event, Opening)
    if openings > 1:
        raise EventError("an asset takes over opening balances once in a book")


def _check_pause(terms: Terms, event: Suspend) -> None:
    if not terms.conventions.may_suspend:
        raise EventError(
            f"event {event.id}: this book does not let depreciation stand still; an "
            "idle asset is depreciated on (IAS 16.55), or set may_suspend"
        )
    if event.until <= event.effective:
        raise EventError(
            f"event {event.id}: the pause ends on {event.until}, not after it begins"
        )


def _booked(posted: Sequence[Row], calendar: Calendar) -> tuple[Rebase, ...]:
    """Return the booked depreciation that the remaining life has to follow."""
    last = max(posted, key=lambda row: row.end, default=None)
    if last is None or last.end >= calendar.end:
        return ()
    return (Rebase(last.end, last.accumulated),)


def _rebase(opening: Opening, spread: bool) -> Rebase | None:
    """Return the balances taken over, where the remaining life follows from them."""
    given = opening.impairment or opening.surplus or opening.transfer
    if not spread and not given:
        return None
    return Rebase(
        opening.effective, opening.accumulated, opening.impairment, opening.surplus
    )


def _walk(
    terms: Terms,
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
    if horizon < calendar.end and after.value > after.salvage:
        return Walk(terms, events, calendar, calendar.end, rebases).run()
    return parts


def _taken_over(
    parts: Sequence[Part], opening: Opening, terms: Terms, rebase: Rebase | None
) -> tuple[Balances, int, list[Part]]:
    """Split off what lies before the opening balances.

    Returns:
        Balances taken over, depreciation they lack, and the parts from then on.

    Raises:
        EventError: More was taken over than can be depreciated.
    """
    past = [part for part in parts if part.slot.end <= opening.effective]
    computed = (
        past[-1].after if past else Balances(cost=terms.cost, salvage=terms.salvage)
    )
    depreciable = computed.cost - computed.salvage - opening.impairment
    if opening.accumulated > depreciable:
        raise EventError(
            f"event {opening.id}: opening depreciation {opening.accumulated} exceeds "
            f"cost less impairment and residual value {depreciable}"
        )
    behind = 0 if rebase is not None else computed.accumulated - opening.accumulated
    before = Balances(
        cost=computed.cost,
        salvage=computed.salvage,
        accumulated=opening.accumulated,
        impairment=opening.impairment,
        surplus=opening.surplus,
    )
    return before, behind, [p for p in parts if p.slot.end > opening.effective]
