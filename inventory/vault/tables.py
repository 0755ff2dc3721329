"""Rows of the credential store, the lock-out guard and the host keys of SSH.

Names of credentials, not row ids, tie uses and failures to them: credentials of the
settings have no row, and what a removed one opened must stay readable.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

import inventory.storage.tables  # noqa: F401  (gives constraints their names)
from inventory.storage.types import Json, Sentence, UtcDateTime


class VaultKey(SQLModel, table=True):
    """A data key, wrapped by a master key.

    Attributes:
        name: Rows sealed under it carry this name.
        master: Name of the master key.
        wrapped: See `envelope.wrap`.
    """

    __tablename__ = "vault_key"

    name: str = Field(primary_key=True)
    master: str
    wrapped: str
    made_at: datetime = Field(sa_type=UtcDateTime)


class StoredCredential(SQLModel, table=True):
    """A credential: where it may be used, and its secrets, sealed.

    Attributes:
        name: Unique, also among those of the settings, which win.
        kind: See `kinds.KINDS`.
        set_name: A scan may be limited to sets by name.
        site: Only there; None for all.
        networks: Only in these (CIDR); empty for all.
        valid_from: First moment of use; None for any.
        valid_until: First moment of no use any more; None for never.
        offer_to_new: Also to hosts that no credential opened before.
        types: Only for devices of these types or sub-types; empty for all.
        position: Those with lower numbers are tried first.
        public: Fields that are no secrets.
        key: Name of the data key.
        sealed: See `envelope.seal`.
    """

    __tablename__ = "credential"
    __table_args__ = (
        CheckConstraint("name <> ''", name="named"),
        CheckConstraint("valid_until > valid_from", name="valid"),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    kind: str
    set_name: str
    site: str | None = None
    networks: list[str] = Field(default_factory=list, sa_type=Json)
    valid_from: datetime | None = Field(default=None, sa_type=UtcDateTime)
    valid_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    offer_to_new: bool = False
    types: list[str] = Field(default_factory=list, sa_type=Json)
    position: int = 0
    public: dict[str, object] = Field(default_factory=dict, sa_type=Json)
    key: str = Field(foreign_key="vault_key.name", index=True)
    sealed: str = Field(sa_column=Column(Text, nullable=False))
    made_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class KeptSecret(SQLModel, table=True):
    """Secrets of a thing that is no login, such as a SIM.

    Attributes:
        subject: Kind and id of the thing: `sim:7`.
        key: Name of the data key.
        sealed: See `envelope.seal`.
    """

    __tablename__ = "vault_secret"

    id: int | None = Field(default=None, primary_key=True)
    subject: str = Field(unique=True)
    key: str = Field(foreign_key="vault_key.name", index=True)
    sealed: str = Field(sa_column=Column(Text, nullable=False))
    changed_at: datetime = Field(sa_type=UtcDateTime)


class LoginFailures(SQLModel, table=True):
    """Failures in a row of an account, or at a device.

    Attributes:
        kind: `account` or `device`.
        subject: Name of the credential, or site and address.
        off_at: Since when no login is tried; None while one may be.
        reason: Why, as a sentence.
    """

    __tablename__ = "login_failures"
    __table_args__ = (
        UniqueConstraint("kind", "subject"),
        CheckConstraint("kind IN ('account', 'device')", name="kind"),
        CheckConstraint("failures > 0", name="some"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    subject: str
    failures: int
    last_at: datetime = Field(sa_type=UtcDateTime)
    off_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str = Field(default="", sa_type=Sentence)


class LoginLease(SQLModel, table=True):
    """A login that is under way in some process, and may fail.

    Attributes:
        account: Name of the credential.
        device: Site and address.
        until: When it counts no more, should its process have died.
    """

    __tablename__ = "login_lease"

    id: int | None = Field(default=None, primary_key=True)
    account: str = Field(index=True)
    device: str = Field(index=True)
    until: datetime = Field(sa_type=UtcDateTime)


class CredentialUse(SQLModel, table=True):
    """A credential opened a device: first, last, how often.

    Attributes:
        collector: `snmp`, `ssh`, `netmiko` and so on.
        device_id: The device it was at the last use; not a foreign key, for merged
            devices vanish.
    """

    __tablename__ = "credential_use"
    __table_args__ = (UniqueConstraint("credential", "site", "address", "collector"),)

    id: int | None = Field(default=None, primary_key=True)
    credential: str
    site: str
    address: str
    collector: str
    device_id: int | None = Field(default=None, index=True)
    uses: int
    first_at: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)


class HostKeyPin(SQLModel, table=True):
    """The SSH host key seen first at an address.

    Attributes:
        fingerprint: As OpenSSH prints it, `SHA256:...`.
        changed_to: Another key that was shown since; logins stop until it is settled.
    """

    __tablename__ = "host_key_pin"
    __table_args__ = (UniqueConstraint("site", "address", "port"),)

    id: int | None = Field(default=None, primary_key=True)
    site: str
    address: str
    port: int
    fingerprint: str
    first_at: datetime = Field(sa_type=UtcDateTime)
    changed_to: str | None = None
    changed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
