"""Failed logins and host keys outlive a scan, and are seen by others at once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from collectors.credentials import SshCredential
from collectors.errors import AuthFailed, CollectError, HostKeyChanged, LockedOut
from collectors.pacing import LockoutGuard
from collectors.ssh.guarded_openers import GuardedShellOpener, LoginGate
from discovery.access.login_guard import StoredLogins
from inventory.storage.work import UnitOfWork
from inventory.vault import lockout, uses

NOW = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)
TYPO = SshCredential(name="typo", user="ops", password=SecretStr("wrong"))
GOOD = SshCredential(name="good", user="ops", password=SecretStr("right"))


@dataclass
class Opened:
    host_key: str

    async def close(self) -> None:
        pass


@dataclass
class Device:
    """A server with one password and one host key, which counts what it is asked."""

    key: str = "SHA256:first"
    asked: list[str] = field(default_factory=list)

    async def open(
        self,
        address: str,
        port: int,
        credential: SshCredential,
        *,
        pinned_key: str | None = None,
    ) -> Opened:
        if pinned_key and self.key not in pinned_key.split():
            raise HostKeyChanged("another key", self.key)
        self.asked.append(credential.name)
        await asyncio.sleep(0)
        if credential.password != GOOD.password:
            raise AuthFailed("refused")
        return Opened(self.key)


def opener(engine: Engine, device: Device, site: str = "HQ") -> GuardedShellOpener:
    limits = LockoutGuard(per_account=3, per_device=2)
    book = StoredLogins(engine, lambda: NOW, limits)
    return GuardedShellOpener(device, LoginGate(limits, book, site=site))  # type: ignore[arg-type]


async def attempt(
    opening: GuardedShellOpener, address: str, account: SshCredential
) -> str:
    try:
        await opening.open(address, 22, account)
    except CollectError as error:
        return error.reason.value
    return "in"


async def test_a_new_process_goes_on_counting_where_the_last_one_stopped(
    engine: Engine,
) -> None:
    device = Device()
    said = [
        await attempt(opener(engine, device), f"10.0.0.{number}", TYPO)
        for number in range(1, 6)
    ]
    assert said == ["auth-failed"] * 3 + ["locked-out"] * 2
    assert device.asked == ["typo"] * 3
    with pytest.raises(LockedOut) as told:
        await opener(engine, device).open("10.0.0.9", 22, TYPO)
    assert str(told.value) == (
        "account 'typo' failed 3 times in a row, last at HQ/10.0.0.3: refused; it is"
        " off until `purser credential edit typo` changes its secret; one that is"
        " right, or was corrected in the settings, needs"
        " `purser login-failure unlock typo`"
    )


async def test_two_scans_at_once_have_one_count(engine: Engine) -> None:
    device = Device()
    scans = [opener(engine, device) for _ in range(2)]
    for number in range(4):
        await attempt(scans[number % 2], f"10.0.1.{number}", TYPO)
    assert len(device.asked) == 3


async def test_processes_that_begin_together_lease_what_is_left(
    engine: Engine,
) -> None:
    """Each reads "2 of 3": without leases all of them would try once more."""
    device = Device()
    gates = [opener(engine, device) for _ in range(4)]
    ends = await asyncio.gather(
        *(
            attempt(gate, f"10.0.{number}.{host}", TYPO)
            for number, gate in enumerate(gates)
            for host in range(3)
        )
    )
    assert device.asked == ["typo"] * 3
    assert sorted(ends) == ["auth-failed"] * 3 + ["locked-out"] * 9


async def test_many_logins_at_the_same_time_are_not_more_than_the_limit(
    engine: Engine,
) -> None:
    device = Device()
    opening = opener(engine, device)
    said = await asyncio.gather(
        *(attempt(opening, f"10.0.2.{n}", TYPO) for n in range(10))
    )
    assert sorted(said) == ["auth-failed"] * 3 + ["locked-out"] * 7


async def test_what_is_off_is_shown_with_reason_and_time_and_can_be_unlocked(
    engine: Engine,
) -> None:
    device = Device()
    opening = opener(engine, device)
    for account in (GOOD, TYPO, TYPO):
        await attempt(opening, "10.0.0.1", account)
    with pytest.raises(LockedOut) as told:
        await opening.open("10.0.0.1", 22, GOOD)
    assert str(told.value) == (
        "2 logins in a row failed at HQ/10.0.0.1, last as typo: refused; none is tried"
        " there until it has a credential that fits and"
        " `purser login-failure unlock HQ/10.0.0.1`"
    )
    with engine.connect() as connection:
        (off,) = lockout.list_failures(connection, off_only=True)
    assert (off["kind"], off["subject"], off["off_at"]) == (
        "device",
        "HQ/10.0.0.1",
        NOW,
    )
    assert off["reason"] == "as typo: refused"
    with UnitOfWork(engine, actor="cli:test", clock=lambda: NOW) as work:
        lockout.unlock_named(work, "10.0.0.1")
        work.commit()
    assert await attempt(opening, "10.0.0.1", GOOD) == "in"


async def test_the_same_address_at_another_site_is_another_device(
    engine: Engine,
) -> None:
    device = Device()
    for _ in range(2):
        await attempt(opener(engine, device, "HQ"), "10.0.0.1", TYPO)
    assert await attempt(opener(engine, device, "Lab"), "10.0.0.1", GOOD) == "in"
    assert await attempt(opener(engine, device, "HQ"), "10.0.0.1", GOOD) == "locked-out"


async def test_a_changed_host_key_stops_the_login_and_is_found_until_forgotten(
    engine: Engine,
) -> None:
    device = Device()
    assert await attempt(opener(engine, device), "10.0.0.1", GOOD) == "in"
    device.key = "SHA256:second"
    assert await attempt(opener(engine, device), "10.0.0.1", GOOD) == "host-key-changed"
    assert device.asked == ["good"]
    with engine.connect() as connection:
        (row,) = uses.list_host_keys(connection, changed_only=True)
        assert lockout.list_failures(connection) == []
    assert (row["fingerprint"], row["changed_to"], row["changed_at"]) == (
        "SHA256:first",
        "SHA256:second",
        NOW,
    )
    with UnitOfWork(engine, actor="cli:test", clock=lambda: NOW) as work:
        uses.forget_host_key(work, "10.0.0.1", "HQ")
        work.commit()
    assert await attempt(opener(engine, device), "10.0.0.1", GOOD) == "in"


async def test_a_key_is_pinned_also_where_the_login_is_refused_later(
    engine: Engine,
) -> None:
    device = Device()
    await attempt(opener(engine, device), "10.0.0.1", GOOD)
    device.key = "SHA256:second"
    await attempt(opener(engine, device), "10.0.0.1", TYPO)
    assert device.asked == ["good"]
