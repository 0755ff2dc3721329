"""A PostgreSQL server that lets nobody else in: it is said, waited for, and gone on."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
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

ROWS = 50
MOST, KEPT = 60, 3
UNREACHABLE = "database-unreachable"
SERVE, WORKER = ("serve", "--port", "0", "--json"), ("worker",)


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Company:
    """A database of an account that is no administrator, and who works on it.

    Attributes:
        served: Where it is served.
    """

    server: Server
    url: str
    token: str
    served: str


@pytest.fixture(scope="module")
def small() -> Iterator[Server]:
    """A server with few connections."""
    try:
        with postgres(settings={"max_connections": str(MOST)}) as server:
            server.run(f"CREATE ROLE purser LOGIN PASSWORD '{PASSWORD}'")
            server.run("CREATE DATABASE crowded OWNER purser")
            yield server
    except NoPostgres as error:
        missing("postgres", str(error))


@pytest.fixture(scope="module")
def url(small: Server) -> str:
    url = f"postgresql://purser:{PASSWORD}@127.0.0.1:{small.port}/crowded"
    engine = make_engine(url, pool_size=1)
    upgrade(engine)
    engine.dispose()
    return url


@pytest.fixture(scope="module")
def company(
    small: Server, url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Company]:
    """`purser serve` and `purser worker`, which all tests share."""
    engine = make_engine(url, pool_size=1)
    with UnitOfWork(engine, actor="test", clock=now) as work:
        _, token = accounts.add_token(work, "test", ["it"])
        work.commit()
    engine.dispose()
    folder = settings_in(tmp_path_factory.mktemp("company"), url)
    with started(folder, SERVE, WORKER) as running:
        served = url_of(running[0])
        wait_for(lambda: counted(url, "job_worker") == 2)
        yield Company(small, url, token, served)


def settings_in(folder: Path, url: str) -> Path:
    """Write the settings of a process whose log is beside them."""
    folder.mkdir(exist_ok=True)
    settings = folder / "purser.toml"
    settings.write_text(
        f'data_dir = "{folder}"\ndatabase_url = "{url}"\n'
        "database_connections = 30\n[jobs]\ndefaults = false\n"
    )
    settings.chmod(0o600)
    return folder


@contextmanager
def started(
    folder: Path, *commands: tuple[str, ...]
) -> Iterator[list[subprocess.Popen[str]]]:
    """Run commands side by side while the block runs."""
    running = [begin(folder / "purser.toml", *words) for words in commands]
    try:
        yield running
    finally:
        for process in running:
            process.kill()
            process.communicate()


def by_socket(server: Server, user: str, database: str) -> psycopg.Connection:
    """Connect without a password, which takes a server's time to check."""
    return psycopg.connect(
        host=str(server.folder),
        port=server.port,
        user=user,
        dbname=database,
        autocommit=True,
    )


@contextmanager
def crowded(server: Server) -> Iterator[None]:
    """Take all connections, those of Purser as well, while the block runs."""
    with ExitStack() as stack:
        above = stack.enter_context(by_socket(server, "postgres", "postgres"))
        superusers = above.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = 'postgres'"
            " AND backend_type = 'client backend'"
        ).fetchone()
        assert superusers is not None
        taken = superusers[0]

        def all_taken() -> bool:
            # Who is only about to be let in is seen by what is left alone.
            nonlocal taken
            with suppress(psycopg.OperationalError):
                while True:
                    stack.enter_context(by_socket(server, "purser", "crowded"))
                    taken += 1
            above.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name LIKE 'purser %'"
            )
            return bool(taken == MOST - KEPT)

        wait_for(all_taken)
        yield


@contextmanager
def held_up(server: Server) -> Iterator[Callable[[], bool]]:
    """Let no asset be written while the block runs; yields whether somebody waits."""
    with by_socket(server, "postgres", "crowded") as above:
        above.execute("BEGIN")
        above.execute("LOCK TABLE asset IN SHARE ROW EXCLUSIVE MODE")
        waits = "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted"
        yield lambda: above.execute(waits).fetchone() == (True,)


def logged(folder: Path) -> str:
    return (folder / "log").read_text()


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
    company: Company, tmp_path: Path
) -> None:
    url, server = company.url, company.server
    late, once = (settings_in(tmp_path / name, url) for name in ("late", "once"))
    headers = {"Authorization": f"Bearer {company.token}"}
    with ExitStack() as stack:
        client = stack.enter_context(
            httpx.Client(base_url=company.served, headers=headers, timeout=60)
        )
        with held_up(server) as waits:
            asked = client.post(
                "api/v1/imports", files=sent(table(ROWS)), data=WRITE, headers=LATER
            )
            assert asked.status_code == 202, asked.text
            wait_for(waits)
            with crowded(server):
                latecomers = stack.enter_context(started(late, SERVE, WORKER))
                (command,) = stack.enter_context(
                    started(once, ("device", "list", "--json"))
                )
                refuses(client, company)
                assert command.wait(180) == 3
                wait_for(lambda: logged(late).count("Trying again in ") > 1)
        told = logged(once)
        assert '"database-crowded"' in told
        assert PASSWORD not in told + logged(late)
        # Who came late begins, by itself.
        ready = httpx.get(f"{url_of(latecomers[0])}health/ready", timeout=60)
        assert ready.status_code == 200
        wait_for(lambda: counted(url, "job_worker") == 4)
        wait_for(lambda: states(url) == ["done"])
        assert client.get("api/v1/devices").status_code == 200
        again = client.post("api/v1/jobs", json={"kind": "prune-jobs"})
        assert again.status_code == 201
        wait_for(lambda: states(url) == ["done", "done"])
    assert counted(url, "asset") == ROWS
    engine = make_engine(url, pool_size=1)
    assert verify(engine) == []
    engine.dispose()


def refuses(client: httpx.Client, company: Company) -> None:
    """See that who asks is told to come back, and nothing else."""
    form = {"email": "sari@example.com", "password": "a wrong password"}
    page = client.post(
        "login", data=form, headers={"Origin": company.served.rstrip("/")}
    )
    answers = [
        client.get("api/v1/devices"),
        client.post("api/v1/collector/lease", content=b""),
        client.get("api/v1/devices"),
    ]
    kinds = {answer.json()["type"].rpartition(":")[2] for answer in answers}
    # Who is cut off in the middle of asking is told that much.
    assert "database-crowded" in kinds <= {"database-crowded", UNREACHABLE}
    for answer in (page, *answers):
        assert answer.status_code == 503, answer.text
        assert answer.headers["Retry-After"] == "5"
        assert PASSWORD not in answer.text


def test_who_waits_too_long_for_a_connection_of_this_process_is_told(url: str) -> None:
    engine = make_engine(url, most=1)
    engine.pool._timeout = 0.01  # type: ignore[attr-defined]  # as if half a minute
    with engine.connect(), pytest.raises(DatabaseCrowded), engine.connect():
        pass
    with engine.connect() as connection:
        assert connection.execute(select(1)).scalar_one() == 1
    engine.dispose()


def test_the_doctor_compares_what_may_be_opened_with_what_is_let_in(
    company: Company,
) -> None:
    given = {"database_url": company.url, "database_connections": 30}
    settings = fixed_settings(given)

    def finding() -> str:
        ((_, found, _),) = examine_connections(settings)
        return found

    # Who else was there goes by and by.
    wait_for(lambda: "2 running" in finding())
    wait_for(lambda: "0 taken by other programs" in finding())
    [(state, found, remedy)] = examine_connections(settings)
    # Of 60 three are kept for administrators; twice 30 and 5 for commands do not fit.
    assert state == "missing"
    assert "together 65; the server leaves 57 of 60" in found
    assert remedy == "Set max_connections of PostgreSQL to 68 or more, and start again."
    with by_socket(company.server, "purser", "crowded"):
        [(_, found, remedy)] = examine_connections(settings)
    assert "1 taken by other programs" in found
    assert "max_connections of PostgreSQL to 69 or more" in remedy
    company.server.run("ALTER ROLE purser CONNECTION LIMIT 40")
    [(_, found, remedy)] = examine_connections(settings)
    company.server.run("ALTER ROLE purser CONNECTION LIMIT -1")
    assert "the server leaves 40 of 60" in found
    assert "raise the connection limit of its role or database to 65" in remedy


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
