"""Rows of remote collectors, of what they are asked and of what they brought. Plain."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary
from sqlalchemy import CheckConstraint as Check
from sqlmodel import Field, SQLModel

import inventory.storage.tables  # noqa: F401  (gives constraints their names)
from inventory.storage.types import Json, Sentence, Sentences, UtcDateTime


class Collector(SQLModel, table=True):
    """A program at a site that asks the network there.

    Attributes:
        digest: SHA-256 of its token.
        public_key: For which secrets of its site are sealed, as base64.
        protocol, release: As it said last.
        skew_seconds: How far its clock is ahead of ours.
        refused: Why it was refused last; empty while it is let in.
        noted: Number of the last note that was taken from it.
    """

    __tablename__ = "collector"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    site: str = Field(index=True)
    digest: str = Field(unique=True)
    public_key: str = ""
    protocol: int = 0
    release: str = ""
    skew_seconds: float = 0.0
    refused: str = Field(default="", sa_type=Sentence)
    noted: int = Field(default=0, sa_type=BigInteger)
    enrolled_by: str
    enrolled_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SiteSlice(SQLModel, table=True):
    """Some addresses of a scan that a collector of the site is asked to visit.

    Attributes:
        key: The scan and the addresses: the same slice is offered once.
        scan_id: 0 for what is no part of a scan: a telephone system that is read.
        visitor: `collector` of the site, or `worker`: a process beside the database.
        spec: What is asked; never a secret.
        state: `offered`, `leased`, `done` or `withdrawn`.
        holder_id: The collector that has it, until `lease_until`.
        attempts: How many times it was leased.
        problems: (where, reason, detail) of what did not work there as a whole.
    """

    __tablename__ = "collector_slice"
    __table_args__ = (
        Check("state IN ('offered','leased','done','withdrawn')", name="state"),
        Check("visitor IN ('collector','worker')", name="visitor"),
        Index("ix_collector_slice_open", "site", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    visitor: str = "collector"
    site: str
    scan_id: int = Field(index=True)
    spec: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    state: str = "offered"
    holder_id: int | None = Field(default=None, foreign_key="collector.id")
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    problems: list[list[str]] = Field(default_factory=list, sa_type=Sentences)
    created_at: datetime = Field(sa_type=UtcDateTime)


class SliceHost(SQLModel, table=True):
    """A host of a slice as a collector brought it.

    Attributes:
        uid: Slice, address and moment: what is sent twice is kept once.
        received: How many times it came.
        body: Answers and observations, compressed.
    """

    __tablename__ = "collector_host"

    id: int | None = Field(default=None, primary_key=True)
    uid: str = Field(unique=True)
    slice_id: int = Field(foreign_key="collector_slice.id", index=True)
    address: str
    received: int = 1
    body: bytes = Field(sa_type=LargeBinary)
    seen_at: datetime = Field(sa_type=UtcDateTime)
