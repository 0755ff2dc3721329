"""What is counted as it happens, in this process: requests, scans, slow statements.

Labels have few values: the template of a route and never a path, so that nobody can
fill the memory by asking for addresses that do not exist.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from discovery.scan.requests import Progress

METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Counters:
    """The counters of one process and the registry they are shown from."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        PlatformCollector(self.registry)
        ProcessCollector(registry=self.registry)
        self._requests = Histogram(
            "purser_http_request_seconds",
            "Time to answer requests, by template of the route, method and status.",
            ("route", "method", "status"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._scans_ended = Counter(
            "purser_scans_ended",
            "Scans that ended in this process, by state.",
            ("state",),
            registry=self.registry,
        )
        self._hosts = Counter(
            "purser_scan_hosts",
            "Hosts that scans of this process are done with, by outcome.",
            ("outcome",),
            registry=self.registry,
        )
        self._slow = Counter(
            "purser_sql_slow_statements",
            "Statements that took half a second or longer.",
            registry=self.registry,
        )
        self._slow_seconds = Counter(
            "purser_sql_slow_seconds",
            "Time of these statements together.",
            registry=self.registry,
        )

    def request_answered(
        self, route: str, method: str, status: int, seconds: float
    ) -> None:
        """Count an HTTP request; `route` is a template such as `/devices/{id}`."""
        method = method if method in METHODS else "other"
        self._requests.labels(route, method, str(status)).observe(seconds)

    def scan_moved(self, progress: Progress) -> None:
        """Count what a step of a scan tells: a host that is done, the end."""
        if progress.host is not None:
            self._hosts.labels(progress.host.outcome).inc()
        if not progress.running:
            self._scans_ended.labels(progress.state).inc()

    def statement_was_slow(self, seconds: float) -> None:
        """Count a statement that took long."""
        self._slow.inc()
        self._slow_seconds.inc(seconds)
