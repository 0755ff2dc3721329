"""Which cost centres bear an asset, in which parts. Pure.

Shares are whole parts per million that sum to one million; no float, no rounding at
the time of sharing. Money is split by running totals, so no cent is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from inventory.kernel.errors import Invalid
from inventory.kernel.money import Money, split
from inventory.kernel.texts import N_

WHOLE = 1_000_000
"""All shares together, in parts per million."""


@dataclass(frozen=True, slots=True)
class Share:
    """A cost centre's part, in parts per million."""

    cost_centre_id: int
    ppm: int


@dataclass(frozen=True, slots=True)
class Slice:
    """A share as it is stored: from `lower_ppm` up to `upper_ppm`."""

    cost_centre_id: int
    lower_ppm: int
    upper_ppm: int

    @property
    def previous_upper_ppm(self) -> int | None:
        """Where the slice before it ends; None for the first."""
        return self.lower_ppm or None


Shares = tuple[Share, ...]


def check_shares(shares: Iterable[Share]) -> Shares:
    """Return the shares in the order of their cost centres.

    Raises:
        Invalid: No share, one not above zero, a cost centre twice, or a wrong sum.
    """
    ordered = tuple(sorted(shares, key=lambda share: share.cost_centre_id))
    if len({share.cost_centre_id for share in ordered}) != len(ordered):
        raise Invalid(N_("A cost centre occurs twice."), where="shares")
    if any(share.ppm <= 0 for share in ordered):
        raise Invalid(N_("Each share must be above zero."), where="shares")
    total = sum(share.ppm for share in ordered)
    if total != WHOLE:
        raise Invalid(
            N_("The shares sum to {total} %, not to 100 %."),
            where="shares",
            remedy=N_("Change one of them so that they sum to 100 %."),
            total=Decimal(total) / 10000,
        )
    return ordered


def whole_share(cost_centre_id: int) -> Shares:
    """Return the shares of a cost centre that bears everything."""
    return (Share(cost_centre_id, WHOLE),)


def shares_from_percent(parts: Iterable[tuple[int, Decimal | int | str]]) -> Shares:
    """Return shares from percentages such as 33.3333.

    Raises:
        Invalid: Finer than 0.0001 %, not a number, or anything `check` refuses.
    """
    shares = []
    for centre, percent in parts:
        try:
            ppm = Decimal(str(percent).strip()) * 10_000
            whole = int(ppm)
        except (ArithmeticError, ValueError, OverflowError):
            raise Invalid(
                N_("{percent!r} is not a percentage."),
                where="shares",
                remedy=N_("Write a number such as 25 or 33.3333."),
                percent=percent,
            ) from None
        if whole != ppm:
            raise Invalid(
                N_("{percent} % is finer than 0.0001 %."),
                where="shares",
                remedy=N_(
                    "Round it to four decimal places; the parts must sum to 100."
                ),
                percent=percent,
            )
        shares.append(Share(centre, whole))
    return check_shares(shares)


def equal_shares(cost_centre_ids: Iterable[int]) -> Shares:
    """Return equal shares; what cannot be divided goes to single centres.

    Raises:
        Invalid: No cost centre, or one twice.
    """
    centres = sorted(cost_centre_ids)
    if not centres:
        raise Invalid(N_("No cost centre is given."), where="shares")
    parts = split(WHOLE, [1] * len(centres))
    return check_shares(Share(*pair) for pair in zip(centres, parts, strict=True))


def slices(shares: Sequence[Share]) -> tuple[Slice, ...]:
    """Return the shares side by side, as they are stored."""
    result = []
    lower = 0
    for share in shares:
        result.append(Slice(share.cost_centre_id, lower, lower + share.ppm))
        lower += share.ppm
    return tuple(result)


def split_money(amount: Money, shares: Sequence[Share]) -> dict[int, Money]:
    """Return each cost centre's part of an amount; the parts sum to it exactly."""
    parts = split(amount.minor, [share.ppm for share in shares])
    return {
        share.cost_centre_id: Money(part, amount.currency)
        for share, part in zip(shares, parts, strict=True)
    }
