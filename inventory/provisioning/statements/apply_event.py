"""One event applied to the employments known so far. Pure.

A rule returns what became of the event, or that it waits, if it does not fit yet: it is
tried again after the others, so that it does not matter which arrived first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from inventory.kernel.texts import N_, Said
from inventory.provisioning.statements.authority import (
    REGISTER,
    Claim,
    is_directory,
)
from inventory.provisioning.statements.choose_employment import (
    NOBODY,
    SAME_HIRE,
    Drafts,
    Grounds,
    employment_meant,
    latest,
    overlapping_draft,
    restates,
    same_start,
    waits,
)
from inventory.provisioning.statements.employment_periods import (
    MOVED_ON,
    PeriodDraft,
    Verdict,
)
from inventory.provisioning.statements.event_kinds import (
    LEAVING_FIELDS,
    PERSON_FIELDS,
    WORK_FIELDS,
    EventKind,
    EventStatement,
)
from inventory.provisioning.statements.move_days import (
    absence_cancelled,
    absence_changed,
    move_cancelled,
    move_changed,
)
from inventory.provisioning.statements.organisation import BOUND_UNITS

_DAYS = frozenset({"last_working_day", "garden_leave_from"})
Rule = Callable[[Drafts, EventStatement, Grounds], Verdict]
_APPLIED = Verdict("applied")
_EMPLOYED = waits(
    Said(N_("somebody is employed already; it waits for the end of that"))
)


def apply_event(drafts: Drafts, event: EventStatement, grounds: Grounds) -> Verdict:
    """Apply an event; `waits` if it does not fit to what is known so far."""
    return _RULES[event.kind](drafts, event, grounds)


def _hire(drafts: Drafts, event: EventStatement, grounds: Grounds) -> Verdict:
    same = same_start(drafts, event)
    if same is not None:
        return _claim_start(same, event)
    current = overlapping_draft(drafts, event)
    if current is None or event.forced:
        draft = PeriodDraft(event.key, grounds.authority)
        drafts.append(draft)
        _claim_start(draft, event)
        return _APPLIED
    entered = _entered_on(current, event)
    if entered is not None and abs(entered - event.on) <= SAME_HIRE:
        text = Said(N_("the transfer into that legal entity says the same"))
        return Verdict("joined", text)
    if _told_by_a_directory(current, event):
        return _claim_start(current, event)
    if current.begun_by and not restates(current, event):
        return _EMPLOYED
    if abs(current.start - event.on) > SAME_HIRE:
        return _EMPLOYED
    return _claim_start(current, event)


def _told_by_a_directory(draft: PeriodDraft, event: EventStatement) -> bool:
    """Whether either HR or an identity provider tells what the other told before.

    A provider knows since when somebody has the account, HR since when he works here.
    """
    told = {is_directory(source) for source in draft.sources - {REGISTER}}
    return bool(told) and is_directory(event.source) not in told


def _entered_on(draft: PeriodDraft, event: EventStatement) -> date | None:
    """Return the day of the move that led into the legal entity of a hire."""
    entity = event.data.get("legal_entity")
    days = (
        day
        for day, claims in draft.moves.items()
        if any(c.field == "legal_entity" and c.value == entity for c in claims)
    )
    return min(days, default=None) if entity else None


def _claim_start(draft: PeriodDraft, event: EventStatement) -> Verdict:
    others = [key for key in draft.begun_by if key != event.key]
    draft.begun_by.append(event.key)
    draft.claim(event, "start", event.on)
    _claim_work(draft, event)
    if not others:
        return _APPLIED
    return Verdict("joined", Said(N_("the same employment was announced already")))


def _claim_work(draft: PeriodDraft, event: EventStatement) -> None:
    for name in WORK_FIELDS:
        if name in event.data:
            draft.claim(event, name, event.data[name])
    if "already_here" in event.data:
        draft.claim(event, "already_here", event.data["already_here"])
    if "contract_end" in event.data:
        draft.claim(event, "contract_end", event.day("contract_end"))


def _hire_changed(drafts: Drafts, event: EventStatement, grounds: Grounds) -> Verdict:
    named = event.day("previous")

    def fits(d: PeriodDraft) -> bool:
        if not d.alive or not d.begun_by or (named and named not in d.starts):
            return False
        return d.last is None or not d.left_by or d.start <= event.on <= d.last

    found = employment_meant(drafts, event, fits)
    if isinstance(found, Verdict):
        return _hire(drafts, event, grounds) if event.forced else found
    found.begun_by.append(event.key)
    found.claim(event, "start", event.on)
    _claim_work(found, event)
    return _APPLIED


def _hire_cancelled(drafts: Drafts, event: EventStatement, _: Grounds) -> Verdict:
    said_on = event.asserted_at.date()

    def on_that_day(d: PeriodDraft) -> bool:
        return d.alive and bool(d.begun_by) and event.on in d.starts

    def to_come(d: PeriodDraft) -> bool:
        return d.alive and bool(d.begun_by) and d.start >= said_on

    found = employment_meant(drafts, event, on_that_day)
    if found == NOBODY:
        gone = latest(d for d in drafts if not d.alive and event.on in d.starts)
        found = employment_meant(drafts, event, to_come)
        if found == NOBODY and gone is not None:
            gone.begun_by.append(event.key)
            return Verdict("joined", Said(N_("the cancellation is known already")))
    if isinstance(found, Verdict):
        return _nothing_to_undo(event, found)
    found.cancelled_by = event.key
    found.begun_by.append(event.key)
    return _APPLIED


def _nothing_to_undo(event: EventStatement, verdict: Verdict) -> Verdict:
    if event.forced:
        return Verdict(
            "applied", Said(N_("a person confirmed that there is nothing to undo"))
        )
    return verdict


def _transfer(drafts: Drafts, event: EventStatement, grounds: Grounds) -> Verdict:
    found = employment_meant(drafts, event, lambda d: d.holds(event.on))
    if isinstance(found, Verdict):
        return found
    if not any(name in event.data for name in WORK_FIELDS):
        return _without_changes(event, grounds)
    foreign = _foreign_unit(found, event, grounds)
    if foreign:
        return waits(foreign)
    claims = found.moves.setdefault(event.on, [])
    known = {claim.event for claim in claims}
    values = {name: event.data[name] for name in WORK_FIELDS if name in event.data}
    claims += [
        Claim(name, value, event.source, event.key, event.order)
        for name, value in {MOVED_ON: event.on, **values}.items()
    ]
    joined = known - {event.key, found.root}
    return (
        Verdict("joined", Said(N_("the move is known already"))) if joined else _APPLIED
    )


def _foreign_unit(draft: PeriodDraft, event: EventStatement, grounds: Grounds) -> str:
    """Return why a unit it names is none of the employer's; empty if all are."""
    entity = event.data.get("legal_entity") or draft.entity_on(event.on)
    for unit in BOUND_UNITS:
        code = event.data.get(unit)
        if not grounds.organisation.fits(unit, code, entity):
            owner = grounds.organisation.owner_of(unit, code)
            return Said(
                N_(
                    "the {unit} {code} belongs to {owner}, the employment is with"
                    " {entity}; name the legal entity too"
                ),
                unit=unit.replace("_", " "),
                code=code,
                owner=owner,
                entity=entity,
            )
    return ""


def _without_changes(event: EventStatement, grounds: Grounds) -> Verdict:
    """Return the verdict on a move that names nothing of where somebody works."""
    if event.key in grounds.led_by_nobody:
        # The finding names the manager; to ask for what changes would be wrong.
        return Verdict("applied", "nobody is known as the manager it names, so far")
    if event.forced or any(event.data.get(name) for name in PERSON_FIELDS):
        return _APPLIED
    return Verdict(
        "parked", Said(N_("it does not say what changes; send it with what is new"))
    )


def _leave(drafts: Drafts, event: EventStatement, _: Grounds) -> Verdict:
    found = employment_meant(drafts, event, lambda d: d.holds(event.on))
    if isinstance(found, Verdict):
        return found
    claims = found.absences.setdefault(event.on, [])
    joined = bool(claims)
    values = {
        MOVED_ON: event.on,
        "until": event.day("until"),
        "substitute": event.data.get("substitute"),
    }
    claims += [
        Claim(name, value, event.source, event.key, event.order)
        for name, value in values.items()
    ]
    return (
        Verdict("joined", Said(N_("the absence is known already")))
        if joined
        else _APPLIED
    )


def _leave_ended(drafts: Drafts, event: EventStatement, _: Grounds) -> Verdict:
    found = employment_meant(
        drafts, event, lambda d: any(start <= event.on for start in d.absences)
    )
    if isinstance(found, Verdict):
        verdict = waits(Said(N_("no absence is known that it could end")))
        return _nothing_to_undo(event, verdict if found == NOBODY else found)
    start = max(day for day in found.absences if day <= event.on)
    found.absences[start].append(
        Claim("until", event.on, event.source, event.key, event.order)
    )
    return _APPLIED


def _termination(drafts: Drafts, event: EventStatement, _: Grounds) -> Verdict:
    found = employment_meant(drafts, event, lambda d: d.alive and d.start <= event.on)
    return found if isinstance(found, Verdict) else _end(found, event)


def _deceased(drafts: Drafts, event: EventStatement, _: Grounds) -> Verdict:
    """End every employment there is on that day, and the last one in any case."""
    held = [d for d in drafts if d.holds(event.on)]
    last = latest(d for d in drafts if d.alive and d.start <= event.on)
    if last is None:
        return NOBODY
    verdicts = [_end(d, event) for d in held or [last]]
    return min(verdicts, key=lambda verdict: verdict.name)


def _end(draft: PeriodDraft, event: EventStatement) -> Verdict:
    joined = bool(draft.left_by)
    draft.left_by.append(event.key)
    _claim_leaving(draft, event)
    return (
        Verdict("joined", Said(N_("the end is known already"))) if joined else _APPLIED
    )


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
    drafts: Drafts, event: EventStatement, grounds: Grounds
) -> Verdict:
    found = employment_meant(
        drafts, event, lambda d: d.alive and bool(d.left_by) and d.start <= event.on
    )
    if isinstance(found, Verdict):
        if event.forced:
            return _termination(drafts, event, grounds)
        unknown = waits(Said(N_("no termination is known that it could change")))
        return unknown if found == NOBODY else found
    found.left_by.append(event.key)
    _claim_leaving(found, event)
    return _APPLIED


def _termination_cancelled(
    drafts: Drafts, event: EventStatement, _: Grounds
) -> Verdict:
    def on_that_day(d: PeriodDraft) -> bool:
        return d.alive and bool(d.left_by) and d.last == event.on

    def begun(d: PeriodDraft) -> bool:
        return d.alive and bool(d.left_by) and d.start <= event.on

    found = employment_meant(drafts, event, on_that_day)
    if found == NOBODY:
        found = employment_meant(drafts, event, begun)
    if isinstance(found, Verdict):
        unknown = waits(Said(N_("no termination is known that it could cancel")))
        return _nothing_to_undo(event, unknown if found == NOBODY else found)
    found.left_by.append(event.key)
    found.claim(event, "last", None)
    for name in LEAVING_FIELDS:
        found.claim(event, name, None)
    return _APPLIED


def _extended(drafts: Drafts, event: EventStatement, _: Grounds) -> Verdict:
    found = employment_meant(drafts, event, lambda d: d.alive and d.start <= event.on)
    if isinstance(found, Verdict):
        return found
    found.claim(event, "contract_end", event.on)
    return _APPLIED


def _extension_cancelled(drafts: Drafts, event: EventStatement, _: Grounds) -> Verdict:
    def told(d: PeriodDraft) -> list[Claim]:
        ends = (c for c in d.claims if c.field == "contract_end")
        return [claim for claim in ends if claim.value == event.on]

    found = employment_meant(drafts, event, lambda d: d.alive and bool(told(d)))
    if isinstance(found, Verdict):
        unknown = waits(Said(N_("no contract is known to be extended to that day")))
        return _nothing_to_undo(event, unknown if found == NOBODY else found)
    gone = told(found)
    found.claims = [claim for claim in found.claims if claim not in gone]
    found.undone |= {claim.event for claim in gone} - {found.root}
    return _APPLIED


_RULES: Mapping[EventKind, Rule] = {
    EventKind.HIRE: _hire,
    EventKind.REHIRE: _hire,
    EventKind.HIRE_CHANGED: _hire_changed,
    EventKind.HIRE_CANCELLED: _hire_cancelled,
    EventKind.TRANSFER: _transfer,
    EventKind.TRANSFER_CHANGED: lambda drafts, event, grounds: move_changed(
        drafts, event, grounds, otherwise=_transfer
    ),
    EventKind.TRANSFER_CANCELLED: move_cancelled,
    EventKind.LEAVE: _leave,
    EventKind.LEAVE_CHANGED: lambda drafts, event, grounds: absence_changed(
        drafts, event, grounds, otherwise=_leave
    ),
    EventKind.LEAVE_CANCELLED: absence_cancelled,
    EventKind.LEAVE_ENDED: _leave_ended,
    EventKind.EXTENDED: _extended,
    EventKind.EXTENSION_CANCELLED: _extension_cancelled,
    EventKind.TERMINATION: _termination,
    EventKind.TERMINATION_CHANGED: _termination_changed,
    EventKind.TERMINATION_CANCELLED: _termination_cancelled,
    EventKind.DECEASED: _deceased,
}
