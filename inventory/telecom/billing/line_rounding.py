"""Amounts of lines that are finer than their currency, or taken out of gross. Pure.

Carriers price minutes and megabytes to four decimals and round the invoice once, not
each line. So a line that is whole stays as it is, and those that are not share the rest
by their largest remainders: what is stored adds up to the total that is printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from inventory.kernel.money import round_half_up


def whole_amounts(exact: Sequence[Fraction], total: int | None) -> list[int]:
    """Return amounts in whole minor units that add up.

    Args:
        exact: Minor units of each line, with what is finer than one.
        total: What the invoice says they come to; None: not said. It is taken where
            rounding each broken line explains the difference, and else left to whoever
            compares totals.

    Returns:
        As many; each within a unit of the exact one where the total allows.
    """
    broken = [place for place, one in enumerate(exact) if one.denominator != 1]
    found = [one.numerator // one.denominator for one in exact]
    if not broken:
        return found
    whole = sum(exact, start=Fraction())
    target = round_half_up(whole)
    if total is not None and abs(total - whole) <= Fraction(len(broken), 2):
        target = total
    each, more = divmod(target - sum(found), len(broken))
    broken.sort(key=lambda place: (found[place] - exact[place], place))
    for rank, place in enumerate(broken):
        found[place] += each + (rank < more)
    return found
