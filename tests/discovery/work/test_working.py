"""Jobs are done once, in order, can be stopped, and survive who works on them."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from discovery.work.memory import MemoryEngine
from discovery.work.port import JobRun, Kind, Queue
from discovery.work.working import DeathWatch, Working
from inventory.jobs import rows
from inventory.jobs.rows import JobTakenOver
from inventory.kernel.errors import DatabaseUnreachable, Invalid, NotAllowed
from inventory.storage.engine import make_engine
from inventory.storage.work import UnitOfWork
from tests.discovery.work.jobs import PATIENCE, ask, clock, ended, row, working


@pytest.fixture
def database(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """One database: what differs between the two is in the rows, tested above."""
    path = tmp_path / "purser.sqlite"
    shutil.copyfile(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


def test_jobs_are_done_in_order_and_say_what_came_of_them(engine: Engine) -> None:
    seen: list[str] = []

    def note(job: JobRun) -> dict[str, int]:
        seen.append(job.claim.subject)
        job.tell(3, 3)
        return {"length": len(job.claim.subject)}

    def refuse(job: JobRun) -> None:
        raise Invalid("It is too long.", remedy="Make it shorter.")

    def break_down(job: JobRun) -> None:
        raise RuntimeError("secret detail")

    routine = ask(engine, "note", subject="routine", priority=100)
    trap = ask(engine, "note", subject="trap", priority=10)
    person = ask(engine, "note", subject="person", priority=50)
    refused, broken = ask(engine, "refuse"), ask(engine, "break_down")
    unknown = ask(engine, "of another release")
    with working(engine, note=note, refuse=refuse, break_down=break_down):
        done = ended(engine, routine)
        assert (done["state"], done["result"]) == ("done", {"length": 7})
        assert (done["done"], done["total"], done["attempt"]) == (3, 3, 1)
        assert ended(engine, refused)["error"] == "It is too long. Make it shorter."
        assert ended(engine, broken)["error"] == "RuntimeError; please report it"
        assert ended(engine, unknown)["state"] == "failed"
    assert seen == ["trap", "person", "routine"]
    assert {row(engine, each)["state"] for each in (trap, person)} == {"done"}


def test_what_fails_side_by_side_ends_a_job_as_if_it_were_alone(
    database: Engine,
) -> None:
    """A part of a scan keeps many hosts at once while the server takes nobody in."""
    tried: list[int] = []

    def visit(job: JobRun) -> dict[str, int]:
        tried.append(job.id)
        if len(tried) == 1:
            away = [DatabaseUnreachable(), DatabaseUnreachable()]
            raise ExceptionGroup("hosts", [ValueError(), ExceptionGroup("some", away)])
        return {"hosts": 3}

    def refuse(job: JobRun) -> None:
        told = Invalid("It is too long.", remedy="Make it shorter.")
        raise ExceptionGroup("hosts", [KeyError("x"), told])

    def break_down(job: JobRun) -> None:
        raise ExceptionGroup("hosts", [ZeroDivisionError()])

    waits, refused = ask(database, "visit"), ask(database, "refuse")
    broken = ask(database, "break_down")
    with working(database, visit=visit, refuse=refuse, break_down=break_down):
        assert ended(database, waits)["result"] == {"hosts": 3}
        assert ended(database, refused)["error"] == "It is too long. Make it shorter."
        failed = ended(database, broken)
    assert failed["error"] == "ZeroDivisionError; please report it"
    assert tried == [waits, waits]


def test_while_one_waits_another_of_its_key_is_not_added(engine: Engine) -> None:
    first = ask(engine, dedup="finish:HQ")
    assert ask(engine, dedup="finish:HQ") == first
    assert ask(engine, dedup="finish:Depot") != first
    ticket = next(
        each
        for each in rows.hand_over(engine, clock())
        if rows.job_of(each.key)[0] == first
    )
    held = rows.claim(engine, clock(), ticket.key, "one")
    assert held is not None
    # What was asked for while it runs may concern what it has passed already.
    second = ask(engine, dedup="finish:HQ")
    assert second != first
    # It is given back while the other waits: both wait, neither is lost.
    rows.give_back(engine, held)
    assert {row(engine, each)["state"] for each in (first, second)} == {"waiting"}


def test_who_slept_does_not_write_over_who_took_the_job(engine: Engine) -> None:
    job_id = ask(engine)
    (ticket,) = rows.hand_over(engine, clock())
    slow = rows.claim(engine, clock(), ticket.key, "slow")
    quick = rows.claim(engine, clock(), ticket.key, "quick")
    assert slow is not None
    assert quick is not None
    assert rows.to_stop(engine, [slow]) == {job_id: "taken-over"}
    assert rows.to_stop(engine, [quick]) == {}
    with pytest.raises(JobTakenOver):
        rows.note_progress(engine, slow, 1, 2)
    with pytest.raises(JobTakenOver):
        rows.end_job(engine, clock(), slow, "failed", error="late")
    rows.give_back(engine, slow)
    rows.end_job(engine, clock(), quick, "done", result={"by": "quick"})
    found = row(engine, job_id)
    assert (found["state"], found["result"]) == ("done", {"by": "quick"})
    assert rows.claim(engine, clock(), ticket.key, "third") is None


def test_a_job_is_stopped_from_anywhere_and_tried_again(database: Engine) -> None:
    begun = threading.Event()

    def wait(job: JobRun) -> dict[str, int]:
        begun.set()
        while job.arguments.get("long") and row(database, job.id)["attempt"] == 1:
            job.check()
            time.sleep(0.01)
        return {}

    runs = ask(database, "wait", arguments={"long": True})
    waits = ask(database, "wait")
    with working(database, wait=wait):
        assert begun.wait(PATIENCE)
        with UnitOfWork(database, actor="user:2", clock=clock) as work:
            assert rows.request_stop(work, waits) == "cancelled"
            assert rows.request_stop(work, runs) == "running"
            with pytest.raises(NotAllowed):
                rows.request_stop(work, waits)
            work.commit()
        assert ended(database, runs)["state"] == "cancelled"
        with UnitOfWork(database, actor="user:2", clock=clock) as work:
            rows.ask_again(work, waits)
            work.commit()
        assert ended(database, waits)["state"] == "done"
        with UnitOfWork(database, actor="user:2", clock=clock) as work:
            with pytest.raises(NotAllowed):
                rows.ask_again(work, waits)


def test_a_process_that_ends_gives_back_what_it_runs(database: Engine) -> None:
    begun = threading.Event()

    def wait(job: JobRun) -> None:
        begun.set()
        for _ in range(1000):
            job.check()
            time.sleep(0.02)

    job_id = ask(database, "wait")
    with working(database, wait=wait):
        assert begun.wait(PATIENCE)
    assert row(database, job_id)["state"] == "waiting"
    with working(database, name="there", wait=lambda job: {"on": "again"}):
        assert ended(database, job_id)["result"] == {"on": "again"}
    assert row(database, job_id)["executor"] == "there"


def test_what_an_engine_forgot_is_handed_over_again(database: Engine) -> None:
    job_id = ask(database)
    (lost,) = rows.hand_over(database, clock())
    later = clock() + timedelta(minutes=1)
    assert rows.hand_over_again(database, {lost.key}, later) == []
    assert rows.hand_over_again(database, {}, clock() - timedelta(minutes=1)) == []
    assert rows.hand_over_again(database, {}, later) == [job_id]
    (again,) = rows.hand_over(database, clock())
    assert again.key != lost.key
    assert rows.claim(database, clock(), lost.key, "late") is None
    assert rows.claim(database, clock(), again.key, "now") is not None


def test_a_job_that_takes_its_process_down_is_not_begun_for_ever(
    database: Engine,
) -> None:
    job_id = ask(database)
    (ticket,) = rows.hand_over(database, clock())
    for number in range(rows.MOST_ATTEMPTS):
        assert rows.claim(database, clock(), ticket.key, f"dies {number}") is not None
    assert rows.claim(database, clock(), ticket.key, "lives") is None
    found = row(database, job_id)
    assert (found["state"], found["error"]) == (
        "failed",
        "It took its process down 5 times.",
    )


def test_old_jobs_are_forgotten_and_open_ones_never(database: Engine) -> None:
    done, waits = ask(database, "note"), ask(database, "note", queue="quick")
    with working(database, note=lambda job: None):
        ended(database, done)
    assert rows.prune_jobs(database, clock() - timedelta(hours=1)) == 0
    assert rows.prune_jobs(database, clock() + timedelta(hours=1)) == 1
    assert row(database, waits)["state"] == "waiting"


def test_nobody_is_dead_because_the_database_was_away() -> None:
    watch = DeathWatch(grace=10)
    for now in range(0, 9, 2):
        assert watch.look({"alive": now, "silent": 0}, now) == []
    assert watch.look({"alive": 11, "silent": 0}, 11) == ["silent"]
    # The database is away for a minute: nobody could give a sign.
    watch.blind()
    assert watch.look({"alive": 11, "silent": 0}, 71) == []
    # A look that came late proves as little: this process slept.
    assert watch.look({"alive": 11, "silent": 0}, 200) == []
    for now in (202, 204, 206, 208, 210):
        assert watch.look({"alive": now, "silent": 0}, now) == []
    assert watch.look({"alive": 212, "silent": 0}, 212) == ["silent"]


def test_the_dead_are_found_and_their_jobs_done(database: Engine) -> None:
    job_id = ask(database)
    (ticket,) = rows.hand_over(database, clock())
    assert rows.claim(database, clock(), ticket.key, "gone") is not None
    taken: list[str] = []

    class Remembering(MemoryEngine):
        def take_over(self, names: Sequence[str]) -> None:
            taken.extend(names)
            self.submit([ticket])

    kinds = {"note": Kind("note", lambda job: {}, Queue.HOUSE)}
    works = Working(
        database,
        clock,
        Remembering(),
        kinds,
        name="here",
        queues={Queue.HOUSE: 1},
        grace=1.5,
    )
    works.start()
    try:
        assert ended(database, job_id)["executor"] == "here"
    finally:
        works.stop()
    assert taken == ["gone"]
