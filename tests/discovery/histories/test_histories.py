"""Random histories: nothing is merged in silence, nothing is there twice."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copyfile

import pytest
from sqlalchemy import Engine, text

from discovery.scan.requests import ScanOptions, ScanRequest
from inventory.storage.engine import make_engine
from tests.discovery.fake_network import FakeNetwork
from tests.discovery.fakes import T0
from tests.discovery.histories.network import SITES, Network, at
from tests.discovery.scanning import scan

DAYS = 8
OPTIONS = ScanOptions(
    tcp_ports=(), ssh_ports=(), sip_port=None, chunk=64, concurrency=1
)


class Day:
    """A clock of whole days."""

    now: datetime = T0

    def __call__(self) -> datetime:
        return self.now


class History:
    """One network over some days, and which device each machine was seen as."""

    def __init__(self, engine: Engine, seed: int) -> None:
        self.engine = engine
        self.network = Network(seed)
        self.random = random.Random(seed + 1)
        self.day = Day()
        self.seen: dict[int, set[int]] = defaultdict(set)

    def run(self) -> None:
        """Scan, let things happen, scan again; whole at the beginning and the end."""
        for number in range(DAYS):
            whole = number in (0, DAYS - 1)
            for site in SITES:
                self._scan(site, whole=whole)
            self.day.now += timedelta(days=1)
            if number < DAYS - 2:
                for _ in range(self.random.randrange(1, 4)):
                    self.network.happen()

    def _scan(self, site: str, *, whole: bool) -> None:
        machines = at(self.network.placed, site)
        told, failed = self.network.told(
            site, part=1.0 if whole else 0.7, broken=0.0 if whole else 0.15
        )
        wanted = ScanRequest(targets=("10.0.0.0/27",), site=site, options=OPTIONS)
        scan(FakeNetwork(dict(told)), self.engine, self.day, wanted)
        for address, device in self._found().items():
            # What a machine is that told nothing of itself is only guessed.
            if address not in failed:
                self.seen[machines[address].truth].add(device)

    def _found(self) -> dict[str, int]:
        query = text(
            "SELECT address, device_id FROM scan_host WHERE device_id IS NOT NULL"
            " AND scan_id = (SELECT max(id) FROM scan)"
        )
        with self.engine.connect() as connection:
            return {row.address: row.device_id for row in connection.execute(query)}

    def living(self) -> dict[int, set[int]]:
        """Return machine -> devices it is now, those merged followed."""
        query = text("SELECT id, merged_into, merged_at FROM device")
        with self.engine.connect() as connection:
            rows = {r.id: r for r in connection.execute(query)}

        def now(device: int) -> int | None:
            row = rows[device]
            while row.merged_at is not None:
                if row.merged_into is None:
                    return None
                row = rows[row.merged_into]
            return int(row.id)

        return {
            truth: {d for d in map(now, devices) if d is not None}
            for truth, devices in self.seen.items()
        }


def faults(history: History) -> list[str]:
    """Return what went wrong."""
    living = history.living()
    owners: dict[int, set[int]] = defaultdict(set)
    for truth, devices in living.items():
        for device in devices:
            owners[device].add(truth)
    found = [
        f"device {device} is machines {sorted(machines)}"
        for device, machines in owners.items()
        if len(machines) > 1
    ]
    return found + [
        f"machine {truth} is devices {sorted(devices)}"
        for truth, devices in living.items()
        if len(devices) > 1
    ]


def history_of(folder: Path, template: Path, seed: int) -> History:
    path = folder / f"history-{seed}.sqlite"
    copyfile(template, path)
    engine = make_engine(f"sqlite:///{path}")
    history = History(engine, seed)
    history.run()
    engine.dispose()
    return history


@pytest.mark.parametrize("seed", range(4))
def test_a_machine_stays_one_device_whatever_happens(
    tmp_path: Path, sqlite_template: Path, seed: int
) -> None:
    history = history_of(tmp_path, sqlite_template, seed)
    assert faults(history) == [], "\n".join(history.network.log)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("start", range(4, 204, 10))
def test_two_hundred_histories(
    tmp_path: Path, sqlite_template: Path, start: int
) -> None:
    wrong = {}
    for seed in range(start, start + 10):
        history = history_of(tmp_path, sqlite_template, seed)
        if found := faults(history):
            wrong[seed] = [*found, *history.network.log]
    assert wrong == {}
