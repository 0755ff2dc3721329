"""Rows a person works on: conflicts, decisions, reconciliation with the register.

Import them from `inventory.network.tables`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

import inventory.storage.tables  # noqa: F401  (gives constraints their names)
from inventory.storage.types import Json, Sentence, Sentences, UtcDateTime


class IdentityConflict(SQLModel, table=True):
    """An observation that fits several devices, or contradicts one: for a person.

    Attributes:
        key: Identifiers in question, so that the same conflict is one row.
        candidates: Ids of the devices it might be.
        reasons: Sentences for a person.
        resolution: `same`, `different` or None while open.
    """

    __tablename__ = "identity_conflict"

    id: int | None = Field(default=None, primary_key=True)
    site: str = ""
    address: str
    key: str = Field(index=True, unique=True)
    candidates: list[int] = Field(default_factory=list, sa_type=Json)
    reasons: list[str] = Field(default_factory=list, sa_type=Sentences)
    first_seen: datetime = Field(sa_type=UtcDateTime)
    last_seen: datetime = Field(sa_type=UtcDateTime)
    resolution: str | None = None
    resolved_by: str | None = None
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class IdentityDecision(SQLModel, table=True):
    """A merge or a split by hand, remembered and reversible.

    Attributes:
        verdict: `same` or `different`: what the two identifiers are to each other.
        revoked_at: When somebody took it back.
    """

    __tablename__ = "identity_decision"
    __table_args__ = (
        Index("ix_decision_a", "a_kind", "a_value"),
        Index("ix_decision_b", "b_kind", "b_value"),
    )

    id: int | None = Field(default=None, primary_key=True)
    verdict: str
    a_kind: str
    a_value: str
    a_scope: str = ""
    b_kind: str
    b_value: str
    b_scope: str = ""
    note: str = ""
    decided_by: str = ""
    decided_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Reconciliation(SQLModel, table=True):
    """How a device and the register agree; open rows per device and lone asset.

    A stack of switches has a row for each of its assets.

    Attributes:
        state: `matched`, `unregistered`, `missing`, `misplaced` or `conflict`.
        by_hand: A person said that these two belong together.
        reason: A stable word, e.g. `serial`, `tag`, `mac`, `by-hand`,
            `holder-left`, `in-stock`, `retired`, `other-site`, `not-seen`.
        detail: A sentence for a person.
        since: When this state began.
        acknowledged_at: Somebody looked at it and said why it may stay.
        closed_at: When another state took its place.
    """

    __tablename__ = "reconciliation"
    __table_args__ = (
        Index("ix_reconciliation_state", "state", "closed_at"),
        Index("ix_reconciliation_device", "device_id", "closed_at"),
        Index("ix_reconciliation_asset", "asset_id", "closed_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    state: str
    by_hand: bool = False
    asset_id: int | None = Field(default=None, foreign_key="asset.id")
    device_id: int | None = Field(default=None, foreign_key="device.id")
    reason: str = ""
    detail: str = Field(default="", sa_type=Sentence)
    since: datetime = Field(sa_type=UtcDateTime)
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    acknowledged_by: str | None = None
    note: str | None = None
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
