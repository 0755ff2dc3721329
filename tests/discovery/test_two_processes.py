"""Two processes and one site: nothing twice, nothing overwritten."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from api.compose import logs
from discovery.reconciliation.adoption_rules import AdoptionRule
from discovery.scan.context import resolve_by_system
from discovery.scan.fence import ScanTakenOver
from discovery.scan.jobs import ScanJobs, is_alive
from discovery.scan.requests import Progress, ScanOptions, ScanRequest
from discovery.scan.scan_rows import (
    create_scan,
    end_scan,
    interrupt_orphaned,
    read_progress,
    record_progress,
    start_or_resume,
)
from inventory.kernel.errors import DatabaseLocked
from inventory.storage.all_tables import load_tables
from inventory.storage.audit import verify
from inventory.storage.engine import make_engine, writing
from tests.discovery.fake_network import FakeNetwork
from tests.discovery.scenes import computers

ROOT = Path(__file__).resolve().parents[2]
DEVICES = 20
PATIENCE = 120.0
REQUEST = ScanRequest(
    targets=("10.0.0.0/26",),
    options=ScanOptions(
        tcp_ports=(), ssh_ports=(), sip_port=None, chunk=64, concurrency=1
    ),
)


def now() -> datetime:
    return datetime.now(UTC)


def jobs_on(engine: Engine, *, delay: float = 0.0) -> ScanJobs:
    """Scans that adopt whatever they find."""
    network = FakeNetwork(computers(DEVICES), delay=delay)

    @asynccontextmanager
    async def adopting(_: ScanRequest) -> Any:  # noqa: ANN401
        async with network.context(engine, now) as context:
            rule = AdoptionRule(name="all", seen_only=True)
            yield replace(context, adoption=(rule,))

    return ScanJobs(engine, now, adopting, resolve_by_system)


def main(url: str, task: str) -> None:
    """`scan` waits for a line and scans; `serve` takes up what was interrupted."""
    logs.configure("error", as_json=False)
    load_tables()
    jobs = jobs_on(make_engine(url), delay=0.5 if task == "slow" else 0.0)
    print("ready", flush=True)
    if task == "serve":
        taken: list[int] = []
        while not taken:
            taken = jobs.take_up_interrupted()
            time.sleep(0.2)
        number = taken[0]
    else:
        sys.stdin.readline()
        number = jobs.start(REQUEST)
        print(number, flush=True)
    print(jobs.wait(number).state, flush=True)
    jobs.close()


@pytest.fixture
def started() -> Iterator[Callable[[str, str], subprocess.Popen[str]]]:
    """Starts a process of this module; what is left of them ends with the test."""
    running: list[subprocess.Popen[str]] = []

    def start(url: str, task: str) -> subprocess.Popen[str]:
        command = [
            sys.executable,
            "-m",
            "tests.discovery.test_two_processes",
            url,
            task,
        ]
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True
        )
        running.append(process)
        assert line(process) == "ready"
        return process

    yield start
    for process in running:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
        process.communicate()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def number_of(engine: Engine, what: str) -> int:
    with engine.connect() as connection:
        return int(
            connection.execute(text(f"SELECT count(*) FROM {what}")).scalar_one()
        )


def check_nothing_twice(engine: Engine) -> None:
    assert number_of(engine, "device WHERE merged_at IS NULL") == DEVICES
    assert number_of(engine, "asset") == DEVICES
    assert number_of(engine, "reconciliation WHERE closed_at IS NULL") == DEVICES
    with engine.connect() as connection:
        for table, key in (
            ("sighting", "site, mac, ip"),
            ("link", "a_interface_id, b_interface_id"),
            ("reconciliation", "device_id"),
        ):
            doubled = connection.execute(
                text(
                    f"SELECT {key} FROM {table} WHERE closed_at IS NULL"
                    f" GROUP BY {key} HAVING count(*) > 1"
                )
            ).all()
            assert doubled == [], table
    assert verify(engine) == []


def together(
    engine: Engine, url: str, started: Callable[[str, str], subprocess.Popen[str]]
) -> None:
    pair = [started(url, "scan") for _ in range(2)]
    for process in pair:
        go(process)
    for process in pair:
        assert line(process).isdigit()
        assert line(process) == "finished"
    check_nothing_twice(engine)


def test_two_scans_of_one_site_that_end_together_adopt_each_device_once(
    engine: Engine,
    database_url: str,
    started: Callable[[str, str], subprocess.Popen[str]],
) -> None:
    together(engine, database_url, started)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("run", range(10))
def test_ten_times_two_scans_that_end_together(
    run: int,
    engine: Engine,
    database_url: str,
    started: Callable[[str, str], subprocess.Popen[str]],
) -> None:
    together(engine, database_url, started)


def test_a_killed_scan_is_taken_up_by_whoever_serves(
    engine: Engine,
    database_url: str,
    started: Callable[[str, str], subprocess.Popen[str]],
) -> None:
    first = started(database_url, "slow")
    go(first)
    scan_id = int(line(first))
    wait_for(lambda: read_progress(engine, scan_id).state == "running")
    first.kill()
    first.wait(120)
    second = started(database_url, "serve")
    assert line(second) == "finished"
    assert read_progress(engine, scan_id).state == "finished"
    check_nothing_twice(engine)


def test_a_process_that_slept_writes_nothing_over_what_another_one_did(
    engine: Engine,
    database_url: str,
    started: Callable[[str, str], subprocess.Popen[str]],
) -> None:
    """It is stopped in the middle, its scan goes on elsewhere, then it wakes up."""
    first = started(database_url, "slow")
    go(first)
    scan_id = int(line(first))
    wait_for(lambda: number_of(engine, "scan_host") >= 2)
    stop_between_transactions(database_url, engine, first)
    found = interrupt_orphaned(
        engine, now, is_alive=is_alive, patience=timedelta(seconds=0)
    )
    assert found == [scan_id]
    second = started(database_url, "serve")
    assert line(second) == "finished"
    done = rows(engine, scan_id)
    first.send_signal(signal.SIGCONT)
    assert line(first) == "finished", "it reads how the other one ended"
    assert first.wait(PATIENCE) == 0
    assert rows(engine, scan_id) == done
    check_nothing_twice(engine)


def stop_between_transactions(
    url: str, engine: Engine, process: subprocess.Popen[str]
) -> None:
    """Stop it while it holds no lock that keeps everybody out."""
    for _ in range(200):
        process.send_signal(signal.SIGSTOP)
        time.sleep(0.2)
        if not holds_locks(url, engine):
            return
        process.send_signal(signal.SIGCONT)
        time.sleep(0.03)
    raise AssertionError("it is always in a transaction")


def holds_locks(url: str, engine: Engine) -> bool:
    if engine.dialect.name == "postgresql":
        busy = (
            "pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        return number_of(engine, busy) > 0
    impatient = make_engine(url, lock_wait=0.2)
    try:
        with writing(impatient):
            return False
    except DatabaseLocked:
        return True
    finally:
        impatient.dispose()


def rows(engine: Engine, scan_id: int) -> list[Any]:
    """Return the scan, its hosts and all of the audit trail."""
    with engine.connect() as connection:
        return [
            list(connection.execute(text(query), {"scan": scan_id}))
            for query in (
                "SELECT * FROM scan WHERE id = :scan",
                "SELECT * FROM scan_host WHERE scan_id = :scan ORDER BY id",
                "SELECT seq, hash FROM audit_entry ORDER BY seq",
            )
        ]


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, "it did not come to that"
        time.sleep(0.05)


def test_each_write_of_a_scan_asks_whose_it_is(engine: Engine) -> None:
    scan_id = create_scan(engine, now, REQUEST, "test")
    old = start_or_resume(engine, now, scan_id, "a:1:1").claim
    interrupt_orphaned(engine, now, is_alive=lambda _: False)
    new = start_or_resume(engine, now, scan_id, "b:2:2").claim
    assert (old.attempt, new.attempt) == (1, 2)
    moved = Progress(scan_id=scan_id, state="running", done=7)
    with pytest.raises(ScanTakenOver):
        record_progress(engine, old, now(), position=9, progress=moved)
    with pytest.raises(ScanTakenOver):
        end_scan(engine, now, old, "failed", moved)
    with engine.begin() as connection, pytest.raises(ScanTakenOver):
        old.check(connection)
    assert read_progress(engine, scan_id).done == 0
    record_progress(engine, new, now(), position=9, progress=moved)
    end_scan(engine, now, new, "finished", moved)
    assert read_progress(engine, scan_id).state == "finished"


def test_a_scan_queued_by_one_process_is_not_begun_by_another(engine: Engine) -> None:
    scan_id = create_scan(engine, now, REQUEST, "test", owner="a:1:1")
    with pytest.raises(ScanTakenOver):
        start_or_resume(engine, now, scan_id, "b:2:2")


def test_a_scan_that_ends_its_process_each_time_waits_for_a_person(
    engine: Engine,
) -> None:
    scan_id = create_scan(engine, now, REQUEST, "test")
    for _ in range(5):
        start_or_resume(engine, now, scan_id, "dead:1:1")
        interrupt_orphaned(engine, now, is_alive=lambda _: False)
    jobs = jobs_on(engine)
    assert jobs.take_up_interrupted() == []
    jobs.resume(scan_id)
    assert jobs.wait(scan_id, 60).state == "finished"
    jobs.close()


def test_what_a_process_that_ends_was_doing_goes_on_in_the_next(
    engine: Engine,
) -> None:
    jobs = jobs_on(engine, delay=0.2)
    scans = [jobs.start(REQUEST), jobs.start(REQUEST)]
    wait_for(lambda: read_progress(engine, scans[0]).state == "running")
    jobs.close()
    assert [read_progress(engine, s).state for s in scans] == ["interrupted"] * 2
    following = jobs_on(engine)
    assert following.take_up_interrupted() == scans
    assert [following.wait(s, 60).state for s in scans] == ["finished"] * 2
    following.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
