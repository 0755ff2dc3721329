from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from inventory.kernel.errors import SchemaMismatch
from inventory.storage.all_tables import load_tables
from inventory.storage.audit import verify
from inventory.storage.engine import make_engine, writing
from inventory.storage.searching import is_compared
from inventory.storage.upgrade import check, current, newest, upgrade
from tests.postgres import Server

RELEASED = Path(__file__).parent / "released"
"""Rows as each released revision keeps them; a release adds its file."""

ENFORCED = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid)"
    " FROM pg_trigger WHERE NOT tgisinternal"
    " UNION ALL SELECT conrelid::regclass::text, pg_get_constraintdef(oid)"
    " FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
}
"""What the database itself enforces."""


@pytest.fixture(params=["sqlite", "postgres"])
def blank(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[], Engine]]:
    """Makes databases without any table, of one kind."""
    made: list[Engine] = []
    server: Server | None = None
    if request.param == "postgres":
        server = request.getfixturevalue("postgres_server")

    def make() -> Engine:
        name = f"blank_{len(made)}"
        if server:
            server.run(f"CREATE DATABASE {name}")
            url = server.url(name)
        else:
            url = f"sqlite:///{tmp_path / name}.sqlite"
        made.append(make_engine(url))
        return made[-1]

    yield make
    for number, engine in enumerate(made):
        engine.dispose()
        if server:
            server.run(f"DROP DATABASE blank_{number} WITH (FORCE)")


@pytest.fixture
def bare(blank: Callable[[], Engine]) -> Engine:
    """A database without any table."""
    return blank()


def test_models_and_revisions_agree(bare: Engine) -> None:
    upgrade(bare)
    with bare.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "include_name": is_compared,
            },
        )
        assert compare_metadata(context, load_tables()) == []


def test_models_and_revisions_check_the_same(tmp_path: Path) -> None:
    # Alembic does not compare check constraints.
    made = make_engine(f"sqlite:///{tmp_path}/made.sqlite")
    upgraded = make_engine(f"sqlite:///{tmp_path}/upgraded.sqlite")
    load_tables().create_all(made)
    upgrade(upgraded)
    tables = inspect(made).get_table_names()
    assert checks_of(made, tables) == checks_of(upgraded, tables)
    made.dispose()
    upgraded.dispose()


def checks_of(engine: Engine, tables: list[str]) -> set[tuple[str, str, str]]:
    """Table, name and condition of each check constraint."""
    return {
        (table, str(check["name"]), " ".join(check["sqltext"].split()))
        for table in tables
        for check in inspect(engine).get_check_constraints(table)
    }


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


@pytest.mark.parametrize("revision", sorted(one.stem for one in RELEASED.glob("*.sql")))
def test_rows_and_rules_of_a_released_revision_survive_the_upgrade(
    blank: Callable[[], Engine], revision: str
) -> None:
    bare, fresh = blank(), blank()
    upgrade(fresh)
    upgrade(bare, revision)
    lines = (RELEASED / f"{revision}.sql").read_text("utf-8").splitlines()
    with writing(bare) as connection:
        for line in lines:
            if not line.startswith("--"):
                connection.exec_driver_sql(line)
    upgrade(bare)
    inserts = Counter(
        line.split()[2] for line in lines if line.startswith("INSERT INTO")
    )
    with bare.connect() as connection:
        kept = {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar()
            for table in inserts
        }
    assert kept == dict(inserts)
    assert verify(bare) == []
    assert enforced(bare) == enforced(fresh)


def enforced(engine: Engine) -> set[tuple[str, str]]:
    """Return the triggers and constraints of a database."""
    with engine.connect() as connection:
        rows = connection.execute(text(ENFORCED[engine.dialect.name]))
        return {(row[0], row[1]) for row in rows}
