"""The walk through an asset's life, slot by slot, event by event. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction

from inventory.accounting.balances import Balances, Effect, apply
from inventory.accounting.changes import (
    ChangeEstimate,
    Dispose,
    Event,
    HoldForSale,
    Impair,
    Opening,
    ResumeUse,
    ReverseImpairment,
    Suspend,
    Usage,
)
from inventory.accounting.clock import ServiceClock
from inventory.accounting.methods import method_of
from inventory.accounting.methods.base import ZERO, Segment, Slot
from inventory.accounting.rounding import to_unit, whole_amounts
from inventory.accounting.slots import Timeline, cut_day, pauses_of, slots_from
from inventory.accounting.terms import Terms
from inventory.periods import Calendar

_NO_BALANCE = (Opening, Usage, Suspend)


@dataclass(slots=True)
class Part:
    """What happened in one slot.

    Attributes:
        slot: The slot.
        method: Method in force.
        depreciation: Charge in minor units.
        exact: The same before rounding.
        after: Balances at its end, effects included.
        effects: Effects of the events that belong to the slot's period.
        events: Ids of those events.
    """

    slot: Slot
    method: str
    depreciation: int
    exact: Fraction
    after: Balances
    effects: list[Effect] = field(default_factory=list)
    events: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Walk:
    """Walks once through the slots of an asset.

    Attributes:
        terms: The terms in force; estimates replace them on the way.
        events: Valid events in order.
        calendar: Fiscal periods.
        horizon: First day that need not be planned.
        rebase: (day, accumulated): booked depreciation that replaces the computed
            one at that day, so that the remaining life takes the difference.
    """

    terms: Terms
    events: Sequence[Event]
    calendar: Calendar
    horizon: date
    rebase: tuple[date, int] | None = None
    parts: list[Part] = field(default_factory=list)
    balances: Balances = field(init=False)
    life: Fraction | None = field(init=False)
    timeline: Timeline = field(init=False)
    _waiting: list[Effect] = field(default_factory=list)
    _waiting_ids: list[str] = field(default_factory=list)

    def run(self) -> list[Part]:
        """Return the parts, up to the last one in which something happens."""
        timing = self.terms.conventions.event_timing
        self.timeline = Timeline(
            ServiceClock.of(self.terms, self.calendar),
            pauses_of(self.events, self.calendar, timing),
        )
        self.balances = Balances(cost=self.terms.cost, salvage=self.terms.salvage)
        self.life = self.terms.life
        queue = self._queue()
        slots = self._slots(queue)
        place = 0
        while place < len(slots):
            self._apply(queue.pop(slots[place].start, []), slots[place])
            upto = next(
                (n for n in range(place + 1, len(slots)) if slots[n].start in queue),
                len(slots),
            )
            if self._segment(slots, place, upto, queue):
                break
            place = upto
        return self._trimmed()

    def _queue(self) -> dict[date, list[Event]]:
        queue: dict[date, list[Event]] = {}
        timing = self.terms.conventions.event_timing
        for event in self.events:
            if not isinstance(event, _NO_BALANCE):
                queue.setdefault(cut_day(event, self.calendar, timing), []).append(
                    event
                )
        if self.rebase is not None:
            queue.setdefault(self.rebase[0], [])
        return queue

    def _slots(self, queue: dict[date, list[Event]]) -> list[Slot]:
        cuts = set(queue)
        for first, after in self.timeline.pauses:
            cuts |= {first, after}
        cuts |= {e.effective for e in self.events if isinstance(e, Opening)}
        usage = [e for e in self.events if isinstance(e, Usage)]
        slots = slots_from(
            min(self.terms.in_service, self.timeline.clock.begin),
            self.timeline,
            self.calendar,
            cuts,
            usage,
            self.horizon,
        )
        for day in [day for day in queue if day < slots[0].start]:
            queue.setdefault(slots[0].start, [])[:0] = queue.pop(day)
        return slots

    def _apply(self, events: Sequence[Event], slot: Slot) -> None:
        """Apply the events whose cut is the start of a slot."""
        if self.rebase is not None and self.rebase[0] == slot.start:
            self.balances = replace(self.balances, accumulated=self.rebase[1])
        for event in events:
            if isinstance(event, Dispose) and event.share == 1:
                continue
            effect = apply(self.balances, event, self._ceiling, self.terms.salvage)
            self.balances = effect.after
            if isinstance(event, ChangeEstimate):
                self._estimate(event, slot)
            if event.effective < slot.start and self.parts:
                self._note(self.parts[-1], effect, event.id)
            else:
                self._waiting.append(effect)
                self._waiting_ids.append(event.id)

    def _note(self, part: Part, effect: Effect, event: str) -> None:
        part.effects.append(effect)
        part.events.append(event)
        part.after = effect.after

    def _estimate(self, event: ChangeEstimate, slot: Slot) -> None:
        """Take a new life, method or residual value from `slot` on."""
        if event.life_months is not None:
            self.life = Fraction(event.life_months) / 12
        if event.remaining_months is not None:
            self.life = slot.opens + Fraction(event.remaining_months) / 12
        self.terms = replace(
            self.terms,
            method=event.method or self.terms.method,
            params=self.terms.params if event.params is None else event.params,
            salvage=self.balances.salvage,
            life_months=None if self.life is None else self.life * 12,
        )

    def _ceiling(self, event: Event) -> int:
        """Return the carrying amount without the write-downs that `event` undoes."""
        undone = (
            (HoldForSale, ResumeUse)
            if isinstance(event, ResumeUse)
            else (Impair, ReverseImpairment)
        )
        kept = [
            e
            for e in self.events
            if e.effective <= event.effective
            and e.id != event.id
            and not isinstance(e, undone)
        ]
        day = cut_day(event, self.calendar, self.terms.conventions.event_timing)
        first = self.first_terms
        parts = Walk(first, kept, self.calendar, max(self.horizon, day)).run()
        before = [part for part in parts if part.slot.end <= day]
        return before[-1].after.value if before else first.cost

    first_terms: Terms = field(init=False)

    def __post_init__(self) -> None:
        self.first_terms = self.terms

    def _segment(
        self,
        slots: Sequence[Slot],
        place: int,
        upto: int,
        queue: dict[date, list[Event]],
    ) -> bool:
        """Plan from `place`, keep what lies before `upto`; True when disposed of."""
        method = method_of(self.terms)
        segment = Segment(
            opening=self.balances.value,
            cost=self.balances.cost,
            salvage=self.balances.salvage,
            life=self.life,
            since=slots[place].opens,
            units_before=self._units_before(slots, place),
            params=self.terms.params,
            slots=slots[place:],
        )
        exact = method.plan(segment)
        conventions = self.terms.conventions
        whole = whole_amounts(
            exact,
            segment.slots,
            segment.base,
            residue=conventions.residue,
            unit=conventions.rounding_unit,
        )
        for number in range(upto - place):
            slot = segment.slots[number]
            disposal = self._disposal(slot, queue)
            if disposal is not None:
                reached = self._until(disposal, segment, exact)
                charged = sum(whole[:number])
                rest = to_unit(reached, 1) - charged
                self._charge(slot, rest, reached - charged)
                effect = apply(self.balances, disposal, self._ceiling, 0)
                self.balances = effect.after
                self._note(self.parts[-1], effect, disposal.id)
                return True
            self._charge(slot, whole[number], exact[number])
        return False

    def _units_before(self, slots: Sequence[Slot], place: int) -> Fraction:
        opening = sum((e.units for e in self.events if isinstance(e, Opening)), ZERO)
        return opening + sum((slot.units for slot in slots[:place]), ZERO)

    def _disposal(self, slot: Slot, queue: dict[date, list[Event]]) -> Dispose | None:
        for event in queue.get(slot.end, ()):
            if isinstance(event, Dispose) and event.share == 1:
                return event
        return None

    def _until(
        self, disposal: Dispose, segment: Segment, exact: Sequence[Fraction]
    ) -> Fraction:
        """Return what the plan charges up to a disposal."""
        end = self.timeline.at_disposal(disposal.effective)
        total = ZERO
        for slot, amount in zip(segment.slots, exact, strict=True):
            if slot.closes <= end and (
                slot.years > 0 or slot.end <= disposal.effective + timedelta(days=1)
            ):
                total += amount
            elif slot.opens < end < slot.closes:
                total += amount * (end - slot.opens) / slot.years
        return total

    def _charge(self, slot: Slot, amount: int, exact: Fraction) -> None:
        self.balances = replace(
            self.balances, accumulated=self.balances.accumulated + amount
        )
        self.parts.append(
            Part(
                slot,
                self.terms.method,
                amount,
                exact,
                self.balances,
                self._waiting,
                self._waiting_ids,
            )
        )
        self._waiting, self._waiting_ids = [], []

    def _trimmed(self) -> list[Part]:
        """Drop the empty parts at the end; the first part always stays."""
        last = max(
            (
                n
                for n, part in enumerate(self.parts)
                if part.depreciation or part.events
            ),
            default=0,
        )
        return self.parts[: last + 1]
