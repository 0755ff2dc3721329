"""Brings the tables of a database to this version.

Imports Alembic, `engine` and `searching`.

Alembic is configured here, not in an ini file. An upgrade is one transaction: it
happens as a whole or not at all, and two programs starting at once take turns.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, inspect, text

from inventory.kernel.errors import DatabaseDamaged, SchemaMismatch
from inventory.storage.engine import for_writing
from inventory.storage.searching import make_indexes

MIGRATIONS = Path(__file__).parent / "migrations"
_UPGRADE_LOCK = 7_405_150
"""Key of the PostgreSQL advisory lock; any number no one else uses."""


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the tables to a revision; does nothing if they are there already.

    Raises:
        SchemaMismatch: The database was made by a newer version of the program.
        DatabaseDamaged: Rows refer to rows that are not there (SQLite).
    """
    with _alone(engine) as connection:
        try:
            command.upgrade(config(connection), revision)
        except CommandError as error:
            raise SchemaMismatch(f"{str(error).rstrip('.')}.") from error
        if revision == "head":
            make_indexes(connection)


def is_empty(engine: Engine) -> bool:
    """Whether a database has no tables at all, so that nothing can be lost in it."""
    return not inspect(engine).get_table_names()


def current(engine: Engine) -> str | None:
    """Return the revision of the database; None if it has no tables yet."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """Return the revision this version of the program works with."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    if head is None:
        raise RuntimeError(f"no migrations in {MIGRATIONS}")
    return head


def check(engine: Engine) -> None:
    """Refuse to work with tables of another version.

    Raises:
        SchemaMismatch: The database must be upgraded, or is newer than the program.
    """
    found, newest_revision = current(engine), newest()
    if found != newest_revision:
        raise SchemaMismatch(
            f"The database has revision {found or 'none'}, "
            f"this program works with {newest_revision}."
        )


def config(connection: Connection) -> Config:
    """Return Alembic's configuration for one connection."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    sqlite = engine.dialect.name == "sqlite"
    with for_writing(engine).connect() as connection:
        driver: Any = connection.connection.driver_connection
        if sqlite:
            # Rebuilding a table drops it, which foreign keys would follow; and the
            # pragma does nothing inside a transaction.
            driver.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                if not sqlite:
                    connection.execute(
                        text("SELECT pg_advisory_xact_lock(:key)"),
                        {"key": _UPGRADE_LOCK},
                    )
                yield connection
                if sqlite:
                    _check_references(connection)
        finally:
            if sqlite:
                driver.execute("PRAGMA foreign_keys = ON")


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise DatabaseDamaged(
            f"Row {broken[1]} of table {broken[0]} refers to a row of {broken[2]} "
            "that is not there."
        )
