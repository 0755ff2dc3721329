"""Moves and absences that come to other days than announced, or not at all. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from inventory.kernel.texts import N_, Said
from inventory.provisioning.statements.authority import Claim
from inventory.provisioning.statements.choose_employment import (
    NOBODY,
    Drafts,
    Grounds,
    employment_meant,
    waits,
)
from inventory.provisioning.statements.employment_periods import (
    MOVED_ON,
    CalledOff,
    PeriodDraft,
    Verdict,
)
from inventory.provisioning.statements.event_kinds import WORK_FIELDS, EventStatement

_Announced = dict[date, list[Claim]]
_Rule = Callable[[Drafts, EventStatement, Grounds], Verdict]
_NO_MOVE = waits(Said(N_("no move of that day is known")))
_NO_ABSENCE = waits(Said(N_("no absence of that day is known")))


def move_changed(
    drafts: Drafts, event: EventStatement, grounds: Grounds, *, otherwise: _Rule
) -> Verdict:
    """Let a move come on another day, or lead elsewhere.

    Args:
        drafts: The employments.
        event: Says so; `previous` is the day that was announced.
        grounds: What decides.
        otherwise: Makes a move of it, if a person says that it holds.
    """
    values = {name: event.data[name] for name in WORK_FIELDS if name in event.data}
    verdict = _changed(drafts, event, _moves, values, _NO_MOVE)
    forced = event.forced and verdict == _NO_MOVE
    return otherwise(drafts, event, grounds) if forced else verdict


def absence_changed(
    drafts: Drafts, event: EventStatement, grounds: Grounds, *, otherwise: _Rule
) -> Verdict:
    """Let an absence come on another day, or last longer; as `move_changed`."""
    values = {
        name: event.day(name) if name == "until" else event.data[name]
        for name in ("until", "substitute")
        if name in event.data
    }
    verdict = _changed(drafts, event, _absences, values, _NO_ABSENCE)
    forced = event.forced and verdict == _NO_ABSENCE
    return otherwise(drafts, event, grounds) if forced else verdict


def move_cancelled(drafts: Drafts, event: EventStatement, _: Grounds) -> Verdict:
    """Let a move that was announced not come to be."""
    return _cancelled(drafts, event, _moves, "moving", _NO_MOVE)


def absence_cancelled(drafts: Drafts, event: EventStatement, _: Grounds) -> Verdict:
    """Let an absence that was announced not come to be."""
    return _cancelled(drafts, event, _absences, "absence", _NO_ABSENCE)


def _moves(draft: PeriodDraft) -> _Announced:
    return draft.moves


def _absences(draft: PeriodDraft) -> _Announced:
    return draft.absences


def _changed(
    drafts: Drafts,
    event: EventStatement,
    announced: Callable[[PeriodDraft], _Announced],
    values: dict[str, object],
    unknown: Verdict,
) -> Verdict:
    named = event.day("previous")
    found = employment_meant(
        drafts,
        event,
        lambda d: d.alive and _day_meant(announced(d), event, named) is not None,
    )
    if isinstance(found, Verdict):
        return unknown if found == NOBODY else found
    if not found.holds(event.on):
        return NOBODY
    days = announced(found)
    day = _day_meant(days, event, named)
    assert day is not None, "chosen for it"
    claims = [
        replace(claim, value=event.on) if claim.field == MOVED_ON else claim
        for claim in days.pop(day)
    ]
    claims += [
        Claim(name, value, event.source, event.key, event.order)
        for name, value in {MOVED_ON: event.on, **values}.items()
    ]
    days.setdefault(event.on, []).extend(claims)
    return Verdict("applied")


def _cancelled(
    drafts: Drafts,
    event: EventStatement,
    announced: Callable[[PeriodDraft], _Announced],
    kind: str,
    unknown: Verdict,
) -> Verdict:
    found = employment_meant(drafts, event, lambda d: event.on in announced(d))
    if isinstance(found, Verdict):
        again = [
            each
            for draft in drafts
            for each in draft.called_off
            if (each.kind, each.on) == (kind, event.on)
        ]
        if again:
            return Verdict("joined", Said(N_("the cancellation is known already")))
        if event.forced:
            text = Said(N_("a person confirmed that there is nothing to undo"))
            return Verdict("applied", text)
        return unknown if found == NOBODY else found
    claims = announced(found).pop(event.on)
    keys = tuple(dict.fromkeys(claim.event for claim in claims))
    found.called_off.append(CalledOff(kind, event.on, (*keys, event.key)))
    found.undone |= set(keys) - {found.root}
    return Verdict("applied")


def _day_meant(
    days: _Announced, event: EventStatement, named: date | None
) -> date | None:
    """Return the day that was announced; the last one of the source without a name."""
    if named is not None:
        return named if named in days else None
    own = [
        day
        for day, claims in days.items()
        if any(claim.source == event.source for claim in claims)
    ]
    return max(own, default=None)
