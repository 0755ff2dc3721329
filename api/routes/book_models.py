"""What books, periods, postings and journals look like, for the description.

Amounts are decimal text (`"80.00"`) in the currency beside them; days are inclusive.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.routes.models import Model, Moment, Next, Number, Text

Amount = Annotated[str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$", examples=["80.00"])]


class Book(Model):
    """A set of depreciation rules of a legal entity."""

    id: int
    code: str
    name: str
    legal_entity_id: int
    legal_entity: str
    currency: str
    to_ledger: bool = Field(description="Its postings go to the general ledger.")
    assets: int
    last_posted: Text
    next_to_post: Text


class BookPage(Model):
    """A page of books."""

    items: list[Book]
    next: Text = Next


class Period(Model):
    """A period of a book, and what is booked in it."""

    id: int
    key: str
    year: str
    first_day: date
    last_day: date
    status: Literal["open", "closed", "locked"]
    reason: str
    posting_id: Number
    posted_at: Moment
    posted_by: Text
    assets: Number
    depreciation: Amount | None
    currency: str


class PeriodPage(Model):
    """A page of periods."""

    items: list[Period]
    next: Text = Next


class Posting(Model):
    """A run that booked a period, or took such a run back."""

    id: int
    book_id: int
    book: str
    period: str
    version: int
    reverses_id: Number
    reversed_by: Number
    assets: int
    depreciation: Amount
    currency: str
    actor: str
    recorded_at: datetime


class PostingPage(Model):
    """A page of postings."""

    items: list[Posting]
    next: Text = Next


class Posted(Model):
    """What posting a period did."""

    posting_id: int
    already: bool = Field(description="It was booked before; nothing was written.")
    period: str
    assets: int
    depreciation: Amount
    currency: str


class StatusChange(Model):
    """What closing, locking or reopening a period did."""

    period: str
    status: Literal["open", "closed", "locked"]
    changed: bool


class Reversed(Model):
    """The posting that takes another back."""

    posting_id: int
    reverses_id: int


class Reason(BaseModel):
    """Why; kept in the audit trail."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(
        default="", max_length=1000, description="Needed to reopen and to reverse."
    )


class JournalLine(Model):
    """A line of an entry; one of debit and credit is zero."""

    account: str
    account_name: Text
    debit: Amount
    credit: Amount
    cost_centre: Text


class JournalEntry(Model):
    """A balanced entry."""

    id: int
    posting_id: int
    day: date
    period: str
    memo: str
    reference: str
    asset_id: int
    tag: str
    asset_class: str
    currency: str
    lines: list[JournalLine]


class Journal(Model):
    """Entries; the whole journal is one page, made while it is sent."""

    items: list[JournalEntry]
    next: None = None
