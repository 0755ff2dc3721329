"""Many workers at once write the same network: one device, one record."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from collectors.facts import Observation
from discovery.observations.apply import apply_visit
from discovery.observations.visit import make_visit
from inventory.network.queries.devices import list_devices
from inventory.storage.all_tables import load_tables
from inventory.storage.audit import verify
from inventory.storage.engine import make_engine
from inventory.storage.work import UnitOfWork
from tests.discovery.fakes import HOUR, T0, PlainIdentify, box, mac

ROOT = Path(__file__).resolve().parents[2]
IDENTIFY = PlainIdentify()
ALONE = os.environ.get("TEST_LOCK", "identity") == "identity"
"""Else one lock for all, to compare with."""
TWICE = 2
"""Workers that bring each observation."""
NEAR = 16
"""Observations of one worker that it brings in any order."""


def observations(devices: int) -> list[Observation]:
    """Four observations of each device, none of which alone says everything."""
    found = []
    for n in range(devices):
        card, other, serial = mac(2 * n), mac(2 * n + 1), f"SER{n:05}"
        a, b, c = (f"10.{net}.{n // 250}.{n % 250 + 1}" for net in (1, 2, 3))
        found += [
            box(a, serial=serial, name=f"pc{n}", macs=[card]),
            box(b, macs=[card, other], collector="ssh", at=T0 + HOUR),
            box(c, macs=[other], at=T0 + 2 * HOUR),
            box(c, serial=serial, collector="ssh", at=T0 + 3 * HOUR),
        ]
    return found


def share(devices: int, worker: int, workers: int) -> list[Observation]:
    """Return what one worker brings: each observation comes from two of them.

    All go through the devices in one direction and each in an order of its own, so
    that several are at one device at a time, with other parts of it.
    """
    every = list(enumerate(observations(devices)))
    mine = [seen for n, seen in every if (n + worker) % workers < TWICE]
    chance, found = random.Random(worker), list[Observation]()
    for start in range(0, len(mine), NEAR):
        some = mine[start : start + NEAR]
        found += chance.sample(some, len(some))
    return found


def feed(url: str, devices: int, worker: int, workers: int) -> None:
    """Apply what a worker brings."""
    engine = make_engine(url)
    for seen in share(devices, worker, workers):
        visit = make_visit([seen], IDENTIFY)
        with UnitOfWork(
            engine, actor=f"worker:{worker}", clock=lambda: datetime.now(UTC)
        ) as work:
            apply_visit(work, visit, IDENTIFY, alone=ALONE)
            work.commit()
    engine.dispose()


def check(engine: Engine, devices: int) -> None:
    with engine.connect() as connection:
        rows = []
        after = None
        while True:
            page = list_devices(connection, sort="id", limit=1000, after=after)
            rows += page.rows
            if (after := page.next) is None:
                break
    assert len(rows) == devices
    assert {row["serial"] for row in rows} == {f"SER{n:05}" for n in range(devices)}
    assert verify(engine) == []


def in_processes(url: str, workers: int, devices: int) -> None:
    module = "tests.discovery.test_parallel"
    running = [
        subprocess.Popen(
            [sys.executable, "-m", module, url, *map(str, (devices, worker, workers))],
            cwd=ROOT,
        )
        for worker in range(workers)
    ]
    assert [process.wait() for process in running] == [0] * workers


def test_workers_that_write_the_same_devices_make_no_duplicates(
    engine: Engine, database_url: str
) -> None:
    if engine.dialect.name == "sqlite":
        in_processes(database_url, 2, 8)
    else:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda n: feed(database_url, 8, n, 4), range(4)))
    check(engine, 8)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_thousand_observations_by_many_workers(
    engine: Engine, database_url: str
) -> None:
    """Sixteen workers on PostgreSQL, four on SQLite: four thousand visits."""
    workers = 4 if engine.dialect.name == "sqlite" else 16
    in_processes(database_url, workers, 500)
    check(engine, 500)


if __name__ == "__main__":
    load_tables()
    feed(sys.argv[1], *map(int, sys.argv[2:]))
