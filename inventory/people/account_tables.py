"""Rows of those who may use the program: accounts of people and tokens of programs.

Secrets are kept as hashes only.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

import inventory.storage.tables  # noqa: F401  (gives constraints their names)
from inventory.storage.types import Json, UtcDateTime


class UserAccount(SQLModel, table=True):
    """Someone who logs in to the pages.

    Attributes:
        login: Lower case.
        password_hash: Argon2id; None for accounts that come in by another door.
        roles: Names of roles, see `accounts.ROLES`.
        person_id: The person it belongs to, if it is one of the register.
    """

    __tablename__ = "user_account"

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(unique=True)
    name: str = ""
    password_hash: str | None = None
    roles: list[str] = Field(default_factory=list, sa_type=Json)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_login_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ApiToken(SQLModel, table=True):
    """A program that uses the API.

    Attributes:
        digest: SHA-256 of the token, which is long and random.
        hint: First characters of the token, to tell tokens apart in lists.
    """

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    digest: str = Field(unique=True)
    hint: str
    roles: list[str] = Field(default_factory=list, sa_type=Json)
    created_by: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class EndedSession(SQLModel, table=True):
    """A log-in to the pages that was ended before its time.

    Attributes:
        key: SHA-256 of the session's random name.
        until: When it would have ended by itself; the row is needed no longer.
    """

    __tablename__ = "ended_session"

    key: str = Field(primary_key=True, max_length=64)
    until: datetime = Field(sa_type=UtcDateTime, index=True)
