"""How an amount of a period is split over cost centres. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from inventory.kernel.periods import Calendar
from inventory.kernel.spans import Span

WHOLE = 1_000_000
"""Parts per million of all of an asset."""


@dataclass(frozen=True, slots=True)
class CostShare:
    """The share of an asset that is charged to a cost centre, from when to when.

    Attributes:
        cost_centre: Code.
        share: Parts per million.
        start: First day.
        end: First day after; None while it lasts.
    """

    cost_centre: str
    share: int
    start: date
    end: date | None = None


CostSharesOf = Callable[
    [Collection[int], Calendar, str], Mapping[int, Sequence[CostShare]]
]
"""Returns the cost shares of each asset (by asset id) in a period of a calendar."""


def with_default(
    cost_shares: Sequence[CostShare], default: str, span: Span
) -> list[CostShare]:
    """Return cost shares with a default cost centre for what nobody bears.

    Args:
        cost_shares: Who bears an asset, from when to when.
        default: Code of the cost centre that bears the rest.
        span: The period.
    """
    assert span.end is not None
    days = {span.start, span.end}
    for one in cost_shares:
        days |= {max(one.start, span.start), min(one.end or span.end, span.end)}
    rest = []
    for start, end in pairwise(sorted(day for day in days if span.start <= day)):
        borne = sum(
            one.share
            for one in cost_shares
            if one.start <= start and (one.end is None or one.end >= end)
        )
        if borne < WHOLE:
            rest.append(CostShare(default, WHOLE - borne, start, end))
    return [*cost_shares, *rest]


def charged_from(start: date, end: date, in_service: date | None) -> date:
    """Return the day from which a period is charged to cost centres.

    The charge of the first period belongs to those that have the asset from its
    in-service day on, however many days of the period lie before.
    """
    if in_service is not None and start < in_service < end:
        return in_service
    return start


def cost_centre_weights(
    cost_shares: Sequence[CostShare], start: date, end: date
) -> list[tuple[str | None, int]]:
    """Return the cost centres of a period, weighted by days times share.

    A change inside the period splits it by days. Days without a
    cost centre are weighted under None, so that they are seen as unallocated.
    """
    weights: dict[str | None, int] = {}
    allocated = 0
    for cost_share in cost_shares:
        first = max(start, cost_share.start)
        last = end if cost_share.end is None else min(end, cost_share.end)
        days = (last - first).days
        if days > 0 and cost_share.share > 0:
            weight = days * cost_share.share
            weights[cost_share.cost_centre] = (
                weights.get(cost_share.cost_centre, 0) + weight
            )
            allocated += weight
    missing = (end - start).days * WHOLE - allocated
    if missing > 0:
        weights[None] = missing
    return list(weights.items())
