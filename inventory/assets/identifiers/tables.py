"""What an asset can be recognised by besides tag and serial. Plain rows.

The database keeps one living asset per MAC, IMEI or UUID; what a disposed asset had
may turn up again, so its rows are ended, not deleted.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint as Check
from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

import inventory.assets.register.tables  # noqa: F401  (the table of assets must be there)
from inventory.storage.tables import list_indexes
from inventory.storage.types import UtcDateTime


class AssetIdentifier(SQLModel, table=True):
    """A MAC, IMEI or UUID of an asset.

    Attributes:
        kind: `mac`, `imei` or `uuid`.
        value: Canonical, as `identifier_rules.canonical` returns it.
        ended_at: When the asset was disposed of, or the identifier taken from it.
    """

    __tablename__ = "asset_identifier"
    __table_args__ = (
        Index(
            "uq_asset_identifier_living",
            "kind",
            "value",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_asset_identifier_asset", "asset_id", "kind"),
        *list_indexes("asset_identifier", "value"),
        Check("kind IN ('mac', 'imei', 'uuid')", name="kind"),
    )

    id: int | None = Field(default=None, primary_key=True)
    asset_id: int = Field(foreign_key="asset.id")
    kind: str
    value: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
