"""Scans of one site that end together: concluded once for all, and nobody forgotten."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from sqlalchemy import Engine, select

from api.compose import logs
from discovery.scan.context import resolve_by_system
from discovery.scan.ending import conclude
from discovery.scan.jobs import ScanJobs
from discovery.scan.requests import ScanRequest
from inventory.network.findings.write import look_for_findings
from inventory.network.scan_tables import Scan
from inventory.network.tables import Device, Interface
from inventory.network.topology_tables import DeviceNeighbour, Link, Sighting
from inventory.storage.all_tables import load_tables
from inventory.storage.audit import verify
from inventory.storage.engine import make_engine
from inventory.storage.exclusive import one_at_a_time
from inventory.storage.rows import table_of
from tests.discovery.fake_network import FakeNetwork
from tests.discovery.scanning import SMALL
from tests.discovery.test_parts_of_a_site import Floor, address

ROOT = Path(__file__).resolve().parents[2]
SWITCHES = range(6)
PATIENCE = 120.0


def now() -> datetime:
    return datetime.now(UTC)


def request(number: int) -> ScanRequest:
    return ScanRequest(targets=(address(number),), site="", options=SMALL)


def scans_on(engine: Engine, floor: Floor) -> ScanJobs:
    """Scans of the switches of a floor as they are now."""
    at = now()
    network = FakeNetwork(
        {address(n): replace(floor.told(n), seen_at=at) for n in SWITCHES}
    )
    opened = partial(network.context, engine, now)
    return ScanJobs(engine, now, opened, resolve_by_system)


def rows(engine: Engine, model: Any = Scan) -> list[dict[str, Any]]:  # noqa: ANN401
    table = table_of(model)
    with engine.connect() as connection:
        found = connection.execute(select(table).order_by(table.c.id)).mappings()
        return [dict(row) for row in found]


def until(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.02)


def all_wait(engine: Engine, number: int) -> bool:
    return sum(row["ready_at"] is not None for row in rows(engine)) == number


def together(engine: Engine, floor: Floor, *numbers: list[int]) -> list[dict[str, Any]]:
    """Let scans of some switches end at the same time; return their rows."""
    jobs = scans_on(engine, floor)
    made: list[int] = []
    with one_at_a_time(engine, "conclusions", ""):
        for some in numbers:
            made += [jobs.start(request(n)) for n in some]
            until(partial(all_wait, engine, len(made)))
    assert {jobs.wait(one, PATIENCE).state for one in made} == {"finished"}
    jobs.close()
    return [row for row in rows(engine) if row["id"] in made]


def one_after_another(engine: Engine, floor: Floor, numbers: list[int]) -> None:
    jobs = scans_on(engine, floor)
    for number in numbers:
        assert jobs.wait(jobs.start(request(number)), PATIENCE).state == "finished"
    jobs.close()


def believed(engine: Engine) -> dict[str, set[tuple[object, ...]]]:
    """Return what is believed of the floor, told without numbers of rows."""
    named = {d["id"]: d["name"] or d["address"] for d in rows(engine, Device)}
    ports = {p["id"]: p["name"] for p in rows(engine, Interface)}
    open_devices = [d for d in rows(engine, Device) if d["merged_at"] is None]
    return {
        # Which address counts as that of a phone depends on what was read first.
        "devices": {(d["name"], d["type"]) for d in open_devices},
        "links": {
            tuple(sorted(_ends(row, named, ports)))
            for row in rows(engine, Link)
            if row["closed_at"] is None
        },
        "places": {
            (
                row["mac"],
                row["ip"],
                named.get(row["device_id"]),
                ports.get(row["interface_id"]),
                row["vlan"],
                row["reason"],
            )
            for row in rows(engine, Sighting)
            if row["closed_at"] is None
        },
        "neighbours": {
            (
                named[row["device_id"]],
                row["port"],
                row["chassis_id"],
                named.get(row["remote_device_id"]),
                row["reason"],
            )
            for row in rows(engine, DeviceNeighbour)
            if row["removed_at"] is None
        },
    }


def assert_same(engine: Engine, other: Engine) -> None:
    """Compare what is believed, to tell no more than what differs."""
    one, two = believed(engine), believed(other)
    assert [
        (what, one[what] ^ two[what]) for what in one if one[what] ^ two[what]
    ] == []


def _ends(
    link: dict[str, Any], named: dict[int, str], ports: dict[int, str]
) -> Iterator[tuple[str, str]]:
    for end in "ab":
        port = ports.get(link[f"{end}_interface_id"], "")
        yield named[link[f"{end}_device_id"]], port


@pytest.fixture
def beside(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """A database in which scans end one after another."""
    copyfile(sqlite_template, tmp_path / "beside.sqlite")
    engine = make_engine(f"sqlite:///{tmp_path}/beside.sqlite")
    yield engine
    engine.dispose()


@pytest.mark.parametrize("seed", range(2))
def test_what_ends_together_is_concluded_once(
    engine: Engine, beside: Engine, seed: int
) -> None:
    floor, all_of_it = Floor(seed), list(SWITCHES)
    ended = together(engine, floor, all_of_it)
    assert len({row["concluded_by"] for row in ended}) == 1
    assert {row["ready_at"] for row in ended} == {None}
    assert sum(row["counts"]["whole"] for row in ended) == 1
    one_after_another(beside, floor, all_of_it)
    assert_same(engine, beside)
    for _ in range(6):
        floor.happen()
    again = together(engine, floor, all_of_it)
    assert len({row["concluded_by"] for row in again}) < len(again)
    one_after_another(beside, floor, all_of_it)
    assert_same(engine, beside)
    # What nobody forgot is nothing new when it is looked at once more.
    before = believed(engine)
    together(engine, floor, all_of_it)
    assert believed(engine) == before
    assert verify(engine) == []


def test_small_scans_that_end_together_look_at_their_part_once(
    engine: Engine, beside: Engine
) -> None:
    """As after a storm of traps: each is of one switch, and none of the whole site."""
    floor, some, again = Floor(3), [1, 2, 3], [2, 1]
    together(engine, floor, list(SWITCHES))
    one_after_another(beside, floor, list(SWITCHES))
    host = next(iter(floor.hosts.values()))
    host.vlan = 20
    ended = together(engine, floor, some, again)
    assert [row["counts"]["whole"] for row in ended] == [0] * 5
    assert len({row["concluded_by"] for row in ended}) == 1
    one_after_another(beside, floor, [*some, *again])
    assert_same(engine, beside)


@contextmanager
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Stop the first conclusions in their midst while the block runs."""
    there, go_on = threading.Event(), threading.Event()
    real = look_for_findings

    def slow(work: Any, **more: Any) -> Any:  # noqa: ANN401
        if not there.is_set():
            there.set()
            assert go_on.wait(PATIENCE)
        return real(work, **more)

    monkeypatch.setattr(conclude, "look_for_findings", slow)
    try:
        yield there
    finally:
        go_on.set()


def test_who_ends_during_conclusions_is_concluded_by_the_next(
    engine: Engine, beside: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor = Floor(1)
    jobs = scans_on(engine, floor)
    with held(monkeypatch) as there:
        first = jobs.start(request(0))
        assert there.wait(PATIENCE)
        others = [jobs.start(request(n)) for n in SWITCHES[1:]]
        until(partial(all_wait, engine, len(SWITCHES)))
    for each in (first, *others):
        assert jobs.wait(each, PATIENCE).state == "finished"
    jobs.close()
    by = {row["id"]: row["concluded_by"] for row in rows(engine)}
    assert by[first] == first
    (second,) = {by[each] for each in others}
    assert second in others
    one_after_another(beside, floor, list(SWITCHES))
    assert_same(engine, beside)


def test_who_is_killed_while_it_concludes_leaves_it_to_the_next(
    engine: Engine, database_url: str, beside: Engine
) -> None:
    floor = Floor(1)
    killed = subprocess.Popen(
        [sys.executable, "-m", "tests.discovery.test_ending_together", database_url],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "concludes\n"
        jobs = scans_on(engine, floor)
        others = [jobs.start(request(n)) for n in SWITCHES[1:]]
        until(partial(all_wait, engine, len(SWITCHES)))
    finally:
        killed.kill()
        killed.communicate()
    assert {jobs.wait(one, PATIENCE).state for one in others} == {"finished"}
    by = {row["id"]: row["concluded_by"] for row in rows(engine)}
    assert len(set(by.values())) == 1, "the dead one was concluded as well"
    assert by[others[0]] in others
    (dead,) = by.keys() - set(others)
    assert jobs.take_up_interrupted() == [dead]
    assert jobs.wait(dead, PATIENCE).state == "finished"
    jobs.close()
    assert rows(engine)[0]["concluded_by"] == dead
    one_after_another(beside, floor, list(SWITCHES))
    assert_same(engine, beside)
    assert verify(engine) == []


def main(url: str) -> None:
    """Scan one switch of the floor and stop in the midst of the conclusions."""
    logs.configure("error", as_json=False)
    load_tables()

    def stop(_work: Any, **_more: Any) -> Any:  # noqa: ANN401
        print("concludes", flush=True)
        time.sleep(PATIENCE)

    setattr(conclude, "look_for_findings", stop)  # noqa: B010 - of another module
    jobs = scans_on(make_engine(url), Floor(1))
    jobs.wait(jobs.start(request(0)))


if __name__ == "__main__":
    main(sys.argv[1])
