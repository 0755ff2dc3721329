"""From parts to rows, and posted rows laid over them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Any

from inventory.accounting.engine.walk_parts import Part
from inventory.accounting.methods.base import ZERO
from inventory.accounting.model.balances import Balances
from inventory.accounting.model.rows import FLOWS, Row
from inventory.kernel.periods import Calendar, Period


def rows_of(
    parts: Sequence[Part],
    calendar: Calendar,
    before: Balances | None,
    transfer: bool = False,
) -> list[Row]:
    """Gather the parts of each period into a row.

    Args:
        parts: Parts in order.
        calendar: Their calendar.
        before: Balances at the start, where they were taken over; None when the
            first row capitalises the asset.
        transfer: They came from within the group, which is a movement of the first
            row; otherwise it opens with them.
    """
    rows: list[Row] = []
    opening = 0 if before is None or transfer else before.value
    for position, some in groupby(parts, key=lambda part: part.slot.period):
        row = _row(calendar.periods[position], list(some), opening)
        if not rows:
            row = _first(row, before, transfer)
        rows.append(row)
        opening = row.closing
    return rows


def _first(row: Row, before: Balances | None, transfer: bool) -> Row:
    """Return the first row with what brought the asset into the book."""
    if before is None:
        paid = row.closing - row.opening - (row.change - row.additions)
        return replace(row, additions=paid)
    if not transfer:
        return replace(row, taken_over=True)
    return replace(
        row,
        transferred_cost=row.transferred_cost + before.cost,
        transferred_accumulated=row.transferred_accumulated + before.accumulated,
        transferred_impairment=row.transferred_impairment + before.impairment,
        transferred_surplus=row.transferred_surplus + before.surplus,
    )


def _row(period: Period, parts: list[Part], opening: int) -> Row:
    charged = sum(part.depreciation for part in parts)
    exact = sum((part.exact for part in parts), ZERO)
    moved: dict[str, Any] = {
        "depreciation": charged,
        "realised": sum(part.realised for part in parts),
    }
    for effect in (effect for part in parts for effect in part.effects):
        for name in FLOWS:
            moved[name] = moved.get(name, 0) + getattr(effect.flows, name)
    last = parts[-1]
    return Row(
        **moved,
        period=period.id,
        year=period.year,
        start=period.start,
        end=period.end,
        opening=opening,
        cost=last.after.cost,
        accumulated=last.after.accumulated,
        impairment=last.after.impairment,
        surplus=last.after.surplus,
        residual_value=last.after.residual_value,
        closing=last.after.value,
        service=sum((part.slot.years for part in parts), ZERO),
        days=sum((p.slot.end - p.slot.start).days for p in parts if p.slot.years > 0),
        rate=next((p.rate for p in reversed(parts) if p.rate is not None), None),
        residue=Fraction(charged) - exact,
        caught_up=moved["depreciation"] - charged,
        method=last.method,
        asset_class=last.asset_class,
        held=last.held,
        events=tuple(event for part in parts for event in part.events),
    )


def _replaced(row: Row, values: dict[str, Any]) -> Row:
    """Return a row with other values (typed loosely for `dataclasses.replace`)."""
    return replace(row, **values)


class _Carry:
    """Flows of booked periods that the books lack; the next open row takes them."""

    def __init__(self, depreciation: int) -> None:
        self.flows = dict.fromkeys(FLOWS, 0)
        self.flows["depreciation"] = depreciation
        self.events: tuple[str, ...] = ()
        self.taken_over = False

    def add(self, row: Row, sign: int) -> None:
        for name in FLOWS:
            self.flows[name] += sign * getattr(row, name)
        if sign > 0:
            self.events += row.events
            self.taken_over |= row.taken_over
        else:
            self.events = tuple(e for e in self.events if e not in row.events)
            self.taken_over &= not row.taken_over

    def waiting(self) -> bool:
        return any(self.flows.values())

    def anything(self) -> bool:
        return self.waiting() or bool(self.events) or self.taken_over

    def into(self, row: Row, opening: int) -> Row:
        """Return an open row that takes everything carried."""
        if row.opening == opening and not self.anything():
            return row
        values: dict[str, Any] = {
            name: getattr(row, name) + self.flows[name] for name in FLOWS
        }
        values["taken_over"] = row.taken_over or self.taken_over
        values |= {
            "opening": opening,
            "caught_up": row.caught_up + self.flows["depreciation"],
            "events": self.events + row.events,
        }
        self.flows = dict.fromkeys(FLOWS, 0)
        self.events, self.taken_over = (), False
        return _replaced(row, values)


def overlay(
    rows: Sequence[Row],
    posted: Sequence[Row],
    locked: frozenset[str],
    calendar: Calendar,
    shortfall: int = 0,
    spread: bool = False,
) -> tuple[Row, ...]:
    """Lay posted rows over computed ones; the first open row catches up.

    Args:
        rows: Computed rows.
        posted: Booked rows, returned unchanged.
        locked: Periods that take no postings: their rows show no movement, like
            those before the last booked one that were left out. An asset that came
            into the book after them has no rows there: nothing that was reported
            changes, and its first open row takes what they would have held.
        calendar: For a row after the last posted one, if that is needed.
        shortfall: Depreciation of earlier periods that opening balances lack.
        spread: The computed rows after the booked ones start from their accumulated
            depreciation, so that nothing of it is left to catch up.
    """
    booked = {row.period: row for row in posted}
    computed = {row.period: row for row in rows}
    periods = sorted({**computed, **booked}.values(), key=lambda row: row.start)
    carry = _Carry(shortfall)
    reached = max((row.start for row in posted), default=date.min)
    result: list[Row] = []
    last = rows[-1] if rows else None
    opening = rows[0].opening if rows else 0
    for row in periods:
        booked_here = row.period in booked
        if not booked_here and row.period not in locked and row.start > reached:
            result.append(carry.into(row, opening))
        elif not (booked_here or result):
            carry.add(row, +1)
            continue
        else:
            shown = booked.get(row.period) or _without_movement(
                row, result[-1], opening
            )
            if row.period in computed:
                carry.add(computed[row.period], +1)
            carry.add(shown, -1)
            if spread and row.start == reached:
                carry.flows["depreciation"] = 0
            result.append(shown)
        opening = result[-1].closing
    if carry.waiting() and last is not None:
        before = result[-1] if result else last
        result.append(carry.into(_after(before, last, locked, calendar), opening))
    return tuple(result)


def _emptied(row: Row) -> Row:
    """Return a row without flows."""
    return _replaced(row, {**dict.fromkeys(FLOWS, 0), "events": ()})


def _without_movement(row: Row, before: Row, opening: int) -> Row:
    """Return a locked row: nothing moves in it."""
    return replace(
        _emptied(row),
        opening=opening,
        cost=before.cost,
        accumulated=before.accumulated,
        impairment=before.impairment,
        surplus=before.surplus,
        residual_value=before.residual_value,
        asset_class=before.asset_class,
        held=before.held,
        closing=opening,
        residue=ZERO,
    )


def _after(booked: Row, last: Row, locked: frozenset[str], calendar: Calendar) -> Row:
    """Return an empty row in the first open period after the last booked one."""
    index = calendar.index_at(booked.start) + 1
    while index < len(calendar.periods) and calendar.periods[index].id in locked:
        index += 1
    period = calendar.periods[min(index, len(calendar.periods) - 1)]
    return replace(
        _emptied(last),
        taken_over=False,
        rate=None,
        period=period.id,
        year=period.year,
        start=period.start,
        end=period.end,
        service=ZERO,
        days=0,
        residue=ZERO,
        posted=False,
    )
