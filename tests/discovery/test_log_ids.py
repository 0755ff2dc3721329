"""Every line of a scan carries its id, those of the writing thread too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import structlog
from sqlalchemy import Engine, bindparam, select, text
from sqlalchemy.exc import IntegrityError
from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.testing import LogCapture

from discovery.observations.visit import Visit
from discovery.scan.hosts import Host
from discovery.scan.jobs import ScanJobs
from discovery.scan.requests import HostResult
from discovery.scan.write_host import HostWriter
from inventory.storage.engine import make_engine
from inventory.storage.slow_statements import watch_statements
from tests.discovery.fake_network import FakeNetwork
from tests.discovery.scanning import Clock, request
from tests.discovery.scenes import computers


def captured(act: Callable[[], Any]) -> list[Any]:
    """Return the lines of what is done, with what was bound around them."""
    capture = LogCapture()
    structlog.configure(processors=[merge_contextvars, capture])
    try:
        act()
    finally:
        structlog.reset_defaults()
    return capture.entries


def test_lines_of_a_scan_carry_its_id_and_their_host(
    engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = FakeNetwork(computers(3))
    jobs = ScanJobs(
        engine, clock, lambda r: network.context(engine, clock, r), network.resolve
    )
    apply = HostWriter._apply

    def broken(self: HostWriter, host: Host, visit: Visit) -> HostResult:
        if host.address == "10.0.0.2":
            raise ZeroDivisionError
        return apply(self, host, visit)

    monkeypatch.setattr(HostWriter, "_apply", broken)

    def scan() -> None:
        with bound_contextvars(request_id="req-1"):
            jobs.wait(jobs.start(request("10.0.0.1-3")), 60)
        jobs.close()

    lines = captured(scan)
    assert {line.get("scan_id") for line in lines} == {1}
    assert {line.get("request_id") for line in lines} == {"req-1"}
    events = {line["event"] for line in lines}
    assert {"scan begins", "collected", "host", "scan ends"} <= events
    (failed,) = [one for one in lines if one["event"] == "a host cannot be written"]
    assert failed["host"] == "10.0.0.2"
    collected = {line["host"] for line in lines if line["event"] == "collected"}
    assert collected == {"10.0.0.1", "10.0.0.2", "10.0.0.3"}


def test_a_slow_statement_is_named_without_its_values(database_url: str) -> None:
    engine = make_engine(database_url)
    times: list[float] = []
    watch_statements(engine, times.append, slow=0.0)
    query = select(text("1")).where(bindparam("secret") == bindparam("other"))

    def ask() -> None:
        with engine.connect() as connection:
            connection.execute(query, {"secret": "S3CRET", "other": "S3CRET"})
        engine.dispose()

    lines = captured(ask)
    slow = [line for line in lines if line["event"] == "slow statement"]
    assert any("SELECT" in line["sql"] for line in slow)
    assert "S3CRET" not in str(lines)
    assert len(times) == len(slow)
    assert all(line["ms"] >= 0 for line in slow)


def test_a_quick_statement_is_not_named(database_url: str) -> None:
    engine = make_engine(database_url)
    watch_statements(engine, slow=30.0)

    def ask() -> None:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        engine.dispose()

    assert captured(ask) == []


def test_an_error_of_the_database_does_not_show_values(engine: Engine) -> None:
    query = text("INSERT INTO scan (site) VALUES (:site)")
    with (
        pytest.raises(IntegrityError) as error,
        engine.connect() as connection,
    ):
        connection.execute(query, {"site": "S3CRET"})
    assert "S3CRET" not in str(error.value).partition("DETAIL")[0]
    assert "parameters hidden" in str(error.value)
