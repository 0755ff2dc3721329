"""Terms and changes of a lease to JSON and back, without loss. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from inventory.accounting.leases.measure import (
    Compounding,
    LeaseChange,
    LeaseTerms,
    Payment,
    Treatment,
)


def lease_to_json(terms: LeaseTerms) -> dict[str, Any]:
    """Return terms for storage."""
    return {
        "commences": terms.commences.isoformat(),
        "months": terms.months,
        "payments": _payments(terms.payments),
        "rate": str(terms.rate),
        "compounding": terms.compounding.value,
        "direct_costs": terms.direct_costs,
        "incentives": terms.incentives,
        "treatment": terms.treatment.value,
    }


def lease_from_json(data: Mapping[str, Any]) -> LeaseTerms:
    """Return terms from storage."""
    return LeaseTerms(
        commences=date.fromisoformat(data["commences"]),
        months=data["months"],
        payments=_read(data["payments"]),
        rate=Decimal(data["rate"]),
        compounding=Compounding(data["compounding"]),
        direct_costs=data["direct_costs"],
        incentives=data["incentives"],
        treatment=Treatment(data["treatment"]),
    )


def change_to_json(change: LeaseChange) -> dict[str, Any]:
    """Return a change for storage."""
    return {
        "id": change.id,
        "effective": change.effective.isoformat(),
        "payments": _payments(change.payments),
        "ends": change.ends.isoformat(),
        "rate": None if change.rate is None else str(change.rate),
        "given_up": str(change.given_up),
    }


def change_from_json(data: Mapping[str, Any]) -> LeaseChange:
    """Return a change from storage."""
    return LeaseChange(
        id=data["id"],
        effective=date.fromisoformat(data["effective"]),
        payments=_read(data["payments"]),
        ends=date.fromisoformat(data["ends"]),
        rate=None if data["rate"] is None else Decimal(data["rate"]),
        given_up=Fraction(data["given_up"]),
    )


def _payments(payments: Iterable[Payment]) -> list[list[Any]]:
    return [[one.on.isoformat(), one.amount] for one in payments]


def _read(data: Iterable[tuple[str, int]]) -> tuple[Payment, ...]:
    return tuple(Payment(date.fromisoformat(day), amount) for day, amount in data)
