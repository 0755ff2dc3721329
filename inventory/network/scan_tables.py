"""Rows of scans and of what collectors read in them.

Import them from `inventory.network.tables`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

import inventory.storage.tables  # noqa: F401  (gives constraints their names)
from inventory.storage.tables import list_indexes
from inventory.storage.types import Json, Sentence, Sentences, UtcDateTime


class Scan(SQLModel, table=True):
    """One scan: what was asked, how far it is, who runs it.

    Attributes:
        state: `queued`, `running`, `finished`, `cancelled`, `interrupted`, `failed`.
        request: Targets, exclusions and options; never a secret.
        position: Addresses of the target list that are done with, in order.
        owner: Host, process and start of the process that runs it.
        attempt: How many times it was taken up; see `discovery.scan.fence`.
        heartbeat_at: The owner's last sign of life.
        counts: `addresses`, `answered`, `applied`, `new`, `problems`, ...
        problems: (where, reason, detail) of what did not work for all addresses.
        ready_at: Since when it has visited everything and waits to be concluded;
            None before and after.
        concluded_by: The scan that drew its conclusions: it, or one of the same site
            that ended at the same time.
    """

    __tablename__ = "scan"

    id: int | None = Field(default=None, primary_key=True)
    site: str = ""
    state: str = Field(default="queued", index=True)
    request: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    requested_by: str = ""
    position: int = Field(default=0, sa_type=BigInteger)
    owner: str | None = None
    attempt: int = 0
    counts: dict[str, int] = Field(default_factory=dict, sa_type=Json)
    problems: list[list[str]] = Field(default_factory=list, sa_type=Sentences)
    error: str | None = Field(default=None, sa_type=Sentence)
    created_at: datetime = Field(sa_type=UtcDateTime)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    heartbeat_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ready_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    concluded_by: int | None = None
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ScanHost(SQLModel, table=True):
    """What came of one address in one scan.

    Silent addresses of a range have no row; names and single addresses do.

    Attributes:
        outcome: `new`, `first-read`, `same`, `conflict`, `unidentified`, `silent`,
            `excluded`, `failed`.
        reason: A `collectors.facts.Reason` where something is missing.
        collectors: Collector -> `ok` or the reason it brought nothing.
        problems: (where, reason, detail) triples.
    """

    __tablename__ = "scan_host"
    __table_args__ = (
        Unique("scan_id", "address", name="uq_scan_host"),
        *list_indexes("scan_host", "address", "outcome", "device_id", "finished_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    scan_id: int = Field(foreign_key="scan.id")
    address: str
    outcome: str
    reason: str | None = None
    detail: str = Field(default="", sa_type=Sentence)
    device_id: int | None = Field(default=None, foreign_key="device.id")
    collectors: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    problems: list[list[str]] = Field(default_factory=list, sa_type=Sentences)
    finished_at: datetime = Field(sa_type=UtcDateTime)


class StoredObservation(SQLModel, table=True):
    """The latest facts of one collector at one address, as they were read.

    Attributes:
        device_id: None while a conflict is open.
        port: 0 for the protocol's usual one.
        identifiers: What the visit told about identity: (kind, value, scope,
            strength) rows of all collectors of the same visit together.
        digest: Of `facts`; equal facts are not written again.
        facts: Everything but the two tables below, compressed.
        fdb: Learned MACs, compressed apart since topology reads them all.
        arp: Address bindings, compressed apart for the same reason.
        fdb_at, arp_at: When these tables last had rows; they may be older.
        table_reads: Table -> when it was last asked for and what came of it
            (`complete`, `truncated`, `failed`), and when it was last complete; a
            table that is not in it was never asked for.
        last_seen: Time of the visit, the same for all collectors of it.
    """

    __tablename__ = "observation"
    __table_args__ = (
        Index("ix_observation_device", "device_id"),
        Unique(
            "device_id", "site", "collector", "address", "port", name="uq_observation"
        ),
        Index("ix_observation_address", "site", "address"),
    )

    id: int | None = Field(default=None, primary_key=True)
    device_id: int | None = Field(default=None, foreign_key="device.id")
    conflict_id: int | None = Field(
        default=None, foreign_key="identity_conflict.id", index=True
    )
    site: str = ""
    address: str
    collector: str
    port: int = 0
    credential: str | None = None
    identifiers: list[list[Any]] = Field(default_factory=list, sa_type=Json)
    digest: str = ""
    facts: bytes = Field(default=b"", sa_type=LargeBinary)
    fdb: bytes | None = Field(default=None, sa_type=LargeBinary)
    arp: bytes | None = Field(default=None, sa_type=LargeBinary)
    table_reads: dict[str, list[str]] = Field(default_factory=dict, sa_type=Json)
    fdb_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    arp_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    first_seen: datetime = Field(sa_type=UtcDateTime)
    last_seen: datetime = Field(sa_type=UtcDateTime)
