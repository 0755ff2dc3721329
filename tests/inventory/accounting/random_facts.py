"""Random terms and events of assets, as books of any kind would have them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from api.compose.rulebooks import accounting_rules
from inventory.accounting.model import events
from inventory.accounting.model.terms import (
    Conventions,
    DepreciationTerms,
    Deviation,
    EventTiming,
    Residue,
    Start,
)

TRANSFER = "0999"
"""Account of what moves between assets at book value; it is always empty."""

KINDS = {
    "add": 6,
    "estimate": 4,
    "impair": 2,
    "restore": 2,
    "revalue": 3,
    "part": 3,
    "gone": 2,
    "correct": 2,
    "class": 1,
    "hold": 1,
    "resume": 1,
    "suspend": 1,
}
"""Kinds of events, and how often they happen."""

COSTS = (999_99, 1_200_00, 4_800_01, 12_345_67)
LIVES = (6, 12, 24, 36, 48, 60)


def random_terms(
    random: Random, in_service: date, cost: int, *, spread: bool
) -> DepreciationTerms:
    """Return terms of an asset in a book.

    Args:
        random: What decides.
        in_service: First day.
        cost: Minor units.
        spread: The book spreads differences over the remaining life, where it can.
    """
    pick = random.choice
    method = pick(["straight-line", "straight-line", "declining-balance"])
    params: dict[str, Any] = {}
    if method == "declining-balance":
        params = {"rate": Fraction(pick([1, 2, 3]), 5)}
    straight = method == "straight-line"
    return DepreciationTerms(
        cost=cost,
        residual_value=cost * pick([0, 0, 10, 25]) // 100,
        in_service=in_service,
        life_months=pick(LIVES),
        method=method,
        params=params,
        conventions=Conventions(
            start=pick([Start.MONTH, Start.NEXT_MONTH, Start.DAY, Start.PERIOD]),
            residue=pick(list(Residue)),
            event_timing=pick([EventTiming.PERIOD, *EventTiming]),
            deviation=Deviation.SPREAD if spread and straight else Deviation.CATCH_UP,
            may_suspend=pick([True, False]),
            realise_surplus=pick([True, False]),
        ),
    )


def random_event(
    random: Random, kind: str, name: str, day: date, posting: date | None
) -> events.Event:
    """Return an event of a kind.

    Args:
        random: What decides.
        kind: One of `KINDS`.
        name: Its id.
        day: On which it takes effect.
        posting: On which it is booked, where that is later.
    """
    pick = random.choice
    dated: dict[str, Any] = {"id": name, "effective": day, "posting": posting}
    amount = random.randrange(1, 3_000_00)
    match kind:
        case "add":
            added = pick([amount, -amount // 20, 0])
            return events.AddCost(**dated, amount=added, catch_up=pick([True, False]))
        case "estimate":
            return events.ChangeEstimate(
                **dated,
                remaining_months=pick([3, 12, 30, None]),
                residual_value=pick([None, 50_00]),
            )
        case "correct":
            return events.CorrectCost(**dated, cost=amount + 1_000_00)
        case "class":
            accounts = asdict(accounting_rules().accounts["printer"])
            accounts["transfer"] = TRANSFER
            return events.Reclassify(**dated, asset_class="printer", accounts=accounts)
        case "suspend":
            until = day + timedelta(days=random.randrange(10, 120))
            return events.Suspend(**dated, until=until)
        case "part" | "gone":
            return _disposal(random, kind, dated, amount)
        case _:
            return _measured(random, kind, dated, amount)


def _disposal(
    random: Random, kind: str, dated: dict[str, Any], amount: int
) -> events.Event:
    pick = random.choice
    money: dict[str, Any] = {"proceeds": pick([0, amount]), "costs": pick([0, 10_00])}
    if kind == "gone":
        return events.Dispose(**dated, **money)
    part: dict[str, Any] = pick(
        [
            {"share": Fraction(1, pick([2, 3, 7]))},
            {"cost": 1 + amount // 4},
            {"quantity": 1, "out_of": 4},
        ]
    )
    return events.Dispose(**dated, **money, **part)


def _measured(
    random: Random, kind: str, dated: dict[str, Any], amount: int
) -> events.Event:
    match kind:
        case "impair":
            return events.Impair(**dated, recoverable=amount // 2)
        case "restore":
            return events.ReverseImpairment(**dated, recoverable=amount)
        case "revalue":
            proportional = random.choice([True, False])
            return events.Revalue(**dated, fair_value=amount, proportional=proportional)
        case "resume":
            return events.ResumeUse(**dated, recoverable=amount)
        case _:
            return events.HoldForSale(**dated, fair_value_less_costs=amount)
