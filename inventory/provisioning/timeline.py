"""All events of a person -> employments with their moves, absences and ends. Pure.

The result depends on what was said and when it was said, never on when it arrived:
events are ordered by their moment, and what does not fit yet is tried again after the
others. What never fits is parked, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from inventory.provisioning.apply_event import apply_event
from inventory.provisioning.authority import REGISTER, Authority, Claim, SourceConflict
from inventory.provisioning.employment_periods import (
    Absence,
    EmploymentPeriod,
    PeriodDraft,
    RegisteredEmployment,
    Timeline,
    Transfer,
    Verdict,
)
from inventory.provisioning.event_kinds import (
    PERSON_FIELDS,
    WORK_FIELDS,
    EventKind,
    EventStatement,
)

_DAY = timedelta(days=1)
_PARKED = {
    EventKind.HIRE: "somebody is employed already; it waits for the end of that",
    EventKind.REHIRE: "somebody is employed already; it waits for the end of that",
    EventKind.TERMINATION_CHANGED: "no termination is known that it could change",
    EventKind.TERMINATION_CANCELLED: "no termination is known that it could cancel",
    EventKind.LEAVE_ENDED: "no absence is known that it could end",
}
_NOBODY = "nobody is employed on that day; it waits for the hire"


def build_timeline(
    events: Iterable[EventStatement],
    authority: Authority,
    known: Sequence[RegisteredEmployment] = (),
) -> Timeline:
    """Return what all events of one person together mean.

    Args:
        events: All that was ever said of the person, in any order.
        authority: Who decides where sources differ.
        known: Employments that were known before.
    """
    ordered = sorted(events, key=lambda event: event.order)
    verdicts = _taken_back(ordered)
    drafts = [PeriodDraft.of(one, authority) for one in known]
    waiting = [event for event in ordered if event.key not in verdicts]
    while waiting:
        left = []
        for event in waiting:
            verdict = apply_event(drafts, event, authority)
            if verdict is None:
                left.append(event)
            else:
                verdicts[event.key] = verdict
        if len(left) == len(waiting):
            break
        waiting = left
    for event in waiting:
        verdicts[event.key] = Verdict("parked", _PARKED.get(event.kind, _NOBODY))
    return _decided_timeline(drafts, ordered, verdicts, authority)


def _taken_back(ordered: Sequence[EventStatement]) -> dict[str, Verdict]:
    """Return the verdicts on events that their own source took back by another."""
    found = {}
    for event in ordered:
        old = event.data.get("replaces")
        if old:
            reason = f"{event.source} replaced it by another event"
            found[f"{event.source}\n{old}"] = Verdict("superseded", reason)
    return found


def _decided_timeline(
    drafts: Sequence[PeriodDraft],
    ordered: Sequence[EventStatement],
    verdicts: dict[str, Verdict],
    authority: Authority,
) -> Timeline:
    conflicts: list[SourceConflict] = []
    winners: set[str] = set()
    periods = []
    for draft in sorted(drafts, key=lambda each: (each.start, each.root)):
        decided = _Decisions(authority)
        periods.append(_period(draft, decided))
        conflicts += decided.conflicts
        winners |= decided.winners | set(draft.begun_by[:1])
        winners |= {draft.cancelled_by} if draft.cancelled_by else set()
    person, of_person = _person(ordered, authority)
    winners |= of_person.winners
    _mark_superseded(drafts, verdicts, winners)
    return Timeline(
        tuple(_without_overlaps(periods)),
        verdicts,
        (*conflicts, *of_person.conflicts),
        person,
    )


class _Decisions:
    """Decides field by field, and keeps who won and who contradicts."""

    def __init__(self, authority: Authority) -> None:
        self.conflicts: list[SourceConflict] = []
        self.winners: set[str] = set()
        self._authority = authority

    def all_of(self, claims: Iterable[Claim]) -> dict[str, Any]:
        """Return the value that holds of each field."""
        by_field: dict[str, list[Claim]] = {}
        for claim in claims:
            by_field.setdefault(claim.field, []).append(claim)
        found = {}
        for name, field_claims in by_field.items():
            winner, conflicts = self._authority.decide(field_claims)
            if winner is not None:
                found[name] = winner.value
                self.winners.add(winner.event)
                self.conflicts += conflicts
        return found


def _period(draft: PeriodDraft, decided: _Decisions) -> EmploymentPeriod:
    values = decided.all_of(draft.claims)
    start, last = values["start"], values.get("last")
    never = not draft.alive or (last is not None and last < start)
    terms = {name: values[name] for name in WORK_FIELDS if name in values}
    announced = [
        claim.order[0].date()
        for claim in draft.claims
        if claim.field == "start" and claim.source != REGISTER
    ]
    moves = []
    for day in sorted(draft.moves):
        claims = draft.moves[day]
        changes = decided.all_of(claims)
        if day <= start:
            terms |= changes
        elif last is None or day <= last:
            roots = tuple(dict.fromkeys(claim.event for claim in claims))
            moves.append(Transfer(day, roots, changes))
    return EmploymentPeriod(
        root=draft.root,
        events=tuple(draft.begun_by),
        leavers=tuple(draft.left_by),
        start=start,
        last=last,
        cancelled=never,
        terms=terms,
        moves=tuple(moves),
        absences=tuple(_absences(draft, decided, values)),
        contract_end=values.get("contract_end"),
        announced=min(announced, default=None),
        garden_from=values.get("garden_leave_from"),
        last_working_day=values.get("last_working_day"),
        reason=values.get("reason") or "",
        legal_hold=bool(values.get("legal_hold")),
        quiet=bool(values.get("quiet")),
    )


def _absences(
    draft: PeriodDraft, decided: _Decisions, values: Mapping[str, Any]
) -> Iterable[Absence]:
    last = values.get("last")
    for day in sorted(draft.absences):
        if day < values["start"] or (last is not None and day > last):
            continue
        claims = draft.absences[day]
        agreed = decided.all_of(claims)
        roots = tuple(dict.fromkeys(claim.event for claim in claims))
        yield Absence(day, agreed.get("until"), roots, agreed.get("substitute"))


def _person(
    ordered: Sequence[EventStatement], authority: Authority
) -> tuple[dict[str, Any], _Decisions]:
    decided = _Decisions(authority)
    claims = (
        Claim(name, event.data[name], event.source, event.key, event.order)
        for event in ordered
        for name in PERSON_FIELDS
        if event.data.get(name)
    )
    return decided.all_of(claims), decided


def _mark_superseded(
    drafts: Sequence[PeriodDraft], verdicts: dict[str, Verdict], winners: set[str]
) -> None:
    """Mark events of which nothing holds any more."""
    later_claims: dict[str, list[Claim]] = {}
    for draft in drafts:
        groups = (draft.claims, *draft.moves.values(), *draft.absences.values())
        for claims in groups:
            for claim in claims:
                later_claims.setdefault(claim.event, []).extend(
                    later
                    for later in claims
                    if later.field == claim.field and later.order > claim.order
                )
    for key, later in later_claims.items():
        if key in winners or verdicts.get(key, Verdict("")).name not in (
            "applied",
            "joined",
        ):
            continue
        source = key.partition("\n")[0]
        own = [claim for claim in later if claim.source == source]
        if own:
            verdicts[key] = Verdict("superseded", f"{source} said otherwise later")
        else:
            reason = "another source says the same, or decides these fields"
            verdicts[key] = Verdict("joined", reason)


def _without_overlaps(
    periods: Sequence[EmploymentPeriod],
) -> Iterable[EmploymentPeriod]:
    """Return the periods so that no two overlap: the later one ends the earlier."""
    found = []
    limit: date | None = None
    for period in reversed(periods):
        if not period.cancelled:
            if limit is not None and (period.last is None or period.last >= limit):
                never = limit <= period.start
                last = period.last if never else limit - _DAY
                period = replace(period, last=last, cancelled=never)
            limit = period.start if limit is None else min(limit, period.start)
        found.append(period)
    return reversed(found)
