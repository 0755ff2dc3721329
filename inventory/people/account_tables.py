"""Rows of those who may use the program: accounts of people and tokens of programs.

Secrets are kept as hashes only.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
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
        scope: What part of the house it sees: part -> codes; see `inventory.scoping`.
        provider: Who vouches for it instead of a password: `oidc` or `ldap`.
        subject: What the provider never gives to anybody else.
    """

    __tablename__ = "user_account"
    __table_args__ = (UniqueConstraint("provider", "subject"),)

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(unique=True)
    name: str = ""
    password_hash: str | None = None
    roles: list[str] = Field(default_factory=list, sa_type=Json)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    scope: dict[str, list[str]] = Field(default_factory=dict, sa_type=Json)
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_login_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    provider: str | None = None
    subject: str | None = None


class ApiToken(SQLModel, table=True):
    """A program that uses the API.

    Attributes:
        digest: SHA-256 of the token, which is long and random.
        hint: First characters of the token, to tell tokens apart in lists.
        scope: As of `UserAccount`.
        writes: It may change something; else it only reads.
        networks: Addresses it may come from (CIDR); empty for all.
        person_id: Whose token it is, so that it sees and does what is this person's
            own; None for a program of the house.
    """

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    digest: str = Field(unique=True)
    hint: str
    roles: list[str] = Field(default_factory=list, sa_type=Json)
    scope: dict[str, list[str]] = Field(default_factory=dict, sa_type=Json)
    writes: bool = True
    networks: list[str] = Field(default_factory=list, sa_type=Json)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    created_by: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class UserSession(SQLModel, table=True):
    """Somebody is logged in to the pages, or was.

    Attributes:
        key: SHA-256 of the random name that the cookie carries.
        expires_at: When it ends by itself.
        ended_at: When it was ended before its time.
        address: Where the log-in came from.
        agent: What the browser calls itself.
    """

    __tablename__ = "user_session"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=64)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    began_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    address: str = ""
    agent: str = ""
