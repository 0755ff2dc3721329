"""Assets in a pool: the pool is written down as one, they are not. Pure.

Parameters: `pool`, its name in the dated limits; `first-year`, true where an allowance
of the year of purchase may take the whole cost (annual investment allowance).
"""

from __future__ import annotations

from inventory.accounting.methods.base import (
    ZERO,
    Method,
    Planned,
    Segment,
    truth,
)
from inventory.accounting.model.terms import TermsError

POOLED = "pooled"
FIRST_YEAR = "first-year"
"""Parameter: an allowance of the year of purchase may take the whole cost."""


def plan_pooled(segment: Segment) -> Planned:
    """Charge nothing: the allowance is that of the pool.

    Raises:
        TermsError: The pool is not named.
    """
    if not isinstance(segment.params.get("pool"), str):
        raise TermsError("method pooled needs the parameter pool, the name of a pool")
    truth(segment.params, FIRST_YEAR)
    return Planned.at([ZERO] * len(segment.slots))


METHOD = Method(POOLED, plan_pooled, frozenset({"pool", FIRST_YEAR}), needs_life=False)
