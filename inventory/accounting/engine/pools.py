"""Pools: one balance for a class of assets instead of one an asset. Pure.

Additions increase the balance, disposal proceeds (at most the cost of what left)
decrease it, and a yearly rate is charged on what remains (UK capital allowances, the
German Sammelposten with a fixed divisor, Australian low-value pools).
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
            year (Australian low-value pool, Indian block below 180 days).
        reduced_share: That share.
        disposals: (proceeds, cost) of what left.
        rate: Yearly rate in force (dated data).
        length: Length of the year in years; the rate is scaled by it.
        small_limit: A balance up to this may be written off whole; 0 for never.
    """

    opening: int
    additions: int = 0
    additions_reduced: int = 0
    reduced_share: Fraction = Fraction(1)
    disposals: tuple[tuple[int, int], ...] = ()
    rate: Fraction
    length: Fraction = Fraction(1)
    small_limit: int = 0


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
    balance = year.opening + year.additions + year.additions_reduced - out
    if balance < 0:
        return PoolResult(0, 0, -balance, 0)
    if balance <= year.small_limit:
        allowance = balance
    else:
        rate = min(Fraction(1), year.rate * year.length)
        # What left comes off the older part first.
        reduced = min(year.additions_reduced, balance)
        counted = balance - reduced * (1 - year.reduced_share)
        allowance = round_half_up(counted * rate)
    return PoolResult(balance, allowance, 0, balance - allowance)
