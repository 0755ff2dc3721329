"""Which backups were taken, and how the last check of each went."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, Text
from sqlmodel import Field, SQLModel

import inventory.storage.tables  # noqa: F401  (gives constraints their names)
from inventory.storage.types import UtcDateTime


class Backup(SQLModel, table=True):
    """A backup that was taken.

    Attributes:
        path: The file.
        kind: Of the database: `sqlite` or `postgresql`.
        key: Name of the key it is sealed under.
        size: Of the file, in bytes.
        row_count: Rows of all tables in it.
        audit_count: Rows of the audit trail in it.
        audit_hash: The hash at their end; worth noting elsewhere.
        verified_at: When it was last put back into a scratch database.
        problem: What that found; None if nothing.
        prepared_at: When somebody last said that it is to be put back.
        removed_at: When retention removed the file.
    """

    __tablename__ = "backup"

    id: int | None = Field(default=None, primary_key=True)
    path: str = Field(unique=True)
    taken_at: datetime = Field(sa_type=UtcDateTime)
    kind: str
    key: str
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    row_count: int = Field(sa_column=Column(BigInteger, nullable=False))
    audit_count: int = Field(sa_column=Column(BigInteger, nullable=False))
    audit_hash: str
    verified_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    problem: str | None = Field(default=None, sa_type=Text)
    prepared_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
