"""Fixtures for all tests: both databases with the tables made, and a clock.

`engine` runs a test on SQLite and on PostgreSQL. Tables are made once per session;
a test gets a copy: of a file, or of a template database.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine

from inventory.storage.engine import make_engine
from inventory.storage.upgrade import upgrade
from tests.needs import missing
from tests.postgres import NoPostgres, Server, postgres

# Tests start some hundred processes. Where nothing compiled is kept, as in many images,
# each would compile all modules anew: a sixth of what it costs to begin.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

NOW = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)
_numbers = count(1)

# How long examples take says how busy the machine is, and nothing about the program.
# The examples are the same each time, so that a change is judged by what it changes;
# `--hypothesis-profile=search` looks for new ones.
settings.register_profile(
    "search", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "any machine", settings.get_profile("search"), derandomize=True
)
if settings.get_current_profile_name() == "default":
    settings.load_profile("any machine")


PHONES = "224.0.1.75"
"""Where telephones ask for their settings; tests send there by the loopback alone."""


def _stay_here(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse what would leave this machine, as a network without a way would.

    A test that scans a network of the documentation must not send a packet there.
    """
    if event not in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        return
    where = arguments[1] if len(arguments) > 1 else None
    host = where[0] if isinstance(where, tuple) and where else None
    if not isinstance(host, str) or host in ("", "localhost", "::1", "0.0.0.0", PHONES):
        return
    if not host.startswith(("127.", "::ffff:127.")):
        raise OSError(errno.ENETUNREACH, f"tests do not leave this machine: {host}")


sys.addaudithook(_stay_here)


FIRST = (
    *("lab", "pages/stopwatch", "api/test_every_read.py", "test_architecture.py"),
    *("pages/test_links.py", "pages/test_from_nothing.py"),
)
"""Below this folder: what takes longest, since a file is run by one process. The first
ones mostly wait for daemons and browsers, while others work."""


def pytest_xdist_auto_num_workers() -> int:
    """Return two processes more than there are cores: many tests wait for others."""
    return min((os.cpu_count() or 1) + 2, 4)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no core stands idle at the end."""
    here = Path(__file__).parent

    def turn(item: pytest.Item) -> int:
        path = item.path.relative_to(here).as_posix()
        return next((n for n, one in enumerate(FIRST) if path.startswith(one)), 99)

    items.sort(key=turn)


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A clock that stands at `NOW`."""
    return lambda: NOW


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A PostgreSQL server of this test process, started with its first use."""
    try:
        with postgres() as server:
            yield server
    except NoPostgres as error:
        missing("postgres", str(error))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    _make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Server) -> str:
    """The name of a PostgreSQL database with all tables."""
    postgres_server.run("CREATE DATABASE purser_template")
    _make_tables(postgres_server.url("purser_template"))
    return "purser_template"


def _make_tables(url: str) -> None:
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty database with all tables, once for each kind."""
    if request.param == "sqlite":
        path = request.getfixturevalue("tmp_path") / "purser.sqlite"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    template = request.getfixturevalue("postgres_template")
    server: Server = request.getfixturevalue("postgres_server")
    name = f"test_{next(_numbers)}"
    server.clone(template, name)
    yield server.url(name)
    server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on an empty database with all tables, once for each kind."""
    engine = make_engine(database_url)
    yield engine
    engine.dispose()
