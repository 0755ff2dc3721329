"""The walk through an asset's life, slot by slot, event by event. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction

from inventory.accounting.engine.effects import apply
from inventory.accounting.engine.rounding import Rounder, whole_amounts
from inventory.accounting.engine.service_time import ServiceClock
from inventory.accounting.engine.slots import (
    Timeline,
    charged_until,
    cut_day,
    pauses_of,
    slots_from,
)
from inventory.accounting.engine.state import State
from inventory.accounting.engine.walk_parts import Part, trimmed
from inventory.accounting.methods import method_of
from inventory.accounting.methods.base import ZERO, Planned, Segment, Slot
from inventory.accounting.model.balances import Balances, Counterfactual, Effect
from inventory.accounting.model.events import (
    CorrectCost,
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
from inventory.accounting.model.terms import DepreciationTerms
from inventory.kernel.periods import Calendar

_NO_BALANCE = (Opening, Usage, Suspend)


@dataclass(frozen=True, slots=True)
class Rebase:
    """Balances that replace the computed ones, so that the remaining life takes them.

    Attributes:
        day: From when.
        accumulated: Accumulated depreciation.
        impairment: Accumulated impairment; None keeps the computed one.
        surplus: Revaluation surplus; None keeps the computed one.
    """

    day: date
    accumulated: int
    impairment: int | None = None
    surplus: int | None = None

    def of(self, balances: Balances) -> Balances:
        """Return balances with these in their place."""
        replaced = {"impairment": self.impairment, "surplus": self.surplus}
        replacements = {
            name: value for name, value in replaced.items() if value is not None
        }
        return replace(balances, accumulated=self.accumulated, **replacements)


@dataclass(slots=True)
class Walk:
    """Walks once through the slots of an asset.

    Attributes:
        terms: Its terms when it was capitalised.
        events: Valid events in order.
        calendar: Fiscal periods.
        horizon: First day that need not be planned.
        rebases: Balances that come from the books instead.
    """

    terms: DepreciationTerms
    events: Sequence[Event]
    calendar: Calendar
    horizon: date
    rebases: tuple[Rebase, ...] = ()
    parts: list[Part] = field(default_factory=list)
    state: State = field(init=False)
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
        self.state = State(self.terms)
        queue = self._queue()
        slots = self._slots(queue)
        index = 0
        while index < len(slots):
            self._apply(queue.pop(slots[index].start, []), slots[index])
            stop = next(
                (n for n in range(index + 1, len(slots)) if slots[n].start in queue),
                len(slots),
            )
            if self._segment(slots, index, stop, queue):
                break
            index = stop
        # What was taken over is shown even when nothing is left to depreciate.
        taken = (e.effective for e in self.events if isinstance(e, Opening))
        return trimmed(self.parts, max(taken, default=date.min))

    def _queue(self) -> dict[date, list[Event]]:
        queue: dict[date, list[Event]] = {}
        timing = self.terms.conventions.event_timing
        for event in self.events:
            if not isinstance(event, _NO_BALANCE):
                day = cut_day(event, self.calendar, timing)
                queue.setdefault(day, []).append(event)
        for rebase in self.rebases:
            queue.setdefault(rebase.day, [])
        return queue

    def _slots(self, queue: dict[date, list[Event]]) -> list[Slot]:
        cuts = set(queue)
        for first, after in self.timeline.pauses:
            cuts |= {first, after}
        cuts |= {e.effective for e in self.events if isinstance(e, Opening)}
        usage = [e for e in self.events if isinstance(e, Usage)]
        slots = slots_from(
            self.terms.in_service,
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
        # What happened in the period before is in the balances of its end.
        before = [e for e in events if e.effective < slot.start and self.parts]
        for event in before:
            self._follow(event, slot, noted=True)
        for rebase in self.rebases:
            if rebase.day == slot.start:
                self.state.balances = rebase.of(self.state.balances)
        for event in events:
            if event not in before:
                self._follow(event, slot, noted=False)

    def _follow(self, event: Event, slot: Slot, *, noted: bool) -> None:
        """Apply an event, and note it with the last part or with the next one."""
        if isinstance(event, Dispose) and event.whole:
            return
        effect = self._effect(event)
        self.state.follow(event, effect.after, slot.opens)
        if noted:
            self._note(effect, event)
        else:
            self._waiting.append(effect)
            self._waiting_ids.append(event.id)

    def _apply_late(self, events: Sequence[Event], last: Slot) -> None:
        """Apply the events of the last slot of all that count from its end."""
        for event in events:
            if isinstance(event, Dispose) and event.whole:
                return
            effect = self._effect(event)
            self.state.follow(event, effect.after, last.opens)
            self._note(effect, event)

    def _effect(self, event: Event) -> Effect:
        self.state.check(event)
        counterfactual = Counterfactual(self._ceiling, self._corrected)
        return apply(
            self.state.balances, event, counterfactual, self.state.terms.residual_value
        )

    def _note(self, effect: Effect, event: Event) -> None:
        """Note an event that was measured after the charge of the last part."""
        part = self.parts[-1]
        part.note(effect, event.id)
        part.asset_class, part.held = self.state.asset_class, self.state.held

    def _ceiling(self, event: Event) -> int:
        """Return the carrying amount without the write-downs that `event` undoes."""
        opposites = (
            (HoldForSale, ResumeUse)
            if isinstance(event, ResumeUse)
            else (Impair, ReverseImpairment)
        )
        counted = [
            e
            for e in self.events
            if e.effective <= event.effective
            and e.id != event.id
            and not isinstance(e, opposites)
        ]
        return self._would_be(self.terms, counted, event).value

    def _corrected(self, event: Event) -> Balances:
        """Return the balances with the cost that `event` corrects.

        What was added or left since is added and leaves all the same.
        """
        assert isinstance(event, CorrectCost)
        right = replace(
            self.terms,
            cost=event.cost,
            residual_value=min(self.terms.residual_value, event.cost),
        )
        counted = [
            e
            for e in self.events
            if e.effective <= event.effective and not isinstance(e, CorrectCost)
        ]
        return self._would_be(right, counted, event)

    def _would_be(
        self, terms: DepreciationTerms, events: Sequence[Event], event: Event
    ) -> Balances:
        """Return the balances at an event, under other terms and events."""
        day = cut_day(event, self.calendar, terms.conventions.event_timing)
        parts = Walk(terms, events, self.calendar, max(self.horizon, day)).run()
        before = [part for part in parts if part.slot.end <= day]
        if before:
            return before[-1].after
        return Balances(cost=terms.cost, residual_value=terms.residual_value)

    def _segment(
        self,
        slots: Sequence[Slot],
        index: int,
        stop: int,
        queue: dict[date, list[Event]],
    ) -> bool:
        """Plan from `index`, keep what lies before `stop`; True when disposed of."""
        conventions = self.terms.conventions
        rounder = Rounder(conventions.rounding, conventions.rounding_unit)
        segment = self._as_segment(slots, index, rounder)
        planned = method_of(self.state.terms).plan(segment)
        if self.state.held:  # IFRS 5.25
            planned = Planned.at([ZERO] * len(segment.slots))
        whole = whole_amounts(
            planned.amounts,
            segment.slots,
            segment.base,
            residue=conventions.residue,
            rounder=rounder,
        )
        for number in range(stop - index):
            slot, rate = segment.slots[number], planned.rates[number]
            disposal = self._disposal(slot, queue)
            if disposal is not None:
                reached = self._until(disposal, segment, planned)
                charged = sum(whole[:number])
                rest = Rounder(conventions.rounding)(reached) - charged
                served = reached == sum(planned.amounts[: number + 1], ZERO)
                if served:  # what leaves later is charged as if it stayed
                    rest = whole[number]
                self._charge(slot, rest, reached - charged, rate)
                # What happened to it before it left would count from the next slot.
                self._apply_late(queue.get(slot.end, ()), slot)
                effect = self._effect(disposal)
                self.state.balances = effect.after
                self._note(effect, disposal)
                return True
            self._charge(slot, whole[number], planned.amounts[number], rate)
        return False

    def _as_segment(
        self, slots: Sequence[Slot], index: int, rounder: Rounder
    ) -> Segment:
        state, slot = self.state, slots[index]
        begun = state.year == slot.year
        return Segment(
            opening=state.balances.value,
            cost=state.balances.cost,
            residual_value=state.balances.residual_value,
            life=state.life,
            since=slot.opens,
            units_before=self._units_before(slots, index),
            params=state.terms.params,
            slots=slots[index:],
            whole=rounder,
            year_charged=state.year_charged if begun else 0,
            year_served=state.year_served if begun else ZERO,
            left=state.left,
        )

    def _units_before(self, slots: Sequence[Slot], index: int) -> Fraction:
        opening = sum((e.units for e in self.events if isinstance(e, Opening)), ZERO)
        return opening + sum((slot.units for slot in slots[:index]), ZERO)

    def _disposal(self, slot: Slot, queue: dict[date, list[Event]]) -> Dispose | None:
        ending = (e for e in queue.get(slot.end, ()) if isinstance(e, Dispose))
        return next((event for event in ending if event.whole), None)

    def _until(self, disposal: Dispose, segment: Segment, planned: Planned) -> Fraction:
        after = disposal.effective + timedelta(days=1)
        timed = not method_of(self.state.terms).by_use
        end = self.timeline.at_disposal(disposal) if timed else None
        return charged_until(segment.slots, planned.amounts, after, end)

    def _charge(
        self, slot: Slot, amount: int, exact: Fraction, rate: Fraction | None
    ) -> None:
        state = self.state
        realised = state.charge(slot, amount)
        self.parts.append(
            Part(
                slot,
                state.terms.method,
                amount,
                exact,
                rate if slot.years else None,
                state.balances,
                realised,
                state.asset_class,
                state.held,
                self._waiting,
                self._waiting_ids,
            )
        )
        self._waiting, self._waiting_ids = [], []
