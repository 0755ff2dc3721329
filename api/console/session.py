"""Settings and App for the time of one command."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from api.compose.wiring import App, Settings


@dataclass(frozen=True, slots=True)
class Options:
    """What stands before the command: `purser --config FILE ...`."""

    config: Path | None = None
    debug: bool = False


def options(context: typer.Context) -> Options:
    """Return the options of the running command."""
    found = context.find_root().obj
    return found if isinstance(found, Options) else Options()


def settings(context: typer.Context) -> Settings:
    """Read the settings and set up the logs."""
    from api.compose import logs
    from api.compose.wiring import read_settings

    chosen = options(context)
    read = read_settings(chosen.config)
    level = "debug" if chosen.debug else "warning"
    logs.configure(level, as_json=read.log_json)
    return read


@contextmanager
def opened(context: typer.Context, *, make: bool = False) -> Iterator[App]:
    """Yield the App; its database must have the tables of this version.

    Args:
        context: The running command.
        make: Make them in a database that has no tables at all: a new installation.
    """
    from api.compose.wiring import build, settings_file

    file = settings_file(options(context).config)
    app = build(settings(context), make=make, file=file)
    try:
        yield app
    finally:
        app.close()


def actor() -> str:
    """Return who acts on the command line, for the audit trail."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):  # no account of that number, as in some containers
        return "cli:unknown"
