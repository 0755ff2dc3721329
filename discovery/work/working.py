"""A process that works: hands jobs over, runs them, gives signs of life.

Whoever works also looks after the others: a process without a sign of life is dead, and
what it ran is run anew. After a database could not be reached nobody is declared dead
for a while, since nobody could give a sign either; otherwise all work would be done
twice. Clocks of different machines are never compared.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

import structlog
from sqlalchemy import Engine as Database
from structlog.contextvars import bound_contextvars

from discovery.work.port import (
    Engine,
    JobInterrupted,
    JobLost,
    JobRun,
    JobStopped,
    Kind,
    Queue,
    Result,
)
from inventory.jobs import progress, rows, workers
from inventory.jobs.rows import Claim, JobTakenOver
from inventory.kernel.errors import DatabaseUnreachable, InventoryError, StorageError
from inventory.kernel.texts import N_, Said
from inventory.storage.work import Clock

PACE = 0.5
"""Seconds between looks for new jobs, and for jobs that have to end."""
GRACE = 10.0
"""Seconds without a sign of life, all of them watched, after which a process is dead.
Signs are given five times as often; a pause of half of it is not watching."""
LOST_EVERY = 30.0
LOST_AFTER = timedelta(seconds=30)
"""Younger jobs may be on their way to the engine."""
TIDY_EVERY = 600.0
TELL_EVERY = 1.0
"""Seconds between two notes of how far a job is."""

T = TypeVar("T")
log = structlog.get_logger("purser.jobs")


class DeathWatch:
    """Tells who gave no sign of life for long, judged by our own clock alone.

    Args:
        grace: Seconds without a sign.
    """

    def __init__(self, grace: float = GRACE) -> None:
        self._grace = grace
        self._signs: dict[str, tuple[object, float]] = {}
        self._looked: float | None = None

    def look(self, signs: Mapping[str, object], now: float) -> list[str]:
        """Return the dead.

        Args:
            signs: Name of each process -> its last sign of life, whatever that is.
            now: Seconds of a clock that only goes forward.
        """
        if self._looked is None or now - self._looked > self._grace / 2:
            self._signs.clear()
        self._looked = now
        for name, sign in signs.items():
            if name not in self._signs or self._signs[name][0] != sign:
                self._signs[name] = (sign, now)
        for name in self._signs.keys() - signs.keys():
            del self._signs[name]
        return sorted(
            name for name, (_, at) in self._signs.items() if now - at > self._grace
        )

    def blind(self) -> None:
        """Say that the last look failed: what was not seen then proves nothing."""
        self._looked = None


class Working:
    """Works on jobs until it is stopped; `name` and `queues` as given.

    Args:
        database: Where the rows are.
        clock: Present moment as aware UTC.
        engine: Decides who does what next.
        kinds: What is done, by name.
        name: Of this process, unlike that of any other one before or after.
        queues: Which jobs are taken, and how many of each at once.
        release: Of Purser, as it is shown.
        also: Further duties: name -> (every so many seconds, what is done).
        alone: No other process can be at work: who was is dead.
        grace: As `GRACE`.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        engine: Engine,
        kinds: Mapping[str, Kind],
        *,
        name: str,
        queues: Mapping[Queue, int],
        release: str = "",
        also: Mapping[str, tuple[float, Callable[[], object]]] | None = None,
        alone: bool = False,
        grace: float = GRACE,
    ) -> None:
        self.name = name
        self._database = database
        self._clock = clock
        self._engine = engine
        self._kinds = kinds
        self.queues = queues
        self._release = release
        self._also = also or {}
        self._alone = alone
        self._grace = grace
        self._death_watch = DeathWatch(grace)
        self._over = threading.Event()
        self._wake = threading.Event()
        self._lock = threading.Lock()
        self._running: dict[int, JobRun] = {}
        self._due: dict[str, float] = {}
        self._thread = threading.Thread(target=self._keep, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin to work.

        Raises:
            StorageError: The database cannot be used.
        """
        self._live()
        self._engine.start(self.name, self.queues, self.run)
        if self._alone:
            progress.forget(self._database)
            self._bury(sorted(workers.signs_of_life(self._database).keys()))
        self._thread.start()

    def stop(self) -> None:
        """End: jobs that run are asked to leave off and wait for another process."""
        self._over.set()
        self._wake.set()
        with self._lock:
            running = list(self._running.values())
        for job in running:
            job.end("process")
        self._thread.join(30)
        self._wait_for_runs(20.0)
        self._engine.stop()
        try:
            workers.sign_off(self._database, self.name)
        except InventoryError as error:
            log.warning("not signed off", problem=error.problem)

    def wake(self) -> None:
        """Say that there are new jobs; without, they are found a little later."""
        self._wake.set()

    def _wait_for_runs(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while self._running and time.monotonic() < until:
            time.sleep(0.05)

    # What is done again and again.

    def _keep(self) -> None:
        rounds: Sequence[tuple[str, float, Callable[[], object]]] = (
            ("hand-over", 0.0, self._hand_over),
            ("stops", 0.0, self._pass_on_stops),
            ("life", self._grace / 5, self._live),
            ("dead", self._grace / 5, self._take_over),
            ("lost", LOST_EVERY, self._find_lost),
            ("tidy", TIDY_EVERY, self._engine.prune),
            *((name, every, duty) for name, (every, duty) in self._also.items()),
        )
        while not self._over.is_set():
            for name, every, duty in rounds:
                self._now_and_then(name, every, duty)
            self._wake.wait(PACE)
            self._wake.clear()

    def _now_and_then(
        self, name: str, every: float, duty: Callable[[], object]
    ) -> None:
        now = time.monotonic()
        if now < self._due.get(name, 0.0) or self._over.is_set():
            return
        self._due[name] = now + every
        try:
            duty()
        except StorageError as error:
            self._death_watch.blind()
            log.warning("jobs wait", duty=name, problem=error.problem)
        except Exception:
            # Jobs that run, and those that are still handed over, must not suffer.
            self._death_watch.blind()
            log.exception("jobs wait", duty=name)

    def _hand_over(self) -> None:
        queues = None if self._engine.shared else list(self.queues)
        tickets = rows.hand_over(self._database, self._clock(), queues=queues)
        if tickets:
            self._engine.submit(tickets)

    def _live(self) -> None:
        workers.sign_of_life(
            self._database, self.name, list(self.queues), self._release, self._clock()
        )

    def _take_over(self) -> None:
        signs = workers.signs_of_life(self._database)
        # Who works and gave no sign at all is watched like one whose sign is old.
        signs |= dict.fromkeys(workers.deserted(self._database), None)
        signs.pop(self.name, None)
        self._bury(self._death_watch.look(signs, time.monotonic()))

    def _bury(self, names: Sequence[str]) -> None:
        for name in names:
            if name != self.name:
                log.warning("a process is dead, its jobs are taken over", process=name)
                self._engine.take_over([name])
                workers.sign_off(self._database, name)

    def _find_lost(self) -> None:
        before = self._clock() - LOST_AFTER
        known = self._engine.known()
        lost = rows.hand_over_again(self._database, known, before)
        if lost:
            log.warning("jobs are handed over once more", jobs=lost)
        # Who signed off, or never was, cannot be watched.
        holders = {name for name in known.values() if name is not None}
        gone = holders - workers.signs_of_life(self._database).keys() - {self.name}
        if gone:
            self._engine.take_over(sorted(gone))

    def _pass_on_stops(self) -> None:
        with self._lock:
            running = dict(self._running)
        claims = (job.claim for job in running.values())
        for job_id, why in rows.to_stop(self._database, claims).items():
            running[job_id].end(why)

    # One job.

    def run(self, key: str) -> None:
        """Run the job of a key; never raises."""
        with bound_contextvars(job_key=key):
            try:
                held = self._insist(
                    lambda: rows.claim(self._database, self._clock(), key, self.name)
                )
            except JobInterrupted:
                return
            if held is None:
                return
            with bound_contextvars(job=held.kind, job_id=held.job_id):
                self._run(held)

    def _run(self, held: Claim) -> None:
        job = JobRun(held, self._writer(held))
        with self._lock:
            self._running[held.job_id] = job
        try:
            if self._over.is_set():
                job.end("process")
            self._carry_out(job)
        except JobInterrupted:
            log.warning("a job could not be noted", job_id=held.job_id)
        except (JobTakenOver, JobLost):
            log.warning("another process has the job")
        finally:
            with self._lock:
                # It may have been begun here anew: who asked for that had lost sight.
                if self._running.get(held.job_id) is job:
                    del self._running[held.job_id]
            progress.forget(self._database, held.job_id)

    def _carry_out(self, job: JobRun) -> None:
        """Run the function of a job and note what came of it."""
        started = time.monotonic()
        kind = self._kinds.get(job.claim.kind)
        try:
            result = _run_kind(kind, job)
        except JobStopped:
            self._end(job, "cancelled")
        except (JobInterrupted, DatabaseUnreachable):
            self._insist(lambda: rows.give_back(self._database, job.claim))
        except (JobTakenOver, JobLost):
            raise
        except InventoryError as error:
            log.warning("job failed", code=error.code, problem=error.problem)
            self._end(job, "failed", error=error.sentence)
        except Exception as error:
            # The end of the line for what runs by itself: nobody awaits it.
            log.exception("job failed")
            told = Said(N_("{error}; please report it"), error=type(error).__name__)
            self._end(job, "failed", error=told)
        else:
            if not job.concluded:
                self._end(job, "done", result=result)
            log.info("job done", seconds=round(time.monotonic() - started, 3))

    def _end(
        self,
        job: JobRun,
        state: str,
        *,
        result: Result = None,
        error: str | None = None,
    ) -> None:
        done, total = job.progress
        if total:
            self._insist(
                lambda: rows.note_progress(self._database, job.claim, done, total)
            )
        self._insist(
            lambda: rows.end_job(
                self._database,
                self._clock(),
                job.claim,
                state,
                result=result,
                error=error,
            )
        )

    def _writer(self, held: Claim) -> Callable[[int, int], None]:
        last = float("-inf")

        def write(done: int, total: int) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last < TELL_EVERY:
                return
            last = now
            if progress.is_beside(self._database):
                progress.write(self._database, held.job_id, done, total)
            else:
                rows.note_progress(self._database, held, done, total)

        return write

    def _insist(self, write: Callable[[], T]) -> T:
        """Write until the database takes it.

        Raises:
            JobInterrupted: The process ends before it did.
        """
        pause = 0.1
        while True:
            try:
                return write()
            except StorageError as error:
                log.warning("a job waits for the database", problem=error.problem)
                if self._over.wait(pause):
                    raise JobInterrupted from error
                pause = min(pause * 2, 5.0)


def _run_kind(kind: Kind | None, job: JobRun) -> Result:
    """Run the function of a job; of what failed side by side, one error is raised."""
    if kind is None:
        text = N_("Nothing is known of jobs of the kind {kind}.")
        raise InventoryError(text, kind=job.claim.kind)
    try:
        return kind.run(job)
    except ExceptionGroup as group:
        raise _telling(group) from group


_DECIDING = (
    *(JobTakenOver, JobLost, JobStopped, JobInterrupted),
    *(DatabaseUnreachable, InventoryError),
)
"""Errors that say how a job ends, those first that leave it to others."""


def _telling(group: ExceptionGroup[Exception]) -> Exception:
    """Return the error that says how a job ends, of those that came together."""
    found: list[Exception] = []
    for error in group.exceptions:
        found.append(_telling(error) if isinstance(error, ExceptionGroup) else error)

    def rank(error: Exception) -> int:
        return next(
            (n for n, kind in enumerate(_DECIDING) if isinstance(error, kind)),
            len(_DECIDING),
        )

    return min(found, key=rank)
