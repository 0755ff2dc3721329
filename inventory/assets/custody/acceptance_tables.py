"""Rows of the acceptance of handovers. Plain; rules are in `acceptance_rules`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint as Check
from sqlalchemy import Text
from sqlmodel import Field, SQLModel

import inventory.assets.register.tables  # noqa: F401  (the table of assets must be there)
from inventory.storage.types import Json, UtcDateTime


class Acceptance(SQLModel, table=True):
    """What somebody was asked to confirm, and the answer.

    Custody does not depend on it: who disputes a handover still holds the things
    until somebody takes them back.

    Attributes:
        handover_id: Common name of what was handed over together, as in `custody`.
        terms: The text as it was shown; never changed.
        items: What was handed over as it was shown: tag, kind, model, serial, from;
            counted things have a name instead of a tag.
        lines: Ids of what is signed for with it; none if the handover tells.
        digest: SHA-256 over terms and items.
        token_hash: SHA-256 of the one-time token; the token itself is not kept.
        state: pending, accepted, disputed or withdrawn.
        signature: The name as the person typed it.
        drawing: The signature as it was drawn: strokes of points; None if it was not.
    """

    __tablename__ = "acceptance"
    __table_args__ = (
        Check(
            "state IN ('pending', 'accepted', 'disputed', 'withdrawn')", name="state"
        ),
        Check("(state = 'pending') = (answered_at IS NULL)", name="answered"),
        Check("state <> 'accepted' OR signature <> ''", name="signed"),
    )

    id: int | None = Field(default=None, primary_key=True)
    handover_id: str = Field(index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    terms: str = Field(sa_type=Text)
    items: list[Any] = Field(sa_type=Json)
    lines: list[Any] = Field(default_factory=list, sa_type=Json)
    digest: str = Field(max_length=64)
    token_hash: str = Field(unique=True, max_length=64)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    state: str = "pending"
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    signature: str = ""
    drawing: list[Any] | None = Field(default=None, sa_type=Json)
    remark: str = Field(default="", sa_type=Text)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
