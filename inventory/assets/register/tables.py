"""Rows of the register. Plain; rules are in `lifecycle` and the `*_rules` modules.

Periods are half-open days: `valid_from` is the first day, `valid_to` the first day
no more; None is open. `valid_to = valid_from` records something that began and ended
on one day. Rows are ended, never deleted. Money is minor units plus currency.

What the database itself enforces, on both engines: tags are unique, serials are
unique per manufacturer, custody of an asset never overlaps, allocations of an asset
never overlap and their shares always sum to one.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Text, text
from sqlalchemy import CheckConstraint as Check
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

import inventory.storage.tables  # noqa: F401  (gives constraints their names)
from inventory.assets.register.details import AssetDetails
from inventory.storage.dated import PERIOD, Dated
from inventory.storage.tables import list_indexes
from inventory.storage.types import Json, UtcDateTime

WHOLE = 1_000_000
"""All shares of an allocation together, in parts per million."""


def _of_those_with(column: str, table: str) -> Index:
    """Return an index of the rows that have a value in a column, dated."""
    known = text(f"{column} IS NOT NULL")
    name = f"ix_{table}_{column.removesuffix('_id')}"
    return Index(name, column, "valid_from", sqlite_where=known, postgresql_where=known)


class Manufacturer(SQLModel, table=True):
    """Who made it, under the name we use."""

    __tablename__ = "manufacturer"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class ManufacturerAlias(SQLModel, table=True):
    """Another way to write a manufacturer: HPE, Hewlett-Packard, hp.

    Attributes:
        alias: Letters and digits in lower case; the manufacturer's own name too.
    """

    __tablename__ = "manufacturer_alias"

    alias: str = Field(primary_key=True)
    manufacturer_id: int = Field(foreign_key="manufacturer.id", index=True)


class Category(SQLModel, table=True):
    """A group of assets; what it does not say itself, it has from its parent.

    Attributes:
        kind: Kind of its assets; see `lifecycle.KINDS`.
        asset_class: Row of the depreciation rules.
        warranty_months: Warranty of what is bought.
    """

    __tablename__ = "category"
    __table_args__ = (Check("parent_id <> id", name="parent"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    parent_id: int | None = Field(default=None, foreign_key="category.id", index=True)
    kind: str | None = None
    asset_class: str | None = None
    warranty_months: int | None = None
    recorded_at: datetime = Field(sa_type=UtcDateTime)


def _where_filled(name: str) -> Index:
    """Return an index of the assets that have a detail: most have none of it."""
    filled = text(f"{name} IS NOT NULL")
    return Index(
        f"ix_asset_{name}", name, "tag", sqlite_where=filled, postgresql_where=filled
    )


class Asset(AssetDetails, table=True):
    """A thing the company owns or leases.

    Attributes:
        tag: Inventory number; leading zeros are kept.
        kind: computer, phone, switch, ... ; see `lifecycle.KINDS`.
        serial: As on the label.
        serial_key: Letters and digits of the serial in upper case, for matching.
        asset_class: Row of the depreciation rules; None if not capitalised.
        state: Current state; the history is in `asset_state`.
        location_id: Where it belongs when nobody holds it.
        cost_minor: Purchase cost in minor units of `currency`.
        search: Lower-case text that the list searches.
    """

    __tablename__ = "asset"
    __table_args__ = (
        Index(
            "uq_asset_serial",
            "manufacturer_id",
            "serial_key",
            unique=True,
            sqlite_where=text("serial_key IS NOT NULL"),
            postgresql_where=text("serial_key IS NOT NULL"),
        ),
        Index("ix_asset_state_tag", "state", "tag"),
        Index("ix_asset_kind_tag", "kind", "tag"),
        # What somebody looks up with a box, an order or an invoice in the hand.
        Index("ix_asset_serial", "serial", "tag"),
        Index("ix_asset_model", "model", "tag"),
        Index("ix_asset_order", "order_number", "tag"),
        Index("ix_asset_invoice", "invoice_number", "tag"),
        Index("ix_asset_location_tag", "location_id", "tag"),
        *(
            _where_filled(name)
            for name in ("asset_class", "supplier", "warranty_until")
        ),
        Check("(cost_minor IS NULL) = (currency IS NULL)", name="money"),
        Check("cost_minor >= 0", name="cost"),
        Check("parent_id <> id", name="parent"),
    )

    id: int | None = Field(default=None, primary_key=True)
    tag: str = Field(unique=True)
    kind: str
    name: str = ""
    manufacturer_id: int | None = Field(default=None, foreign_key="manufacturer.id")
    serial: str | None = None
    serial_key: str | None = Field(default=None, index=True)
    category_id: int | None = Field(default=None, foreign_key="category.id", index=True)
    state: str
    legal_entity_id: int | None = Field(default=None, foreign_key="legal_entity.id")
    location_id: int | None = Field(default=None, foreign_key="location.id")
    parent_id: int | None = Field(default=None, foreign_key="asset.id", index=True)
    cost_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = Field(default=None, max_length=3)
    fields: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    search: str = Field(default="", sa_type=Text)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class AssetState(SQLModel, table=True):
    """A state an asset went into; the last one up to a day is its state that day.

    Attributes:
        since: The day it went into it.
    """

    __tablename__ = "asset_state"
    __table_args__ = (Index("ix_asset_state_asset", "asset_id", "since", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    asset_id: int = Field(foreign_key="asset.id")
    state: str
    since: date
    reason: str = ""
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class Custody(Dated, table=True):
    """Who or what holds an asset, from - to; never overlapping.

    Exactly one of the four holders is given.

    Attributes:
        holder_asset_id: The thing it is a part of or belongs to.
        expected_return: Day by which it should be back; None for good.
        handover_id: Common name of what was handed over together.
    """

    __tablename__ = "custody"
    __table_args__ = (
        Index("ix_custody_asset", "asset_id", "valid_from"),
        Index(
            "uq_custody_open",
            "asset_id",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
        # What people hold, open rows apart, without a look at the table: thousands of
        # them work for one cost centre.
        Index("ix_custody_person", "person_id", "valid_to", "valid_from", "asset_id"),
        # What is held now, by day: most rows of the history have ended.
        Index(
            "ix_custody_open_since",
            "valid_from",
            "id",
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
        # The other holders are few: indexes of them alone stay small.
        _of_those_with("location_id", "custody"),
        _of_those_with("team_id", "custody"),
        _of_those_with("holder_asset_id", "custody"),
        *list_indexes("custody", "valid_from", "expected_return"),
        # Without the open rows: SQLite would look for those of one person among them.
        Index(
            "ix_custody_valid_to",
            "valid_to",
            "id",
            sqlite_where=text("valid_to IS NOT NULL"),
            postgresql_where=text("valid_to IS NOT NULL"),
        ),
        Check(PERIOD, name="period"),
        Check(
            "(CASE WHEN person_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN team_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN location_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN holder_asset_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_holder",
        ),
        Check("holder_asset_id <> asset_id", name="not_itself"),
    )

    id: int | None = Field(default=None, primary_key=True)
    asset_id: int = Field(foreign_key="asset.id")
    person_id: int | None = Field(default=None, foreign_key="person.id")
    team_id: int | None = Field(default=None, foreign_key="team.id")
    location_id: int | None = Field(default=None, foreign_key="location.id")
    holder_asset_id: int | None = Field(default=None, foreign_key="asset.id")
    expected_return: date | None = None
    handover_id: str | None = Field(default=None, index=True)
    note: str = Field(default="", sa_type=Text)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    ended_recorded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Allocation(Dated, table=True):
    """Which cost centres bear an asset, from - to, instead of the holder's.

    Attributes:
        whole: Always `WHOLE`; a share must end there (see `AllocationShare`).
    """

    __tablename__ = "allocation"
    __table_args__ = (
        # Whether there is one on a day is asked of thousands of assets at once.
        Index("ix_allocation_asset", "asset_id", "valid_from", "valid_to"),
        Check(PERIOD, name="period"),
        Check(f"whole = {WHOLE}", name="whole"),
        ForeignKeyConstraint(
            ["id", "whole"],
            ["allocation_share.allocation_id", "allocation_share.upper_ppm"],
            name="fk_allocation_whole",
            deferrable=True,
            initially="DEFERRED",
            use_alter=True,
        ),
    )

    # A column that also refers elsewhere is not numbered unless it says so.
    id: int | None = Field(
        default=None, primary_key=True, sa_column_kwargs={"autoincrement": True}
    )
    asset_id: int = Field(foreign_key="asset.id")
    whole: int = WHOLE
    reason: str = ""
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    ended_recorded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AllocationShare(SQLModel, table=True):
    """One cost centre's slice of an allocation: parts per million from lower to upper.

    Slices lie side by side: each begins at 0 or where the one before it ends, no two
    begin or end at the same point, and one ends at `WHOLE`. The database checks this
    at commit, and it means that shares sum to one. A share is `upper_ppm - lower_ppm`.
    """

    __tablename__ = "allocation_share"
    __table_args__ = (
        Unique("allocation_id", "lower_ppm", name="uq_allocation_share_lower"),
        Unique("allocation_id", "cost_centre_id", name="uq_allocation_share_centre"),
        Check(
            f"0 <= lower_ppm AND lower_ppm < upper_ppm AND upper_ppm <= {WHOLE}",
            name="slice",
        ),
        Check(
            "coalesce(previous_upper_ppm, 0) = lower_ppm"
            " AND (lower_ppm > 0 OR previous_upper_ppm IS NULL)",
            name="previous",
        ),
        ForeignKeyConstraint(
            ["allocation_id", "previous_upper_ppm"],
            ["allocation_share.allocation_id", "allocation_share.upper_ppm"],
            name="fk_allocation_share_previous",
            deferrable=True,
            initially="DEFERRED",
        ),
    )

    allocation_id: int = Field(foreign_key="allocation.id", primary_key=True)
    upper_ppm: int = Field(primary_key=True)
    lower_ppm: int
    previous_upper_ppm: int | None = None
    cost_centre_id: int = Field(foreign_key="cost_centre.id", index=True)


class TagSeries(SQLModel, table=True):
    """Numbers tags of one prefix, such as IT-00001, IT-00002.

    Attributes:
        width: Digits, with leading zeros.
        last: The last number given out.
    """

    __tablename__ = "tag_series"

    id: int | None = Field(default=None, primary_key=True)
    prefix: str = Field(unique=True)
    width: int = 5
    last: int = 0
