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
    in_force,
)
from inventory.accounting.overlay import overlay, rows_of
from inventory.accounting.parts import Part, Walk
from inventory.accounting.rows import Row, Schedule
from inventory.accounting.terms import Deviation, Terms
from inventory.periods import Calendar, add_months


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
    valid = in_force(events)
    _check(terms, valid)
    opening = next((e for e in valid if isinstance(e, Opening)), None)
    spread = terms.conventions.deviation is Deviation.SPREAD
    rebase = _rebase(opening, posted, calendar) if spread else None
    parts = _walk(terms, valid, calendar, rebase)
    before, behind = None, 0
    if opening is not None:
        before, behind, parts = _taken_over(parts, opening, terms, spread)
    rows = rows_of(parts, calendar, before)
    effects = [effect for part in parts for effect in part.effects]
    return Schedule(
        rows=overlay(rows, posted, frozenset(locked), calendar, behind),
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
        if isinstance(event, Dispose) and event.share == 1:
            ended = event
        openings += isinstance(event, Opening)
    if openings > 1:
        raise EventError("an asset takes over opening balances once in a book")


def _rebase(
    opening: Opening | None, posted: Sequence[Row], calendar: Calendar
) -> tuple[date, int] | None:
    """Return where booked depreciation replaces the computed one."""
    if posted:
        last = max(posted, key=lambda row: row.end)
        return (last.end, last.accumulated) if last.end < calendar.end else None
    return None if opening is None else (opening.effective, opening.accumulated)


def _walk(
    terms: Terms,
    events: Sequence[Event],
    calendar: Calendar,
    rebase: tuple[date, int] | None,
) -> list[Part]:
    """Walk to the end of the life, or further where amounts are left."""
    horizon = calendar.end
    if terms.life_months is not None:
        latest = max((event.effective for event in events), default=terms.in_service)
        months = int(terms.life_months) + 36
        horizon = min(horizon, add_months(max(terms.in_service, latest), months))
    parts = Walk(terms, events, calendar, horizon, rebase).run()
    after = parts[-1].after
    if horizon < calendar.end and after.value > after.salvage:
        return Walk(terms, events, calendar, calendar.end, rebase).run()
    return parts


def _taken_over(
    parts: Sequence[Part], opening: Opening, terms: Terms, spread: bool
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
    if opening.accumulated > computed.cost - computed.salvage:
        raise EventError(
            f"event {opening.id}: opening depreciation {opening.accumulated} exceeds "
            f"cost less residual value {computed.cost - computed.salvage}"
        )
    behind = 0 if spread else computed.accumulated - opening.accumulated
    before = Balances(
        cost=computed.cost,
        salvage=computed.salvage,
        accumulated=opening.accumulated,
        impairment=opening.impairment,
    )
    return before, behind, [p for p in parts if p.slot.end > opening.effective]
