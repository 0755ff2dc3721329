"""Work that is done again and again in a thread, whatever goes wrong in between.

Each round has an id of its own in the logs; how it ended is kept in the database,
where `purser doctor` and the metrics find it.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from structlog.contextvars import bound_contextvars

from api.compose.wiring import App
from inventory.kernel.errors import InventoryError
from inventory.storage import job_runs

log = structlog.get_logger("purser.jobs")

AGAIN = timedelta(minutes=15)
"""When what failed is tried again, if its own time is later."""
NOTED_EVERY = timedelta(minutes=5)
"""What succeeds every few seconds need not be written each time."""


class PeriodicJob:
    """One thing that is done again and again.

    Args:
        app: The composition.
        name: As it is shown, such as `expire-places`.
        duty: What is done.
    """

    def __init__(self, app: App, name: str, duty: Callable[[App], object]) -> None:
        self.name = name
        self._app = app
        self._duty = duty
        self._noted: datetime | None = None

    def run(self) -> bool:
        """Do it once; return whether it came to its end. Never raises."""
        with bound_contextvars(job=self.name, job_id=secrets.token_hex(4)):
            started = time.perf_counter()
            try:
                self._duty(self._app)
            except InventoryError as error:
                log.warning("job failed", code=error.code, problem=error.problem)
                self._failed(error.problem)
                return False
            except Exception as error:
                # The end of the line for what runs by itself: the next round, and
                # the other jobs, are not to suffer from it.
                log.exception("job failed")
                self._failed(f"{type(error).__name__}; please report it")
                return False
            seconds = round(time.perf_counter() - started, 3)
            self._succeeded(seconds)
            return True

    def _succeeded(self, seconds: float) -> None:
        now = self._app.clock()
        if self._noted is not None and now - self._noted < NOTED_EVERY:
            log.debug("job done", seconds=seconds)
            return
        log.info("job done", seconds=seconds)
        try:
            job_runs.note_success(self._app.engine, self.name, now)
        except Exception as error:  # noqa: BLE001 - see `run`
            log.warning("job not noted", error=type(error).__name__)
        else:
            self._noted = now

    def _failed(self, problem: str) -> None:
        self._noted = None
        try:
            now = self._app.clock()
            job_runs.note_failure(self._app.engine, self.name, now, problem)
        except Exception as error:  # noqa: BLE001 - see `run`
            log.warning("job not noted", error=type(error).__name__)


@contextmanager
def in_background(
    name: str, every: timedelta, *jobs: PeriodicJob, again: timedelta = AGAIN
) -> Iterator[None]:
    """Do jobs now and then again and again, in a thread, until the block is left.

    Args:
        name: Of the thread.
        every: From the end of a round to the next one.
        jobs: Done one after the other.
        again: The same after a round in which one of them failed, if that is sooner.
    """
    over = threading.Event()

    def rounds() -> None:
        pause = timedelta(0)
        while not over.wait(pause.total_seconds()):
            done = [job.run() for job in jobs if not over.is_set()]
            pause = every if all(done) else min(every, again)

    thread = threading.Thread(target=rounds, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=30)
