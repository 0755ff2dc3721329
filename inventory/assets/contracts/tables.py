"""Rows of contracts, licences and consumables. Plain; rules are in the services.

What the database itself enforces: a seat of a licence is used by one at a time (the
seats are rows, so a licence is never over-assigned), and no stock of consumables is
below zero.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, Text, text
from sqlalchemy import CheckConstraint as Check
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

import inventory.assets.stock.tables  # noqa: F401  (suppliers must be there)
from inventory.storage.dated import PERIOD, Dated
from inventory.storage.types import UtcDateTime


class Contract(SQLModel, table=True):
    """A warranty, a maintenance, a lease or another contract about assets.

    Attributes:
        ends_on: Last day; None runs on.
        notice_on: Last day to give notice; None if there is none to give.
        renews_months: It goes on for so many months where nobody gave notice; 0: ends.
    """

    __tablename__ = "asset_contract"
    __table_args__ = (
        Check("ends_on IS NULL OR ends_on >= starts_on", name="period"),
        Check("(cost_minor IS NULL) = (currency IS NULL)", name="money"),
        Check("renews_months >= 0", name="renews"),
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    name: str
    kind: str
    supplier_id: int | None = Field(default=None, foreign_key="supplier.id")
    legal_entity_id: int | None = Field(default=None, foreign_key="legal_entity.id")
    starts_on: date
    ends_on: date | None = Field(default=None, index=True)
    notice_on: date | None = Field(default=None, index=True)
    renews_months: int = 0
    cost_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = Field(default=None, max_length=3)
    note: str = Field(default="", sa_type=Text)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class ContractCover(Dated, table=True):
    """An asset that a contract is about, from - to."""

    __tablename__ = "asset_contract_cover"
    __table_args__ = (
        Check(PERIOD, name="period"),
        Index(
            "uq_asset_contract_cover_open",
            "contract_id",
            "asset_id",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    contract_id: int = Field(foreign_key="asset_contract.id")
    asset_id: int = Field(foreign_key="asset.id", index=True)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class Licence(SQLModel, table=True):
    """The right to use a program on so many seats.

    Attributes:
        key: Our name of it, unique; never the product key, which is a secret.
        ends_on: Last day of the right; None for ever.
        reassignable: A seat may be given to somebody else.
    """

    __tablename__ = "licence"
    __table_args__ = (Check("(cost_minor IS NULL) = (currency IS NULL)", name="money"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    product: str
    manufacturer_id: int | None = Field(default=None, foreign_key="manufacturer.id")
    supplier_id: int | None = Field(default=None, foreign_key="supplier.id")
    legal_entity_id: int | None = Field(default=None, foreign_key="legal_entity.id")
    starts_on: date
    ends_on: date | None = Field(default=None, index=True)
    notice_on: date | None = Field(default=None, index=True)
    reassignable: bool = True
    cost_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = Field(default=None, max_length=3)
    note: str = Field(default="", sa_type=Text)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class LicenceSeat(SQLModel, table=True):
    """A seat of a licence.

    Attributes:
        ended_on: First day on which we have it no more.
    """

    __tablename__ = "licence_seat"
    __table_args__ = (Unique("licence_id", "number", name="uq_licence_seat_number"),)

    id: int | None = Field(default=None, primary_key=True)
    licence_id: int = Field(foreign_key="licence.id")
    number: int
    ended_on: date | None = None
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class LicenceUse(Dated, table=True):
    """Who or what uses a seat, from - to; never two at once."""

    __tablename__ = "licence_use"
    __table_args__ = (
        Index("ix_licence_use_seat", "seat_id", "valid_from"),
        Index(
            "uq_licence_use_open",
            "seat_id",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
        Check(PERIOD, name="period"),
        Check("(person_id IS NULL) <> (asset_id IS NULL)", name="one_user"),
    )

    id: int | None = Field(default=None, primary_key=True)
    seat_id: int = Field(foreign_key="licence_seat.id")
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    asset_id: int | None = Field(default=None, foreign_key="asset.id", index=True)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    ended_recorded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Consumable(SQLModel, table=True):
    """Something that is used up: toner, cables, adapters.

    Attributes:
        key: Our article number, unique.
        unit: What is counted, such as `piece` or `m`.
        minimum: All rooms together should have at least so many.
    """

    __tablename__ = "consumable"
    __table_args__ = (Check("minimum >= 0", name="minimum"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str
    unit: str = "piece"
    minimum: int = 0
    note: str = Field(default="", sa_type=Text)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class ConsumableStock(SQLModel, table=True):
    """How many a room has; the sum of its moves."""

    __tablename__ = "consumable_stock"
    __table_args__ = (
        Unique("consumable_id", "location_id", name="uq_consumable_stock_room"),
        Check("quantity >= 0", name="quantity"),
    )

    id: int | None = Field(default=None, primary_key=True)
    consumable_id: int = Field(foreign_key="consumable.id")
    location_id: int = Field(foreign_key="location.id")
    quantity: int = 0
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class ConsumableMove(SQLModel, table=True):
    """Some came or went: the ledger of consumables; never changed.

    Attributes:
        quantity: Above zero came, below zero went.
        kind: bought, used, returned, moved or counted.
        cost_minor: Of all of them together, where they were bought.
    """

    __tablename__ = "consumable_move"
    __table_args__ = (
        Index("ix_consumable_move_of", "consumable_id", "id"),
        Check("quantity <> 0", name="quantity"),
        Check(
            "kind IN ('bought', 'used', 'returned', 'moved', 'counted')", name="kind"
        ),
        Check("(cost_minor IS NULL) = (currency IS NULL)", name="money"),
    )

    id: int | None = Field(default=None, primary_key=True)
    consumable_id: int = Field(foreign_key="consumable.id")
    location_id: int = Field(foreign_key="location.id")
    quantity: int
    kind: str
    on: date
    person_id: int | None = Field(default=None, foreign_key="person.id")
    asset_id: int | None = Field(default=None, foreign_key="asset.id")
    cost_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = Field(default=None, max_length=3)
    note: str = ""
    recorded_at: datetime = Field(sa_type=UtcDateTime)
