"""Rows of mail: how it is sent, and what waits to be sent or was."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint as Check
from sqlalchemy import Index, LargeBinary, Text
from sqlmodel import Field, SQLModel

import inventory.storage.tables  # noqa: F401  (gives constraints their names)
from inventory.storage.types import UtcDateTime


class MailSettings(SQLModel, table=True):
    """How mail is sent; one row.

    Attributes:
        security: none, starttls or tls.
        password: Sealed; None without.
        it_address: Where IT reads what it is told.
        language: Of what is written.
        digest: One mail a day to each; otherwise at once.
        base_url: Address of the pages, for links.
    """

    __tablename__ = "mail_settings"
    __table_args__ = (
        Check("security IN ('none', 'starttls', 'tls')", name="security"),
    )

    id: int | None = Field(default=None, primary_key=True)
    enabled: bool = True
    host: str
    port: int = 587
    security: str = "starttls"
    username: str = ""
    password: str | None = None
    sender: str
    it_address: str = ""
    language: str = "en"
    digest: bool = False
    base_url: str = ""
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class Mail(SQLModel, table=True):
    """A mail that waits, or was sent.

    Attributes:
        key: What it says to whom; it is said once.
        kind: Name of the notice.
        calendar: iCalendar entry that goes along.
        attachment: A workbook that goes along; forgotten once sent.
        token: What completes the link in the text, `TOKEN` there; forgotten once sent.
        state: queued, sent or failed.
        next_at: When it is tried next.
    """

    __tablename__ = "mail"
    __table_args__ = (
        Check("state IN ('queued', 'sent', 'failed')", name="state"),
        Index("ix_mail_due", "state", "next_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: str
    recipient: str
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    case_id: int | None = Field(default=None, foreign_key="provisioning_case.id")
    subject: str
    body: str = Field(sa_type=Text)
    calendar: str | None = Field(default=None, sa_type=Text)
    attachment: bytes | None = Field(default=None, sa_type=LargeBinary)
    attachment_name: str = ""
    token: str | None = None
    on: date
    state: str = "queued"
    attempts: int = 0
    error: str = Field(default="", sa_type=Text)
    next_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
