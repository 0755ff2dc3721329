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

from inventory.kernel.texts import N_, Said
from inventory.provisioning.statements.apply_event import apply_event
from inventory.provisioning.statements.authority import (
    REGISTER,
    Authority,
    Claim,
    SourceConflict,
)
from inventory.provisioning.statements.choose_employment import WAITS, Grounds
from inventory.provisioning.statements.employment_periods import (
    MOVED_ON,
    Absence,
    EmploymentPeriod,
    PeriodDraft,
    RegisteredEmployment,
    Timeline,
    Transfer,
    Verdict,
)
from inventory.provisioning.statements.event_kinds import (
    PERSON_FIELDS,
    WORK_FIELDS,
    EventStatement,
)
from inventory.provisioning.statements.organisation import (
    Finding,
    Organisation,
    named_persons,
)
from inventory.provisioning.statements.units_of_entity import within_entity

_DAY = timedelta(days=1)


def build_timeline(
    events: Iterable[EventStatement],
    authority: Authority,
    known: Sequence[RegisteredEmployment] = (),
    organisation: Organisation | None = None,
    taken_back: Mapping[str, str] | None = None,
) -> Timeline:
    """Return what all events of one person together mean.

    Args:
        events: All that was ever said of the person, in any order.
        authority: Who decides where sources differ.
        known: Employments that were known before.
        organisation: What the names in the events stand for; without, all are known.
        taken_back: Events that their source replaced by one about somebody else, and
            the reason.
    """
    names = organisation or Organisation()
    named, findings = named_persons(events, names)
    grounds = Grounds(authority, names, frozenset(each.event for each in findings))
    ordered = sorted(named, key=lambda event: event.order)
    verdicts, replaced = _taken_back(ordered, taken_back or {})
    drafts = [PeriodDraft.of(one, authority) for one in known]
    waiting = [event for event in ordered if event.key not in verdicts]
    findings = [each for each in findings if _still_said(each, waiting)]
    while waiting:
        left = []
        for event in waiting:
            verdict = apply_event(drafts, event, grounds)
            verdicts[event.key] = verdict
            if verdict.name == WAITS:
                left.append(event)
        if len(left) == len(waiting):
            break
        waiting = left
    for event in waiting:
        verdicts[event.key] = replace(verdicts[event.key], name="parked")
    found = _decided_timeline(drafts, ordered, verdicts, grounds)
    return replace(
        found, findings=(*findings, *found.findings), replaced=_chains(replaced)
    )


def _taken_back(
    ordered: Sequence[EventStatement], elsewhere: Mapping[str, str]
) -> tuple[dict[str, Verdict], dict[str, str]]:
    """Return verdicts on events that their source took back; event -> the one before.

    Args:
        ordered: The events.
        elsewhere: Those that an event about somebody else replaces.
    """
    verdicts = {key: Verdict("superseded", why) for key, why in elsewhere.items()}
    replaced = {}
    for event in ordered:
        old = event.data.get("replaces")
        key = f"{event.source}\n{old}"
        if old and key != event.key:
            reason = Said(
                N_("{source} replaced it by another event"), source=event.source
            )
            verdicts[key] = Verdict("superseded", reason)
            replaced[event.key] = key
    return verdicts, replaced


def _chains(replaced: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return for each event those it stands for, the last one first."""
    found = {}
    for key in replaced:
        chain: list[str] = []
        before: str | None = replaced[key]
        while before is not None and before not in chain:
            chain.append(before)
            before = replaced.get(before)
        found[key] = tuple(chain)
    return found


def _still_said(finding: Finding, events: Sequence[EventStatement]) -> bool:
    """Whether an event that was not taken back gave rise to a finding."""
    return any(event.key == finding.event for event in events)


def _decided_timeline(
    drafts: Sequence[PeriodDraft],
    ordered: Sequence[EventStatement],
    verdicts: dict[str, Verdict],
    grounds: Grounds,
) -> Timeline:
    conflicts: list[SourceConflict] = []
    winners: set[str] = set()
    periods, findings = [], []
    for draft in sorted(drafts, key=lambda each: (each.start, each.root)):
        decided = _Decisions(grounds.authority)
        period, foreign = within_entity(_period(draft, decided), grounds.organisation)
        periods.append(period)
        findings += foreign
        conflicts += decided.conflicts
        winners |= decided.winners | set(draft.begun_by[:1])
        winners |= {draft.cancelled_by} if draft.cancelled_by else set()
    person, of_person = _person(ordered, grounds.authority)
    winners |= of_person.winners
    _mark_superseded(drafts, verdicts, winners)
    return Timeline(
        tuple(_without_overlaps(periods)),
        verdicts,
        (*conflicts, *of_person.conflicts),
        person,
        tuple(findings),
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
    heard, heard_moves = draft.heard()
    values = decided.all_of(heard)
    start, last = values["start"], values.get("last")
    never = not draft.alive or (last is not None and last < start)
    terms = {name: values[name] for name in WORK_FIELDS if name in values}
    announced = [
        claim.order[0].date()
        for claim in draft.claims
        if claim.field == "start" and claim.source != REGISTER
    ]
    moves = []
    for day in sorted(heard_moves):
        claims = heard_moves[day]
        changes = decided.all_of(claims)
        changes.pop(MOVED_ON, None)
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
        already_here=bool(values.get("already_here")),
        called_off=tuple(draft.called_off),
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
    undone = {key for draft in drafts for key in draft.undone}
    for key in {key for draft in drafts for key in draft.unheard()} & verdicts.keys():
        verdicts[key] = Verdict(
            "superseded", Said(N_("HR tells of the employment itself"))
        )
    for key in undone & verdicts.keys():
        verdicts[key] = Verdict("superseded", Said(N_("it was cancelled")))
    for key, later in later_claims.items():
        if key in winners or verdicts.get(key, Verdict("")).name not in (
            "applied",
            "joined",
        ):
            continue
        source = key.partition("\n")[0]
        own = [claim for claim in later if claim.source == source]
        if own:
            verdicts[key] = Verdict(
                "superseded", Said(N_("{source} said otherwise later"), source=source)
            )
        else:
            reason = Said(N_("another source says the same, or decides these fields"))
            verdicts[key] = Verdict("joined", reason)


def _without_overlaps(
    periods: Sequence[EmploymentPeriod],
) -> Iterable[EmploymentPeriod]:
    """Return the periods so that no two with one legal entity overlap.

    The later one ends the earlier.
    """
    found: list[EmploymentPeriod] = []
    for period in reversed(periods):
        if not period.cancelled:
            later = (p for p in found if not p.cancelled and _collide(period, p))
            limit = min((p.start for p in later), default=None)
            if limit is not None:
                period = _ended_before(period, limit)
        found.append(period)
    return reversed(found)


def _ended_before(period: EmploymentPeriod, limit: date) -> EmploymentPeriod:
    """Return a period that the one of a later day ends.

    What was announced for a day from then on does not come to be: a move would begin
    a part of the employment after its end.
    """
    if limit <= period.start:
        return replace(period, cancelled=True)
    return replace(
        period,
        last=limit - _DAY,
        moves=tuple(move for move in period.moves if move.on < limit),
        absences=tuple(one for one in period.absences if one.start < limit),
    )


def _collide(one: EmploymentPeriod, other: EmploymentPeriod) -> bool:
    """Whether two periods are with one legal entity on some day."""
    return any(
        mine.entity in (None, theirs.entity) or theirs.entity is None
        for mine in one.segments()
        for theirs in other.segments()
        if (theirs.last is None or mine.start <= theirs.last)
        and (mine.last is None or theirs.start <= mine.last)
    )
