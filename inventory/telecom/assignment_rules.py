"""What ends and what begins when an assignment is seen or set. Pure.

Days, not moments: a day belongs to whoever has the thing at its end. What a telephone
system says comes after what a person wrote: it never ends that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from inventory.kernel.errors import Conflict
from inventory.kernel.spans import Span
from inventory.kernel.texts import N_

SYSTEM_SOURCE = "pbx:"
"""Sources of telephone systems begin with it; any other is a person's word."""

GRACE = timedelta(days=30)
"""A phone that registers nowhere for so long has its extension no more. Before that it
may be switched off, in a drawer, or its user on holiday."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One dated row: who or what has it.

    Attributes:
        other: The person, phone or extension at the other end.
    """

    id: int
    other: int
    span: Span
    source: str


@dataclass(frozen=True, slots=True)
class AssignmentChange:
    """What to write: end that row on the day, then begin one with `begin`."""

    end: Assignment | None = None
    begin: int | None = None


def change_assignment(
    history: Sequence[Assignment], to: int | None, on: date, *, source: str
) -> AssignmentChange:
    """Return what to write so that `to` has it from `on`; None for nobody.

    Saying again what is so changes nothing. A telephone system that is read late, or
    contradicts a person's word, changes nothing either.

    Args:
        history: All rows of the thing, one at a time.
        to: Who gets it.
        on: The first day.
        source: Who says so.

    Raises:
        Conflict: A person's word for a day after which another row is recorded.
    """
    current = next((held for held in history if held.span.end is None), None)
    if current is not None and current.other == to and current.span.start <= on:
        return AssignmentChange()
    by_system = source.startswith(SYSTEM_SOURCE)
    if (
        by_system
        and current is not None
        and not current.source.startswith(SYSTEM_SOURCE)
    ):
        return AssignmentChange()
    later = [h for h in history if h.span and _reaches(h, on, current)]
    if later:
        if by_system:
            return AssignmentChange()
        raise Conflict(
            N_(
                "From {on} it cannot be assigned: another assignment is recorded "
                "for {span}."
            ),
            where="on",
            remedy=N_("Give a later day, or end that assignment first."),
            on=on,
            span=later[0].span,
        )
    return (
        AssignmentChange(current, to)
        if current is not None or to is not None
        else AssignmentChange()
    )


def _reaches(held: Assignment, on: date, current: Assignment | None) -> bool:
    if held is current:
        return held.span.start > on
    return held.span.end is None or held.span.end > on


@dataclass(frozen=True, slots=True)
class PhoneOnExtension:
    """An open row of a phone on an extension.

    Attributes:
        last_seen: When the telephone system last listed it.
    """

    id: int
    extension: int
    phone: int
    start: date
    source: str
    last_seen: datetime


def ended_registrations(
    known: Iterable[PhoneOnExtension],
    listed: Iterable[tuple[int, int]],
    at: datetime,
    *,
    keeps: bool,
    grace: timedelta = GRACE,
) -> dict[int, date]:
    """Return the rows that are over: id -> the first day no more.

    A registration that is not there is a phone switched off, not one taken away. It is
    over when the phone registers elsewhere, or when it stays away for `grace`: then
    from the day after it was last seen.

    Args:
        known: Open rows of one telephone system.
        listed: (extension, phone) pairs of a whole reading.
        at: When it was read.
        keeps: The system lists phones that are switched off too, so that what it does
            not list was taken away.
        grace: How long a phone may stay away.
    """
    pairs = set(listed)
    moved = {phone for _, phone in pairs}
    over: dict[int, date] = {}
    for row in known:
        if (row.extension, row.phone) in pairs or not row.source.startswith(
            SYSTEM_SOURCE
        ):
            continue
        if row.last_seen > at:
            continue  # a reading that comes late
        if keeps or row.phone in moved:
            over[row.id] = max(at.date(), row.start)
        elif at - row.last_seen > grace:
            over[row.id] = max(row.last_seen.date() + timedelta(days=1), row.start)
    return over
