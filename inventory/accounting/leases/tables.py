"""Rows of leases. Plain; the rules are in the pure modules beside this one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Text
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

import inventory.storage.tables  # noqa: F401  (gives constraints their names)
from inventory.storage.tables import list_indexes
from inventory.storage.types import Json, UtcDateTime


class Lease(SQLModel, table=True):
    """A lease of a lessee, with the right-of-use asset that it gives.

    Attributes:
        asset_book_id: The right-of-use asset in its book; its cost is 0 where the
            lease is exempt.
        reference: Number of the contract.
        treatment: `right-of-use`, `short-term` or `low-value`.
        terms: As `lease_codec` writes them.
        accounts: Account codes: liability, interest, expense, payables, opening.
    """

    __tablename__ = "lease"
    __table_args__ = (
        Unique("asset_book_id", name="uq_lease_asset_book"),
        *list_indexes("lease", "commences_on", "treatment"),
    )

    id: int | None = Field(default=None, primary_key=True)
    asset_book_id: int = Field(foreign_key="asset_book.id")
    reference: str
    treatment: str
    commences_on: date
    terms: dict[str, Any] = Field(sa_type=Json)
    accounts: dict[str, Any] = Field(sa_type=Json)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class LeaseChangeRow(SQLModel, table=True):
    """A remeasurement or modification of a lease; never edited.

    Attributes:
        name: Id of the change within the lease.
        data: As `lease_codec` writes it.
        reason: Why, for the auditor.
    """

    __tablename__ = "lease_change"
    __table_args__ = (Unique("lease_id", "name", name="uq_lease_change_name"),)

    id: int | None = Field(default=None, primary_key=True)
    lease_id: int = Field(foreign_key="lease.id")
    name: str
    effective: date
    data: dict[str, Any] = Field(sa_type=Json)
    reason: str = Field(default="", sa_type=Text)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class LeaseBooked(SQLModel, table=True):
    """What a posting booked of a lease, beside its right-of-use asset; minor units.

    Attributes:
        opening_minor: Liability taken over from another system.
        initial_minor: Prepayments and direct costs less incentives.
        interest_minor: Interest on the liability.
        paid_minor: Payments.
        expense_minor: Charge of an exempt lease.
        closing_minor: Liability at the end of the period.
    """

    __tablename__ = "lease_booked"
    __table_args__ = (Unique("posting_id", "lease_id", name="uq_lease_booked"),)

    id: int | None = Field(default=None, primary_key=True)
    posting_id: int = Field(foreign_key="posting.id")
    lease_id: int = Field(foreign_key="lease.id", index=True)
    period: str
    opening_minor: int = Field(sa_type=BigInteger)
    initial_minor: int = Field(sa_type=BigInteger)
    interest_minor: int = Field(sa_type=BigInteger)
    paid_minor: int = Field(sa_type=BigInteger)
    expense_minor: int = Field(sa_type=BigInteger)
    closing_minor: int = Field(sa_type=BigInteger)
