"""Rows of carriers' invoices: their lines, what does not fit, and credits. Plain.

Lines are totals by number and kind of charge. Single calls are personal data of who
spoke and are never kept.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, Text
from sqlalchemy import CheckConstraint as Check
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

import inventory.telecom.estate.tables  # noqa: F401  (accounts must be there)
from inventory.storage.tables import list_indexes
from inventory.storage.types import UtcDateTime


class CarrierInvoice(SQLModel, table=True):
    """An invoice of a provider, or a credit note.

    Attributes:
        number: As on the invoice; unique at the account.
        first_day: First day it bills.
        last_day: Last day it bills.
        net_minor: Sum of its lines, and so on; checked when it is loaded.
        state: `loaded`, `approved`.
        profile: Layout it was read by.
        digest: SHA-256 of the file.
        posting_id: The posting that booked it.
    """

    __tablename__ = "telecom_invoice"
    __table_args__ = (
        Unique("account_id", "number", name="uq_telecom_invoice_number"),
        Check("last_day >= first_day", name="period"),
        Check("net_minor + vat_minor = gross_minor", name="total"),
        Check("state IN ('loaded', 'approved')", name="state"),
        *list_indexes("telecom_invoice", "invoiced_on", "state", "gross_minor"),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="telecom_account.id")
    number: str
    invoiced_on: date
    due_on: date | None = None
    first_day: date
    last_day: date
    currency: str = Field(max_length=3)
    net_minor: int = Field(sa_type=BigInteger)
    vat_minor: int = Field(sa_type=BigInteger)
    gross_minor: int = Field(sa_type=BigInteger)
    state: str = "loaded"
    profile: str
    digest: str = Field(max_length=64)
    posting_id: int | None = Field(default=None, foreign_key="posting.id")
    approved_by: str | None = None
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class CarrierInvoiceLine(SQLModel, table=True):
    """A total of an invoice: one number, one kind of charge.

    Attributes:
        position: Of the invoice, from 1.
        key: Number, ICCID, circuit id or customer account it is about, normalised.
        text: As on the invoice.
        charge_type: As it was recognised; empty: unknown.
        units: Minutes, megabytes or messages, where it says so.
        line_id: The line it is about; None: none is known.
        charge_id: The recurring charge it bills.
    """

    __tablename__ = "telecom_invoice_line"
    __table_args__ = (
        Unique("invoice_id", "position", name="uq_telecom_invoice_line_position"),
        Index("ix_telecom_invoice_line_line", "line_id", "invoice_id"),
        Index("ix_telecom_invoice_line_charge", "charge_id", "invoice_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    invoice_id: int = Field(foreign_key="telecom_invoice.id")
    position: int
    key: str
    text: str
    charge_type: str
    net_minor: int = Field(sa_type=BigInteger)
    vat_permille: int | None = None
    units: int | None = Field(default=None, sa_type=BigInteger)
    line_id: int | None = Field(default=None, foreign_key="telecom_line.id")
    charge_id: int | None = Field(default=None, foreign_key="telecom_charge.id")


class InvoiceFinding(SQLModel, table=True):
    """What of an invoice does not fit the estate; a person decides.

    Attributes:
        kind: See `matching.KINDS`.
        expected_minor: What it should have been, net.
        billed_minor: What it was, net.
        difference_minor: Billed less expected: what it costs too much.
        state: `open`, `accepted` (it is right so), `disputed`, `credited` (the provider
            gave it back) or `rejected` (it did not).
        credited_minor: What it gave back so far.
        settled_posting_id: The posting of the credit, or of the rejection.
    """

    __tablename__ = "telecom_finding"
    __table_args__ = (
        Index("ix_telecom_finding_invoice", "invoice_id", "id"),
        Check(
            "state IN ('open', 'accepted', 'disputed', 'credited', 'rejected')",
            name="state",
        ),
        *list_indexes("telecom_finding", "kind", "state", "difference_minor"),
    )

    id: int | None = Field(default=None, primary_key=True)
    invoice_id: int = Field(foreign_key="telecom_invoice.id")
    invoice_line_id: int | None = Field(
        default=None, foreign_key="telecom_invoice_line.id"
    )
    line_id: int | None = Field(default=None, foreign_key="telecom_line.id")
    charge_id: int | None = Field(default=None, foreign_key="telecom_charge.id")
    kind: str
    about: str
    expected_minor: int = Field(sa_type=BigInteger)
    billed_minor: int = Field(sa_type=BigInteger)
    difference_minor: int = Field(sa_type=BigInteger)
    state: str = "open"
    credited_minor: int = Field(default=0, sa_type=BigInteger)
    remark: str = Field(default="", sa_type=Text)
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    settled_posting_id: int | None = Field(default=None, foreign_key="posting.id")
