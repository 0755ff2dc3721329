"""A PostgreSQL server that lets nobody else in: it is said, waited for, and gone on."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
import pytest
from sqlalchemy import select

from api.compose.wiring import fixed_settings
from api.diagnose.connections_check import Standing, examine_connections, judge
from inventory.kernel.errors import DatabaseCrowded
from inventory.people import accounts
from inventory.storage.audit import verify
from inventory.storage.engine import make_engine
from inventory.storage.upgrade import upgrade
from inventory.storage.work import UnitOfWork
from tests.api.jobs.test_killed_import import begin, url_of, wait_for
from tests.api.jobs.test_long_requests import LATER, WRITE, sent, table
from tests.needs import missing
from tests.postgres import PASSWORD, NoPostgres, Server, postgres

ROWS = 3000
MOST = 40
Run = Callable[..., "subprocess.Popen[str]"]


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def small() -> Iterator[Server]:
    """A server with few connections."""
    try:
        with postgres(settings={"max_connections": str(MOST)}) as server:
            server.run(f"CREATE ROLE purser LOGIN PASSWORD '{PASSWORD}'")
            yield server
    except NoPostgres as error:
        missing("postgres", str(error))


@pytest.fixture(scope="module")
def url(small: Server) -> Iterator[str]:
    """A database of an account that is no administrator of the server."""
    small.run("CREATE DATABASE crowded OWNER purser")
    url = f"postgresql://purser:{PASSWORD}@127.0.0.1:{small.port}/crowded"
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()
    yield url
    small.run("DROP DATABASE crowded WITH (FORCE)")


@pytest.fixture
def run(url: str, tmp_path: Path) -> Iterator[Run]:
    """Start a command; its log is in the folder."""
    settings = tmp_path / "purser.toml"
    settings.write_text(
        f'data_dir = "{tmp_path}"\ndatabase_url = "{url}"\n'
        "database_connections = 30\n[jobs]\ndefaults = false\n"
    )
    settings.chmod(0o600)
    started: list[subprocess.Popen[str]] = []

    def start(*words: str) -> subprocess.Popen[str]:
        started.append(begin(settings, *words))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


UNREACHABLE = "database-unreachable"


@contextmanager
def crowded(server: Server, url: str) -> Iterator[None]:
    """Take all connections, those of Purser as well, while the block runs."""
    with ExitStack() as stack:
        above = stack.enter_context(
            psycopg.connect(
                host=str(server.folder),
                port=server.port,
                user="postgres",
                dbname="postgres",
                autocommit=True,
            )
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with suppress(psycopg.OperationalError):
                while True:
                    stack.enter_context(psycopg.connect(url))
            ended = above.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE application_name LIKE 'purser %'"
            ).fetchone()
            if ended == (0,):
                break
        yield


def counted(url: str, table: str) -> int:
    with psycopg.connect(url) as connection:
        found = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
    assert found is not None
    return int(found[0])


def states(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT state FROM job ORDER BY id").fetchall()
    return [str(state) for (state,) in found]


def test_nothing_is_lost_while_a_server_lets_nobody_else_in(
    small: Server, url: str, run: Run, tmp_path: Path
) -> None:
    engine = make_engine(url, pool_size=1)
    with UnitOfWork(engine, actor="test", clock=now) as work:
        _, token = accounts.add_token(work, "test", ["it"])
        work.commit()
    engine.dispose()
    # Both at once: to begin costs a slow machine most of this test.
    serves = run("serve", "--port", "0", "--json")
    run("worker")
    served = url_of(serves)
    wait_for(lambda: counted(url, "job_worker") == 2)
    settings = fixed_settings({"database_url": url, "database_connections": 30})
    [(state, finding, remedy)] = examine_connections(settings)
    assert (state, "2 running" in finding) == ("missing", True)
    assert "max_connections of PostgreSQL to 68 or more" in remedy
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=served, headers=headers, timeout=60) as client:
        asked = client.post(
            "api/v1/imports", files=sent(table(ROWS)), data=WRITE, headers=LATER
        )
        assert asked.status_code == 202, asked.text
        wait_for(lambda: states(url) == ["running"])
        with crowded(small, url):
            command = run("device", "list", "--json")
            answers = [
                client.get("api/v1/devices"),
                client.post("api/v1/collector/lease", content=b""),
                client.get("api/v1/devices"),
            ]
            form = {"email": "sari@example.com", "password": "a wrong password"}
            page = client.post(
                "login", data=form, headers={"Origin": served.rstrip("/")}
            )
            told = (command.wait(180), (tmp_path / "log").read_text())
        kinds = {answer.json()["type"].rpartition(":")[2] for answer in answers}
        # Who is cut off in the middle of asking is told that much.
        assert "database-crowded" in kinds <= {"database-crowded", UNREACHABLE}
        for answer in answers:
            assert answer.status_code == 503, answer.text
            assert answer.headers["Retry-After"] == "5"
            assert PASSWORD not in answer.text
        assert page.status_code == 503, page.text
        assert page.headers["Retry-After"] == "5"
        assert told[0] == 3
        assert '"database-crowded"' in told[1]
        assert PASSWORD not in told[1]
        wait_for(lambda: states(url) == ["done"])
        assert client.get("api/v1/devices").status_code == 200
        again = client.post("api/v1/jobs", json={"kind": "prune-jobs"})
        assert again.status_code == 201
        wait_for(lambda: states(url) == ["done", "done"])
    assert counted(url, "asset") == ROWS
    engine = make_engine(url, pool_size=1)
    assert verify(engine) == []
    engine.dispose()


def test_who_waits_too_long_for_a_connection_of_this_process_is_told(url: str) -> None:
    engine = make_engine(url, most=1)
    engine.pool._timeout = 0.01  # type: ignore[attr-defined]  # as if half a minute
    with engine.connect(), pytest.raises(DatabaseCrowded), engine.connect():
        pass
    with engine.connect() as connection:
        assert connection.execute(select(1)).scalar_one() == 1
    engine.dispose()


def test_the_doctor_compares_what_may_be_opened_with_what_is_let_in(
    small: Server, url: str
) -> None:
    settings = fixed_settings({"database_url": url, "database_connections": 30})
    [(state, finding, remedy)] = examine_connections(settings)
    # Of 40 three are kept for administrators: 30 and 5 for commands fit.
    assert (state, remedy) == ("ok", "")
    assert "together 35; the server leaves 37 of 40" in finding
    with psycopg.connect(url), psycopg.connect(url), psycopg.connect(url):
        [(state, finding, remedy)] = examine_connections(settings)
    assert (state, "3 taken by other programs" in finding) == ("missing", True)
    assert remedy == "Set max_connections of PostgreSQL to 41 or more, and start again."
    small.run("ALTER ROLE purser CONNECTION LIMIT 20")
    [(_, finding, remedy)] = examine_connections(settings)
    small.run("ALTER ROLE purser CONNECTION LIMIT -1")
    assert "the server leaves 20 of 40" in finding
    assert "Raise the connection limit of its role or database to 35" in remedy


def test_what_the_doctor_advises_is_enough() -> None:
    busy = Standing(most=200, kept=3, allowed=(), processes=5, others=10)
    state, _, remedy = judge(busy, 45)
    assert state == "missing"
    assert remedy == (
        "Set max_connections of PostgreSQL to 243 or more or set database_connections"
        " to 36, and start again."
    )
    more = Standing(most=243, kept=3, allowed=(), processes=5, others=10)
    assert judge(more, 45)[0] == judge(busy, 36)[0] == "ok"
    assert (judge(more, 46)[0], judge(busy, 37)[0]) == ("missing", "missing")
