"""Results of years of pools to JSON and back, without loss. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from inventory.accounting.pools.years import YearResult


def year_to_json(result: YearResult) -> dict[str, Any]:
    """Return a year for storage."""
    return {**asdict(result), "rate": str(result.rate), "declared": True}


def year_from_json(data: Mapping[str, Any]) -> YearResult:
    """Return a declared year from storage."""
    return YearResult(**{**data, "rate": Fraction(data["rate"])})
