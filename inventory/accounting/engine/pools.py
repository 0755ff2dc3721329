"""Pools: one balance for a class of assets instead of one an asset. Pure.

Additions increase the balance, disposal proceeds (at most the cost of what left)
decrease it, and a yearly rate is charged on what remains (UK capital allowances,
Australian small-business and low-value pools).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from inventory.kernel.money import round_half_up


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolYear:
    """One fiscal year of a pool; amounts in minor units.

    Attributes:
        opening: Balance brought forward.
        additions: Cost added in the year.
        additions_reduced: Cost added that gets only a share of the rate in its first
            year (Australian pools, Indian block below 180 days).
        reduced_share: That share.
        disposals: (proceeds, cost) of what left.
        disposals_last: What left reduces the balance after the rate is charged
            (Australian pools), not before it (UK).
        rate: Yearly rate in force (dated data).
        length: Length of the year in years; the rate is scaled by it.
        small_limit: A balance up to this may be written off whole; 0 for never.
        ceases: The activity ends: what is left is allowed at once.
        most: Claim no more than this; None for all that is allowed.
    """

    opening: int
    additions: int = 0
    additions_reduced: int = 0
    reduced_share: Fraction = Fraction(1)
    disposals: tuple[tuple[int, int], ...] = ()
    disposals_last: bool = False
    rate: Fraction
    length: Fraction = Fraction(1)
    small_limit: int = 0
    ceases: bool = False
    most: int | None = None


@dataclass(frozen=True, slots=True)
class PoolResult:
    """What a year of a pool gives.

    Attributes:
        available: Balance on which the allowance is charged.
        allowance: Charged in the year.
        charge: Balancing charge: proceeds above the balance, taxable.
        closing: Balance carried forward.
    """

    available: int
    allowance: int
    charge: int
    closing: int


def pool_year(year: PoolYear) -> PoolResult:
    """Carry a pool through one fiscal year."""
    out = sum(min(proceeds, cost) for proceeds, cost in year.disposals)
    gross = year.opening + year.additions + year.additions_reduced
    balance = gross - out
    if balance < 0 and (year.ceases or not year.disposals_last):
        return PoolResult(0, 0, -balance, 0)
    if year.ceases or (year.small_limit and balance <= year.small_limit):
        allowance = max(0, balance)
    else:
        rate = min(Fraction(1), year.rate * year.length)
        base = gross if year.disposals_last else balance
        # What left comes off the older part first.
        reduced = min(year.additions_reduced, base)
        counted = base - reduced * (1 - year.reduced_share)
        allowance = round_half_up(counted * rate)
    if year.most is not None:
        allowance = min(allowance, year.most)
    closing = balance - allowance
    available = gross if year.disposals_last and not year.ceases else balance
    return PoolResult(available, allowance, max(0, -closing), max(0, closing))
