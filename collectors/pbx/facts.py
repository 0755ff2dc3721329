"""What telephone systems tell: extensions, registrations, mailboxes, groups, numbers.

Frozen records as in `collectors.facts`; `None` means the system did not say. No field
can hold a password, PIN or token: what is not named here is not kept. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from collectors.facts import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """A number inside a telephone system, whether a phone is on it or not.

    Attributes:
        number: As it is dialled inside; text, leading zeros are kept.
        partition: What tells equal numbers of one system apart; usually empty.
        name: Display name.
        user: Id or login of the user in the telephone system.
        email: E-mail address of the user.
        cost_centre: Account code the system charges calls to.
        mailbox: Number of its mailbox.
        enabled: Whether it may be used at all.
        devices: Device names the system has provisioned for it.
    """

    number: str
    partition: str = ""
    name: str | None = None
    user: str | None = None
    email: str | None = None
    cost_centre: str | None = None
    mailbox: str | None = None
    enabled: bool | None = None
    devices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A phone that is, or may be, reached under an extension.

    Attributes:
        extension: Number of the extension.
        partition: As `Extension.partition`.
        mac: From device name, SIP instance or User-Agent.
        device_name: Name in the telephone system, e.g. `SEP001122334455`.
        instance: SIP instance URN without brackets (RFC 5626).
        ip: Where the registration came from; not of a proxy.
        user: Who is logged in on the phone, where that can change.
        registered: Whether it is reachable now; None: not said.
        expires_at: When the registration ends unless renewed, aware UTC.
    """

    extension: str
    partition: str = ""
    mac: str | None = None
    device_name: str | None = None
    instance: str | None = None
    ip: str | None = None
    port: int | None = None
    user_agent: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    serial: str | None = None
    firmware: str | None = None
    user: str | None = None
    registered: bool | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A voice mailbox."""

    number: str
    context: str = ""
    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HuntGroup:
    """A group that rings several extensions: hunt group, ring group, queue.

    Attributes:
        name: Unique in the system.
        number: How it is dialled, where it has a number.
        strategy: As the system calls it, e.g. `ringall`.
        members: Numbers of extensions.
    """

    name: str
    number: str | None = None
    strategy: str | None = None
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectNumber:
    """A number of the public network.

    Attributes:
        number: As the system writes it; E.164 is made of it later.
        extension: Where calls to it go.
        kind: e.g. `callingPlan`, `directRouting`, `did`.
        status: e.g. `unassigned`, `userAssigned`.
        city: Where the number belongs.
    """

    number: str
    extension: str | None = None
    kind: str | None = None
    status: str | None = None
    city: str | None = None


TABLES = ("extensions", "registrations", "mailboxes", "groups", "numbers")
"""Names for `PbxReading.reads`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxReading:
    """All that one telephone system told at one time.

    Attributes:
        source: Name of the source in the settings.
        kind: `asterisk`, `freeswitch`, `kamailio`, `cucm`, `3cx`, `teams`, `csv`.
        address: Where it was asked, for a person; never with a secret.
        product: e.g. `Asterisk`.
        reads: Those of `TABLES` that were read completely: only these may shrink
            what is known.
        provisions: The registrations are the phones the system keeps for an extension
            even while they are switched off, each under a name of its own; so one
            that is not listed was taken away.
        problems: What did not work.
    """

    source: str
    kind: str
    address: str
    seen_at: datetime
    site: str = ""
    product: str | None = None
    version: str | None = None
    extensions: tuple[Extension, ...] = ()
    registrations: tuple[Registration, ...] = ()
    mailboxes: tuple[Mailbox, ...] = ()
    groups: tuple[HuntGroup, ...] = ()
    numbers: tuple[DirectNumber, ...] = ()
    reads: frozenset[str] = field(default_factory=frozenset)
    provisions: bool = False
    problems: tuple[Problem, ...] = ()
