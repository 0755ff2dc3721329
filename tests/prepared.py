"""Databases that are filled once a process and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import TypeAlias

import pytest
from cryptography.fernet import Fernet

from api.compose.keys import Seal
from api.compose.wiring import App, compose
from config.settings import Settings
from inventory.storage.engine import make_engine
from tests.conftest import NOW
from tests.postgres import Server

Prepare: TypeAlias = Callable[[App], object]
_numbers = count(1)
_made: dict[tuple[Prepare, str], str] = {}
"""(what fills it, kind) -> file or name of the database that is copied."""


def prepared(prepare: Prepare) -> Callable[[pytest.FixtureRequest], Iterator[str]]:
    """Return a fixture to be called `database_url`: copies of what `prepare` leaves.

    Args:
        prepare: Fills the database of an App; what it writes beside the database is
            lost. Of one function there is one database of each kind in a process.
    """

    @pytest.fixture(params=["sqlite", "postgres"])
    def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
        if request.param == "sqlite":
            yield _sqlite_copy(request, prepare)
            return
        server: Server = request.getfixturevalue("postgres_server")
        template = _postgres_template(request, server, prepare)
        name = f"prepared_{next(_numbers)}"
        server.clone(template, name)
        yield server.url(name)
        server.run(f"DROP DATABASE {name} WITH (FORCE)")

    # What a decorated fixture is to pytest is no function to whoever reads its type.
    found: Callable[[pytest.FixtureRequest], Iterator[str]] = database_url
    return found


def _sqlite_copy(request: pytest.FixtureRequest, prepare: Prepare) -> str:
    if (prepare, "sqlite") not in _made:
        factory: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
        folder = factory.mktemp("prepared")
        template = folder / "prepared.sqlite"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), template)
        _fill(f"sqlite:///{template}", folder, prepare)
        _made[prepare, "sqlite"] = str(template)
    path: Path = request.getfixturevalue("tmp_path") / "purser.sqlite"
    shutil.copyfile(_made[prepare, "sqlite"], path)
    return f"sqlite:///{path}"


def _postgres_template(
    request: pytest.FixtureRequest, server: Server, prepare: Prepare
) -> str:
    if (prepare, "postgres") not in _made:
        factory: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
        name = f"prepared_template_{next(_numbers)}"
        server.clone(request.getfixturevalue("postgres_template"), name)
        _fill(server.url(name), factory.mktemp("prepared"), prepare)
        _made[prepare, "postgres"] = name
    return _made[prepare, "postgres"]


def _fill(url: str, folder: Path, prepare: Prepare) -> None:
    engine = make_engine(url)
    settings = Settings(data_dir=folder)
    app = compose(settings, engine, lambda: NOW, Seal(Fernet.generate_key(), 12))
    prepare(app)
    app.close()
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
