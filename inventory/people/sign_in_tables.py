"""Rows of how people prove who they are beside, or instead of, a password."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

import inventory.storage.tables  # noqa: F401  (gives constraints their names)
from inventory.storage.types import Json, UtcDateTime


class SecondFactor(SQLModel, table=True):
    """Something that somebody has: an authenticator program or a passkey.

    Attributes:
        kind: `totp` (RFC 6238) or `passkey` (WebAuthn).
        name: As its owner calls it.
        sealed_secret: The shared secret of `totp`, sealed by a key that is not in the
            database.
        credential: Id of the credential of a passkey, base64url.
        public_key: Of a passkey, COSE, base64url.
        counter: Of `totp` the last time step that was used, so that no code works
            twice; of a passkey its signature counter.
    """

    __tablename__ = "second_factor"

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    kind: str
    name: str = ""
    sealed_secret: str | None = None
    credential: str | None = Field(default=None, unique=True)
    public_key: str | None = None
    counter: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RecoveryCode(SQLModel, table=True):
    """A code that works once, for who has lost the second factor.

    Attributes:
        digest: HMAC of the code by a key that is not in the database.
    """

    __tablename__ = "recovery_code"

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    digest: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RoleRule(SQLModel, table=True):
    """What members of a group of the identity provider or the directory may do.

    Attributes:
        group_name: As the provider names it: a name, an id or a DN; compared without
            regard to case.
        roles: Names of roles, see `accounts.LOGIN_ROLES`.
    """

    __tablename__ = "role_rule"

    id: int | None = Field(default=None, primary_key=True)
    group_name: str = Field(unique=True)
    roles: list[str] = Field(default_factory=list, sa_type=Json)
    note: str = ""
