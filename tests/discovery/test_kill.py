"""A scan that is killed leaves whole hosts, and is taken up where it stopped."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from collectors.office.expected_findings import expected
from discovery.scan.jobs import is_alive, this_process
from discovery.scan.scan_rows import interrupt_orphaned, read_progress
from inventory.network.queries.devices import list_devices
from inventory.storage.audit import verify
from tests.discovery.office import PORTS, office, plan, running_office
from tests.discovery.scan_process import now

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def running() -> Iterator[None]:
    with running_office():
        yield


def start(network: str, url: str, scan: str | None) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.discovery.scan_process", network, url]
    return subprocess.Popen(
        command + ([scan] if scan else []),
        cwd=ROOT,
        env=os.environ | {PORTS: str(plan().ports.snmp)},
        stdout=subprocess.PIPE,
        text=True,
    )


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def check_whole(engine: Engine) -> None:
    """Nothing is half-written: every device has its audit row, parts and evidence."""
    assert verify(engine) == []
    with engine.connect() as connection:
        orphans = connection.execute(
            text(
                "SELECT d.id FROM device d WHERE"
                " NOT EXISTS (SELECT 1 FROM audit_entry a WHERE a.entity = 'device'"
                "   AND a.action = 'create' AND a.entity_id = CAST(d.id AS TEXT))"
                " OR NOT EXISTS (SELECT 1 FROM device_field f WHERE f.device_id = d.id)"
                " OR (d.merged_at IS NULL AND NOT EXISTS"
                "   (SELECT 1 FROM observation o WHERE o.device_id = d.id))"
            )
        ).all()
        assert orphans == []
        if engine.dialect.name == "sqlite":
            check = connection.execute(text("PRAGMA integrity_check")).scalar()
            assert check == "ok"
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


def kill_and_resume(
    network: str, engine: Engine, url: str, *, kills: int, expected_devices: int
) -> None:
    rng = random.Random(kills)
    scan: str | None = None
    for _ in range(kills):
        with start(network, url, scan) as process:
            scan = first_line(process)
            time.sleep(rng.uniform(0.1, 2.0))
            process.kill()
        if read_progress(engine, int(scan)).state == "finished":
            break
        check_whole(engine)
        interrupt_orphaned(engine, now, is_alive=is_alive)
        assert read_progress(engine, int(scan)).state == "interrupted"
    else:
        with start(network, url, scan) as process:
            output, _ = process.communicate(timeout=200)
        assert output.split() == [scan, "finished"]
    check_whole(engine)
    with engine.connect() as connection:
        rows = list_devices(connection, limit=1000).rows
        states = connection.execute(text("SELECT outcome FROM scan_host")).scalars()
        assert "waiting" not in set(states)
    assert len(rows) == expected_devices


def test_a_killed_scan_leaves_whole_hosts_and_completes_when_resumed(
    engine: Engine, database_url: str
) -> None:
    if engine.dialect.name == "postgresql":
        pytest.skip("kills on the second database are in the slow run")
    kill_and_resume("fake", engine, database_url, kills=3, expected_devices=33)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_kills_while_the_office_is_scanned(
    running: None, engine: Engine, database_url: str
) -> None:
    devices = len(expected(office()).devices)
    kill_and_resume("office", engine, database_url, kills=10, expected_devices=devices)


def test_a_process_is_told_from_another_one_with_its_number() -> None:
    me = this_process()
    assert is_alive(me) is True
    host, pid, _ = me.split(":")
    assert is_alive(f"{host}:{pid}:1") is False
    assert is_alive(f"{host}:999999999:1") is False
    assert is_alive(f"elsewhere:{pid}:1") is None
