"""What a machine learns that somebody plugged in: nothing, unless the set says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from collectors.credentials import SnmpCredential, SshCredential
from collectors.errors import AuthFailed, TimedOut
from collectors.facts import Problem
from collectors.sweep.sweep import Answer, SweepPlan
from discovery.access.credentials import Credentials, CredentialSet, Memory
from discovery.access.offering import Offering
from discovery.scan.context import ScanContext
from discovery.scan.requests import Progress, ScanOptions, ScanRequest
from discovery.scan.scan import run_scan
from discovery.scan.scan_rows import create_scan
from tests.discovery.fake_network import Identification

ROGUE, KNOWN = "10.0.0.66", "10.0.0.7"
COMMUNITY = SnmpCredential(name="read", community=SecretStr("c0mm"))
USER = SnmpCredential(name="v3", version="3", user="u")
PASSWORD = SshCredential(name="password", user="admin", password=SecretStr("pw"))
KEY = SshCredential(name="key", user="admin", private_key=SecretStr("pem"))
ENABLE = replace(KEY, name="enable", enable_secret=SecretStr("en"))
EVERYTHING = CredentialSet("all", snmp=(COMMUNITY, USER), ssh=(PASSWORD, KEY, ENABLE))


@dataclass(slots=True)
class Rogue:
    """A machine that answers everything and keeps what it is sent.

    Attributes:
        lets_in: It accepts any account.
        communities: Names of those it was sent.
        logins: (user, password) it was sent.
    """

    lets_in: bool = False
    communities: list[str] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)

    async def sweep(
        self,
        addresses: Sequence[str],
        plan: SweepPlan,
        *,
        on_problem: Callable[[Problem], None],
    ) -> AsyncIterator[Answer]:
        del on_problem
        if ROGUE not in addresses:
            return
        for each in plan.snmp:
            (self.users if each.version == "3" else self.communities).append(each.name)
        yield Answer(ROGUE, "tcp", 22, 0.001, {"banner": "SSH-2.0-OpenSSH_9.9"})
        if plan.snmp:
            yield Answer(ROGUE, "snmp", 161, 0.001, {"credential": plan.snmp[0].name})

    def session(self, _address: str, _port: int, credential: SnmpCredential) -> Any:  # noqa: ANN401
        if credential.version != "3":
            self.communities.append(credential.name)
        raise TimedOut

    async def open(
        self,
        _address: str,
        _port: int,
        credential: SshCredential,
        *,
        pinned_key: str | None = None,
    ) -> Any:  # noqa: ANN401
        del pinned_key
        if credential.password is not None:
            password = credential.password.get_secret_value()
            self.logins.append((credential.user, password))
        if self.lets_in:
            return self
        raise AuthFailed

    async def close(self) -> None:
        return None


def scanned(
    engine: Engine, clock: Callable[[], datetime], rogue: Rogue, **given: bool
) -> list[tuple[str, str, str]]:
    """Scan the network of the rogue; return what was said of it."""
    set_says = given.pop("offer_to_new", False)
    context = ScanContext(
        engine=engine,
        clock=clock,
        identify=Identification(),
        credentials=Credentials((replace(EVERYTHING, offer_to_new=set_says),)),
        sweep=rogue.sweep,
        snmp=rogue,
        shells=rogue,
        canary=rogue,
        resolve=lambda _name: (),
    )
    options = ScanOptions(offer_to_new=given.get("scan_says", False))
    request = ScanRequest(targets=(f"{ROGUE}", KNOWN), site="hq", options=options)
    seen: list[Progress] = []

    async def run() -> None:
        scan_id = create_scan(engine, clock, request, "test")
        await run_scan(scan_id, context, owner="here", tell=seen.append)

    asyncio.run(run())
    return [one for now in seen if now.host for one in now.host.problems]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_machine_that_was_plugged_in_learns_no_password_and_no_community(
    engine: Engine, clock: Callable[[], datetime]
) -> None:
    rogue = Rogue()
    for _ in range(3):  # having been seen by a scan is no merit
        told = scanned(engine, clock, rogue)
    assert (rogue.communities, rogue.logins) == ([], [])
    assert rogue.users
    assert any("--offer-to-new" in detail for _, _, detail in told)


@pytest.mark.parametrize("says", ["offer_to_new", "scan_says"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_asked_for_is_offered_but_not_to_who_lets_anybody_in(
    engine: Engine, clock: Callable[[], datetime], says: str
) -> None:
    asked: dict[str, bool] = {says: True}
    honest, honeypot = Rogue(), Rogue(lets_in=True)
    scanned(engine, clock, honest, **asked)
    assert "read" in honest.communities
    (made_up, _), *real = honest.logins
    assert (made_up != "admin", ("admin", "pw") in real) == (True, True)
    told = scanned(engine, clock, honeypot, **asked)
    assert ("admin", "pw") not in honeypot.logins
    assert "ssh:canary" in {where for where, _, _ in told}


def offered(memory: Memory, each: CredentialSet = EVERYTHING) -> set[str]:
    offering = Offering(Credentials((each,)), memory)
    accounts = offering.ssh("hq", KNOWN, network=False)
    names = {one.name for one in offering.snmp("hq", KNOWN)}
    return names | {one.name for one in accounts}


FREE = {"v3", "key"}


@pytest.mark.parametrize(
    ("worked", "expected"),
    [
        ({}, FREE),
        ({(KNOWN, "sweep"): "x"}, FREE),
        ({(KNOWN, "snmp"): "v3"}, FREE | {"read"}),
        ({(KNOWN, "ssh"): "key"}, FREE | {"read", "password", "enable"}),
        ({(ROGUE, "ssh"): "key"}, FREE),
    ],
)
def test_a_password_needs_a_pinned_key(
    worked: dict[tuple[str, str], str], expected: set[str]
) -> None:
    assert offered(Memory(worked)) == expected


def test_a_changed_key_ends_all_trust() -> None:
    opened = {(KNOWN, "ssh"): "password", (KNOWN, "snmp"): "read"}
    memory = Memory(opened, changed=frozenset({KNOWN}))
    assert offered(memory) == FREE
    assert offered(memory, replace(EVERYTHING, offer_to_new=True)) == FREE


def test_a_set_may_be_for_a_class_of_devices() -> None:
    switches = replace(EVERYTHING, types=("switch",), offer_to_new=True)
    assert offered(Memory(), switches) == FREE
    assert offered(Memory(types={KNOWN: ("computer", "laptop")}), switches) == set()
    every = {"v3", "key", "read", "password", "enable"}
    assert offered(Memory(types={KNOWN: ("switch",)}), switches) == every
