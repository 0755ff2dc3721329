"""What goes in and out of `/credentials`: secrets only go in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
)

from api.routes.models import Model, Moment, Number, Text
from inventory.vault.credentials import DEFAULT_SET, MAX_SECRET

Word = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Secrets = dict[Word, Annotated[SecretStr, Field(max_length=MAX_SECRET)]]
Networks = Annotated[list[Annotated[str, Field(max_length=90)]], Field(max_length=1000)]
Kind = Literal["snmp-v1", "snmp-v2c", "snmp-v3", "ssh", "jump", "pbx"]


class NewCredential(BaseModel):
    """A credential to store."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "branch routers",
                    "kind": "ssh",
                    "public": {"user": "netops", "device_type": "cisco_ios"},
                    "secrets": {"password": "..."},
                    "networks": ["10.20.0.0/16"],
                }
            ]
        },
    )

    name: Word
    kind: Kind
    public: dict[Word, Any] = Field(
        default_factory=dict, description="Fields that are no secrets, such as user."
    )
    secrets: Secrets = Field(description="Write-only; no answer ever holds them.")
    set_name: Word = DEFAULT_SET
    site: str | None = Field(default=None, max_length=200)
    networks: Networks = Field(default_factory=list)
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None
    position: int = Field(default=0, ge=-1_000_000, le=1_000_000)


class CredentialChange(BaseModel):
    """What to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    public: dict[Word, Any] = Field(default_factory=dict)
    secrets: Secrets = Field(default_factory=dict)
    set_name: Word | None = None
    site: str | None = Field(default=None, max_length=200)
    networks: Networks | None = None
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None
    position: int | None = Field(default=None, ge=-1_000_000, le=1_000_000)


class Trial(BaseModel):
    """Where to try a credential."""

    model_config = ConfigDict(extra="forbid")

    address: str = Field(min_length=1, max_length=253)
    site: str = Field(default="", max_length=200)
    port: int | None = Field(default=None, ge=1, le=65535)


class Credential(Model):
    """A stored credential, without its secrets."""

    id: int
    name: str
    kind: str
    set_name: str
    site: Text
    networks: list[str]
    valid_from: Moment
    valid_until: Moment
    position: int
    public: dict[str, Any]
    made_at: datetime
    changed_at: datetime


class CredentialList(Model):
    """All of them, in the order they are tried."""

    items: list[Credential]


class Use(Model):
    """A credential opened a device."""

    id: int
    credential: str
    site: str
    address: str
    collector: str
    device_id: Number
    uses: int
    first_at: datetime
    last_at: datetime


class UseList(Model):
    """Uses, the latest first."""

    items: list[Use]


class Lock(Model):
    """Failed logins in a row; `off_at` says since when none is tried."""

    id: int
    kind: Literal["account", "device"]
    subject: str
    failures: int
    last_at: datetime
    off_at: Moment
    reason: str


class LockList(Model):
    """Those that are off come first."""

    items: list[Lock]


class HostKey(Model):
    """The SSH host key pinned at an address; `changed_to` stops logins there."""

    id: int
    site: str
    address: str
    port: int
    fingerprint: str
    first_at: datetime
    changed_to: Text
    changed_at: Moment


class HostKeyList(Model):
    """Those that changed come first."""

    items: list[HostKey]


class Stored(Model):
    """The number of what was stored."""

    id: int


class Changed(Model):
    """Whether anything differed."""

    changed: bool


class Sealed(Model):
    """How many secrets were sealed anew."""

    sealed: int


class Tried(Model):
    """How a trial ended."""

    worked: bool
    way: Literal["snmp", "shell", "console"]
    reason: Text
    detail: str


class Unlocked(Model):
    """What was unlocked."""

    unlocked: list[str]


class Forgotten(Model):
    """How many host keys were forgotten."""

    forgotten: int
