"""What is read when somebody asks: scans, queues, when jobs last succeeded.

From the database where it is the same for all processes, else of this process.
"""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.metrics_core import GaugeMetricFamily
from sqlalchemy import Connection, func, select

from api.compose.wiring import App
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
        yield queues
        yield from _job_families(jobs)


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
