"""Scans over a network of hand-made observations."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from collectors.errors import AuthFailed, TimedOut
from collectors.facts import Problem, Reason
from discovery.scan.jobs import ScanJobs
from discovery.scan.requests import HostResult, Progress
from discovery.scan.scan_rows import (
    create_scan,
    end_scan,
    interrupt_orphaned,
    read_progress,
    start_or_resume,
)
from discovery.scan.targets import TargetError
from discovery.scan.write_host import HostWriter
from inventory.kernel.errors import DatabaseFull, NotAllowed, NotFound
from inventory.network.queries.devices import device_detail
from inventory.network.queries.topology import list_unknown_neighbours
from inventory.network.queries.worklist import scan_detail
from inventory.storage.audit import verify
from tests.discovery.fake_network import FakeNetwork
from tests.discovery.fakes import T0, box, mac
from tests.discovery.scanning import Clock, devices, hosts, request, scan
from tests.discovery.scenes import computers, office_floor
from tests.discovery.snapshots import OF_SCANS, differences, snapshot


def test_every_host_that_answers_becomes_a_device(engine: Engine, clock: Clock) -> None:
    network = FakeNetwork(computers(10))
    done = scan(network, engine, clock, request("10.0.0.0/28"))
    assert (done.state, done.total, done.swept) == ("finished", 14, 14)
    assert (done.answered, done.done, done.new, done.problems) == (10, 10, 10, 0)
    assert len(devices(engine)) == 10
    assert verify(engine) == []


def test_a_second_scan_changes_nothing(engine: Engine, clock: Clock) -> None:
    network = FakeNetwork(office_floor())
    wanted = request("10.0.0.0/28", site="north")
    scan(network, engine, clock, wanted)
    before = snapshot(engine, without=OF_SCANS)
    assert before["link"]
    assert before["sighting"]
    scan(network, engine, lambda: T0 + timedelta(hours=1), wanted)
    assert differences(before, snapshot(engine, without=OF_SCANS)) == []


def test_phone_and_computer_on_one_port_are_both_placed(
    engine: Engine, clock: Clock
) -> None:
    scan(FakeNetwork(office_floor()), engine, clock, request("10.0.0.0/28"))
    by_mac = {row["mac"]: row for row in devices(engine)}
    assert {row["name"] for row in by_mac.values()} >= {"sw100", "sw200", "tel"}
    computer, phone = by_mac[mac(9002)], by_mac[mac(9001)]
    with engine.connect() as connection:
        detail = device_detail(connection, computer["id"])
    assert detail is not None
    (place,) = detail["plugged_in"]
    where = (place["device_name"], place["port"], place["ip"], place["behind_id"])
    assert where == ("sw200", "Gi1/0/4", "10.0.0.8", phone["id"])


def test_a_host_that_only_pings_is_known_by_the_mac_others_have_for_it(
    engine: Engine, clock: Clock
) -> None:
    scan(FakeNetwork(office_floor()), engine, clock, request("10.0.0.0/28"))
    (pinged,) = [r for r in devices(engine) if r["address"] == "10.0.0.9"]
    assert pinged["mac"] == mac(9003)
    assert pinged["managed"] is True


def test_an_unknown_switch_is_listed_with_the_reason(
    engine: Engine, clock: Clock
) -> None:
    scan(FakeNetwork(office_floor()), engine, clock, request("10.0.0.0/28"))
    with engine.connect() as connection:
        rows = list_unknown_neighbours(connection).rows
    assert [
        (r["sys_name"], r["device_name"], r["port"], r["reason"]) for r in rows
    ] == [("other", "sw200", "Gi1/0/2", "outside")]


def test_failures_are_results_with_a_reason(engine: Engine, clock: Clock) -> None:
    network = FakeNetwork(
        {
            "10.0.0.1": box(serial="SER0001"),
            "10.0.0.2": AuthFailed(),
            "10.0.0.3": TimedOut(),
            "10.0.0.4": KeyError("a fault in a parser"),
        }
    )
    wanted = request("10.0.0.1-5", "10.0.0.6", "nowhere.example", "known.example")
    done = scan(network, engine, clock, wanted)
    assert done.state == "finished"
    found = hosts(engine)
    said = {a: (h["outcome"], h["reason"]) for a, h in found.items()}
    assert said == {
        "10.0.0.1": ("new", None),
        "10.0.0.2": ("failed", "auth-failed"),
        "10.0.0.3": ("failed", "timed-out"),
        "10.0.0.4": ("failed", "internal"),
        "10.0.0.6": ("silent", "timed-out"),
        "10.0.0.200": ("silent", "timed-out"),
        "nowhere.example": ("failed", "unreachable"),
    }
    assert "known.example" in found["10.0.0.200"]["detail"]
    assert "fault" not in str(found["10.0.0.4"]["problems"]), "no internals are shown"


def test_excluded_addresses_are_never_asked(engine: Engine, clock: Clock) -> None:
    network = FakeNetwork(computers(6))
    scan(network, engine, clock, request("10.0.0.1-6", exclude=("10.0.0.2-3",)))
    assert network.asked == ["10.0.0.1", "10.0.0.4", "10.0.0.5", "10.0.0.6"]


def test_the_credential_that_worked_is_tried_first_the_next_time(
    engine: Engine, clock: Clock
) -> None:
    network = FakeNetwork(computers(1), told=True)
    scan(network, engine, clock, request("10.0.0.1"))
    assert network.tried == [("10.0.0.1", "right")]


def test_a_problem_of_the_sweep_is_told_once_and_the_scan_goes_on(
    engine: Engine, clock: Clock
) -> None:
    network = FakeNetwork(computers(9))
    network.problem = Problem("sweep:icmp4", Reason.REFUSED, "no raw socket")
    done = scan(network, engine, clock, request("10.0.0.1-9"))
    assert (done.state, done.done, done.problems) == ("finished", 9, 1)
    with engine.connect() as connection:
        detail = scan_detail(connection, done.scan_id)
    assert detail is not None
    assert detail["problems"] == [["sweep:icmp4", "refused", "no raw socket"]]


def test_what_was_told_of_the_sweep_outlives_an_interruption(
    engine: Engine, clock: Clock
) -> None:
    scan_id = create_scan(engine, clock, request("10.0.0.1"), "test")
    first = start_or_resume(engine, clock, scan_id, "here")
    told = (("sweep:icmp4", "refused", "no raw socket"),)
    so_far = Progress(scan_id=scan_id, state="interrupted", problems=1, for_all=told)
    end_scan(engine, clock, first.claim, "interrupted", so_far)
    assert start_or_resume(engine, clock, scan_id, "there").for_all == told


def test_progress_only_grows_and_tells_of_each_host(
    engine: Engine, clock: Clock
) -> None:
    told: list[Progress] = []
    scan(FakeNetwork(computers(9)), engine, clock, request("10.0.0.1-9"), told)
    for name in ("swept", "answered", "done"):
        values = [getattr(step, name) for step in told]
        assert values == sorted(values)
    results = [step.host for step in told if step.host is not None]
    assert {host.address for host in results} == set(computers(9))
    assert told[-1].state == "finished"


def test_a_full_disk_ends_the_scan_with_a_clear_message(
    engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> HostResult:
        raise DatabaseFull(where="/data")

    monkeypatch.setattr(HostWriter, "_apply", full)
    with pytest.raises(DatabaseFull):
        scan(FakeNetwork(computers(3)), engine, clock, request("10.0.0.1-3"))
    stored = read_progress(engine, 1)
    assert stored.state == "failed"
    assert stored.error is not None
    assert "disk of the database is full" in stored.error


@pytest.fixture
def jobs_for(
    engine: Engine, clock: Clock
) -> Iterator[Callable[[FakeNetwork], ScanJobs]]:
    made: list[ScanJobs] = []

    def make(network: FakeNetwork) -> ScanJobs:
        jobs = ScanJobs(
            engine, clock, lambda r: network.context(engine, clock, r), network.resolve
        )
        made.append(jobs)
        return jobs

    yield make
    for jobs in made:
        jobs.close()


def test_a_cancelled_scan_keeps_what_it_has_and_can_be_resumed(
    engine: Engine, jobs_for: Callable[[FakeNetwork], ScanJobs]
) -> None:
    network = FakeNetwork(computers(30), delay=0.02)
    jobs = jobs_for(network)
    some = threading.Event()
    scan_id = jobs.start(request("10.0.0.1-30"))
    jobs.subscribe(scan_id, lambda p: some.set() if p.done >= 5 else None)
    assert some.wait(120)
    assert jobs.cancel(scan_id)
    assert jobs.wait(scan_id, 30).state == "cancelled"
    before = set(hosts(engine))
    assert 5 <= len(before) < 30
    network.asked.clear()
    jobs.resume(scan_id)
    assert jobs.wait(scan_id, 30).state == "finished"
    assert not before & set(network.asked), "hosts that are done are not asked again"
    assert len(devices(engine)) == 30


def test_scans_wait_for_their_turn(
    engine: Engine,
    jobs_for: Callable[[FakeNetwork], ScanJobs],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("discovery.scan.jobs.AT_ONCE", 1)
    network = FakeNetwork(computers(4), delay=0.01)
    jobs = jobs_for(network)
    first = jobs.start(request("10.0.0.1-2"))
    second = jobs.start(request("10.0.0.3-4"))
    assert jobs.wait(second, 60).state == "finished"
    assert jobs.status(first).state == "finished"
    assert {"10.0.0.1", "10.0.0.2"} == set(network.asked[:2])
    assert len(devices(engine)) == 4


def test_bad_targets_are_refused_before_a_scan_is_made(
    engine: Engine, jobs_for: Callable[[FakeNetwork], ScanJobs]
) -> None:
    jobs = jobs_for(FakeNetwork({}))
    with pytest.raises(TargetError, match="--max-addresses"):
        jobs.start(request("10.0.0.0/8"))
    with pytest.raises(NotFound):
        jobs.status(1)


def test_only_a_scan_that_stopped_can_be_resumed(
    engine: Engine, jobs_for: Callable[[FakeNetwork], ScanJobs]
) -> None:
    jobs = jobs_for(FakeNetwork(computers(1)))
    scan_id = jobs.start(request("10.0.0.1"))
    jobs.wait(scan_id, 30)
    with pytest.raises(NotAllowed, match="finished"):
        jobs.resume(scan_id)
    with pytest.raises(NotFound):
        jobs.resume(99)


def test_a_scan_without_a_sign_of_life_elsewhere_is_interrupted(
    engine: Engine, clock: Clock
) -> None:
    create_scan(engine, clock, request("10.0.0.1"), "x", owner="elsewhere:1:1")
    assert interrupt_orphaned(engine, clock, is_alive=lambda _: None) == []
    assert interrupt_orphaned(engine, clock, is_alive=lambda _: False) == [1]
    assert read_progress(engine, 1).state == "interrupted"
