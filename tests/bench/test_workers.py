"""A whole scan of thousands of agents: one worker, four, two collectors, snmpbulkwalk.

`WORKERS_DEVICES=2000 WORKERS_RUNS=1,4,collectors pytest -m bench -n0 -s
tests/bench/test_workers.py`. PostgreSQL; processes as they are started in use; CPU of
each process as the system counted it.
"""

from __future__ import annotations

import ipaddress
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, tuple_

from inventory.jobs import slices
from inventory.jobs.collector_tables import SiteSlice, SliceHost
from inventory.jobs.tables import Job
from inventory.network.scan_tables import Scan, ScanHost
from inventory.network.tables import Device
from inventory.people import accounts
from inventory.storage.all_tables import load_tables
from inventory.storage.rows import table_of
from inventory.storage.work import UnitOfWork
from tests.api.jobs.test_killed_import import begin, now, url_of
from tests.bench.farm import Cost, farm, report
from tests.bench.test_snmp_walks import by_tools

PORT = 20163
DEVICES = int(os.environ.get("WORKERS_DEVICES", "2000"))
RUNS = os.environ.get("WORKERS_RUNS", "1,4,collectors").split(",")
FIRST = ipaddress.ip_address("127.20.0.1")
ADDRESSES = [str(FIRST + n) for n in range(DEVICES)]
TICKS = os.sysconf("SC_CLK_TCK")
SETTINGS = """
data_dir = "{folder}"
database_url = "{url}"
[jobs]
defaults = false
[[sites]]
name = "farm"
networks = ["127.20.0.1-{last}"]
[scan]
icmp = false
tcp_ports = []
ssh_ports = []
sip_port = {sip}
snmp_port = {port}
probes = false
rate = 4000
[credentials]
offer_to_new = true
[[credentials.snmp]]
name = "public"
version = "2c"
community = "public"
"""


class Processes:
    """Programs of one run, and the CPU they took."""

    def __init__(self, folder: Path, url: str) -> None:
        self._settings = folder / "purser.toml"
        text = SETTINGS.format(
            folder=folder, url=url, last=ADDRESSES[-1], port=PORT, sip=5999
        )
        self._settings.write_text(text)
        self._running: list[tuple[str, subprocess.Popen[str]]] = []

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        process = begin(self._settings, *arguments)
        self._running.append((arguments[0], process))
        return process

    def cpu(self) -> dict[str, float]:
        """Return seconds of CPU by command."""
        found = dict.fromkeys((command for command, _ in self._running), 0.0)
        for command, process in self._running:
            found[command] += cpu_of(process.pid)
        return found

    def close(self) -> None:
        for _, process in self._running:
            process.send_signal(signal.SIGKILL)
            process.communicate()


def cpu_of(pid: int) -> float:
    """Return seconds of CPU of a process and of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(each) for each in fields[11:15]) / TICKS


def of_database(engine: Engine) -> float:
    """Return seconds of CPU of the server, its living sessions included."""
    with engine.connect() as connection:
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    parent = int(fields[1])
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return cpu_of(parent) + sum(cpu_of(int(each)) for each in children)


def count(engine: Engine, model: type) -> int:
    with engine.connect() as connection:
        query = select(func.count()).select_from(table_of(model))
        return int(connection.execute(query).scalar_one())


@contextmanager
def at_work(kind: str, engine: Engine, folder: Path, url: str) -> Iterator[Processes]:
    """Start who works: so many workers, or a centre with two collectors."""
    processes = Processes(folder, url)
    try:
        if kind == "collectors":
            port = url_of(processes.start("serve", "--port", "0", "--json"))
            for name in ("one", "two"):
                with UnitOfWork(engine, actor="bench", clock=now) as work:
                    _, token = slices.enrol(work, name, "farm")
                    work.commit()
                (folder / name).write_text(token)
                processes.start(
                    *("collector", "--server", port.rstrip("/")),
                    *("--token-file", str(folder / name)),
                    *("--spool", str(folder / f"{name}.spool")),
                )
        else:
            for _ in range(int(kind)):
                processes.start("worker")
        time.sleep(20)
        yield processes
    finally:
        processes.close()


def ask(folder: Path) -> None:
    """Ask for the scan of the site, as a page does."""
    from api.compose.scanning import make_request
    from api.compose.wiring import build, read_settings
    from api.jobs.scan_kinds import queued_scans

    app = build(read_settings(folder / "purser.toml"))
    try:
        with queued_scans(app):
            request = make_request(app.settings, (), engine=app.engine, site="farm")
            app.scans().start(request, requested_by="bench")
    finally:
        app.close()


@pytest.mark.bench
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
@pytest.mark.parametrize("kind", RUNS)
def test_a_farm(kind: str, engine: Engine, database_url: str, tmp_path: Path) -> None:
    load_tables()
    with UnitOfWork(engine, actor="bench", clock=now) as work:
        accounts.add_token(work, "bench", ["it"])
        work.commit()
    last = f"{ADDRESSES[0]}-{ADDRESSES[-1]}"
    scan = table_of(Scan)
    with (
        farm(last, port=PORT),
        at_work(kind, engine, tmp_path, database_url) as processes,
    ):
        idle, idle_database = processes.cpu(), of_database(engine)
        begun = time.monotonic()
        ask(tmp_path)
        state = "queued"
        while state not in {"finished", "failed", "cancelled"}:
            time.sleep(0.5)
            with engine.connect() as connection:
                state = connection.execute(select(scan.c.state)).scalar_one()
        wall = time.monotonic() - begun
        cpu = {name: used - idle[name] for name, used in processes.cpu().items()}
        database = of_database(engine) - idle_database
        tools, cost = by_tools_of(ADDRESSES[:100])
    report(
        f"a scan of {DEVICES} agents, load {os.getloadavg()[0]:.1f}",
        [
            (
                f"{kind:10}",
                state,
                f"{count(engine, ScanHost)} hosts {count(engine, Device)} devices",
                f"wall {wall:.1f} s ({DEVICES / wall:.1f}/s)",
                f"cpu {sum(cpu.values()):.1f} s ({each(sum(cpu.values()))})",
                *(f"of it {name} {each(part)}" for name, part in cpu.items()),
                f"database {database:.1f} s ({each(database)})",
                f"{count(engine, Job)} jobs",
                *brought(engine),
            ),
            (
                "snmpbulkwalk",
                f"{tools} varbinds of 100 devices",
                f"wall {cost.wall:.1f} s ({100 / cost.wall:.1f}/s)",
                f"cpu {cost.cpu:.1f} s ({cost.cpu / 100 * 1e3:.1f} ms/device)",
            ),
        ],
    )
    assert state == "finished"
    assert count(engine, ScanHost) == DEVICES


def each(seconds: float) -> str:
    return f"{seconds / DEVICES * 1e3:.1f} ms/device"


def brought(engine: Engine) -> list[str]:
    """Return what came in of parts that were visited elsewhere, and came again."""
    part, host = table_of(SiteSlice), table_of(SliceHost)
    here = host.c.slice_id, host.c.address
    with engine.connect() as connection:
        again = connection.execute(
            select(
                func.count(),
                func.count(tuple_(*here).distinct()),
                func.coalesce(func.sum(host.c.received), 0),
            )
        ).one()
        leased = select(func.count(), func.sum(part.c.attempts))
        parts, attempts = connection.execute(leased).one()
    return [
        f"{again[1]} hosts brought, {again[0] - again[1]} visited again,"
        f" {again[2] - again[0]} sent again",
        f"{parts} parts, {attempts or 0} leases",
    ]


def by_tools_of(addresses: list[str]) -> tuple[int, Cost]:
    """Walk the typical tables of some devices by net-snmp's tool, four at a time."""
    import tests.bench.test_snmp_walks as walks

    before = walks.PORT
    walks.PORT = PORT
    try:
        return by_tools(addresses, 4)
    finally:
        walks.PORT = before
