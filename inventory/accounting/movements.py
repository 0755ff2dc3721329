"""The roll-forward of the register: from opening to closing balances. Pure.

The columns are those of IAS 16.73(d)-(e); every line foots by construction of the
schedule, and the sums tie to the journal because both come from the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date

from inventory.accounting.rows import Row, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Balances and movements of one asset or of a class; minor units.

    Attributes:
        cost_opening: Gross carrying amount at the start (IAS 16.73(d)).
        additions: Capitalised in the period (e)(i).
        cost_revaluation: Change of the gross amount by revaluation (e)(iv).
        cost_disposals: Gross amount derecognised (e)(ii), negative.
        cost_closing: Gross carrying amount at the end.
        accumulated_opening: Accumulated depreciation and impairment at the start.
        depreciation: Charged in the period (e)(vii).
        impairment: Impairment losses (e)(iv)-(v).
        impairment_reversal: Reversed (e)(vi), negative.
        accumulated_revaluation: Change of accumulated amounts by revaluation.
        accumulated_disposals: Derecognised, negative.
        accumulated_closing: Accumulated depreciation and impairment at the end.
    """

    cost_opening: int = 0
    additions: int = 0
    cost_revaluation: int = 0
    cost_disposals: int = 0
    cost_closing: int = 0
    accumulated_opening: int = 0
    depreciation: int = 0
    impairment: int = 0
    impairment_reversal: int = 0
    accumulated_revaluation: int = 0
    accumulated_disposals: int = 0
    accumulated_closing: int = 0

    def __add__(self, other: Movement) -> Movement:
        values = {
            f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)
        }
        return Movement(**values)

    @property
    def opening(self) -> int:
        """Book value at the start."""
        return self.cost_opening - self.accumulated_opening

    @property
    def closing(self) -> int:
        """Book value at the end."""
        return self.cost_closing - self.accumulated_closing

    def foots(self) -> bool:
        """Whether opening balances and movements give the closing balances."""
        cost = (
            self.cost_opening
            + self.additions
            + self.cost_revaluation
            + self.cost_disposals
        )
        accumulated = (
            self.accumulated_opening
            + self.depreciation
            + self.impairment
            + self.impairment_reversal
            + self.accumulated_revaluation
            + self.accumulated_disposals
        )
        return (cost, accumulated) == (self.cost_closing, self.accumulated_closing)


def standing(schedule: Schedule, day: date) -> Row | None:
    """Return the row whose closing balances hold at the start of a day.

    After its last row an asset stands as that row left it: fully depreciated things
    stay in the register until they are disposed of.
    """
    found = None
    for row in schedule.rows:
        if row.end > day:
            break
        found = row
    return found


def movement(schedule: Schedule, start: date, end: date) -> Movement:
    """Return the movements of one asset between two period boundaries.

    Args:
        schedule: Its schedule in the book.
        start: First day of the first period.
        end: First day after the last period.
    """
    before, after = standing(schedule, start), standing(schedule, end)
    inside = [row for row in schedule.rows if row.start >= start and row.end <= end]
    events = {event for row in inside for event in row.events}
    gone = [d for d in schedule.derecognised if d.event in events]
    revalued = [r for r in schedule.remeasured if r.event in events and r.revaluation]
    return Movement(
        cost_opening=before.cost if before else 0,
        additions=sum(row.additions for row in inside),
        cost_revaluation=sum(r.cost for r in revalued),
        cost_disposals=-sum(d.cost for d in gone),
        cost_closing=after.cost if after else 0,
        accumulated_opening=_written_down(before),
        depreciation=sum(row.depreciation for row in inside),
        impairment=sum(row.impairment_loss for row in inside),
        impairment_reversal=-sum(row.impairment_reversal for row in inside),
        accumulated_revaluation=sum(r.accumulated + r.impairment for r in revalued),
        accumulated_disposals=-sum(d.accumulated + d.impairment for d in gone),
        accumulated_closing=_written_down(after),
    )


def _written_down(row: Row | None) -> int:
    return row.accumulated + row.impairment if row else 0


def roll_forward(
    schedules: Iterable[tuple[str, Schedule]], start: date, end: date
) -> dict[str, Movement]:
    """Return the movements of each class.

    Args:
        schedules: (class, schedule) of each asset.
        start: First day of the first period.
        end: First day after the last period.
    """
    classes: dict[str, Movement] = {}
    for name, schedule in schedules:
        classes[name] = classes.get(name, Movement()) + movement(schedule, start, end)
    return classes
