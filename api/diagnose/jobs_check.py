"""Whether what `purser serve` does by itself was done lately; looks only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from api.compose.wiring import Settings, database_url, now
from api.jobs import housekeeping
from inventory.kernel.errors import InventoryError
from inventory.storage import upgrade
from inventory.storage.engine import make_engine
from inventory.storage.job_runs import LastRuns, last_runs

State = Literal["ok", "missing", "failed"]

_REMEDY = "Keep `purser serve` running: it does this by itself."

LATE = timedelta(days=2)
"""Housekeeping is done once a day; then it was left out at least once."""


def examine_jobs(settings: Settings) -> Iterator[tuple[str, State, str, str]]:
    """Yield subject, state, finding and remedy for each periodic job."""
    try:
        engine = make_engine(database_url(settings))
        try:
            if upgrade.current(engine) != upgrade.newest():
                return
            with engine.connect() as connection:
                runs = {run.name: run for run in last_runs(connection)}
        finally:
            engine.dispose()
    except InventoryError:
        return  # the check of the database says so
    for name in housekeeping.DUTIES:
        runs.setdefault(name, LastRuns(name, None, None, None))
    if not any(run.succeeded_at or run.failed_at for run in runs.values()):
        yield "jobs", "missing", f"never done: {', '.join(sorted(runs))}", _REMEDY
        return
    for name, run in sorted(runs.items()):
        yield (f"job {name}", *_finding(run, now()))


def _finding(run: LastRuns, at: datetime) -> tuple[State, str, str]:
    done = run.succeeded_at
    last = f"last done {done:%Y-%m-%d %H:%M} UTC" if done else "never done"
    if run.failed_at is not None and (done is None or run.failed_at > done):
        return (
            "failed",
            f"{last}; failed {run.failed_at:%Y-%m-%d %H:%M} UTC: {run.problem}",
            "Mend what it names; `purser serve` tries again within a quarter of an"
            " hour, and its log has the details.",
        )
    if done is None or (run.name in housekeeping.DUTIES and at - done > LATE):
        return "missing", last, _REMEDY
    return "ok", last, ""
