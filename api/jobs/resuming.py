"""Goes on with scans whose process was killed, hangs, or was stopped, by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from api.compose.wiring import App
from api.jobs.periodic import PeriodicJob, in_background

NAME = "resume-scans"
EVERY = timedelta(seconds=30)


def take_up_interrupted(app: App) -> list[int]:
    """Take up interrupted scans in this process and return their ids."""
    return app.scans().take_up_interrupted()


@contextmanager
def running(app: App, every: timedelta = EVERY) -> Iterator[None]:
    """Look for interrupted scans now and then, in a thread, until the block is left."""
    with in_background(NAME, every, PeriodicJob(app, NAME, take_up_interrupted)):
        yield
