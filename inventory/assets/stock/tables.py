"""Rows of purchase and stock. Plain; rules are in `stock_rules` and the services.

What the database itself enforces: an asset has one open reservation at most, comes
from one line of one order, and no line receives more than was ordered.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, Text, text
from sqlalchemy import CheckConstraint as Check
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

import inventory.assets.register.tables  # noqa: F401  (the table of assets must be there)
from inventory.storage.types import UtcDateTime

HELD_BACK = "evaluate:"
"""Begins the name of a reservation of what came back and was not looked at yet."""


class Supplier(SQLModel, table=True):
    """Who we buy from.

    Attributes:
        key: Letters and digits of the name in lower case, to find it again.
    """

    __tablename__ = "supplier"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    key: str = Field(unique=True)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class PurchaseOrder(SQLModel, table=True):
    """An order.

    Attributes:
        number: Ours, unique.
        currency: Of all its prices.
        closed_on: The day nothing more is awaited; None while it is open.
        close_reason: received or cancelled.
    """

    __tablename__ = "purchase_order"
    __table_args__ = (
        Check("(closed_on IS NULL) = (close_reason IS NULL)", name="closed"),
        Check("close_reason IN ('received', 'cancelled')", name="close_reason"),
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    supplier_id: int = Field(foreign_key="supplier.id", index=True)
    legal_entity_id: int | None = Field(default=None, foreign_key="legal_entity.id")
    currency: str = Field(max_length=3)
    ordered_on: date
    closed_on: date | None = None
    close_reason: str | None = None
    note: str = Field(default="", sa_type=Text)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class PurchaseLine(SQLModel, table=True):
    """So many of one thing at one price.

    Attributes:
        price_minor: Of one, in minor units of the order's currency.
        received: How many came so far.
    """

    __tablename__ = "purchase_line"
    __table_args__ = (
        Unique("order_id", "line", name="uq_purchase_line_line"),
        Check("quantity > 0", name="quantity"),
        Check("received >= 0 AND received <= quantity", name="received"),
        Check("price_minor >= 0", name="price"),
    )

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="purchase_order.id")
    line: int
    kind: str
    name: str = ""
    manufacturer_id: int | None = Field(default=None, foreign_key="manufacturer.id")
    model: str | None = None
    asset_class: str | None = None
    quantity: int
    received: int = 0
    price_minor: int = Field(sa_type=BigInteger)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class PurchaseReceipt(SQLModel, table=True):
    """An asset that came with a line of an order."""

    __tablename__ = "purchase_receipt"

    id: int | None = Field(default=None, primary_key=True)
    line_id: int = Field(foreign_key="purchase_line.id", index=True)
    asset_id: int = Field(foreign_key="asset.id", unique=True)
    received_on: date
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class StockMinimum(SQLModel, table=True):
    """How many of a kind, or of a model, a stock room should have at least.

    Attributes:
        model: Empty for any model of that kind.
    """

    __tablename__ = "stock_minimum"
    __table_args__ = (
        Unique("location_id", "kind", "model", name="uq_stock_minimum_of"),
        Check("minimum >= 0", name="minimum"),
    )

    id: int | None = Field(default=None, primary_key=True)
    location_id: int = Field(foreign_key="location.id")
    kind: str
    model: str = ""
    minimum: int
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class Reservation(SQLModel, table=True):
    """An asset in stock that is promised.

    Attributes:
        person_id: To whom; None if the purpose says it.
        request: Name of what asked for it; the same one gets the same asset.
        expires_on: First day on which the promise holds no more; None for good.
        outcome: handed-out, released or expired, once it is ended.
    """

    __tablename__ = "reservation"
    __table_args__ = (
        Index(
            "uq_reservation_open",
            "asset_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Check("(ended_at IS NULL) = (outcome IS NULL)", name="ended"),
    )

    id: int | None = Field(default=None, primary_key=True)
    asset_id: int = Field(foreign_key="asset.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    request: str = Field(unique=True)
    purpose: str = ""
    reserved_on: date
    expires_on: date | None = None
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: str | None = None
