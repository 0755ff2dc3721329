"""`/metrics`: who may read it, and what it counts."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, text
from starlette.types import ASGIApp

from api.app import create_api
from api.compose.keys import Seal
from api.compose.wiring import App, compose, fixed_settings
from api.jobs import housekeeping
from api.jobs.periodic import PeriodicJob, in_background
from discovery.scan.requests import HostResult, Progress
from inventory.people import accounts
from inventory.storage import job_runs

NOW = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)


@pytest.fixture
def app(engine: Engine, tmp_path: Any) -> App:  # noqa: ANN401
    return make(engine, tmp_path)


def make(engine: Engine, place: Any, **more: Any) -> App:  # noqa: ANN401
    settings = fixed_settings({"data_dir": place, **more})
    return compose(settings, engine, lambda: NOW, Seal(Fernet.generate_key(), 12))


APIS: dict[int, ASGIApp] = {}
"""By the id of their App: building one takes a second."""


def get(app: App, path: str, client: str = "127.0.0.1", **headers: str) -> Any:  # noqa: ANN401
    api = APIS.get(id(app)) or APIS.setdefault(id(app), create_api(app))

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(api, client=(client, 4711))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://localhost"
        ) as web:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            return await web.get(path, headers=sent)

    return asyncio.run(ask())


def samples(app: App) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    answer = get(app, "/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def token(app: App, role: str) -> str:
    with app.work("test") as work:
        _, made = accounts.add_token(work, role, [role])
        work.commit()
    return f"Bearer {made}"


def test_strangers_and_what_comes_through_a_proxy_need_a_token(app: App) -> None:
    here, there = "127.0.0.1", "192.0.2.7"
    for client, headers, status in (
        (here, {}, 200),
        ("::1", {}, 200),
        (there, {}, 401),
        (here, {"host": "127.0.0.1:8080"}, 200),
        (here, {"host": "purser.evil.com"}, 401),
        (here, {"host": "localhost.evil.com"}, 401),
        (here, {"x_forwarded_for": here}, 401),
        (here, {"forwarded": "for=192.0.2.7"}, 401),
        (there, {"authorization": "Bearer nonsense"}, 401),
        (there, {"authorization": token(app, "it")}, 200),
        (there, {"authorization": token(app, "auditor")}, 200),
        (there, {"authorization": token(app, "hr")}, 403),
        (there, {"authorization": token(app, "scim")}, 403),
    ):
        answer = get(app, "/metrics", client, **headers)
        assert answer.status_code == status, (client, headers)
        kind = answer.headers["content-type"]
        assert kind.startswith("text/plain" if status == 200 else "application/problem")


def test_a_published_address_means_that_nobody_is_local(
    engine: Engine,
    tmp_path: Any,  # noqa: ANN401
) -> None:
    behind = make(engine, tmp_path, http={"public_url": "https://purser.example"})
    assert get(behind, "/metrics").status_code == 401


def test_the_settings_can_open_it(engine: Engine, tmp_path: Any) -> None:  # noqa: ANN401
    opened = make(engine, tmp_path, metrics={"open": True})
    assert get(opened, "/metrics", "192.0.2.7").status_code == 200


def test_requests_are_counted_by_template_never_by_path(app: App) -> None:
    for path in ("/health", "/health", "/nothing/here", "/nothing/there"):
        get(app, path)
    get(app, "/api/v1/scans/4711")
    found = samples(app)
    counts = {
        dict(labels)["route"]: (dict(labels)["status"], value)
        for (name, labels), value in found.items()
        if name == "purser_http_request_seconds_count"
    }
    assert counts["/health"] == ("200", 2.0)
    assert counts["other"] == ("404", 2.0)
    assert counts["/api/v1/scans/{ref}"] == ("401", 1.0)
    assert not any("4711" in str(key) or "nothing" in str(key) for key in found)


def test_scans_hosts_and_slow_statements_are_counted(app: App) -> None:
    step = Progress(scan_id=1, state="running")
    for outcome in ("new", "new", "failed"):
        host = HostResult(address="10.0.0.1", outcome=outcome)
        app.counters.scan_moved(
            Progress(scan_id=1, state="running", done=step.done, host=host)
        )
    app.counters.scan_moved(Progress(scan_id=1, state="finished"))
    app.counters.statement_was_slow(0.75)
    found = samples(app)
    assert found["purser_scan_hosts_total", (("outcome", "new"),)] == 2
    assert found["purser_scan_hosts_total", (("outcome", "failed"),)] == 1
    assert found["purser_scans_ended_total", (("state", "finished"),)] == 1
    assert found["purser_sql_slow_statements_total", ()] == 1
    assert found["purser_sql_slow_seconds_total", ()] == 0.75


def test_queues_and_running_scans_are_those_of_the_database(app: App) -> None:
    with app.engine.begin() as connection:
        for state in ("queued", "queued", "running", "finished"):
            connection.execute(
                text(
                    "INSERT INTO scan (site, state, request, requested_by, position,"
                    " attempt, counts, problems, created_at)"
                    " VALUES ('', :state, '{}', 'x', 0, 0, '{}', '[]', '2026-03-17')"
                ),
                {"state": state},
            )
    app.traps.waiting = 3
    found = samples(app)
    assert found["purser_scans_running", ()] == 1
    depth = {
        dict(labels)["queue"]: value
        for (name, labels), value in found.items()
        if name == "purser_queue_depth"
    }
    assert depth == {
        "scans": 2,
        "traps": 3,
        "webhook-deliveries": 0,
        "scan-hosts": 0,
        "jobs-quick": 0,
        "jobs-scans": 0,
        "jobs-house": 0,
        "jobs-long": 0,
        "jobs-visits": 0,
    }


def test_a_job_that_fails_in_any_way_spares_the_others_and_is_told(app: App) -> None:
    """Even an error that nobody foresaw: the thread lives, and it says when."""
    done: list[str] = []

    def broken(_: App) -> None:
        done.append("broken")
        raise ZeroDivisionError("S3CRET")

    jobs = (
        PeriodicJob(app, "broken", broken),
        PeriodicJob(app, "sound", lambda _: done.append("sound")),
    )
    short = timedelta(seconds=0.05)
    with in_background("test", timedelta(days=1), *jobs, again=short):
        until = datetime.now(UTC) + timedelta(seconds=60)
        while len(done) < 6 and datetime.now(UTC) < until:
            pass
    assert done[:6] == ["broken", "sound"] * 3
    with app.engine.connect() as connection:
        runs = {run.name: run for run in job_runs.last_runs(connection)}
    assert runs["sound"] == job_runs.LastRuns("sound", NOW, None, None)
    assert runs["broken"].succeeded_at is None
    assert runs["broken"].failed_at == NOW
    assert runs["broken"].problem == "ZeroDivisionError; please report it"
    found = samples(app)
    success = "purser_job_last_success_timestamp_seconds"
    assert found[success, (("job", "sound"),)] == NOW.timestamp()
    assert (success, (("job", "broken"),)) not in found


def test_housekeeping_notes_each_duty(app: App) -> None:
    for name, duty in housekeeping.DUTIES.items():
        assert PeriodicJob(app, name, duty).run()
    with app.engine.connect() as connection:
        names = [run.name for run in job_runs.last_runs(connection)]
    assert names == [
        "back-up",
        "expire-places",
        "follow-day",
        "follow-telecom",
        "look-at-network",
        "prune-jobs",
        "publish-audit",
    ]
