"""A database to a file, while others write: one snapshot, with what it holds.

SQLite by its online backup, PostgreSQL by `pg_dump` on an exported snapshot.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine

from inventory.backup.facts import Facts, facts_of
from inventory.kernel.errors import Invalid, StorageError
from inventory.kernel.texts import N_

_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "options": "PGOPTIONS",
    "service": "PGSERVICE",
}


class ProgramFailed(StorageError):
    """A program of PostgreSQL did not do its work."""

    code = "backup-program"
    remedy = (
        "Install the client programs of the server's version (such as"
        " postgresql-client), or name their folder in [backup] programs."
    )


@dataclass(frozen=True, slots=True)
class Programs:
    """The client programs of PostgreSQL.

    Attributes:
        folder: Where they lie; None: on the path.
    """

    folder: Path | None = None

    def run(self, url: URL, name: str, arguments: Sequence[str]) -> None:
        """Run a program against a database; its password is in no argument.

        Raises:
            ProgramFailed: It is not there, or it failed.
        """
        program = shutil.which(name, path=str(self.folder) if self.folder else None)
        if program is None:
            raise ProgramFailed(N_("There is no program {name}."), name=name)
        done = subprocess.run(  # noqa: S603 - a program of PostgreSQL, no shell
            [program, *arguments],
            env=_environment(url),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            # Its first line names the cause; further ones may quote rows.
            said = (done.stderr.strip().splitlines() or ["no reason given"])[0]
            raise ProgramFailed(
                N_("{name} failed: {reason}"), name=name, reason=said[:300]
            )


def dump(engine: Engine, target: Path, programs: Programs) -> Facts:
    """Write a database to a file and return what it holds.

    Args:
        engine: The database.
        target: A file that is not there yet; readable, so mind its folder.
        programs: Those of PostgreSQL.

    Raises:
        StorageError: It cannot be read or written.
    """
    if engine.dialect.name == "sqlite":
        return _sqlite(engine, target)
    return _postgres(engine, target, programs)


def sqlite_file(url: URL) -> Path:
    """Return the file of a SQLite database.

    Raises:
        Invalid: It is in memory only.
    """
    if not url.database or url.database == ":memory:":
        raise Invalid(
            N_("A database in memory cannot be backed up."), where="database_url"
        )
    return Path(url.database)


def _sqlite(engine: Engine, target: Path) -> Facts:
    file = sqlite_file(engine.url)
    # All pages in one step: one read transaction, which no writer waits for.
    with (
        closing(sqlite3.connect(file)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    reading = create_engine(f"sqlite:///{target}")
    try:
        with reading.connect() as connection:
            return facts_of(connection)
    finally:
        reading.dispose()


def _postgres(engine: Engine, target: Path, programs: Programs) -> Facts:
    snapshot = engine.connect().execution_options(isolation_level="REPEATABLE READ")
    with snapshot as connection:
        # It lies idle while pg_dump works on the same snapshot.
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        name = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        facts = facts_of(connection)
        # Compressed outside, with everything else.
        options = ["--format=custom", "--compress=0", "--no-owner", "--no-privileges"]
        programs.run(
            engine.url,
            "pg_dump",
            [*options, f"--snapshot={name}", f"--file={target}"],
        )
    return facts


def _environment(url: URL) -> dict[str, str]:
    found = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}
    found |= {name: os.environ[name] for name in ("HOME",) if name in os.environ}
    values: dict[str, object] = {**url.query, "host": url.host or url.query.get("host")}
    values["port"] = url.port or url.query.get("port")
    for name, variable in _VARIABLES.items():
        if values.get(name):
            found[variable] = str(values[name])
    for value, variable in (
        (url.username, "PGUSER"),
        (url.password, "PGPASSWORD"),
        (url.database, "PGDATABASE"),
    ):
        if value:
            found[variable] = value
    return found
