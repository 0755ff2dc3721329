"""Who holds what: one holder at a time. Pure.

Days, not moments: a day belongs to the one who has the thing at its end. What was
handed on at noon counts for the new holder from that day on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from inventory.kernel.days import not_future
from inventory.kernel.errors import Conflict, Invalid, NotAllowed
from inventory.kernel.spans import Span
from inventory.kernel.texts import N_


class HolderKind(StrEnum):
    """Who or what can hold an asset."""

    PERSON = "person"
    TEAM = "team"
    LOCATION = "location"
    ASSET = "asset"


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody or something by kind and id."""

    kind: HolderKind
    id: int

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


@dataclass(frozen=True, slots=True)
class CustodyPeriod:
    """One stretch of custody as it is recorded.

    Attributes:
        id: Id of the row; None for one that is still to be written.
        holder: Who holds it.
        span: Since when and until when.
    """

    id: int | None
    holder: Holder
    span: Span


@dataclass(frozen=True, slots=True)
class CustodyPlan:
    """What to write: end that row, then begin this one. Both None: nothing to do.

    Attributes:
        on: The first day on which it is so.
        end: Custody that ends then.
        begin: Custody that begins then.
    """

    on: date
    end: CustodyPeriod | None = None
    begin: CustodyPeriod | None = None


def plan_check_out(
    history: Sequence[CustodyPeriod],
    holder: Holder,
    on: date,
    *,
    today: date,
    chain: Sequence[int] = (),
) -> CustodyPlan:
    """Return what to write so that `holder` has the asset from `on`.

    Giving it again to the one who has it changes nothing.

    Args:
        history: All custody of the asset.
        holder: Who gets it.
        on: The first day.
        today: The present day; the future is not recorded.
        chain: If the holder is an asset: that asset, the one holding it, and so on.

    Raises:
        Invalid: `on` lies in the future.
        Conflict: Custody after `on` is recorded already, or a thing would hold itself.
    """
    not_future(on, today)
    current = open_custody(history)
    if current and current.holder == holder and current.span.start <= on:
        return CustodyPlan(on)
    later = [held for held in history if held.span and _blocks(held, on, current)]
    if later:
        held = later[0]
        raise Conflict(
            N_(
                "From {on} it cannot be given to {holder}:"
                " {current_holder} holds it {span}."
            ),
            where="custody",
            remedy=N_("Choose a later day, or correct what is recorded first."),
            on=on,
            holder=holder,
            current_holder=held.holder,
            span=held.span,
        )
    if holder.kind is HolderKind.ASSET and len(chain) != len(set(chain)):
        raise Conflict(
            N_("A thing cannot hold itself: {chain}."),
            where="custody",
            remedy=N_("Take one of them out of the other first."),
            chain=" holds ".join(map(str, chain)),
        )
    return CustodyPlan(on, current, CustodyPeriod(None, holder, Span(on)))


def plan_check_in(
    history: Sequence[CustodyPeriod], on: date, *, today: date
) -> CustodyPlan:
    """Return what to write so that nobody has the asset from `on`.

    Taking it back again on the same day changes nothing.

    Raises:
        Invalid: `on` lies in the future, or before the holder got it.
        NotAllowed: Nobody holds it.
    """
    not_future(on, today)
    current = open_custody(history)
    if current is None:
        if any(held.span.end == on for held in history):
            return CustodyPlan(on)
        raise NotAllowed(
            N_("Nobody holds it."), remedy=N_("There is nothing to take back.")
        )
    if on < current.span.start:
        raise Invalid(
            N_("{holder} holds it since {start} only."),
            where="on",
            remedy=N_("Give a day from {start} on."),
            holder=current.holder,
            start=current.span.start,
        )
    return CustodyPlan(on, current)


def open_custody(history: Sequence[CustodyPeriod]) -> CustodyPeriod | None:
    """Return the custody without an end, if any."""
    return next((held for held in history if held.span.end is None), None)


def holder_on(history: Sequence[CustodyPeriod], day: date) -> Holder | None:
    """Return who had it at the end of a day."""
    return next((held.holder for held in history if day in held.span), None)


def _blocks(held: CustodyPeriod, on: date, current: CustodyPeriod | None) -> bool:
    """Whether this stretch leaves no room for one that begins on `on`."""
    if held is current:
        return held.span.start > on
    return held.span.end is None or held.span.end > on
