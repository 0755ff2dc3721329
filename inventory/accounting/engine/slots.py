"""Cutting time into slots: periods, cut where an event takes effect inside. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from inventory.accounting.engine.service_time import ServiceClock
from inventory.accounting.methods.base import ZERO, Slot
from inventory.accounting.model.events import (
    DisposalKind,
    Dispose,
    Event,
    HoldForSale,
    Impair,
    Opening,
    ResumeUse,
    Revalue,
    ReverseImpairment,
    Suspend,
    Usage,
)
from inventory.accounting.model.terms import EventTiming
from inventory.kernel.periods import Calendar

_MEASURED = (Revalue, Impair, ReverseImpairment, HoldForSale, ResumeUse)


def cut_day(event: Event, calendar: Calendar, timing: EventTiming) -> date:
    """Return the day from which an event changes the schedule.

    Raises:
        CalendarError: The calendar does not reach the event.
    """
    period = calendar.at(event.effective)
    if isinstance(event, Dispose) and event.whole:
        return event.effective + timedelta(days=1)
    if isinstance(event, _MEASURED) and event.effective == period.last:
        # A balance sheet date: measured after that period's depreciation.
        return period.end
    if (
        isinstance(event, Opening)
        or timing is EventTiming.DAY
        or event.effective == period.start
    ):
        return event.effective
    return period.start if timing is EventTiming.PERIOD else period.end


@dataclass(frozen=True, slots=True)
class Timeline:
    """Service time with pauses taken out.

    Attributes:
        clock: The clock of the terms.
        pauses: (first day, first day after) in which the clock stands.
    """

    clock: ServiceClock
    pauses: tuple[tuple[date, date], ...] = ()

    def at(self, day: date) -> Fraction:
        """Return the years of service before `day`."""
        return self.clock.at(day) - self._paused(day)

    def at_disposal(self, event: Dispose) -> Fraction:
        """Return the years of service of an asset that leaves with an event.

        Whoever takes over at book value goes on from the next day, whatever the
        convention for disposals.
        """
        day = event.effective
        if event.kind is DisposalKind.TRANSFER:
            return self.at(day + timedelta(days=1))
        return max(ZERO, self.clock.at_disposal(day) - self._paused(day))

    def _paused(self, day: date) -> Fraction:
        total = ZERO
        for first, after in self.pauses:
            if first < day:
                total += self.clock.at(min(after, day)) - self.clock.at(first)
        return total


def pauses_of(
    events: Sequence[Event], calendar: Calendar, timing: EventTiming
) -> tuple[tuple[date, date], ...]:
    """Return the spans of days in which suspension stops the clock."""
    return _merged(
        (cut_day(event, calendar, timing), event.until)
        for event in events
        if isinstance(event, Suspend)
    )


def _merged(spans: Iterable[tuple[date, date]]) -> tuple[tuple[date, date], ...]:
    result: list[tuple[date, date]] = []
    for first, after in sorted(spans):
        if result and first <= result[-1][1]:
            result[-1] = (result[-1][0], max(after, result[-1][1]))
        else:
            result.append((first, after))
    return tuple(result)


def slots_from(
    start: date,
    timeline: Timeline,
    calendar: Calendar,
    cuts: Iterable[date],
    usage: Sequence[Usage],
    horizon: date,
) -> list[Slot]:
    """Return the slots from the period of `start` to a horizon.

    Args:
        start: A day in the first period.
        timeline: Service time.
        calendar: The calendar.
        cuts: Days on which a slot must begin.
        usage: Readings, put into the slot that contains their day.
        horizon: First day that need not be covered.
    """
    first = calendar.index_at(start)
    periods = [p for p in calendar.periods[first:] if p.start < horizon]
    after = periods[-1].end
    days = {after, *(p.start for p in periods)}
    days |= {day for day in cuts if periods[0].start < day < after}
    edges = sorted(days)
    units = [ZERO] * len(edges)
    for reading in usage:
        index = bisect_left(edges, reading.effective + timedelta(days=1)) - 1
        units[max(0, index)] += reading.units
    times = [timeline.at(day) for day in edges]
    served = dict(zip(edges, times, strict=True))
    slots: list[Slot] = []
    count, years, index = _Counts(), _Counts(), 0
    for number, (begin, end) in enumerate(pairwise(edges)):
        while periods[index].end <= begin:
            index += 1
        period = periods[index]
        running = times[number + 1] > times[number]
        slots.append(
            Slot(
                first + index,
                period.year,
                begin,
                end,
                times[number],
                times[number + 1],
                units[number],
                count.before(index, running),
                years.before(period.year, running),
                served[period.end] - served[period.start],
            )
        )
    return slots


def charged_until(
    slots: Sequence[Slot],
    amounts: Sequence[Fraction],
    after: date,
    end: Fraction | None,
) -> Fraction:
    """Return what a plan charges up to a disposal.

    Args:
        slots: Slots of the plan.
        amounts: Its amounts.
        after: First day after the disposal.
        end: Years of service that the convention counts; None where use is charged,
            not time, so that all use before `after` counts.
    """
    total = ZERO
    for slot, amount in zip(slots, amounts, strict=True):
        if end is None:
            total += amount if slot.end <= after else 0
        elif slot.closes <= end and (slot.years > 0 or slot.end <= after):
            total += amount
        elif slot.opens < end < slot.closes:
            total += amount * (end - slot.opens) / slot.years
    return total


@dataclass(slots=True)
class _Counts:
    """Counts the periods, or years, that had service before the present one."""

    count: int = 0
    now: object = None
    served: bool = False

    def before(self, name: object, running: bool) -> int:
        """Return how many came before the one called `name`."""
        if name != self.now:
            self.count += self.served
            self.now, self.served = name, False
        self.served = self.served or running
        return self.count
