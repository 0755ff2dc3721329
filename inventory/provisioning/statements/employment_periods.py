"""What a timeline is made of: employments, moves, absences, verdicts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from inventory.provisioning.statements.authority import (
    REGISTER,
    Authority,
    Claim,
    SourceConflict,
    is_directory,
)
from inventory.provisioning.statements.event_kinds import WORK_FIELDS, EventStatement
from inventory.provisioning.statements.organisation import Finding

_OF_BEGINNING = frozenset({"start", *WORK_FIELDS})
MOVED_ON = "on"
"""Field of a claim: the day a move or an absence begins."""
_DAY = timedelta(days=1)
_BEFORE_ALL = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Transfer:
    """Somebody works elsewhere from a day on.

    Attributes:
        roots: Events that say so.
        changes: What is different from that day.
    """

    on: date
    roots: tuple[str, ...]
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CalledOff:
    """A move or an absence that was announced and does not come to be.

    Attributes:
        kind: `moving` or `absence`.
        on: The day it was announced for.
        roots: Events that announced it, and the one that called it off.
    """

    kind: str
    on: date
    roots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """The part of an employment that is with one legal entity.

    Attributes:
        root: The period's, with the place of the segment from the second one on.
        entity: Code of the legal entity; None if nobody said it.
        last: Last day; None while it is not known.
        begun_by: Events that began it.
        place: Which part it is, from 1.
        moves: Moves within it.
    """

    root: str
    entity: str | None
    start: date
    last: date | None
    begun_by: tuple[str, ...]
    place: int = 1
    moves: tuple[Transfer, ...] = ()


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away; `until` is the first day back, None if it is not known."""

    start: date
    until: date | None
    roots: tuple[str, ...]
    substitute: str | None = None


@dataclass(frozen=True, slots=True)
class EmploymentPeriod:
    """One employment as all events together tell it.

    Attributes:
        root: Key of the event that began it; `known:ID` of an employment that was
            there before.
        events: Keys of the events that speak of its beginning.
        leavers: Keys of the events that speak of its end.
        start: First day.
        last: Last day; None while it is not known.
        cancelled: It never comes to be.
        terms: Where and as what at the start, and all that was said of it.
        announced: The day its beginning was first announced by an event.
        garden_from: First day of garden leave.
        last_working_day: Last day at work, if before `last`.
        already_here: Somebody had worked here for a while when it was told.
    """

    root: str
    events: tuple[str, ...]
    leavers: tuple[str, ...]
    start: date
    last: date | None
    cancelled: bool
    terms: Mapping[str, Any]
    moves: tuple[Transfer, ...] = ()
    absences: tuple[Absence, ...] = ()
    contract_end: date | None = None
    announced: date | None = None
    garden_from: date | None = None
    last_working_day: date | None = None
    reason: str = ""
    legal_hold: bool = False
    quiet: bool = False
    already_here: bool = False
    called_off: tuple[CalledOff, ...] = ()

    def segments(self) -> tuple[Segment, ...]:
        """Return the parts of it, one for each legal entity in the order of time."""
        entity = self.terms.get("legal_entity")
        found = [Segment(self.root, entity, self.start, self.last, self.events)]
        for move in self.moves:
            before = found[-1]
            entity = move.changes.get("legal_entity", before.entity)
            if entity == before.entity:
                found[-1] = replace(before, moves=(*before.moves, move))
                continue
            found[-1] = replace(before, last=move.on - _DAY)
            place = len(found) + 1
            root = f"{self.root}#{place}"
            found.append(Segment(root, entity, move.on, self.last, move.roots, place))
        return tuple(found)

    def segment_on(self, day: date) -> Segment:
        """Return the part of it that a day lies in, or the nearest one."""
        parts = self.segments()
        begun = [part for part in parts if part.start <= day]
        return begun[-1] if begun else parts[0]

    def covers(self, day: date) -> bool:
        """Whether somebody is employed on a day."""
        return (
            not self.cancelled
            and self.start <= day
            and (self.last is None or day <= self.last)
        )

    def terms_on(self, day: date) -> Mapping[str, Any]:
        """Return where and as what somebody works on a day."""
        terms = dict(self.terms)
        for move in self.moves:
            if move.on > day:
                continue
            if move.changes.get("department", terms.get("department")) != terms.get(
                "department"
            ):
                # The new department pays, unless somebody says otherwise.
                terms.pop("cost_centre", None)
            terms |= move.changes
        return terms


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an event.

    Attributes:
        name: applied, joined, superseded or parked.
        reason: In words.
    """

    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that is known of a person's employments; the same in any order of events.

    Attributes:
        findings: What was said and has no effect until a person settles it.
        replaced: Event -> events of its source that it stands for.
    """

    periods: tuple[EmploymentPeriod, ...] = ()
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    conflicts: tuple[SourceConflict, ...] = ()
    person: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    replaced: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RegisteredEmployment:
    """An employment that the register had before any event.

    Attributes:
        name: `known:ID`.
        terms: At its start.
        moves: Later ones, the earliest first.
    """

    name: str
    start: date
    last: date | None
    contract_end: date | None = None
    terms: Mapping[str, Any] = field(default_factory=dict)
    moves: tuple[tuple[date, Mapping[str, Any]], ...] = ()


class PeriodDraft:
    """A period while events are applied to it: claims, not values."""

    def __init__(self, root: str, authority: Authority) -> None:
        self.root = root
        self.cancelled_by: str | None = None
        self.begun_by: list[str] = []
        self.left_by: list[str] = []
        self.claims: list[Claim] = []
        self.moves: dict[date, list[Claim]] = {}
        self.absences: dict[date, list[Claim]] = {}
        self.called_off: list[CalledOff] = []
        self.undone: set[str] = set()
        self._authority = authority

    @classmethod
    def of(cls, known: RegisteredEmployment, authority: Authority) -> PeriodDraft:
        """Return the draft of an employment that was known before."""
        draft = cls(known.name, authority)
        claims = {"start": known.start, "last": known.last, **known.terms}
        claims |= {"contract_end": known.contract_end}
        draft.claims = [
            _register_claim(known.name, name, claims[name]) for name in claims
        ]
        for day, terms in known.moves:
            draft.moves[day] = [
                _register_claim(known.name, name, terms[name]) for name in terms
            ]
        return draft

    def claim(self, event: EventStatement, name: str, value: Any) -> None:  # noqa: ANN401
        """Note what an event says of a field."""
        self.claims.append(Claim(name, value, event.source, event.key, event.order))

    def value(self, name: str) -> Any:  # noqa: ANN401
        """Return what holds of a field now; None if nothing is said."""
        claims, _ = self.heard()
        winner, _ = self._authority.decide(c for c in claims if c.field == name)
        return None if winner is None else winner.value

    def heard(self) -> tuple[list[Claim], dict[date, list[Claim]]]:
        """Return the claims and the moves that count.

        Once a system of HR tells of the employment, what an identity provider told of
        later moves and of the end counts no more; it may still fill in the beginning.
        """
        told = self.sources - {REGISTER}
        if not any(map(is_directory, told)) or all(map(is_directory, told)):
            return self.claims, self.moves
        moves = {
            day: [claim for claim in claims if not is_directory(claim.source)]
            for day, claims in self.moves.items()
        }
        claims = [
            claim
            for claim in self.claims
            if claim.field in _OF_BEGINNING or not is_directory(claim.source)
        ]
        return claims, {day: claims for day, claims in moves.items() if claims}

    def unheard(self) -> set[str]:
        """Return the events of which nothing counts."""
        claims, moves = self.heard()
        counting = {c.event for group in (claims, *moves.values()) for c in group}
        groups = (self.claims, *self.moves.values())
        return {c.event for group in groups for c in group} - counting

    @property
    def start(self) -> date:
        """First day as it is known now."""
        day: date = self.value("start")
        return day

    @property
    def last(self) -> date | None:
        """Last day as it is known now."""
        day: date | None = self.value("last")
        return day

    @property
    def starts(self) -> set[date]:
        """All first days that were ever said."""
        return {claim.value for claim in self.claims if claim.field == "start"}

    @property
    def entities(self) -> set[str]:
        """All legal entities it was ever said to be with."""
        groups = (self.claims, *self.moves.values())
        return {
            claim.value
            for claims in groups
            for claim in claims
            if claim.field == "legal_entity" and claim.value
        }

    def entity_on(self, day: date) -> str | None:
        """Return the legal entity it is with on a day; None if nobody said it."""
        entity: str | None = self.value("legal_entity")
        for start in sorted(self.moves):
            if start <= day:
                said = (c for c in self.moves[start] if c.field == "legal_entity")
                winner, _ = self._authority.decide(said)
                entity = entity if winner is None else winner.value
        return entity

    @property
    def sources(self) -> set[str]:
        """Who announced it."""
        return {claim.source for claim in self.claims if claim.field == "start"}

    def overlaps(self, other: PeriodDraft) -> bool:
        """Whether it and another have a day in common."""
        mine, others = self.last, other.last
        return (others is None or self.start <= others) and (
            mine is None or other.start <= mine
        )

    @property
    def alive(self) -> bool:
        """Whether it was not cancelled."""
        return self.cancelled_by is None

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        last = self.last
        return self.alive and self.start <= day and (last is None or day <= last)


def _register_claim(name: str, field_name: str, value: Any) -> Claim:  # noqa: ANN401
    return Claim(field_name, value, REGISTER, name, (_BEFORE_ALL, 0, field_name))
