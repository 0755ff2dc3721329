"""Timeline and kits -> the cases there should be, and what each gives and takes. Pure.

Which things somebody holds is not known here; a planned case says which items of kits
are provided, kept and dropped, and when things are due back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from inventory.provisioning.kits import Item, Kits
from inventory.provisioning.statements.employment_periods import (
    Absence,
    EmploymentPeriod,
    Timeline,
    Transfer,
)

_DAY = timedelta(days=1)


REQUEST = "request"
"""Kind of a case that somebody opens by asking for something; nothing plans it."""


class CaseKind(StrEnum):
    """What a case carries out."""

    JOINING = "joining"
    MOVING = "moving"
    ABSENCE = "absence"
    LEAVING = "leaving"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCase:
    """A case there should be.

    Attributes:
        events: Keys of the events it carries out, the first one first.
        period: Root of the employment.
        on: The day it takes effect: first day there, last day at all.
        cancelled: It is not to be carried out; what was done is undone.
        over: The employment has ended: nothing is provided any more.
        provide: Items somebody gets.
        keep: Items of the kit before that stay.
        drop: Items of the kit before that do not.
        tools_on: Leaving: last day with tools; benefits stay until `on`.
        until: Absence: first day back.
        previous: Joining: last day of the employment before.
        limit: Leaving: things got after that day belong to the next employment.
    """

    kind: CaseKind
    events: tuple[str, ...]
    period: str
    on: date
    cancelled: bool = False
    over: bool = False
    quiet: bool = False
    legal_hold: bool = False
    terms: Mapping[str, Any]
    provide: tuple[Item, ...] = ()
    keep: tuple[Item, ...] = ()
    drop: tuple[Item, ...] = ()
    tools_on: date | None = None
    until: date | None = None
    substitute: str | None = None
    reason: str = ""
    previous: date | None = None
    limit: date | None = None
    contract_end: date | None = None


KitsOf = Callable[[CaseKind, Sequence[str]], Kits]
"""Returns the kits that count for a case of these events."""


def plan(timeline: Timeline, kits_of: KitsOf, today: date) -> list[PlannedCase]:
    """Return the cases of a person in the order they take effect.

    Args:
        timeline: All that is known of the person.
        kits_of: Who gets what: as it was when the case was opened.
        today: The present day where the person works.
    """
    found = [
        _with_replaced(case, timeline)
        for position, period in enumerate(timeline.periods)
        for case in _of(timeline, position, period, kits_of, today)
    ]
    order = {kind: number for number, kind in enumerate(CaseKind)}
    return sorted(found, key=lambda case: (case.on, order[case.kind], case.events))


def _with_replaced(case: PlannedCase, timeline: Timeline) -> PlannedCase:
    """Let a case carry out the events that its own stand for, too."""
    before = [old for key in case.events for old in timeline.replaced.get(key, ())]
    return replace(case, events=tuple(dict.fromkeys([*case.events, *before])))


def _with_replaced_keys(keys: Sequence[str], timeline: Timeline) -> tuple[str, ...]:
    return (*keys, *(old for key in keys for old in timeline.replaced.get(key, ())))


def _of(
    timeline: Timeline,
    position: int,
    period: EmploymentPeriod,
    kits_of: KitsOf,
    today: date,
) -> Iterator[PlannedCase]:
    over = period.last is not None and period.last < today
    if period.events and not _long_there(period):
        before = [
            s.last for s in timeline.periods[:position] if not s.cancelled and s.last
        ]
        yield PlannedCase(
            kind=CaseKind.JOINING,
            events=period.events,
            period=period.root,
            on=period.start,
            cancelled=period.cancelled,
            over=over,
            quiet=period.quiet,
            terms=period.terms,
            provide=kits_of(
                CaseKind.JOINING, _with_replaced_keys(period.events, timeline)
            ).of(period.terms, period.start),
            previous=max(before, default=None),
            contract_end=period.contract_end,
        )
    for move in period.moves:
        if not move.roots[0].startswith("known:"):
            keys = _with_replaced_keys(move.roots, timeline)
            kits = kits_of(CaseKind.MOVING, keys)
            yield _moving(period, move, kits, over=over)
    for absence in period.absences:
        yield _absence(period, absence)
    for gone in period.called_off:
        yield PlannedCase(
            kind=CaseKind(gone.kind),
            events=gone.roots,
            period=period.segment_on(gone.on).root,
            on=gone.on,
            cancelled=True,
            quiet=period.quiet,
            terms=period.terms_on(gone.on),
        )
    if period.leavers:
        later = [s.start for s in timeline.periods[position + 1 :] if not s.cancelled]
        yield _leaving(period, min(later, default=None))


def _long_there(period: EmploymentPeriod) -> bool:
    """Whether a hire tells of somebody who was there long before it was announced.

    A new HR system, or the first list of staff, tells of everybody; nobody needs a kit
    because of that.
    """
    if period.already_here:
        return True
    known = period.root.startswith("known:")
    return known and period.announced is not None and period.announced > period.start


def _moving(
    period: EmploymentPeriod, move: Transfer, kits: Kits, *, over: bool
) -> PlannedCase:
    yesterday = move.on - _DAY
    old = kits.of(period.terms_on(yesterday), yesterday)
    new = kits.of(period.terms_on(move.on), move.on)
    names = {item.name for item in new}
    had = {item.name for item in old}
    return PlannedCase(
        kind=CaseKind.MOVING,
        events=move.roots,
        period=period.segment_on(move.on).root,
        on=move.on,
        cancelled=period.cancelled,
        over=over,
        quiet=period.quiet,
        terms=period.terms_on(move.on),
        provide=tuple(item for item in new if item.name not in had),
        keep=tuple(item for item in new if item.name in had),
        drop=tuple(item for item in old if item.name not in names),
        contract_end=period.contract_end,
    )


def _absence(period: EmploymentPeriod, absence: Absence) -> PlannedCase:
    return PlannedCase(
        kind=CaseKind.ABSENCE,
        events=absence.roots,
        period=period.segment_on(absence.start).root,
        on=absence.start,
        cancelled=period.cancelled,
        quiet=period.quiet,
        terms=period.terms_on(absence.start),
        until=absence.until,
        substitute=absence.substitute,
    )


def _leaving(period: EmploymentPeriod, next_start: date | None) -> PlannedCase:
    last = period.last
    tools = [
        day
        for day in (
            last,
            period.last_working_day,
            period.garden_from and period.garden_from - _DAY,
        )
        if day is not None
    ]
    return PlannedCase(
        kind=CaseKind.LEAVING,
        events=period.leavers,
        period=period.segment_on(last or period.start).root,
        on=last or period.start,
        cancelled=period.cancelled or last is None,
        quiet=period.quiet,
        legal_hold=period.legal_hold,
        terms=period.terms_on(last or period.start),
        tools_on=min(tools, default=None),
        reason=period.reason,
        limit=last if next_start is not None else None,
    )
