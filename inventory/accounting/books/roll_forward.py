"""The roll-forward of the register: from opening to closing balances. Pure.

The columns are those of IAS 16.73(d)-(e); every line foots because each is a flow of
the rows, and the sums tie to the journal because it is made of the same flows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date

from inventory.accounting.model.rows import Row, Schedule

HELD = "held-for-sale"
"""What is held for sale is no longer in its class (IFRS 5.38)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Balances and movements of one asset or of a class; minor units.

    Attributes:
        cost_opening: Gross carrying amount at the start (IAS 16.73(d)).
        additions: Capitalised in the period (e)(i).
        cost_held_for_sale: Gross amount that became held for sale, or came back
            (e)(ii).
        cost_disposals: Gross amount derecognised (e)(ii), negative.
        cost_revaluation: Change of the gross amount by revaluation (e)(iv).
        cost_transfers: Gross amount that came from or went to another class, asset,
            legal entity or system (e)(ix).
        cost_closing: Gross carrying amount at the end.
        accumulated_opening: Accumulated depreciation and impairment at the start.
        depreciation: Charged in the period (e)(vii).
        impairment: Impairment losses (e)(iv)-(v).
        impairment_reversal: Reversed (e)(vi), negative.
        accumulated_held_for_sale: Went with what became held for sale.
        accumulated_disposals: Derecognised, negative.
        accumulated_revaluation: Change of accumulated amounts by revaluation.
        accumulated_transfers: Came or went with transfers.
        accumulated_closing: Accumulated depreciation and impairment at the end.
    """

    cost_opening: int = 0
    additions: int = 0
    cost_held_for_sale: int = 0
    cost_disposals: int = 0
    cost_revaluation: int = 0
    cost_transfers: int = 0
    cost_closing: int = 0
    accumulated_opening: int = 0
    depreciation: int = 0
    impairment: int = 0
    impairment_reversal: int = 0
    accumulated_held_for_sale: int = 0
    accumulated_disposals: int = 0
    accumulated_revaluation: int = 0
    accumulated_transfers: int = 0
    accumulated_closing: int = 0

    def __add__(self, other: Movement) -> Movement:
        values = {n: getattr(self, n) + getattr(other, n) for n in COLUMNS}
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
        amounts = [getattr(self, name) for name in COLUMNS]
        last_of_cost = COLUMNS.index("cost_closing")
        cost, accumulated_total = (
            amounts[: last_of_cost + 1],
            amounts[last_of_cost + 1 :],
        )
        return all(sum(part[:-1]) == part[-1] for part in (cost, accumulated_total))


COLUMNS = tuple(one.name for one in fields(Movement))
"""Opening, movements and closing: first of the cost, then of accumulated depreciation
and impairment."""


def row_before(schedule: Schedule, day: date) -> Row | None:
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


def class_of(row: Row, original: str) -> str:
    """Return the class under which a row's closing balances are shown."""
    return HELD if row.held else row.asset_class or original


def movements(
    before: Row | None, rows: Iterable[Row], original: str
) -> dict[str, Movement]:
    """Return the movements of one asset over some periods, by class.

    Args:
        before: The row that stood before them; None if the asset was not there.
        rows: The rows of the periods.
        original: Its class when it was capitalised.
    """
    found: dict[str, Movement] = {}
    last = before
    if before is not None:
        found[class_of(before, original)] = _opening(before)
    for row in rows:
        name = class_of(row, original)
        if last is not None and class_of(last, original) != name:
            _move(found, row, class_of(last, original), name)
        last = row
        found[name] = found.get(name, Movement()) + _movement_of_row(row)
    if last is not None:
        name = class_of(last, original)
        found[name] = found.get(name, Movement()) + _closing(last)
    return found


def _opening(row: Row) -> Movement:
    return Movement(
        cost_opening=row.cost, accumulated_opening=row.accumulated + row.impairment
    )


def _closing(row: Row) -> Movement:
    return Movement(
        cost_closing=row.cost, accumulated_closing=row.accumulated + row.impairment
    )


def _movement_of_row(row: Row) -> Movement:
    transferred = row.transferred_accumulated + row.transferred_impairment
    taken = row.opening_accumulated + row.opening_impairment if row.taken_over else 0
    return Movement(
        additions=row.additions,
        cost_disposals=-row.cost_disposed,
        cost_revaluation=row.cost_revaluation,
        cost_transfers=row.transferred_cost
        + (row.opening_cost if row.taken_over else 0),
        depreciation=row.depreciation,
        impairment=row.impairment_loss,
        impairment_reversal=-row.impairment_reversal,
        accumulated_disposals=-(row.disposed_accumulated + row.disposed_impairment),
        accumulated_revaluation=row.revaluation_accumulated
        + row.revaluation_impairment,
        accumulated_transfers=transferred + taken,
    )


def _move(found: dict[str, Movement], row: Row, before: str, after: str) -> None:
    """Move what a row opens with from one class to another."""
    cost = row.opening_cost
    accumulated_total = row.opening_accumulated + row.opening_impairment
    for name, sign in ((before, -1), (after, 1)):
        if HELD in (before, after):
            movement = Movement(
                cost_held_for_sale=sign * cost,
                accumulated_held_for_sale=sign * accumulated_total,
            )
        else:
            movement = Movement(
                cost_transfers=sign * cost,
                accumulated_transfers=sign * accumulated_total,
            )
        found[name] = found.get(name, Movement()) + movement


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
    for original, schedule in schedules:
        before = row_before(schedule, start)
        rows = [r for r in schedule.rows if r.start >= start and r.end <= end]
        for name, movement in movements(before, rows, original).items():
            classes[name] = classes.get(name, Movement()) + movement
    return classes
