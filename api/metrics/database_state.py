"""What is read when somebody asks: scans, queues, when jobs last succeeded.

From the database where it is the same for all processes, else of this process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from prometheus_client.metrics_core import GaugeMetricFamily
from sqlalchemy import Connection, Row, func, select

from api.compose.wiring import App
from discovery.work.port import Queue
from inventory.jobs.tables import OPEN, Job
from inventory.network.scan_tables import Scan
from inventory.outbox.tables import WebhookDelivery
from inventory.storage import job_runs
from inventory.storage.rows import col


class DatabaseState:
    """Yields the numbers of an installation (a collector of prometheus_client)."""

    def __init__(self, app: App) -> None:
        self._app = app

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield all families."""
        with self._app.engine.connect() as connection:
            states = _scan_states(connection)
            outbox = _waiting_deliveries(connection)
            jobs = job_runs.last_runs(connection)
            open_jobs = _open_jobs(connection)
        running = GaugeMetricFamily(
            "purser_scans_running", "Scans that run, in whichever process."
        )
        running.add_metric((), states.get("running", 0))
        yield running
        queues = GaugeMetricFamily(
            "purser_queue_depth", "What waits, by queue.", labels=("queue",)
        )
        queues.add_metric(("scans",), states.get("queued", 0))
        queues.add_metric(("webhook-deliveries",), outbox)
        queues.add_metric(("traps",), self._app.traps.waiting)
        scans = self._app.scans.made()
        waiting = scans.hosts_waiting() if scans is not None else 0
        queues.add_metric(("scan-hosts",), waiting)
        for queue, waiting in _waiting_jobs(open_jobs).items():
            queues.add_metric((f"jobs-{queue}",), waiting)
        yield queues
        yield from _open_job_families(open_jobs, self._app.clock())
        yield from _job_families(jobs)


_OpenJobs = list[Row[str, str, int, datetime]]


def _open_jobs(connection: Connection) -> _OpenJobs:
    """Return queue, state, number and oldest of the jobs that have not ended."""
    query = (
        select(
            col(Job.queue), col(Job.state), func.count(), func.min(col(Job.created_at))
        )
        .where(col(Job.state).in_(OPEN))
        .group_by(col(Job.queue), col(Job.state))
    )
    return list(connection.execute(query).all())


def _waiting_jobs(found: _OpenJobs) -> Mapping[str, int]:
    waiting = {queue: number for queue, state, number, _ in found if state == "waiting"}
    return {str(queue): waiting.get(queue, 0) for queue in Queue}


def _open_job_families(found: _OpenJobs, now: datetime) -> Iterator[GaugeMetricFamily]:
    running = GaugeMetricFamily(
        "purser_jobs_running", "Jobs that run, in whichever process.", labels=("queue",)
    )
    oldest = GaugeMetricFamily(
        "purser_job_oldest_waiting_seconds",
        "How long the oldest job of a queue waits.",
        labels=("queue",),
    )
    for queue, state, number, since in found:
        if state == "running":
            running.add_metric((queue,), number)
        else:
            oldest.add_metric((queue,), (now - since).total_seconds())
    yield running
    yield oldest


def _job_families(jobs: list[job_runs.LastRuns]) -> Iterator[GaugeMetricFamily]:
    for name, text, moments in (
        (
            "purser_job_last_success_timestamp_seconds",
            "When a periodic job last came to its end.",
            {job.name: job.succeeded_at for job in jobs},
        ),
        (
            "purser_job_last_failure_timestamp_seconds",
            "When a periodic job last failed.",
            {job.name: job.failed_at for job in jobs},
        ),
    ):
        family = GaugeMetricFamily(name, text, labels=("job",))
        for job, at in moments.items():
            if at is not None:
                family.add_metric((job,), at.timestamp())
        yield family


def _scan_states(connection: Connection) -> dict[str, int]:
    """Return how many scans wait and run; those that ended may be very many."""
    query = (
        select(col(Scan.state), func.count())
        .where(col(Scan.state).in_(("queued", "running")))
        .group_by(col(Scan.state))
    )
    return {state: number for state, number in connection.execute(query)}


def _waiting_deliveries(connection: Connection) -> int:
    query = select(func.count()).where(col(WebhookDelivery.state) == "pending")
    return connection.execute(query).scalar_one()
