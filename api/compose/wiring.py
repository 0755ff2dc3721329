"""Reads the settings and puts the parts together: the only composition.

With `rulebooks.py` the one module that opens `config`. Nothing is built at import;
parts that take long to load (vendor data, scanning) are built on their first use.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource
from sqlalchemy import Engine

from api.compose.keys import Seal, load_key
from api.compose.lazy import Lazy
from api.compose.rulebooks import known, provisioning_in_force, rules_of
from api.compose.throttle import Throttle
from api.metrics.counters import Counters
from config.reader import Mistake, SettingsError, find_file, load
from config.settings import Settings
from discovery.notifications.trap_log import TrapLog
from discovery.work.board import JobBoard
from inventory.scoping.engines import ScopedEngines
from inventory.scoping.scope import Scope
from inventory.storage.audit import AUDIT_KEY
from inventory.storage.engine import Shares, default_url, make_engine
from inventory.storage.slow_statements import watch_statements
from inventory.storage.trials.trying import tried
from inventory.storage.work import Clock, UnitOfWork

__all__ = [
    "App",
    "Lazy",
    "Mistake",
    "Settings",
    "SettingsError",
    "build",
    "read_settings",
]


T = TypeVar("T")


def now() -> datetime:
    """Return the present moment as aware UTC: the one clock of the program."""
    return datetime.now(UTC)


if TYPE_CHECKING:
    from discovery.scan.context import ScanContext
    from discovery.scan.jobs import ScanJobs
    from discovery.scan.requests import ScanRequest


@dataclass(frozen=True, slots=True)
class App:
    """The parts of a running Purser, and the settings they were made from.

    Attributes:
        settings: What the administrator decided.
        engine: The database.
        clock: The present moment.
        seal: Makes and reads the session cookies of the pages.
        throttle: Waits after failed logins.
        scans: Starts and watches scans.
        traps: The notifications of devices heard lately.
        counters: What is counted for the metrics.
        file: The settings file, if there is one.
        jobs: Where work is asked for that outlives a request.
        whole: The database as a whole, where `engine` shows a scope only.
        scoped: Engines of scopes.
    """

    settings: Settings
    engine: Engine
    clock: Clock
    seal: Seal
    throttle: Throttle
    scans: Lazy[ScanJobs]
    traps: TrapLog
    counters: Counters
    file: Path | None = None
    jobs: JobBoard = field(default_factory=JobBoard)
    whole: Engine | None = None
    scoped: ScopedEngines | None = None

    def seen_by(self, scope: Scope | None) -> App:
        """Return the App as who has a scope sees it: what it reads is in scope.

        Units of work are over the whole database; `api.resources.perform` sees to it
        that they change nothing else.
        """
        if scope is None or self.scoped is None:
            return self
        whole = self.whole or self.engine
        return replace(self, engine=self.scoped.of(scope), whole=whole)

    def work(
        self, actor: str, request_id: str | None = None, *, looking: bool = False
    ) -> UnitOfWork:
        """Return a unit of work of `actor` (`person:7`, `token:3`, `cli:root`).

        Args:
            actor: Who acts.
            request_id: Ties the audit rows to a request in the logs.
            looking: It only reads and keeps no writer out.
        """
        return UnitOfWork(
            self.whole or self.engine,
            actor=actor,
            clock=self.clock,
            request_id=request_id,
            looking=looking,
        )

    def tried(
        self, actor: str, attempt: Callable[[UnitOfWork], T], *, is_long: bool = False
    ) -> T:
        """Return what an attempt comes to; nothing stays, and nobody waits for it.

        Args:
            actor: Who tries.
            attempt: Works with its unit of work alone, and commits nothing.
            is_long: It is known to take long.
        """
        return tried(
            self.whole or self.engine,
            lambda engine: UnitOfWork(engine, actor=actor, clock=self.clock),
            attempt,
            is_long=is_long,
        )

    def close(self) -> None:
        """Cancel the scans of this process and close the connections."""
        jobs = self.scans.made()
        if jobs is not None:
            jobs.close()
        if self.scoped is not None:
            self.scoped.close()
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


class _FixedSettings(Settings):
    """Settings from values alone, without variables."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Leave out everything but the values."""
        return (init_settings,)


def fixed_settings(values: Mapping[str, Any]) -> Settings:
    """Return settings made of `values`, whatever the user's variables say."""
    return _FixedSettings(**values)


def database_url(settings: Settings) -> str:
    """Return the URL of the database, with its password: never show it."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return default_url(settings.data_dir)


def build(
    settings: Settings,
    *,
    check: bool = True,
    make: bool = False,
    clock: Clock = now,
    file: Path | None = None,
) -> App:
    """Put the parts together.

    Args:
        settings: As `read_settings` returned them.
        check: Refuse a database whose tables belong to another version.
        make: Make the tables of a database that has none at all.
        clock: The present moment as aware UTC.
        file: The settings file, which backups take along.

    Raises:
        StorageError: The database cannot be used.
        OSError: The data directory cannot be written.
    """
    from inventory.storage import upgrade

    most = Shares.of(settings.database_connections).register
    engine = make_engine(database_url(settings), most=most)
    if make and upgrade.is_empty(engine):
        upgrade.upgrade(engine)
    if check:
        upgrade.check(engine)
    seal = Seal(load_key(settings.data_dir), settings.http.session_hours)
    return compose(settings, engine, clock, seal, file)


def _scoped(settings: Settings, engine: Engine) -> ScopedEngines:
    if engine.dialect.name == "postgresql":
        return ScopedEngines(engine, Shares.of(settings.database_connections).scopes)
    return ScopedEngines(engine)


def audit_key(settings: Settings, seal: Seal) -> bytes:
    """Return the key that seals the head of the audit trail.

    Machines that share a database share it by `[audit] key`; one alone derives it
    from its own key.
    """
    given = settings.audit.key
    if given is None:
        return seal.derive("audit trail")
    return hashlib.sha256(given.get_secret_value().encode()).digest()


def compose(
    settings: Settings,
    engine: Engine,
    clock: Clock,
    seal: Seal,
    file: Path | None = None,
) -> App:
    """Return the App over an engine that is there already."""
    from api.compose.outbox_hook import telling
    from api.compose.telecom_rules import telecom_rules

    counters = Counters()
    watch_statements(engine, counters.statement_was_slow)
    engine = telling(
        engine,
        partial(provisioning_in_force, settings),
        lambda: rules_of(settings),
        lambda: telecom_rules(settings).states,
    ).execution_options(**{AUDIT_KEY: audit_key(settings, seal)})

    def context(request: ScanRequest) -> AbstractAsyncContextManager[ScanContext]:
        from api.compose.scanning import open_scan_context

        return open_scan_context(settings, engine, clock, known(settings), request.site)

    def jobs() -> ScanJobs:
        from discovery.scan.context import resolve_by_system
        from discovery.scan.jobs import ScanJobs

        return ScanJobs(
            engine, clock, context, resolve_by_system, watch=counters.scan_moved
        )

    throttle, traps = Throttle(), TrapLog()
    return App(
        settings,
        engine,
        clock,
        seal,
        throttle,
        Lazy(jobs),
        traps,
        counters,
        file,
        scoped=_scoped(settings, engine),
    )
