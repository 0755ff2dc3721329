"""What an asset adds to its pool, and what it takes from it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from inventory.accounting.books.load import AssetInBook
from inventory.accounting.methods.pooled import FIRST_YEAR
from inventory.accounting.model.events import (
    AddCost,
    CorrectCost,
    DisposalKind,
    Dispose,
    Event,
    Merge,
    Opening,
)
from inventory.accounting.model.valid_events import in_force
from inventory.kernel.money import round_half_up

IN_SERVICE = "in-service"
"""Name of the movement that an asset came in with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """An amount that a pool got or lost; minor units.

    Attributes:
        asset_book_id: The member.
        event: Id of its event, or `IN_SERVICE`.
        on: The day it counts from.
        amount: Cost added, negative for a credit note; of what left: its proceeds, at
            most its cost, negative.
        at_once: It may be allowed whole in its year.
        left: Something left.
        first_year: Name of the first-year allowance that it gets, or got; empty for
            none.
        bought_on: Day from which the asset is in service.
    """

    asset_book_id: int
    event: str
    on: date
    amount: int
    at_once: bool = False
    left: bool = False
    first_year: str = ""
    bought_on: date = date.min

    @property
    def key(self) -> str:
        """Names it among the movements of all members."""
        return f"{self.asset_book_id}:{self.event}"


def movements_of(asset: AssetInBook) -> Iterator[Movement]:
    """Yield what a member moves, in the order of its events."""
    given = asset.terms.params.get(FIRST_YEAR)
    whole, first_year = given is True, given if isinstance(given, str) else ""
    counted = sorted(in_force(asset.events), key=lambda event: event.effective)
    opening = next((one for one in counted if isinstance(one, Opening)), None)
    cost = asset.terms.cost
    yield Movement(
        asset_book_id=asset.id,
        event=IN_SERVICE,
        on=opening.effective if opening else asset.terms.in_service,
        amount=cost - (opening.accumulated if opening else 0),
        at_once=whole and opening is None,
        first_year="" if opening else first_year,
        bought_on=asset.terms.in_service,
    )
    for event in counted:
        amount, cost = _effect(event, cost, asset.terms.cost)
        if amount:
            more, left = isinstance(event, AddCost | CorrectCost), _leaves(event)
            yield Movement(
                asset_book_id=asset.id,
                event=event.id,
                on=event.effective,
                amount=amount,
                at_once=whole and more,
                left=left,
                first_year=first_year if more or left else "",
                bought_on=asset.terms.in_service,
            )


def _leaves(event: Event) -> bool:
    return isinstance(event, Dispose)


def _effect(event: Event, cost: int, first: int) -> tuple[int, int]:
    """Return what an event does to the pool, and the cost that stays of the asset."""
    if isinstance(event, AddCost):
        return event.amount, cost + event.amount
    if isinstance(event, CorrectCost):
        return event.cost - first, cost + event.cost - first
    if isinstance(event, Merge):
        return event.cost - event.accumulated, cost + event.cost
    if isinstance(event, Dispose):
        part = round_half_up(cost * event.part(cost)) if cost else 0
        value = min(part, max(0, event.proceeds - event.costs))
        if event.kind is DisposalKind.TRANSFER:
            value = part
        return -value, cost - part
    return 0, cost
