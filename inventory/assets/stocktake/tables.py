"""Rows of a stock-take: what was expected, what was seen, what is proposed. Plain.

The outcome of an asset (found, misplaced, missing, unknown) is no row: it follows
from these, see `stocktake_rules`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint as Check
from sqlalchemy import Index, Text
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

import inventory.assets.register.tables  # noqa: F401  (the table of assets must be there)
from inventory.storage.types import Json, UtcDateTime


class StockTake(SQLModel, table=True):
    """A campaign: look whether everything is there.

    Attributes:
        location_id: Only what belongs to this place and those in it; None for all.
        kinds: Only these kinds; empty for all.
        evidence_days: A device seen on the network in so many days before is found;
            0: the network does not count.
        state: open, closed (corrections are proposed), applied or cancelled.
    """

    __tablename__ = "stock_take"
    __table_args__ = (
        Check("state IN ('open', 'closed', 'applied', 'cancelled')", name="state"),
        Check("evidence_days >= 0", name="evidence"),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    location_id: int | None = Field(default=None, foreign_key="location.id")
    kinds: list[str] = Field(default_factory=list, sa_type=Json)
    evidence_days: int = 30
    state: str = "open"
    opened_by: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    applied_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class StockTakeItem(SQLModel, table=True):
    """An asset that a campaign expects, as it was when the campaign began.

    Attributes:
        location_id: Where it should be; None if only its holder is known.
        person_id: Who holds it.
    """

    __tablename__ = "stock_take_item"
    __table_args__ = (
        Unique("stock_take_id", "asset_id", name="uq_stock_take_item_asset"),
        Index("ix_stock_take_item_person", "stock_take_id", "person_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    stock_take_id: int = Field(foreign_key="stock_take.id")
    asset_id: int = Field(foreign_key="asset.id", index=True)
    location_id: int | None = Field(default=None, foreign_key="location.id")
    person_id: int | None = Field(default=None, foreign_key="person.id")


class StockTakeScan(SQLModel, table=True):
    """Something that was seen: a label, or the word of who has it.

    Attributes:
        text: As it was scanned or typed.
        asset_id: What it names; None if nothing is registered under it.
        location_id: Where; None if that was not said.
        how: wedge, camera, hand, person or network.
        answer: seen, or denied by a person who should have it.
    """

    __tablename__ = "stock_take_scan"
    __table_args__ = (
        Index("ix_stock_take_scan_of", "stock_take_id", "id"),
        Check("how IN ('wedge', 'camera', 'hand', 'person', 'network')", name="how"),
        Check("answer IN ('seen', 'denied')", name="answer"),
    )

    id: int | None = Field(default=None, primary_key=True)
    stock_take_id: int = Field(foreign_key="stock_take.id")
    text: str
    asset_id: int | None = Field(default=None, foreign_key="asset.id", index=True)
    location_id: int | None = Field(default=None, foreign_key="location.id")
    how: str
    answer: str = "seen"
    author: str
    note: str = Field(default="", sa_type=Text)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class StockTakeCorrection(SQLModel, table=True):
    """A change of the register that a closed campaign proposes.

    Attributes:
        kind: move (belongs elsewhere), lose (not seen), find (was lost), register
            (label of nothing known).
        detail: What the change needs: place, text.
        state: proposed, applied, rejected or failed.
        remark: Why it was rejected or could not be applied.
    """

    __tablename__ = "stock_take_correction"
    __table_args__ = (
        Index("ix_stock_take_correction_of", "stock_take_id", "id"),
        Check("kind IN ('move', 'lose', 'find', 'register')", name="kind"),
        Check("state IN ('proposed', 'applied', 'rejected', 'failed')", name="state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    stock_take_id: int = Field(foreign_key="stock_take.id")
    asset_id: int | None = Field(default=None, foreign_key="asset.id", index=True)
    kind: str
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    state: str = "proposed"
    remark: str = Field(default="", sa_type=Text)
    decided_by: str | None = None
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
