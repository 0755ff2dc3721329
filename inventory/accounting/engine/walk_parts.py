"""The results of a walk through an asset's life, slot by slot. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from inventory.accounting.methods.base import Slot
from inventory.accounting.model.balances import Balances, Effect


@dataclass(slots=True)
class Part:
    """Charge, balances and events of one slot.

    Attributes:
        slot: The slot.
        method: Method in force.
        depreciation: Charge in minor units.
        exact: The same before rounding.
        rate: Yearly rate that the method applied.
        after: Balances at its end, effects included.
        realised: Surplus that went to retained earnings by use.
        asset_class: Class in force at its end, where an event changed it.
        held: Whether the asset is held for sale at its end.
        effects: Effects of the events that belong to the slot's period.
        events: Ids of those events.
    """

    slot: Slot
    method: str
    depreciation: int
    exact: Fraction
    rate: Fraction | None
    after: Balances
    realised: int = 0
    asset_class: str = ""
    held: bool = False
    effects: list[Effect] = field(default_factory=list)
    events: list[str] = field(default_factory=list)

    def note(self, effect: Effect, event: str) -> None:
        """Take over an event that belongs to this part."""
        self.effects.append(effect)
        self.events.append(event)
        self.after = effect.after


def trimmed(parts: Sequence[Part], reached: date) -> list[Part]:
    """Drop the empty parts at the end; the first part always stays.

    Args:
        parts: Parts in order.
        reached: A day whose part stays, too.
    """
    used = (
        n
        for n, part in enumerate(parts)
        if part.depreciation or part.events or part.slot.start <= reached
    )
    return list(parts[: max(used, default=0) + 1])
