"""The schedule of one asset in one book: a pure function of its terms and events.

`schedule(terms, events, calendar, posted)` cuts the asset's life into segments at its
events, lets the method plan each, rounds by the book's policy, and lays the posted
rows over the result: they are facts that come back byte for byte, and whatever they
lack is caught up in the first open row.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from inventory.accounting.engine.compute import walk_through
from inventory.accounting.engine.posted_overlay import overlay
from inventory.accounting.engine.split import part_schedule
from inventory.accounting.engine.straight_line import line_of
from inventory.accounting.model.events import (
    AddCost,
    DisposalKind,
    Dispose,
    Event,
    EventError,
    Opening,
    Suspend,
)
from inventory.accounting.model.rows import Row, Schedule
from inventory.accounting.model.terms import DepreciationTerms, Deviation, Disposal
from inventory.accounting.model.valid_events import in_force
from inventory.kernel.periods import Calendar


def schedule(
    terms: DepreciationTerms,
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
    booked, fixed = tuple(posted), frozenset(locked)
    for start in _late(events, calendar):
        # Before its period nothing of a late event is to be seen.
        known = [event for event in events if event.known < start]
        before = [row for row in booked if row.start < start]
        so_far = _schedule(terms, known, calendar, before, fixed)
        booked = (
            *(row for row in so_far.rows if row.start < start),
            *(row for row in posted if row.start >= start),
        )
        fixed |= {period.id for period in calendar.periods if period.start < start}
    return _schedule(terms, events, calendar, booked, fixed)


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
    terms: DepreciationTerms,
    events: Sequence[Event],
    calendar: Calendar,
    posted: Sequence[Row],
    locked: Collection[str],
) -> Schedule:
    valid = _counted(terms, in_force(events))
    _check(terms, valid)
    for day in (terms.depreciate_from, *(event.effective for event in valid)):
        if day is not None and day >= calendar.end:
            calendar.index_at(day)
    # Cutting a life where nothing happens would still move a cent by rounding.
    valid = [event for event in valid if not _adds_nothing(event)]
    if len(valid) < 2 and terms.conventions.deviation is Deviation.CATCH_UP:
        line = line_of(terms, calendar, valid)
        if line is not None:
            rows = list(line.rows())
            return Schedule(rows=overlay(rows, posted, frozenset(locked), calendar))
    if terms.share is not None:
        computed = part_schedule(terms, valid, calendar)
    else:
        computed = walk_through(terms, valid, calendar, posted)
    laid = computed.laid_under(posted, frozenset(locked), calendar)
    if computed.spread and not all(row.foots for row in laid.rows):
        # More is charged than is left, or something else than the charge differs.
        return walked(_catching_up(terms), valid, calendar, posted, locked)
    return laid


def _adds_nothing(event: Event) -> bool:
    return isinstance(event, AddCost) and event.amount == 0


def _catching_up(terms: DepreciationTerms) -> DepreciationTerms:
    """Return terms whose differences from booked rows are caught up at once."""
    conventions = replace(terms.conventions, deviation=Deviation.CATCH_UP)
    return replace(terms, conventions=conventions)


def _counted(terms: DepreciationTerms, events: list[Event]) -> list[Event]:
    """Leave out disposals where what leaves stays in its pool.

    Raises:
        EventError: A disposal brings proceeds, which the pool cannot take.
    """
    if terms.conventions.disposal is not Disposal.STAYS:
        return events
    counted = []
    for event in events:
        if not isinstance(event, Dispose) or event.kind is DisposalKind.TRANSFER:
            counted.append(event)
        elif event.proceeds or event.costs:
            raise EventError(
                f"event {event.id}: what leaves a pool does not reduce it; record the "
                "disposal without proceeds, and the proceeds as income of the ledger"
            )
    return counted


def walked(
    terms: DepreciationTerms,
    valid: Sequence[Event],
    calendar: Calendar,
    posted: Sequence[Row] = (),
    locked: Collection[str] = (),
) -> Schedule:
    """Return the rows by walking through the life, never in closed form."""
    computed = walk_through(terms, valid, calendar, posted)
    return computed.laid_under(posted, frozenset(locked), calendar)


def _check(terms: DepreciationTerms, events: Sequence[Event]) -> None:
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


def _check_pause(terms: DepreciationTerms, event: Suspend) -> None:
    if not terms.conventions.may_suspend:
        raise EventError(
            f"event {event.id}: this book does not let depreciation stand still; an "
            "idle asset is depreciated on (IAS 16.55), or set may_suspend"
        )
    if event.until <= event.effective:
        raise EventError(
            f"event {event.id}: the pause ends on {event.until}, not after it begins"
        )
