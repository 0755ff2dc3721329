"""Rows of what is kept beside an asset: categories, fields, notes, files, views.

Plain; the rules are in `fields_rules` and the services beside them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Text
from sqlalchemy import CheckConstraint as Check
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

import inventory.assets.contracts.tables  # noqa: F401  (contracts must be there)
from inventory.storage.types import Json, UtcDateTime


class TagRule(SQLModel, table=True):
    """Which series numbers the assets of a category in a legal entity.

    Attributes:
        scope: `category|entity` with `-` for any; unique where SQL's NULL is not.
        prefix: Name of the series (`TagSeries`).
        width: Digits with leading zeros, of a series that is new.
    """

    __tablename__ = "tag_rule"

    id: int | None = Field(default=None, primary_key=True)
    scope: str = Field(unique=True)
    category_id: int | None = Field(default=None, foreign_key="category.id")
    legal_entity_id: int | None = Field(default=None, foreign_key="legal_entity.id")
    prefix: str
    width: int = 5
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class CustomField(SQLModel, table=True):
    """A field of assets that this company has, with its type and limits.

    Attributes:
        key: Its name in `asset.fields`.
        type: text, integer, decimal, day, boolean, choice or url.
        kind: Only for assets of this kind; None for all.
        category_id: Only for this category and those below it; None for all.
        rules: choices, pattern, least, most: what the type allows.
    """

    __tablename__ = "custom_field"
    __table_args__ = (
        Check(
            "type IN ('text', 'integer', 'decimal', 'day', 'boolean', 'choice', 'url')",
            name="type",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    label: str
    type: str
    kind: str | None = None
    category_id: int | None = Field(default=None, foreign_key="category.id")
    required: bool = False
    rules: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AssetNote(SQLModel, table=True):
    """What somebody wrote about an asset, with who and when; never changed."""

    __tablename__ = "asset_note"
    __table_args__ = (Index("ix_asset_note_asset", "asset_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    asset_id: int = Field(foreign_key="asset.id")
    text: str = Field(sa_type=Text)
    author: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class Attachment(SQLModel, table=True):
    """A file that belongs to an asset, a contract or an order.

    The bytes lie in the data directory under their hash; the same file is there once.

    Attributes:
        media_type: As found in the bytes, not as the sender said.
        size: In bytes.
        sha256: Of the bytes, in hexadecimal digits.
        removed_at: Since when it is shown no more.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        Check(
            "(CASE WHEN asset_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN contract_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN order_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_owner",
        ),
        Check("size > 0", name="size"),
    )

    id: int | None = Field(default=None, primary_key=True)
    asset_id: int | None = Field(default=None, foreign_key="asset.id", index=True)
    contract_id: int | None = Field(
        default=None, foreign_key="asset_contract.id", index=True
    )
    order_id: int | None = Field(
        default=None, foreign_key="purchase_order.id", index=True
    )
    name: str
    media_type: str
    size: int = Field(sa_type=BigInteger)
    sha256: str = Field(max_length=64, index=True)
    note: str = Field(default="", sa_type=Text)
    author: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SavedView(SQLModel, table=True):
    """A list as somebody wants to see it again: its page and what was asked.

    Attributes:
        owner: Who saved it, as the audit trail names him.
        page: Path of the page, such as `/assets`.
        query: Query string of the page, without `?`.
        shared: Everybody sees it.
    """

    __tablename__ = "saved_view"
    __table_args__ = (Unique("owner", "page", "name", name="uq_saved_view_name"),)

    id: int | None = Field(default=None, primary_key=True)
    owner: str
    page: str
    name: str
    query: str = Field(default="", sa_type=Text)
    shared: bool = False
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class ImportProfile(SQLModel, table=True):
    """A way to read a table that somebody saved.

    Attributes:
        about: assets (`inventory.bulk.profiles.profile`) or people
            (`inventory.hr.staff_lists.profile`).
    """

    __tablename__ = "import_profile"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    about: str = "assets"
    document: dict[str, Any] = Field(sa_type=Json)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
