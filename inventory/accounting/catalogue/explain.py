"""Rows as people and programs outside read them: amounts as text, and why. Pure.

Every figure of a row comes with what it was made of: method, conventions, service time
as a fraction, days, rate, residue, what was caught up, events, posting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from functools import lru_cache
from operator import attrgetter
from typing import Any

from inventory.accounting.model.rows import Derecognised, Remeasured, Row
from inventory.accounting.model.terms import DepreciationTerms
from inventory.kernel.money import amount_text, minor_digits

AMOUNTS = (
    "opening",
    "additions",
    "transferred_cost",
    "transferred_accumulated",
    "transferred_impairment",
    "revaluation",
    "impairment_loss",
    "impairment_reversal",
    "depreciation",
    "disposed",
    "proceeds",
    "closing",
    "cost",
    "accumulated",
    "impairment",
    "surplus",
)
"""Amounts of a row, in the order in which they are shown."""

_RATE_DIGITS = 10


_amounts_of = attrgetter(*AMOUNTS)


@lru_cache(maxsize=4096)
def rate_text(rate: Fraction | None) -> str | None:
    """Return a rate as decimal text, to ten places where it does not end before."""
    if rate is None:
        return None
    scaled = round(rate * 10**_RATE_DIGITS)
    whole, rest = divmod(abs(scaled), 10**_RATE_DIGITS)
    decimals = f"{rest:0{_RATE_DIGITS}d}".rstrip("0") or "0"
    return f"{'-' if scaled < 0 else ''}{whole}.{decimals}"


@dataclass(frozen=True, slots=True)
class RowPresenter:
    """Turns rows of one asset in one book into what the API answers.

    Attributes:
        currency: ISO 4217 code.
        terms: Terms of the asset.
        postings: Posting in force of each booked period.
    """

    currency: str
    terms: DepreciationTerms
    postings: Mapping[str, int]

    def row(self, row: Row) -> dict[str, Any]:
        """Return a row with its why; days are inclusive."""
        digits = minor_digits(self.currency)
        shown: dict[str, Any] = {
            "period": row.period,
            "year": row.year,
            "first_day": row.start.isoformat(),
            "last_day": (row.end - timedelta(days=1)).isoformat(),
            "currency": self.currency,
        }
        zero = amount_text(0, digits)  # most amounts of most rows
        for name, amount in zip(AMOUNTS, _amounts_of(row), strict=True):
            shown[name] = amount_text(amount, digits) if amount else zero
        shown["posted"] = row.posted
        shown["posting_id"] = self.postings.get(row.period) if row.posted else None
        shown["why"] = self.why(row, digits)
        return shown

    def why(self, row: Row, digits: int) -> dict[str, Any]:
        """Return what the figures of a row were made of."""
        conventions = self.terms.conventions
        start, disposal = conventions.start.value, conventions.disposal.value
        changed, before = conventions.changed_from, conventions.start_before
        if row.posted and changed and before and row.start < changed:
            start = disposal = before.value
        return {
            "method": row.method,
            "basis": conventions.basis.value,
            "convention": start,
            "disposal": disposal,
            "numerator": row.service.numerator,
            "denominator": row.service.denominator,
            "days": row.days,
            "rate": rate_text(row.rate),
            "residue_policy": conventions.residue.value,
            "residue_minor": str(row.residue),
            "caught_up": amount_text(row.caught_up, digits),
            "asset_class": row.asset_class or None,
            "held_for_sale": row.held,
            "events": list(row.events),
        }

    def derecognised(self, disposal: Derecognised) -> dict[str, Any]:
        """Return a disposal with its gain or loss."""
        amounts = ("cost", "accumulated", "impairment", "proceeds", "gain")
        digits = minor_digits(self.currency)
        return {
            "event": disposal.event,
            "effective": disposal.effective.isoformat(),
            "kind": str(disposal.kind),
            "currency": self.currency,
            **{n: amount_text(getattr(disposal, n), digits) for n in amounts},
        }

    def remeasured(self, note: Remeasured) -> dict[str, Any]:
        """Return a revaluation or impairment with its parts in profit and equity."""
        digits = minor_digits(self.currency)
        return {
            "event": note.event,
            "effective": note.effective.isoformat(),
            "kind": "revaluation" if note.revaluation else "impairment",
            "currency": self.currency,
            **{
                name: amount_text(getattr(note, name), digits)
                for name in ("amount", "profit", "equity")
            },
        }


FLAT = (
    "period",
    "year",
    "first_day",
    "last_day",
    "currency",
    *AMOUNTS,
    "posted",
    "posting_id",
    "method",
    "basis",
    "convention",
    "numerator",
    "denominator",
    "days",
    "rate",
    "residue_minor",
    "caught_up",
    "events",
)
"""Columns of a row in tables, its why included."""


def flat(shown: Mapping[str, Any]) -> dict[str, Any]:
    """Return a presented row without nesting, for tables."""
    why = shown["why"]
    events = " ".join(why["events"])
    merged = {**shown, **why, "events": events}
    return {name: merged[name] for name in FLAT}
