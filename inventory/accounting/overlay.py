"""From parts to rows, and posted rows laid over them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby
from typing import Any

from inventory.accounting.balances import Balances
from inventory.accounting.methods.base import ZERO
from inventory.accounting.parts import Part
from inventory.accounting.rows import Row
from inventory.periods import Calendar, Period

_FLOWS = (
    "additions",
    "revaluation",
    "impairment_loss",
    "impairment_reversal",
    "depreciation",
    "disposed",
)


def rows_of(
    parts: Sequence[Part], calendar: Calendar, before: Balances | None
) -> list[Row]:
    """Gather the parts of each period into a row.

    Args:
        parts: Parts in order.
        calendar: Their calendar.
        before: Balances at the start, where they were taken over; None when the
            first row capitalises the asset.
    """
    rows: list[Row] = []
    opening = 0 if before is None else before.value
    first = before is None
    for position, some in groupby(parts, key=lambda part: part.slot.period):
        group = list(some)
        row = _row(calendar.periods[position], group, opening)
        if first:
            paid = row.closing - (_change(row) - row.additions)
            row = replace(row, additions=paid)
            first = False
        rows.append(row)
        opening = row.closing
    return rows


def _row(period: Period, parts: list[Part], opening: int) -> Row:
    effects = [effect for part in parts for effect in part.effects]
    last = parts[-1]
    charged = sum(part.depreciation for part in parts)
    exact = sum((part.exact for part in parts), ZERO)
    return Row(
        period=period.id,
        year=period.year,
        start=period.start,
        end=period.end,
        opening=opening,
        additions=sum(effect.additions for effect in effects),
        revaluation=sum(effect.revaluation for effect in effects),
        impairment_loss=sum(effect.impairment_loss for effect in effects),
        impairment_reversal=sum(effect.impairment_reversal for effect in effects),
        depreciation=charged + sum(effect.depreciation for effect in effects),
        disposed=sum(effect.disposed for effect in effects),
        cost=last.after.cost,
        accumulated=last.after.accumulated,
        impairment=last.after.impairment,
        closing=last.after.value,
        service=sum((part.slot.years for part in parts), ZERO),
        days=sum((p.slot.end - p.slot.start).days for p in parts if p.slot.years > 0),
        residue=Fraction(charged) - exact,
        caught_up=sum(effect.depreciation for effect in effects),
        method=last.method,
        events=tuple(event for part in parts for event in part.events),
    )


def _with(row: Row, values: dict[str, Any]) -> Row:
    """Return a row with other values (typed loosely for `dataclasses.replace`)."""
    return replace(row, **values)


def _change(row: Row) -> int:
    """Return the change of book value that the flows of a row make."""
    return (
        row.additions
        + row.revaluation
        - row.impairment_loss
        + row.impairment_reversal
        - row.depreciation
        - row.disposed
    )


class _Carry:
    """Flows of booked periods that the books lack; the next open row takes them."""

    def __init__(self, depreciation: int) -> None:
        self.flows = dict.fromkeys(_FLOWS, 0)
        self.flows["depreciation"] = depreciation
        self.events: tuple[str, ...] = ()

    def add(self, row: Row, sign: int) -> None:
        for name in _FLOWS:
            self.flows[name] += sign * getattr(row, name)
        if sign > 0:
            self.events += row.events
        else:
            self.events = tuple(e for e in self.events if e not in row.events)

    def waiting(self) -> bool:
        return any(self.flows.values())

    def into(self, row: Row, opening: int) -> Row:
        """Return an open row that takes everything carried."""
        values: dict[str, Any] = {
            name: getattr(row, name) + self.flows[name] for name in _FLOWS
        }
        values |= {
            "opening": opening,
            "caught_up": row.caught_up + self.flows["depreciation"],
            "events": self.events + row.events,
        }
        self.flows = dict.fromkeys(_FLOWS, 0)
        self.events = ()
        return _with(row, values)


def overlay(
    rows: Sequence[Row],
    posted: Sequence[Row],
    locked: frozenset[str],
    calendar: Calendar,
    behind: int = 0,
) -> tuple[Row, ...]:
    """Lay posted rows over computed ones; the first open row catches up.

    Args:
        rows: Computed rows.
        posted: Booked rows, returned unchanged.
        locked: Periods that take no postings: their rows show no movement.
        calendar: For a row after the last posted one, if that is needed.
        behind: Depreciation of earlier periods that opening balances lack.
    """
    booked = {row.period: row for row in posted}
    computed = {row.period: row for row in rows}
    periods = sorted({**computed, **booked}.values(), key=lambda row: row.start)
    carry = _Carry(behind)
    result: list[Row] = []
    last = rows[-1] if rows else None
    opening = rows[0].opening if rows else 0
    for row in periods:
        if row.period not in booked and row.period not in locked:
            result.append(carry.into(row, opening))
        else:
            shown = booked.get(row.period) or _standing(row, result, opening)
            if row.period in computed:
                carry.add(computed[row.period], +1)
            carry.add(shown, -1)
            result.append(shown)
        opening = result[-1].closing
    if carry.waiting() and last is not None and result:
        result.append(carry.into(_after(result[-1], last, locked, calendar), opening))
    return tuple(result)


def _emptied(row: Row) -> Row:
    """Return a row without flows."""
    return _with(row, {**dict.fromkeys(_FLOWS, 0), "events": ()})


def _standing(row: Row, before: Sequence[Row], opening: int) -> Row:
    """Return a locked row: nothing moves in it.

    The row that capitalises the asset keeps its cost: a lock stops depreciation
    runs, it does not make the asset unknown.
    """
    if not before:
        kept = _with(_emptied(row), {"additions": row.additions, "opening": opening})
        closing = opening + row.additions
        return replace(kept, cost=closing, accumulated=0, impairment=0, closing=closing)
    stock = before[-1]
    return replace(
        _emptied(row),
        opening=opening,
        cost=stock.cost,
        accumulated=stock.accumulated,
        impairment=stock.impairment,
        closing=opening,
        residue=ZERO,
    )


def _after(booked: Row, last: Row, locked: frozenset[str], calendar: Calendar) -> Row:
    """Return an empty row in the first open period after the last booked one."""
    place = calendar.index_at(booked.start) + 1
    while place < len(calendar.periods) and calendar.periods[place].id in locked:
        place += 1
    period = calendar.periods[min(place, len(calendar.periods) - 1)]
    return replace(
        _emptied(last),
        period=period.id,
        year=period.year,
        start=period.start,
        end=period.end,
        service=ZERO,
        days=0,
        residue=ZERO,
        posted=False,
    )
