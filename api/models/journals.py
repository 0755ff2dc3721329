"""Journals as the API answers them.

Amounts are decimal text (`"80.00"`) in the currency beside them; days are inclusive.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from api.models.base import Model, Text

Amount = Annotated[str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$", examples=["80.00"])]


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
    asset_id: int | None
    tag: Text
    asset_class: Text
    currency: str
    lines: list[JournalLine]


class Journal(Model):
    """Entries; the whole journal is one page, made while it is sent."""

    items: list[JournalEntry]
    next: None = None
