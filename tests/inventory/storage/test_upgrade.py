from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, text

from inventory.errors import SchemaMismatch
from inventory.storage.all_tables import load_tables
from inventory.storage.engine import make_engine, writing
from inventory.storage.upgrade import check, current, newest, upgrade
from tests.postgres import Server


@pytest.fixture(params=["sqlite", "postgres"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without any table."""
    if request.param == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path / 'bare.sqlite'}")
        yield engine
        engine.dispose()
        return
    server: Server = request.getfixturevalue("postgres_server")
    server.run("CREATE DATABASE bare")
    engine = make_engine(server.url("bare"))
    yield engine
    engine.dispose()
    server.run("DROP DATABASE bare WITH (FORCE)")


def test_models_and_revisions_agree(bare: Engine) -> None:
    upgrade(bare)
    with bare.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, load_tables()) == []


def test_upgrade_is_repeatable(bare: Engine) -> None:
    assert current(bare) is None
    with pytest.raises(SchemaMismatch, match="purser db upgrade"):
        check(bare)
    upgrade(bare)
    upgrade(bare)
    assert current(bare) == newest()
    check(bare)


def test_database_of_a_newer_program_is_refused(bare: Engine) -> None:
    upgrade(bare)
    with writing(bare) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaMismatch, match="9999"):
        upgrade(bare)
    with pytest.raises(SchemaMismatch, match="9999"):
        check(bare)


def test_failed_upgrade_leaves_nothing(bare: Engine) -> None:
    with writing(bare) as connection:
        connection.execute(text("CREATE TABLE sighting (id INTEGER)"))
    with pytest.raises(Exception, match="sighting"):
        upgrade(bare)
    with bare.connect() as connection:
        names = set(bare.dialect.get_table_names(connection))
    assert names == {"sighting"}
