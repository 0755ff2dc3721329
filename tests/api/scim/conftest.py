"""A database whose tables are emptied between tests: cloning one each costs more."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, delete

from inventory.directory.tables import DirectoryRecord, DirectoryValue
from inventory.people.tables import Person, Team
from inventory.provisioning.tables import Task
from inventory.storage.engine import make_engine, writing
from inventory.storage.rows import table_of

EMPTIED = (DirectoryValue, Task, DirectoryRecord, Team, Person)


KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)]
"""Sequences of requests run on both in the standard run; the contract is long."""


@pytest.fixture(scope="module", params=KINDS)
def standing_engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """An engine on a database that stays for all tests of a module."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("scim") / "purser.sqlite"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        engine = make_engine(f"sqlite:///{path}")
        yield engine
        engine.dispose()
        return
    template = request.getfixturevalue("postgres_template")
    server = request.getfixturevalue("postgres_server")
    name = f"scim_{request.module.__name__.rpartition('.')[2]}"
    server.clone(template, name)
    engine = make_engine(server.url(name))
    yield engine
    engine.dispose()
    server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_engine(standing_engine: Engine) -> Engine:
    """The same database, with no user, group, person, team and task in it."""
    with writing(standing_engine) as connection:
        for model in EMPTIED:
            connection.execute(delete(table_of(model)))
    return standing_engine
