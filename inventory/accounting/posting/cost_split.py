"""How an amount of a period is split over cost centres. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


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
    missing = (end - start).days * 1_000_000 - allocated
    if missing > 0:
        weights[None] = missing
    return list(weights.items())
