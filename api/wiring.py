"""Reads the settings and puts the parts together: the only composition.

The one module that opens `config`. Nothing is built at import; parts that take long
to load (vendor data, scanning) are built on their first use.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import Engine

from api.keys import Seal, load_key
from api.throttle import Throttle
from config import catalog
from config.catalog import CatalogError
from config.reader import Mistake, SettingsError, find_file, load
from config.settings import Settings
from discovery.identify import Knowledge, KnowledgeError, build_knowledge
from inventory.storage import upgrade
from inventory.storage.engine import default_url, make_engine
from inventory.storage.work import Clock, UnitOfWork

__all__ = [
    "App",
    "CatalogError",
    "Mistake",
    "Settings",
    "SettingsError",
    "build",
    "knowledge",
    "read_settings",
]


def now() -> datetime:
    """Return the present moment as aware UTC: the one clock of the program."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class App:
    """The parts of a running Purser, and the settings they were made from.

    Attributes:
        settings: What the administrator decided.
        engine: The database.
        clock: The present moment.
        seal: Makes and reads the session cookies of the pages.
        throttle: Waits after failed logins.
    """

    settings: Settings
    engine: Engine
    clock: Clock
    seal: Seal
    throttle: Throttle

    def work(self, actor: str, request_id: str | None = None) -> UnitOfWork:
        """Return a unit of work of `actor` (`person:7`, `token:3`, `cli:root`)."""
        return UnitOfWork(
            self.engine, actor=actor, clock=self.clock, request_id=request_id
        )

    def close(self) -> None:
        """Close the connections to the database."""
        self.engine.dispose()


def settings_file(
    explicit: Path | None, environ: Mapping[str, str] = os.environ
) -> Path | None:
    """Return the settings file in use; see `config.reader.find_file`."""
    return find_file(explicit, environ, Path.cwd())


def read_settings(
    explicit: Path | None = None, environ: Mapping[str, str] = os.environ
) -> Settings:
    """Read `purser.toml` and the `PURSER_*` variables.

    Raises:
        SettingsError: Anything a person has to mend there.
    """
    return load(settings_file(explicit, environ), environ)


def database_url(settings: Settings) -> str:
    """Return the URL of the database, with its password: never show it."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return default_url(settings.data_dir)


def local_rules(settings: Settings) -> Path:
    """Return the folder of the site's own rule files; it need not exist."""
    return settings.data_dir / "vendors"


class DataError(Exception):
    """A file of vendors or fingerprints is broken; the text names file and place."""


@cache
def knowledge(local: Path | None = None) -> Knowledge:
    """Load and compile what is known of vendors, once.

    Args:
        local: Folder of the site's own rule files, which outrank the others.

    Raises:
        DataError: A file is broken.
    """
    try:
        return build_knowledge(
            catalog.vendors(),
            catalog.fingerprints(),
            local_docs=catalog.local(local) if local else (),
            tables=catalog.tables(),
        )
    except (CatalogError, KnowledgeError) as error:
        raise DataError(str(error)) from error


def build(settings: Settings, *, check: bool = True, clock: Clock = now) -> App:
    """Put the parts together.

    Args:
        settings: As `read_settings` returned them.
        check: Refuse a database whose tables belong to another version.
        clock: The present moment as aware UTC.

    Raises:
        StorageError: The database cannot be used.
        OSError: The data directory cannot be written.
    """
    engine = make_engine(database_url(settings))
    if check:
        upgrade.check(engine)
    seal = Seal(load_key(settings.data_dir), settings.http.session_hours)
    return App(settings, engine, clock, seal, Throttle())
