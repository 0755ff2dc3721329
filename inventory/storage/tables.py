"""Metadata of all tables, and the tables of the audit trail. Imports `types` only.

Import this module before defining a table: it gives constraints and indexes the
names by which migrations find them again. Tables are plain; rules live elsewhere.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    text,
)
from sqlmodel import Field, SQLModel

from inventory.storage.types import UtcDateTime

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

SQLModel.metadata.naming_convention = NAMES
METADATA: MetaData = SQLModel.metadata

BIG = BigInteger().with_variant(Integer, "sqlite")
"""64 bits on both; SQLite's INTEGER has them already."""

GENESIS = "0" * 64
"""What the first audit row names as the hash before it."""


def list_indexes(table: str, *columns: str) -> tuple[Index, ...]:
    """Return indexes by which pages of a long list are read.

    A page is sorted by a column and then by the id. Without an index in that order, a
    database sorts the whole list for its first fifty rows: of 150,000 rows that takes
    50 ms and more. Lists of fewer rows do without; each index makes writing dearer.

    Args:
        table: Name of the table, for the names of the indexes.
        columns: Each gets an index, with the id after it.
    """
    return tuple(Index(f"ix_{table}_{name}", name, "id") for name in columns)


class AuditEntry(SQLModel, table=True):
    """One change: who did what to which thing, and when. Never edited.

    `before` and `after` are canonical JSON text, because the hash is over their
    exact characters. `previous` repeats the hash of the row before, which tells an
    edited row from an edited neighbour.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_entity", "entity", "entity_id", "seq"),
        Index("ix_audit_entry_actor", "actor", "seq"),
        Index("ix_audit_entry_at", "at", "seq"),
    )

    seq: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    actor: str = Field(sa_column=Column(String, nullable=False))
    request_id: str | None = Field(default=None, sa_column=Column(String))
    entity: str = Field(sa_column=Column(String, nullable=False))
    entity_id: str = Field(sa_column=Column(String, nullable=False))
    action: str = Field(sa_column=Column(String, nullable=False))
    before: str | None = Field(default=None, sa_column=Column(Text))
    after: str | None = Field(default=None, sa_column=Column(Text))
    previous: str = Field(sa_column=Column(String(64), nullable=False))
    hash: str = Field(sa_column=Column(String(64), nullable=False))


class AuditHead(SQLModel, table=True):
    """The end of the audit trail: how many rows there are and the hash of the last.

    One row. Writers lock it, so the chain has one end also under many writers; and
    rows cut off at the end are missed.

    Attributes:
        seal: HMAC over count and hash, under a key that is not in the database: who
            rewrites the whole trail cannot make it.
    """

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    count: int = Field(sa_column=Column(BIG, nullable=False))
    hash: str = Field(sa_column=Column(String(64), nullable=False))
    seal: str = Field(
        default="",
        sa_column=Column(String(64), nullable=False, server_default=text("''")),
    )
