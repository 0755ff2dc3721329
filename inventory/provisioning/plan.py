"""Timeline and kits -> the cases there should be, and what each gives and takes. Pure.

Which things somebody holds is not known here; a planned case says which items of kits
are provided, kept and dropped, and when things are due back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from inventory.provisioning.employment_periods import Absence, Move, Stint, Timeline
from inventory.provisioning.kits import Item, Kits

_DAY = timedelta(days=1)


class CaseKind(StrEnum):
    """What a case carries out."""

    JOINING = "joining"
    MOVING = "moving"
    ABSENCE = "absence"
    LEAVING = "leaving"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A case there should be.

    Attributes:
        events: Keys of the events it carries out, the first one first.
        stint: Root of the employment.
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
    stint: str
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


def plan(timeline: Timeline, kits: Kits, today: date) -> list[Planned]:
    """Return the cases of a person in the order they take effect.

    Args:
        timeline: All that is known of the person.
        kits: Who gets what.
        today: The present day where the person works.
    """
    found = [
        case
        for position, stint in enumerate(timeline.stints)
        for case in _of(timeline, position, stint, kits, today)
    ]
    order = {kind: number for number, kind in enumerate(CaseKind)}
    return sorted(found, key=lambda case: (case.on, order[case.kind], case.events))


def _of(
    timeline: Timeline, position: int, stint: Stint, kits: Kits, today: date
) -> Iterator[Planned]:
    over = stint.last is not None and stint.last < today
    if stint.events and not _long_there(stint):
        before = [
            s.last for s in timeline.stints[:position] if not s.cancelled and s.last
        ]
        yield Planned(
            kind=CaseKind.JOINING,
            events=stint.events,
            stint=stint.root,
            on=stint.start,
            cancelled=stint.cancelled,
            over=over,
            quiet=stint.quiet,
            terms=stint.terms,
            provide=kits.of(stint.terms, stint.start),
            previous=max(before, default=None),
            contract_end=stint.contract_end,
        )
    for move in stint.moves:
        if not move.roots[0].startswith("known:"):
            yield _moving(stint, move, kits, over=over)
    for absence in stint.absences:
        yield _absence(stint, absence)
    if stint.leavers:
        later = [s.start for s in timeline.stints[position + 1 :] if not s.cancelled]
        yield _leaving(stint, min(later, default=None))


def _long_there(stint: Stint) -> bool:
    """Whether a hire only repeats what the register knew when it was announced.

    A new HR system tells of everybody at first; nobody needs a kit because of that.
    """
    known = stint.root.startswith("known:")
    return known and stint.announced is not None and stint.announced > stint.start


def _moving(stint: Stint, move: Move, kits: Kits, *, over: bool) -> Planned:
    yesterday = move.on - _DAY
    old = kits.of(stint.terms_on(yesterday), yesterday)
    new = kits.of(stint.terms_on(move.on), move.on)
    names = {item.name for item in new}
    had = {item.name for item in old}
    return Planned(
        kind=CaseKind.MOVING,
        events=move.roots,
        stint=stint.root,
        on=move.on,
        cancelled=stint.cancelled,
        over=over,
        quiet=stint.quiet,
        terms=stint.terms_on(move.on),
        provide=tuple(item for item in new if item.name not in had),
        keep=tuple(item for item in new if item.name in had),
        drop=tuple(item for item in old if item.name not in names),
        contract_end=stint.contract_end,
    )


def _absence(stint: Stint, absence: Absence) -> Planned:
    return Planned(
        kind=CaseKind.ABSENCE,
        events=absence.roots,
        stint=stint.root,
        on=absence.start,
        cancelled=stint.cancelled,
        quiet=stint.quiet,
        terms=stint.terms_on(absence.start),
        until=absence.until,
        substitute=absence.substitute,
    )


def _leaving(stint: Stint, next_start: date | None) -> Planned:
    last = stint.last
    tools = [
        day
        for day in (
            last,
            stint.last_working_day,
            stint.garden_from and stint.garden_from - _DAY,
        )
        if day is not None
    ]
    return Planned(
        kind=CaseKind.LEAVING,
        events=stint.leavers,
        stint=stint.root,
        on=last or stint.start,
        cancelled=stint.cancelled or last is None,
        quiet=stint.quiet,
        legal_hold=stint.legal_hold,
        terms=stint.terms_on(last or stint.start),
        tools_on=min(tools, default=None),
        reason=stint.reason,
        limit=last if next_start is not None else None,
    )
