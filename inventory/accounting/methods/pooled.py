"""Assets in a pool: the pool is written down as one, they are not. Pure.

Parameters: `pool`, its name in the dated limits; `first-year`, true where an allowance
of the year of purchase may take the whole cost up to a limit of the entity (annual
investment allowance), or the name of a first-year allowance in the dated limits.
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
"""Parameter: which allowance of the year of purchase takes cost, or a part of it."""


def plan_pooled(segment: Segment) -> Planned:
    """Charge nothing: the allowance is that of the pool.

    Raises:
        TermsError: The pool is not named.
    """
    if not isinstance(segment.params.get("pool"), str):
        raise TermsError("method pooled needs the parameter pool, the name of a pool")
    if not isinstance(segment.params.get(FIRST_YEAR), str):
        truth(segment.params, FIRST_YEAR)
    return Planned.at([ZERO] * len(segment.slots))


METHOD = Method(POOLED, plan_pooled, frozenset({"pool", FIRST_YEAR}), needs_life=False)
