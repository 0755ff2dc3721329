"""The two databases, filled once and kept between runs.

They lie in BENCH_FOLDER, /tmp/purser-bench without, and are made anew when the schema
is another. REGISTER_ASSETS makes the register smaller, to try it out.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, inspect, text
from sqlalchemy.schema import CreateIndex, CreateTable

from inventory.storage.engine import make_engine, writing
from inventory.storage.tables import METADATA
from inventory.storage.upgrade import upgrade
from tests.bench.lists.ledgers import Ledgers, small_company
from tests.bench.lists.plain_rows import rows_of
from tests.bench.lists.volumes import VOLUMES
from tests.bench.register import CENTRES, MODELS, PLACES, Register, put
from tests.conftest import NOW
from tests.postgres import Server, postgres

ASSETS = int(os.environ.get("REGISTER_ASSETS", "200000"))
FOLDER = Path(os.environ.get("BENCH_FOLDER", "/tmp/purser-bench"))


@contextmanager
def sqlite() -> Iterator[Engine]:
    """Yield the SQLite database."""
    FOLDER.mkdir(exist_ok=True, parents=True)
    path = FOLDER / "register.sqlite"
    mark = FOLDER / "register.sqlite.schema"
    fresh = not mark.exists() or mark.read_text() != schema()
    if fresh:
        path.unlink(missing_ok=True)
    engine = make_engine(f"sqlite:///{path}")
    if fresh:
        upgrade(engine)
        _fill(engine)
        mark.write_text(schema())
    yield engine
    engine.dispose()


@contextmanager
def postgresql() -> Iterator[tuple[Engine, Server]]:
    """Yield the PostgreSQL database and its server, which stops afterwards."""
    FOLDER.mkdir(exist_ok=True, parents=True)
    FOLDER.chmod(0o755)
    folder, mark = FOLDER / "postgres", FOLDER / "postgres.schema"
    fresh = not mark.exists() or mark.read_text() != schema()
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    with postgres(folder) as server:
        if fresh:
            server.run("CREATE DATABASE register")
        engine = make_engine(server.url("register"))
        if fresh:
            upgrade(engine)
            _fill(engine)
            server.run("CHECKPOINT")
            mark.write_text(schema())
        yield engine, server
        engine.dispose()


def schema() -> str:
    """Return a digest of tables and size; indexes are brought up to date apart."""
    tables = [str(CreateTable(table)) for table in METADATA.sorted_tables]
    return hashlib.sha256(f"{ASSETS}{sorted(tables)}".encode()).hexdigest()


def bring_indexes(engine: Engine) -> None:
    """Make the indexes of the models that are missing, and drop those of no model."""
    wanted = {
        str(index.name): index
        for table in METADATA.tables.values()
        for index in table.indexes
    }
    have = {
        str(index["name"]): index["column_names"]
        for table in METADATA.tables
        for index in inspect(engine).get_indexes(table)
        if "duplicates_constraint" not in index and "_search" not in str(index["name"])
    }
    same = {
        name
        for name, columns in have.items()
        if name in wanted and columns == [one.name for one in wanted[name].columns]
    }
    with writing(engine) as connection:
        for name in have.keys() - same:
            connection.exec_driver_sql(f'DROP INDEX "{name}"')
        for name in wanted.keys() - same:
            connection.execute(CreateIndex(wanted[name]))
    if wanted.keys() != same:
        _analyse(engine)


def _fill(engine: Engine) -> None:
    Register(ASSETS, NOW).fill(engine, lambda _name: None)
    share = ASSETS / 200_000
    sizes = {
        "legal_entity": 1,
        "cost_centre": CENTRES,
        "location": PLACES,
        "manufacturer": len({maker for maker, _kind, _model in MODELS}),
        "person": max(ASSETS // 8, 10),
        "employment": max(ASSETS // 8, 10),
        "asset": ASSETS,
    }
    for model, full, given in VOLUMES:
        count = max(1, int(full * share)) if full > 1000 else full
        sizes[str(model.__tablename__)] = count
        with writing(engine) as connection:
            put(connection, model, rows_of(model, count, sizes, _now(), given))
    with tempfile.TemporaryDirectory() as folder:
        small = small_company(Path(folder), _now())
        made = Ledgers(small, ASSETS).rows()
        with writing(engine) as connection:
            for model, rows in made:
                put(connection, model, rows)
        small.dispose()
    _count_on(engine)
    _analyse(engine)


def _count_on(engine: Engine) -> None:
    """Let PostgreSQL number new rows after those that came with their numbers."""
    if engine.dialect.name == "sqlite":
        return
    with writing(engine) as connection:
        for table in METADATA.sorted_tables:
            if table.autoincrement_column is None:
                continue
            name, key = table.name, table.autoincrement_column.name
            sequence = f"pg_get_serial_sequence('{name}', '{key}')"
            connection.exec_driver_sql(
                f"SELECT setval({sequence}, max({key})) FROM {name}"
                f" WHERE {sequence} IS NOT NULL HAVING max({key}) IS NOT NULL"
            )


def _now() -> datetime:
    return NOW


def _analyse(engine: Engine) -> None:
    """Let PostgreSQL count its rows, as it does by itself; SQLite does not."""
    if engine.dialect.name == "sqlite":
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
