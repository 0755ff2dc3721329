"""The command `purser`: declares the commands, catches what they raise.

Exit codes: 0 done, 1 something failed or was found wrong, 2 the command line or the
settings are wrong, 3 the database, 4 cancelled. Errors are sentences with a remedy
on standard error; `purser --debug` adds the traceback.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from api.commands import (
    access,
    accounting,
    ask,
    backup,
    cases,
    correct,
    credential,
    database,
    demo,
    doctor,
    exchange,
    network,
    reporting,
    scan,
    telecom,
    telephony,
)
from api.commands.processes import collector, following, serve
from api.console import contents
from api.console.output import Exit
from api.console.session import Options
from api.resources.cli import groups as resources

EPILOG = (
    "Exit codes: 0 done; 1 something failed or was found wrong; 2 the command line"
    " or the settings are wrong; 3 the database; 4 cancelled."
)

cli = typer.Typer(
    name="purser",
    cls=contents.Contents,
    help="Find what is on the network; keep who has it, who pays, what it is worth.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for module in (
    demo,
    scan,
    serve,
    resources,
    network,
    exchange,
    cases,
    collector,
    following,
    ask,
    correct,
    doctor,
    database,
    backup,
    access,
    credential,
    accounting,
    reporting,
    telecom,
    telephony,
    contents,
):
    module.register(cli)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"purser {version('purser')}")
        raise typer.Exit


@cli.callback()
def _root(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option(help="The settings file; else ./purser.toml.")
    ] = None,
    debug: Annotated[
        bool, typer.Option("--debug", help="Log all and show tracebacks.")
    ] = False,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show it."),
    ] = False,
) -> None:
    context.obj = Options(config, debug)


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; never raises."""
    try:
        result = cli(list(arguments), standalone_mode=False)
    except TyperException as error:
        # Usage errors print the usage of their command; the class is not public.
        show = getattr(error, "show", None)
        if show is not None:
            show()
        return Exit.USAGE
    except (typer.Abort, KeyboardInterrupt):
        result = _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the boundary to the terminal
        from api.console.failures import report

        as_json, debug = "--json" in arguments, "--debug" in arguments
        return report(error, as_json=as_json, debug=debug)
    if result == _INTERRUPTED:
        print("purser: cancelled.", file=sys.stderr)
        return Exit.CANCELLED
    return int(result or 0)


_INTERRUPTED = 130  # typer's answer to Ctrl-C


def main() -> None:
    """Entry point of the console script."""
    os.umask(0o077)  # what is written is for this user alone
    code = run(sys.argv[1:])
    # What is thrown away with the process need not be taken apart: that takes seconds.
    gc.freeze()
    sys.exit(code)
