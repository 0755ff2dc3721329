"""Rows of recurring charges and of what was accrued for them. Plain.

What the database itself enforces: a charge is accrued once for each month and posting,
and what was accrued is never negative by itself.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Index
from sqlalchemy import CheckConstraint as Check
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

import inventory.telecom.estate.tables  # noqa: F401  (lines must be there)
from inventory.storage.dated import PERIOD, Dated
from inventory.storage.tables import list_indexes
from inventory.storage.types import UtcDateTime


class RecurringCharge(Dated, table=True):
    """What is to be paid for a line, or an account, again and again.

    Attributes:
        item: What for, as on the invoice.
        charge_type: See `config/telecom/charge_types.yaml`.
        amount_minor: Net, of `every_months`; a discount is below zero.
        every_months: 1 monthly, 3 quarterly, 12 yearly.
        vat_permille: Rate of value added tax in thousandths.
        ledger_account: General ledger account; empty: that of the account.
        sharing: `line`: whoever has the line; `people`: cost centres by the number of
            people at the site of the line, or of the legal entity where it has none;
            `shares`: as `charge_share` says.
    """

    __tablename__ = "telecom_charge"
    __table_args__ = (
        Check(PERIOD, name="period"),
        Check("every_months BETWEEN 1 AND 60", name="every_months"),
        Check("vat_permille BETWEEN 0 AND 1000", name="vat"),
        Check("sharing IN ('line', 'people', 'shares')", name="sharing"),
        Index("ix_telecom_charge_line", "line_id", "charge_type"),
        *list_indexes(
            "telecom_charge", "account_id", "charge_type", "amount_minor", "valid_from"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="telecom_account.id")
    line_id: int | None = Field(default=None, foreign_key="telecom_line.id")
    item: str
    charge_type: str
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = Field(max_length=3)
    every_months: int = 1
    vat_permille: int = 0
    ledger_account: str = ""
    sharing: str = "line"
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class ChargeShare(SQLModel, table=True):
    """A cost centre pays a part of a charge.

    Attributes:
        weight: Its part is `weight` of the sum of all weights.
    """

    __tablename__ = "telecom_charge_share"
    __table_args__ = (
        Unique("charge_id", "cost_centre_id", name="uq_telecom_charge_share"),
        Check("weight > 0", name="weight"),
    )

    id: int | None = Field(default=None, primary_key=True)
    charge_id: int = Field(foreign_key="telecom_charge.id")
    cost_centre_id: int = Field(foreign_key="cost_centre.id")
    weight: int


class ChargeAccrual(SQLModel, table=True):
    """What a month of a charge costs, as it was accrued.

    Attributes:
        month: Its first day.
        charged_on: Day whose cost centres pay.
        amount_minor: In minor units of the book's currency.
        posting_id: The posting that accrued it; a reversal takes it back.
        billed_line_id: The line of the invoice that billed it.
    """

    __tablename__ = "telecom_accrual"
    __table_args__ = (
        Unique("charge_id", "month", "posting_id", name="uq_telecom_accrual_month"),
        Index("ix_telecom_accrual_posting", "posting_id", "id"),
        *list_indexes("telecom_accrual", "month", "amount_minor", "charged_on"),
    )

    id: int | None = Field(default=None, primary_key=True)
    charge_id: int = Field(foreign_key="telecom_charge.id")
    month: date
    charged_on: date
    amount_minor: int = Field(sa_type=BigInteger)
    posting_id: int = Field(foreign_key="posting.id")
    billed_line_id: int | None = Field(
        default=None, foreign_key="telecom_invoice_line.id", index=True
    )


class AccrualShare(SQLModel, table=True):
    """The part of an accrual that a cost centre pays.

    Attributes:
        cost_centre_id: None: nobody is known to pay it.
        basis: Why: `shares`, `people`, `cost-centre`, `person`, `asset`, `location`,
            `account`, or `nobody`.
    """

    __tablename__ = "telecom_accrual_share"
    __table_args__ = (Index("ix_telecom_accrual_share_of", "accrual_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    accrual_id: int = Field(foreign_key="telecom_accrual.id")
    cost_centre_id: int | None = Field(
        default=None, foreign_key="cost_centre.id", index=True
    )
    amount_minor: int = Field(sa_type=BigInteger)
    basis: str
