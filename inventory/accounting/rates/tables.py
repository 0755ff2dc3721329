"""Rows of dated rates. Plain; the rules are in the module beside this one."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

import inventory.storage.tables  # noqa: F401  (gives constraints their names)
from inventory.storage.tables import list_indexes
from inventory.storage.types import UtcDateTime


class ExchangeRate(SQLModel, table=True):
    """What some units of a currency were worth on a day.

    Attributes:
        currency: ISO 4217 code of what is bought.
        into: ISO 4217 code of what is paid with it.
        on: Day of the rate.
        rate: Units of `into`, as decimal text: exact, as it was published.
        units: For so many units of `currency`; some banks quote for 100.
        source: Who published it.
    """

    __tablename__ = "exchange_rate"
    __table_args__ = (
        Unique("currency", "into", "on", name="uq_exchange_rate"),
        *list_indexes("exchange_rate", "on", "into"),
    )

    id: int | None = Field(default=None, primary_key=True)
    currency: str = Field(max_length=3)
    into: str = Field(max_length=3)
    on: date
    rate: str
    units: int = 1
    source: str = ""
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class IncomeTaxRate(SQLModel, table=True):
    """The income tax rate of a legal entity from a day on.

    Attributes:
        since: Day from which it is enacted to hold.
        percent: As decimal text, exact.
        source: The law, or who says so.
    """

    __tablename__ = "income_tax_rate"
    __table_args__ = (
        Unique("legal_entity_id", "since", name="uq_income_tax_rate"),
        *list_indexes("income_tax_rate", "since"),
    )

    id: int | None = Field(default=None, primary_key=True)
    legal_entity_id: int = Field(foreign_key="legal_entity.id")
    since: date
    percent: str
    source: str = ""
    recorded_at: datetime = Field(sa_type=UtcDateTime)
