"""What collectors tell beside hosts: logins, host keys, notices, machines; systems."""

from __future__ import annotations

import asyncio
import base64
import sqlite3
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.compose.wiring import App
from api.jobs.trapping import TrapListener
from api.remote import agent as agents
from api.remote.agent import Agent
from api.remote.logins import LocalLogins
from api.remote.spool import Spool
from collectors.errors import AuthFailed, LockedOut
from collectors.facts import Clue, Observation
from collectors.pacing import LockoutGuard
from collectors.pbx.facts import Extension, PbxReading
from collectors.pbx.source import PbxSource
from collectors.snmp.notifications import Notice
from collectors.ssh.guarded_openers import LoginGate
from discovery.remote import elsewhere, wire
from discovery.remote.elsewhere import Elsewhere
from discovery.scan.hosts import Host
from inventory.jobs.collector_tables import SiteSlice
from inventory.network.findings.dhcp_servers import HeardServer
from inventory.network.findings.tables import DhcpServer, NetworkFinding
from inventory.network.tables import Device
from inventory.storage.engine import writing
from inventory.storage.rows import table_of
from inventory.vault import lockout
from inventory.vault.tables import HostKeyPin, LoginFailures
from tests.api.conftest import calling
from tests.api.remote import test_line
from tests.api.remote.test_line import Clock, Remote, enrolled
from tests.api.test_frame import assert_problem

centre, clock = test_line.centre, test_line.clock
LIMITS = LockoutGuard(5, 3)
DEVICE = "HQ/192.0.2.1"


def rows(app: App, model: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    with app.engine.connect() as connection:
        found = connection.execute(select(table_of(model))).mappings()
        return [dict(row) for row in found]


async def tell(remote: Remote, spool: Spool) -> dict[str, Any]:
    """Send what is noted; return the answer."""
    noted = [
        {"seq": each.seq, "kind": each.kind, "body": each.body}
        for each in spool.notes()
    ]
    answer = await remote.ask("/notes", notes=noted)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def refused() -> None:
    raise AuthFailed("no")


async def fails(book: LocalLogins, account: str, address: str) -> bool:
    """Try a login that is refused; whether it was tried at all."""
    gate = LoginGate(LockoutGuard(5, 3), book, site="HQ")
    try:
        async with asyncio.timeout(1):
            await gate.login(account, address, refused)
    except AuthFailed:
        return True
    except (LockedOut, TimeoutError):
        return False
    raise AssertionError("nobody let it in")


async def test_failed_logins_outlive_the_collector(tmp_path: Path) -> None:
    path = tmp_path / "spool"
    for number in range(7):
        # Each time it was killed, and has its spool alone.
        spool = Spool(path, "token")
        tried = await fails(
            LocalLogins(spool, LIMITS), "superuser", f"192.0.2.{number}"
        )
        assert tried is (number < 5)
        spool.close()
    raw = b"".join(p.read_bytes() for p in tmp_path.iterdir())
    assert b"superuser" not in raw
    assert b"192.0.2.1" not in raw


async def test_logins_are_counted_at_the_centre_once(
    centre: App, clock: Clock, tmp_path: Path
) -> None:
    spool = Spool(tmp_path / "spool", "token")
    book = LocalLogins(spool, LIMITS)
    with_account(centre, clock)
    async with calling(centre) as client:
        here = await enrolled(centre, client, "here")
        for _ in range(2):
            await fails(book, "root", "192.0.2.1")
        first = await tell(here, spool)
        # The answer was lost: it tells the same again.
        again = await tell(here, spool)
        assert first["standing"] == again["standing"]
        standing = again["standing"]
        assert standing["accounts"] == {"root": 2}
        assert standing["devices"] == {DEVICE: 2}
        spool.drop_notes(again["taken"])
        # What happened meanwhile is added to what the centre counts.
        await fails(book, "root", "192.0.2.9")
        book.take(standing)
        assert book.failures("root", "HQ/192.0.2.9") == (3, 1)
        spool.drop_notes((await tell(here, spool))["taken"])
        # A person unlocks it; the next lease or beat tells.
        with centre.work("user:1") as work:
            lockout.unlock_named(work, "root")
            work.commit()
        beat = (await here.ask("/beat", held=[])).json()
        book.take(beat["standing"])
        assert book.failures("root", DEVICE) == (0, 2)
        # Not of its site, or never given to it: left out.
        before = rows(centre, LoginFailures)
        for wrong in (
            {"what": "failed", "account": "root", "device": "Depot/192.0.2.1"},
            {"what": "failed", "account": "boss", "device": DEVICE},
            {"what": "danced", "device": DEVICE},
            {},
        ):
            spool.note("login", wrong)
        spool.note("rumour", {"what": "failed", "account": "root", "device": DEVICE})
        await tell(here, spool)
        assert rows(centre, LoginFailures) == before
    spool.close()


def with_account(centre: App, clock: Clock) -> None:
    """Give the site an account `root`."""
    from api.compose.wiring import fixed_settings

    given = centre.settings.model_dump()
    account = {"name": "root", "user": "root", "password": "x"}
    values = {
        "data_dir": given["data_dir"],
        "sites": test_line.SITES,
        "credentials": {"ssh": [account]},
    }
    object.__setattr__(centre, "settings", fixed_settings(values))


async def test_what_is_left_of_an_account_is_divided_among_collectors(
    centre: App, clock: Clock, tmp_path: Path
) -> None:
    with_account(centre, clock)
    with writing(centre.engine) as connection:
        for _ in range(4):
            lockout.note_failure(
                connection, "account", "root", now=clock.now, limit=5, reason=""
            )
    async with calling(centre) as client:
        books = []
        for name in ("one", "two"):
            remote = await enrolled(centre, client, name)
            spool = Spool(tmp_path / name, "token")
            books.append((remote, LocalLogins(spool, LIMITS)))
        for remote, book in books:
            book.take((await remote.ask("/beat", held=[])).json()["standing"])
        tried = [await fails(book, "root", "192.0.2.1") for _, book in books]
    assert sorted(tried) == [False, True], "both read 4 of 5"


async def test_host_keys_are_pinned_at_the_centre(
    centre: App, clock: Clock, tmp_path: Path
) -> None:
    spool = Spool(tmp_path / "spool", "token")
    book = LocalLogins(spool, LIMITS)
    async with calling(centre) as client:
        here = await enrolled(centre, client, "here")
        book.saw_key(DEVICE, 22, "SHA256:a")
        assert book.saw_other_key(DEVICE, 22, "SHA256:b") is False
        assert LocalLogins(spool, LIMITS).pinned(DEVICE, 22) == "SHA256:a"
        await tell(here, spool)
    (pin,) = rows(centre, HostKeyPin)
    assert (pin["site"], pin["address"], pin["port"]) == ("HQ", "192.0.2.1", 22)
    assert (pin["fingerprint"], pin["changed_to"]) == ("SHA256:a", "SHA256:b")
    # What the centre knows of a device is pinned before it was ever met here.
    book.tell({"192.0.2.7": "SHA256:c"}, "HQ")
    assert book.pinned("HQ/192.0.2.7", 22) == "SHA256:c"
    assert book.saw_other_key("HQ/192.0.2.7", 22, "SHA256:a") is True
    spool.close()


def device(app: App, site: str, address: str) -> None:
    values = {
        "site": site,
        "address": address,
        "managed": True,
        "first_seen": app.clock(),
        "last_seen": app.clock(),
    }
    with app.work("test") as work:
        from inventory.storage.rows import add

        add(work, Device, values)
        work.commit()


async def test_a_notice_asks_for_a_device_of_its_own_site(
    centre: App, clock: Clock, tmp_path: Path
) -> None:
    spool = Spool(tmp_path / "spool", "token")
    spool.note("notice", wire.to_plain(Notice(source="10.0.0.1", kind="cold-start")))
    spool.note("notice", wire.to_plain(Notice(source="10.0.0.9", kind="cold-start")))
    # The same private address at two sites.
    for site in ("HQ", "Depot"):
        device(centre, site, "10.0.0.1")
    async with calling(centre) as client:
        remote = await enrolled(centre, client, "there", "Depot")
        body = {"seq": 1, "kind": "notice", "body": {}}
        assert_problem(await remote.ask("/notes", notes=[body]), 503, "nobody-listens")
        listener = TrapListener(centre)
        listener.start()
        try:
            for _ in range(2):
                await tell(remote, spool)
            async with asyncio.timeout(60):
                while len(centre.traps.latest()) < 2:
                    await asyncio.sleep(0.02)
        finally:
            listener.stop()
    told = {(e.site, e.address, e.state) for e in centre.traps.latest()}
    assert told == {
        ("Depot", "10.0.0.1", "waiting"),
        ("Depot", "10.0.0.9", "stranger"),
    }
    assert len(centre.traps.latest()) == 2, "told twice, heard once"
    spool.close()


async def test_a_machine_that_was_heard_is_a_device_of_the_site(
    centre: App, clock: Clock, tmp_path: Path
) -> None:
    spool = Spool(tmp_path / "spool", "token")
    heard = Observation(
        address="192.0.2.40",
        collector="dhcp",
        site="Moon",
        seen_at=clock.now + timedelta(days=1),
        clues=(Clue("mac", "00:04:13:74:17:67", "dhcp"),),
    )
    packed = base64.b64encode(wire.pack(heard)).decode()
    spool.note("machine", {"packed": packed})
    spool.note("machine", {"packed": "half"})
    async with calling(centre) as client:
        remote = await enrolled(centre, client, "here")
        remote.skew = timedelta(days=1)
        for _ in range(2):
            await tell(remote, spool)
    (found,) = rows(centre, Device)
    assert (found["site"], found["mac"]) == ("HQ", "00:04:13:74:17:67")
    assert found["last_seen"] == clock.now
    spool.close()


async def test_who_gives_addresses_away_is_told_for_the_segment_of_a_collector(
    centre: App, clock: Clock, tmp_path: Path
) -> None:
    spool = Spool(tmp_path / "spool", "token")
    office = HeardServer(segment="eth0", address="10.0.0.1", lease_seconds=2**40)
    spool.note("server", wire.to_plain(office))
    for wrong in (
        {"segment": "eth0"},
        {"segment": "eth0", "address": "everywhere"},
        {"segment": "a\x00b", "address": "10.0.0.1"},
        {"segment": "eth0", "address": "10.0.0.1", "name_servers": 7},
    ):
        spool.note("server", wrong)
    async with calling(centre) as client:
        here = await enrolled(centre, client, "here")
        for _ in range(2):
            await tell(here, spool)
        # Another network of the site, heard on an interface of the same name.
        other = Spool(tmp_path / "other", "token")
        other.note("server", wire.to_plain(replace(office, address="10.1.0.1")))
        there = await enrolled(centre, client, "there")
        await tell(there, other)
        assert rows(centre, NetworkFinding) == []
        other.note("server", wire.to_plain(replace(office, address="192.168.1.1")))
        await tell(there, other)
    found = {(r["site"], r["segment"], r["address"]) for r in rows(centre, DhcpServer)}
    assert found == {
        ("HQ", "here eth0", "10.0.0.1"),
        ("HQ", "there eth0", "10.1.0.1"),
        ("HQ", "there eth0", "192.168.1.1"),
    }
    (finding,) = rows(centre, NetworkFinding)
    assert (finding["kind"], finding["place"]) == ("two-dhcp-servers", "there eth0")
    spool.close()
    other.close()


async def test_notes_are_numbered_on_when_the_clock_was_put_back(
    centre: App, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is heard the day after would count as told already."""
    with_account(centre, clock)
    day = 86_400_000_000_000
    right = time.time_ns()
    async with calling(centre) as client:
        here = await enrolled(centre, client, "here")
        spool = Spool(tmp_path / "spool", "token")
        monkeypatch.setattr(time, "time_ns", lambda: right + day)
        await fails(LocalLogins(spool, LIMITS), "root", "192.0.2.1")
        spool.drop_notes((await tell(here, spool))["taken"])
        monkeypatch.setattr(time, "time_ns", lambda: right)
        await fails(LocalLogins(spool, LIMITS), "root", "192.0.2.1")
        standing = (await tell(here, spool))["standing"]
        assert standing["accounts"] == {"root": 2}
        spool.wipe()
        # Its machine is another one now: nothing but the centre knows the number.
        anew = Spool(tmp_path / "spool", "token")
        hello = (await here.hello()).json()
        anew.number_after(hello["noted"])
        await fails(LocalLogins(anew, LIMITS), "root", "192.0.2.1")
        standing = (await tell(here, anew))["standing"]
        assert standing["accounts"] == {"root": 3}
    anew.close()


SOURCE = PbxSource(name="board", kind="kamailio", host="192.0.2.5", site="HQ")


async def test_a_telephone_system_is_read_by_the_collector_of_its_site(
    centre: App, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elsewhere, "PACE", 0.01)
    async with calling(centre) as client:
        here = await enrolled(centre, client, "here")
        here.protocol = "2"
        asked = asyncio.create_task(Elsewhere(centre.engine, clock, "HQ").read(SOURCE))
        while not (leased := await here.lease()):
            await asyncio.sleep(0.01)
        reading = PbxReading(
            source="mine",
            kind="kamailio",
            address="x",
            seen_at=clock.now,
            extensions=(Extension(number="2001"),),
            reads=frozenset({"extensions"}),
        )
        sent = {
            "uid": "1",
            "slice": leased[0],
            "address": "pbx:board",
            "seen_at": clock.now.timestamp(),
            "body": base64.b64encode(wire.pack(reading)).decode(),
        }
        await here.ask("/hosts", hosts=[sent])
        await here.ask("/done", slice=leased[0])
        told = await asked
    assert told == replace(reading, source="board", site="HQ")


async def test_a_system_that_nobody_reads_is_named(
    centre: App, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elsewhere, "PACE", 0.01)
    monkeypatch.setattr(elsewhere, "PATIENCE", 0.3 - SOURCE.limits.total)
    async with calling(centre) as client:
        # Of an older line: what it does not know is not given to it.
        old = await enrolled(centre, client, "old")
        asked = asyncio.create_task(Elsewhere(centre.engine, clock, "HQ").read(SOURCE))
        await asyncio.sleep(0.1)
        assert await old.lease() == []
        told = await asked
    assert [p.detail for p in told.problems] == ["no collector of the site has read it"]
    assert told.reads == frozenset()
    assert [row["state"] for row in rows(centre, SiteSlice)] == ["withdrawn"]


async def test_a_full_disk_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agents, "FULL", 0.05)
    spool = Spool(tmp_path / "spool", "token")
    made: Any = None
    agent = Agent(made, spool, LocalLogins(spool, LIMITS), made, made)
    spool._run("PRAGMA max_page_count = 40")
    at = datetime(2026, 6, 1, tzinfo=UTC)

    def fill() -> None:
        for number in range(100):
            spool.keep(1, f"192.0.2.{number}", at, bytes(4096))

    with pytest.raises(sqlite3.OperationalError, match="full"):
        fill()
    kept = len(spool.addresses(1))
    # A login that cannot be written down counts as long as the program runs.
    book = LocalLogins(spool, LIMITS)
    book.failed("root", DEVICE, "x" * 100_000)
    assert book.failures("root", DEVICE) == (1, 1)
    host = Host(address="192.0.2.200", seen_at=at)
    keeping = asyncio.create_task(agent._keep(1, host.address, at, host))
    await asyncio.sleep(0.2)
    spool._run("PRAGMA max_page_count = 4000")
    await asyncio.wait_for(keeping, 60)
    assert len(spool.addresses(1)) >= kept
    assert "192.0.2.200" in spool.addresses(1)
    spool.close()


def test_the_spool_forgets_what_was_heard_before_logins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.remote.spool.MOST_NOTES", 5)
    spool = Spool(tmp_path / "spool", "token")
    spool.note("login", {"what": "failed"})
    for number in range(10):
        spool.note("notice", {"n": number})
    kinds = [each.kind for each in spool.notes()]
    assert kinds == ["login", *["notice"] * 5]
    assert [e.body["n"] for e in spool.notes(kind="notice")] == [5, 6, 7, 8, 9]
    spool.close()
