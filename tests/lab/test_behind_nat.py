"""A site behind NAT, asked by its collector: cut off, killed, revoked; 0 lost, 0 twice.

Real snmpd, sshd, lldpd, kamailio and telephones; a router that drops packets; TLS by
nginx; `purser serve` and `purser collector` as processes.
"""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from inventory.jobs import slices
from inventory.jobs.collector_tables import Collector, SiteSlice, SliceHost
from inventory.network.scan_tables import Scan, ScanHost
from inventory.network.tables import Device
from inventory.people import accounts
from inventory.storage.all_tables import load_tables
from inventory.storage.engine import make_engine
from inventory.storage.rows import table_of
from inventory.storage.work import UnitOfWork
from inventory.telecom.tables import Extension
from inventory.vault.tables import HostKeyPin
from tests.lab import behind_nat, configs
from tests.lab.behind_nat import HOSTS, Programs, ask
from tests.lab.site import PASSWORD, Lab
from tests.needs import missing

pytestmark = pytest.mark.lab

SECRETS = (PASSWORD, configs.COMMUNITY)


@pytest.fixture
def folder(lab: Lab) -> Iterator[Path]:
    if absent := [p for p in behind_nat.NEEDED if not shutil.which(p)]:
        packages = " ".join(behind_nat.NEEDED[p] for p in absent)
        missing("lab", f"{', '.join(absent)} missing: apt-get install {packages}")
    path = lab.net.folder / "nat"
    path.mkdir()
    yield path
    shutil.rmtree(path)


def now() -> datetime:
    return datetime.now(UTC)


PATIENCE = 300.0
"""Seconds after which something hangs; a busy machine takes a minute for a program."""


def until(what: str, ready: Callable[[], bool], more: float = 0) -> None:
    end = time.monotonic() + PATIENCE + more
    while not ready():
        assert time.monotonic() < end, f"{what} did not happen"
        time.sleep(0.2)


class Centre:
    """What is stored at the centre."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def rows(self, model: Any, **where: object) -> list[dict[str, Any]]:  # noqa: ANN401
        table = table_of(model)
        query = select(table)
        for name, value in where.items():
            query = query.where(table.c[name] == value)
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def brought(self) -> int:
        return len(self.rows(SliceHost))

    def leased(self) -> int:
        return sum(row["attempts"] for row in self.rows(SiteSlice))

    def is_over(self) -> bool:
        return self.rows(Scan)[0]["state"] in {"finished", "failed", "cancelled"}

    def enrol(self, site: Path) -> str:
        """Let a collector in, its token beside it; return a token of the API."""
        with UnitOfWork(self._engine, actor="test", clock=now) as work:
            _, secret = slices.enrol(work, "van", "lab")
            _, token = accounts.add_token(work, "lab", ["it"])
            work.commit()
        (site / "token").write_text(secret)
        return token

    def revoke(self) -> None:
        (collector,) = self.rows(Collector)
        with UnitOfWork(self._engine, actor="test", clock=now) as work:
            slices.revoke(work, collector["id"])
            work.commit()


def expected(lab: Lab) -> set[str]:
    """Return who is there."""
    nodes = (lab.switch, *lab.hosts, lab.phone, lab.desk, lab.pbx, lab.manager)
    return {node.ip for node in (*nodes, *HOSTS)}


def scan_with_faults(
    programs: Programs, lab: Lab, centre: Centre, authority: str, dark: float
) -> int:
    """Scan the site; cut its line for so many seconds, kill both sides; return it."""
    net, tell = lab.net, Stopwatch()
    token = centre.enrol(programs.site)
    serving = programs.serve()

    def call(path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        return net.call(
            "hub", ask, path=path, authority=authority, token=token, body=body
        )

    until("the centre answers", lambda: call("/health")[0] == 200)
    status, found = call("/api/v1/scans", {"site": "lab"})
    assert status in {200, 201, 202}, found
    tell("serves")
    collector = programs.collect()
    until("slices are leased", lambda: centre.leased() >= 2)
    time.sleep(1)
    collector.kill()  # in the midst of the sweep
    collector.wait()
    tell("collector killed once")
    collector = programs.collect()
    until("hosts are brought", lambda: centre.brought() >= 1)
    behind_nat.cut(net)
    begun = time.monotonic()
    until("hosts wait in the spool", lambda: programs.unsent() >= 2)
    tell(f"dark, {programs.unsent()} hosts in the spool")
    collector.kill()  # with hosts that nobody else has yet
    collector.wait()
    serving.kill()
    serving.wait()
    assert secrets_in(programs.site) == []
    programs.collect()
    programs.serve()
    time.sleep(max(0.0, dark - (time.monotonic() - begun)))
    behind_nat.mend(net)
    tell("light again")
    until("the scan ends", centre.is_over, dark)
    tell("scan over")
    return int(found["id"])


class Stopwatch:
    """Prints what happened when."""

    def __init__(self) -> None:
        self._begun = time.monotonic()

    def __call__(self, what: str) -> None:
        print(f"{time.monotonic() - self._begun:6.1f} s  {what}")


def secrets_in(folder: Path) -> list[str]:
    """Return which secrets of the site lie in the open in some folder."""
    kept = b"".join(f.read_bytes() for f in folder.rglob("*") if f.is_file())
    return [secret for secret in SECRETS if secret.encode() in kept]


def check(lab: Lab, centre: Centre, scan_id: int) -> None:
    """Nobody is lost, nobody is there twice."""
    (scan,) = centre.rows(Scan)
    assert (scan["id"], scan["state"]) == (scan_id, "finished"), scan
    hosts = [h for h in centre.rows(ScanHost) if h["outcome"] != "silent"]
    times = Counter(host["address"] for host in hosts)
    assert set(times) == expected(lab)
    assert set(times.values()) == {1}
    devices = centre.rows(Device, merged_at=None)
    assert sorted(d["address"] for d in devices) == sorted(expected(lab))
    told = {d["address"]: d["name"] for d in devices}
    for node in (lab.switch, *lab.hosts, *HOSTS, lab.phone):
        assert told[node.ip] == node.name
    read = {h["address"]: h["collectors"] for h in hosts}
    for node in (*lab.hosts, *HOSTS):
        assert read[node.ip]["snmp"] == "ok", node
    assert [read[node.ip]["ssh"] for node in lab.hosts] == ["ok", "ok"]
    assert read[lab.pbx.ip]["pbx"] == "ok"
    numbers = {each["number"] for each in centre.rows(Extension)}
    assert {lab.extension, lab.desk_extension} <= numbers
    pins = {(pin["site"], pin["address"]) for pin in centre.rows(HostKeyPin)}
    assert pins == {("lab", node.ip) for node in lab.hosts}


def revoked(programs: Programs, lab: Lab, centre: Centre, authority: str) -> None:
    """A revoked collector ends by itself, keeps nothing and is given nothing."""
    token, collector = (programs.site / "token").read_text(), programs.last["mgr"]
    assert collector.poll() is None
    centre.revoke()
    assert collector.wait(60) == 77
    assert not list(programs.site.glob("collector.spool*"))
    assert secrets_in(programs.site) == []
    assert token not in (programs.site / "log").read_text("utf-8")
    for path in ("hello", "lease", "beat", "hosts", "done"):
        asked = {"path": f"/api/v1/collector/{path}", "body": {}}
        told = lab.net.call("mgr", ask, **asked, authority=authority, token=token)
        assert told[0] == 401, told


def run_it(lab: Lab, folder: Path, *, dark: float, rate: int, url: str) -> None:
    """The whole of it, once."""
    load_tables()
    engine = make_engine(url)
    centre, authority = Centre(engine), str(folder / "hub.pem")
    with behind_nat.behind_nat(lab, folder) as net:
        programs = Programs(lab, folder, rate=rate, database=url)
        try:
            assert (
                net.inside("hub", "ip", "route", "get", lab.switch.ip, check=False)
                == ""
            )
            scan_id = scan_with_faults(programs, lab, centre, authority, dark)
            check(lab, centre, scan_id)
            received = Counter(row["received"] for row in centre.rows(SliceHost))
            print(f"{dark:g} s dark; hosts by how often they came: {dict(received)}")
            revoked(programs, lab, centre, authority)
        except BaseException:
            for log in folder.rglob("*log"):
                print(log.name, *log.read_text("utf-8").splitlines()[-40:], sep="\n")
            raise
        finally:
            programs.close()
            engine.dispose()


@pytest.mark.timeout(700)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_site_behind_nat_loses_nothing_and_keeps_no_secret(
    lab: Lab, folder: Path, database_url: str
) -> None:
    run_it(lab, folder, dark=4, rate=2000, url=database_url)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_site_that_is_dark_for_a_minute(
    lab: Lab, folder: Path, database_url: str
) -> None:
    run_it(lab, folder, dark=60, rate=400, url=database_url)
