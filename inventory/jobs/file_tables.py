"""Rows of the files of jobs: what they were given, and what they made. Plain."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint as Check
from sqlalchemy import LargeBinary
from sqlalchemy import UniqueConstraint as Unique
from sqlmodel import Field, SQLModel

import inventory.storage.tables  # noqa: F401  (gives constraints their names)
from inventory.storage.types import UtcDateTime


class JobFile(SQLModel, table=True):
    """A file of a job; its bytes lie in parts.

    Attributes:
        role: `sent` with the request, or the `result`.
        name: Under which it is saved.
        media: Its type.
        size: Bytes.
    """

    __tablename__ = "job_file"
    __table_args__ = (
        Check("role IN ('sent','result')", name="role"),
        Unique("job_id", "role", name="uq_job_file"),
    )

    id: int | None = Field(default=None, primary_key=True)
    job_id: int = Field(foreign_key="job.id")
    role: str
    name: str
    media: str
    size: int
    made_at: datetime = Field(sa_type=UtcDateTime)


class JobFilePart(SQLModel, table=True):
    """A piece of a file."""

    __tablename__ = "job_file_part"
    __table_args__ = (Unique("file_id", "number", name="uq_job_file_part"),)

    id: int | None = Field(default=None, primary_key=True)
    file_id: int = Field(foreign_key="job_file.id")
    number: int
    body: bytes = Field(sa_type=LargeBinary)
