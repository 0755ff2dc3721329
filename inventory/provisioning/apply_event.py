"""One event applied to the employments known so far. Pure.

A rule returns what became of the event, or None if it does not fit yet: it is tried
again after the others, so that it does not matter which arrived first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

from inventory.provisioning.authority import Authority, Claim
from inventory.provisioning.employment_periods import PeriodDraft, Verdict
from inventory.provisioning.event_kinds import (
    LEAVING_FIELDS,
    PERSON_FIELDS,
    WORK_FIELDS,
    EventKind,
    EventStatement,
)

SAME_HIRE = timedelta(days=31)
"""Two systems may differ so much about the first day of one employment."""

_DAYS = frozenset({"last_working_day", "garden_leave_from"})
Drafts = list[PeriodDraft]
Rule = Callable[[Drafts, EventStatement, Authority], Verdict | None]
_APPLIED = Verdict("applied")


def apply_event(
    drafts: Drafts, event: EventStatement, authority: Authority
) -> Verdict | None:
    """Apply an event; None if it does not fit to what is known so far."""
    return _RULES[event.kind](drafts, event, authority)


def _hire(
    drafts: Drafts, event: EventStatement, authority: Authority
) -> Verdict | None:
    same = _latest(d for d in drafts if d.alive and event.on in d.starts)
    if same is not None:
        return _claim_start(same, event)
    current = _latest(d for d in drafts if _overlaps(d, event.on))
    if current is None:
        draft = PeriodDraft(event.key, authority)
        drafts.append(draft)
        _claim_start(draft, event)
        return _APPLIED
    if current.begun_by and not _restates(current, event):
        return None
    if abs(current.start - event.on) > SAME_HIRE:
        return None
    return _claim_start(current, event)


def _overlaps(draft: PeriodDraft, start: date) -> bool:
    """Whether an open employment from a day on would overlap this one."""
    return draft.alive and (draft.last is None or draft.last >= start)


def _restates(draft: PeriodDraft, event: EventStatement) -> bool:
    sources = {claim.source for claim in draft.claims if claim.field == "start"}
    return event.source not in sources or event.asserted_at.date() <= draft.start


def _claim_start(draft: PeriodDraft, event: EventStatement) -> Verdict:
    others = [key for key in draft.begun_by if key != event.key]
    draft.begun_by.append(event.key)
    draft.claim(event, "start", event.on)
    _claim_work(draft, event)
    if not others:
        return _APPLIED
    return Verdict("joined", "the same employment was announced already")


def _claim_work(draft: PeriodDraft, event: EventStatement) -> None:
    for name in WORK_FIELDS:
        if name in event.data:
            draft.claim(event, name, event.data[name])
    if "contract_end" in event.data:
        draft.claim(event, "contract_end", event.day("contract_end"))


def _hire_changed(
    drafts: Drafts, event: EventStatement, _: Authority
) -> Verdict | None:
    named = event.day("previous")
    found = _latest(
        d
        for d in drafts
        if d.alive and d.begun_by and (named is None or named in d.starts)
        if d.last is None or d.left_by == [] or d.start <= event.on <= d.last
    )
    if found is None:
        return None
    found.begun_by.append(event.key)
    found.claim(event, "start", event.on)
    _claim_work(found, event)
    return _APPLIED


def _hire_cancelled(
    drafts: Drafts, event: EventStatement, _: Authority
) -> Verdict | None:
    said_on = event.asserted_at.date()
    mine = [d for d in drafts if d.alive and d.begun_by]
    found = _latest(d for d in mine if event.on in d.starts) or _latest(
        d for d in mine if d.start >= said_on
    )
    if found is None:
        gone = _latest(d for d in drafts if not d.alive and event.on in d.starts)
        if gone is None:
            return None
        gone.begun_by.append(event.key)
        return Verdict("joined", "the cancellation is known already")
    found.cancelled_by = event.key
    found.begun_by.append(event.key)
    return _APPLIED


def _transfer(drafts: Drafts, event: EventStatement, _: Authority) -> Verdict | None:
    found = _latest(d for d in drafts if d.holds(event.on))
    if found is None:
        return None
    if not any(name in event.data for name in WORK_FIELDS):
        return _without_changes(event)
    claims = found.moves.setdefault(event.on, [])
    known = {claim.event for claim in claims}
    claims += [
        Claim(name, event.data[name], event.source, event.key, event.order)
        for name in WORK_FIELDS
        if name in event.data
    ]
    joined = known - {event.key, found.root}
    return Verdict("joined", "the move is known already") if joined else _APPLIED


def _without_changes(event: EventStatement) -> Verdict:
    """Return the verdict on a move that names nothing of where somebody works."""
    if any(event.data.get(name) for name in PERSON_FIELDS):
        return _APPLIED
    return Verdict("parked", "it does not say what changes; send it with what is new")


def _leave(drafts: Drafts, event: EventStatement, _: Authority) -> Verdict | None:
    found = _latest(d for d in drafts if d.holds(event.on))
    if found is None:
        return None
    claims = found.absences.setdefault(event.on, [])
    joined = bool(claims)
    values = {"until": event.day("until"), "substitute": event.data.get("substitute")}
    claims += [
        Claim(name, value, event.source, event.key, event.order)
        for name, value in values.items()
    ]
    return Verdict("joined", "the absence is known already") if joined else _APPLIED


def _leave_ended(drafts: Drafts, event: EventStatement, _: Authority) -> Verdict | None:
    found = _latest(d for d in drafts if any(s <= event.on for s in d.absences))
    if found is None:
        return None
    start = max(day for day in found.absences if day <= event.on)
    found.absences[start].append(
        Claim("until", event.on, event.source, event.key, event.order)
    )
    return _APPLIED


def _termination(drafts: Drafts, event: EventStatement, _: Authority) -> Verdict | None:
    found = _latest(d for d in drafts if d.alive and d.start <= event.on)
    if found is None:
        return None
    joined = bool(found.left_by)
    found.left_by.append(event.key)
    _claim_leaving(found, event)
    return Verdict("joined", "the end is known already") if joined else _APPLIED


def _claim_leaving(draft: PeriodDraft, event: EventStatement) -> None:
    draft.claim(event, "last", event.on)
    for name in LEAVING_FIELDS:
        if name in event.data:
            day = name in _DAYS
            draft.claim(event, name, event.day(name) if day else event.data[name])
    if event.kind is EventKind.DECEASED:
        draft.claim(event, "quiet", True)
        draft.claim(event, "reason", event.data.get("reason", "deceased"))


def _termination_changed(
    drafts: Drafts, event: EventStatement, _: Authority
) -> Verdict | None:
    found = _latest(d for d in drafts if d.alive and d.left_by and d.start <= event.on)
    if found is None:
        return None
    found.left_by.append(event.key)
    _claim_leaving(found, event)
    return _APPLIED


def _termination_cancelled(
    drafts: Drafts, event: EventStatement, _: Authority
) -> Verdict | None:
    left = [d for d in drafts if d.alive and d.left_by]
    named = (d for d in left if d.last == event.on)
    found = _latest(named) or _latest(d for d in left if d.start <= event.on)
    if found is None:
        return None
    found.left_by.append(event.key)
    found.claim(event, "last", None)
    for name in LEAVING_FIELDS:
        found.claim(event, name, None)
    return _APPLIED


def _extended(drafts: Drafts, event: EventStatement, _: Authority) -> Verdict | None:
    found = _latest(d for d in drafts if d.alive and d.start <= event.on)
    if found is None:
        return None
    found.claim(event, "contract_end", event.on)
    return _APPLIED


def _latest(drafts: Iterable[PeriodDraft]) -> PeriodDraft | None:
    return max(drafts, key=lambda draft: (draft.start, draft.root), default=None)


_RULES: Mapping[EventKind, Rule] = {
    EventKind.HIRE: _hire,
    EventKind.REHIRE: _hire,
    EventKind.HIRE_CHANGED: _hire_changed,
    EventKind.HIRE_CANCELLED: _hire_cancelled,
    EventKind.TRANSFER: _transfer,
    EventKind.LEAVE: _leave,
    EventKind.LEAVE_ENDED: _leave_ended,
    EventKind.EXTENDED: _extended,
    EventKind.TERMINATION: _termination,
    EventKind.TERMINATION_CHANGED: _termination_changed,
    EventKind.TERMINATION_CANCELLED: _termination_cancelled,
    EventKind.DECEASED: _termination,
}
