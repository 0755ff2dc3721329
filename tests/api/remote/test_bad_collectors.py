"""Collectors as processes with whom something is wrong: each is told, nothing is lost.

Which jobs and secrets a collector is given is in `test_line`; killed and cut off it is
in `test_processes`.
"""

from __future__ import annotations

import re
import resource
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from api.compose.wiring import App
from api.remote import line as lines
from api.remote.line import Line as CentreLine
from api.remote.line import Revoked
from api.remote.spool import Spool
from collectors.sweep.sweep import Answer
from discovery.access.credentials import Memory
from discovery.remote import wire
from discovery.remote.elsewhere import spec_of
from discovery.scan.hosts import Host
from discovery.scan.requests import ScanOptions, ScanRequest
from inventory.jobs import slices
from inventory.jobs.collector_tables import Collector, SliceHost
from inventory.network.scan_tables import ScanHost
from inventory.storage.rows import table_of
from tests.api.remote import test_processes
from tests.api.remote.test_processes import (
    HOSTS,
    OPEN,
    Line,
    listening,
    served,
    start,
)
from tests.discovery.work.jobs import until

app = test_processes.app
DAY = timedelta(days=1)
WRONG_CLOCK = """
import time
from datetime import timedelta
from api.compose import wiring
right, right_now = time.time, wiring.now
time.time = lambda: right() + 86400
wiring.now = lambda: right_now() + timedelta(days=1)
"""
OLD = "from api.remote import line; line.PROTOCOL = 0"
HASTY = "from api.remote import agent; agent.FULL = 0.3"


def rows(app: App, model: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    with app.engine.connect() as connection:
        found = connection.execute(select(table_of(model))).mappings()
        return [dict(row) for row in found]


@pytest.fixture
def there(app: App, tmp_path: Path) -> Path:
    """The folder of a collector that the centre knows as `van`."""
    folder = tmp_path / "there"
    folder.mkdir()
    with app.work("test") as work:
        _, token = slices.enrol(work, "van", "HQ")
        work.commit()
    (folder / "token").write_text(token)
    return folder


@contextmanager
def at_work(
    app: App, there: Path, first: str = "", over: list[Line] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run the collector while the block runs; `over` gets its line, cut at first."""
    with served(app) as port, ExitStack() as stack:
        if over is not None:
            over.append(Line(port))
            over[0].cut(True)
            stack.callback(over[0].close)
            port = over[0].port
        process = start(port, there, first)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def limit(process: subprocess.Popen[bytes], size: int = resource.RLIM_INFINITY) -> None:
    """Let no file of a process grow beyond a size, as a full disk does."""
    most = (size, resource.RLIM_INFINITY)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, most)


def log_of(there: Path) -> str:
    return (there / "log").read_text("utf-8")


def request(port: int) -> ScanRequest:
    options = ScanOptions(
        icmp=False,
        tcp_ports=(port,),
        snmp_port=None,
        ssh_ports=(),
        sip_port=None,
        page_ports=(),
        rate=500,
    )
    return ScanRequest(targets=tuple(HOSTS), site="HQ", options=options)


def finished(app: App, scan_id: int) -> list[dict[str, Any]]:
    """Wait for a scan; return its hosts that answered, each once."""
    assert app.scans().wait(scan_id, 60).state == "finished"
    hosts = [h for h in rows(app, ScanHost) if h["outcome"] != "silent"]
    assert Counter(h["address"] for h in hosts) == Counter(OPEN)
    return hosts


def offered(app: App, site: str = "HQ") -> int:
    """Return a slice that a collector of the site leases, of hosts that are silent."""
    asked = ScanRequest(
        targets=tuple(HOSTS[:2]),
        site=site,
        options=ScanOptions(icmp=False, tcp_ports=(9,), snmp_port=None, sip_port=None),
    )
    spec = wire.to_plain(spec_of(HOSTS[:2], asked, Memory()))
    return slices.offer(
        app.engine, app.clock(), key=f"of {site}", site=site, scan_id=1, spec=spec
    )


def visited(address: str) -> Host:
    at = datetime.now(UTC)
    answer = Answer(address, "tcp", 22, 0.1)
    return Host(address=address, seen_at=at, answers=[answer])


def left_behind(there: Path, slice_id: int, *addresses: str, sent: int = 0) -> None:
    """Leave a spool of a program that ended early; the first of it arrived."""
    token = (there / "token").read_text()
    spool = Spool(there / "collector.spool", token)
    for address in addresses:
        host = visited(address)
        spool.keep(slice_id, address, host.seen_at, wire.pack(host))
    spool.mark_sent(spool.unsent()[:sent])
    spool.close()


def test_a_disk_that_fills_up_is_waited_for(app: App, there: Path) -> None:
    with listening(OPEN) as port, at_work(app, there, HASTY) as process:
        until(lambda: "the centre knows us" in log_of(there), 30)
        log = there / "collector.spool-wal"
        room = log.stat().st_size + 40_000
        limit(process, room)
        scan_id = app.scans().start(request(port))
        until(lambda: "the spool cannot be written" in log_of(there), 30)
        assert process.poll() is None
        limit(process)
        finished(app, scan_id)
        assert process.poll() is None
    assert len(rows(app, SliceHost)) == len(OPEN)


def test_what_arrived_is_noted_once_there_is_room(app: App, there: Path) -> None:
    """The disk is full when hosts that waited for the line are sent."""
    slice_id = offered(app)
    left_behind(there, slice_id, *HOSTS[:2])
    lines: list[Line] = []
    with at_work(app, there, HASTY, lines) as process:
        until(lambda: "the centre is not reached" in log_of(there), 30)
        # Enough for some lines of the log, and for no page of the spool.
        limit(process, 4000)
        lines[0].cut(False)
        until(lambda: "the spool cannot be written" in log_of(there), 30)
        assert process.poll() is None
        limit(process)
        until(lambda: slices.state_of(app.engine, slice_id)[0] == "done", 30)
    assert [h["address"] for h in rows(app, SliceHost)] == HOSTS[:2]


def test_a_clock_a_day_off_is_put_right_and_named(app: App, there: Path) -> None:
    with listening(OPEN) as port, at_work(app, there, WRONG_CLOCK):
        begun = datetime.now(UTC)
        finished(app, app.scans().start(request(port)))
    late = [h["seen_at"] for h in rows(app, SliceHost)]
    assert all(abs(at - begun) < timedelta(minutes=2) for at in late)
    (collector,) = rows(app, Collector)
    # What the line takes counts as skew: seconds, on a machine with much to do.
    assert abs(collector["skew_seconds"] - DAY.total_seconds()) < 60
    told = re.search(r"clock is off by (\d+) s; it is corrected", collector["refused"])
    assert told is not None
    assert abs(int(told[1]) - DAY.total_seconds()) < 60


def test_an_old_release_ends_and_keeps_what_it_has(app: App, there: Path) -> None:
    left_behind(there, offered(app), HOSTS[0])
    with at_work(app, there, OLD) as process:
        assert process.wait(120) == 75
    assert "The centre is newer" in log_of(there)
    (collector,) = rows(app, Collector)
    assert collector["refused"] == "too old"
    # Its next release sends what the old one kept.
    with at_work(app, there):
        until(lambda: len(rows(app, SliceHost)) == 1, 30)


def test_a_spool_that_was_sent_by_half_arrives_once(app: App, there: Path) -> None:
    slice_id = offered(app)
    left_behind(there, slice_id, *HOSTS[:2], sent=1)
    with at_work(app, there) as process:
        until(lambda: slices.state_of(app.engine, slice_id)[0] == "done", 30)
        assert process.poll() is None
    assert [h["address"] for h in rows(app, SliceHost)] == [HOSTS[1]]


def test_who_was_revoked_in_between_keeps_and_tells_nothing(
    app: App, there: Path
) -> None:
    left_behind(there, offered(app), *HOSTS[:2])
    (collector,) = rows(app, Collector)
    with app.work("test") as work:
        slices.revoke(work, collector["id"])
        work.commit()
    with at_work(app, there) as process:
        assert process.wait(120) == 77
    assert not list(there.glob("collector.spool*"))
    assert rows(app, SliceHost) == []


def test_who_shows_a_wrong_token_is_told_and_loses_nothing(
    app: App, there: Path
) -> None:
    slice_id, token = offered(app), (there / "token").read_text()
    left_behind(there, slice_id, *HOSTS[:2])
    (there / "token").write_text("pcol_of_another_centre")
    with at_work(app, there) as process:
        assert process.wait(30) == 77
    assert f"does not know the token in {there / 'token'}" in log_of(there)
    (there / "token").write_text(token)
    with at_work(app, there):
        until(lambda: slices.state_of(app.engine, slice_id)[0] == "done", 30)
    assert [h["address"] for h in rows(app, SliceHost)] == HOSTS[:2]


async def test_a_proxy_that_lets_nobody_in_does_not_revoke(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours = {"type": "urn:purser:problem:collector-revoked"}
    answers = iter(
        [
            httpx.Response(401, text="<h1>Authorization Required</h1>"),
            httpx.Response(401, json=["not an object"]),
            httpx.Response(426, text="Upgrade Required"),
            httpx.Response(200, json={"site": "HQ"}),
            httpx.Response(401, json=ours),
        ]
    )
    line = CentreLine("https://purser.example", "token")
    transport = httpx.MockTransport(lambda _: next(answers))
    monkeypatch.setattr(lines, "LONGEST_PAUSE", 0.0)
    await line._http.aclose()
    line._http = httpx.AsyncClient(transport=transport, base_url="https://centre")
    assert await line.ask("/hello", {}) == {"site": "HQ"}
    with pytest.raises(Revoked):
        await line.ask("/beat", {})
    await line.close()


async def test_an_outage_is_said_once_and_so_is_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left = [httpx.ConnectError("no route")] * 9

    def answer(_: httpx.Request) -> httpx.Response:
        if left:
            raise left.pop()
        return httpx.Response(200, json={})

    line = CentreLine("https://purser.example", "token")
    monkeypatch.setattr(lines, "LONGEST_PAUSE", 0.0)
    await line._http.aclose()
    transport = httpx.MockTransport(answer)
    line._http = httpx.AsyncClient(transport=transport, base_url="https://centre")
    with capture_logs() as logged:
        await line.ask("/beat", {})
        await line.ask("/beat", {})
    assert [each["event"] for each in logged] == [
        "the centre is not reached",
        "the centre is reached again",
    ]
    await line.close()


def test_what_belongs_to_another_site_is_refused_and_not_tried_for_ever(
    app: App, there: Path
) -> None:
    left_behind(there, offered(app, "Depot"), HOSTS[0])
    with listening(OPEN) as port, at_work(app, there) as process:
        finished(app, app.scans().start(request(port)))
        assert process.poll() is None
    assert HOSTS[0] not in {
        h["address"] for h in rows(app, SliceHost) if h["slice_id"] == 1
    }


def test_a_spool_that_is_none_is_named(app: App, there: Path) -> None:
    (there / "collector.spool").write_bytes(b"half a file" * 1000)
    with at_work(app, there) as process:
        assert process.wait(120) == 3
    said = log_of(there)
    assert "The spool cannot be written" in said
    assert "Traceback" not in said
