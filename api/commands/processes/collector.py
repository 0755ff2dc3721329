"""`purser collector`: asks the network of a site, for a centre elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.console.output import say

REVOKED, TOO_OLD = 77, 75
"""Exit codes of their own (EX_NOPERM, EX_TEMPFAIL of sysexits.h), for supervisors."""


def register(cli: typer.Typer) -> None:
    """Add the program to the commands of its resource."""
    from api.resources.cli.groups import group

    group("collector").callback(invoke_without_command=True)(collector)


def collector(
    context: typer.Context,
    server: Annotated[
        str | None, typer.Option(help="Address of the centre: https://...")
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option(help="File with the token of `enrol`.")
    ] = None,
    spool: Annotated[
        Path | None, typer.Option(help="Where hosts wait to be sent.")
    ] = None,
    ca_file: Annotated[
        Path | None, typer.Option(help="PEM of the centre's authority.")
    ] = None,
    listen: Annotated[
        str,
        typer.Option(help="Hear machines that start on this network interface."),
    ] = "",
    listen_address: Annotated[
        str,
        typer.Option(help="Our address there, to hear SIP plug-and-play as well."),
    ] = "",
) -> int | None:
    """Programs at sites that ask the network there; with --server, be one of them.

    Traps and informs are heard as `[traps]` of its own settings says.
    """
    if context.invoked_subcommand is not None:
        return None
    if server is None or token_file is None:
        raise typer.BadParameter("Give --server and --token-file, or a command.")
    import asyncio

    from api.compose import logs
    from api.compose.collecting import work
    from api.console.session import options, settings
    from api.remote.line import Revoked, TooOld, Unknown
    from api.remote.listening import Ears

    read = settings(context)
    logs.configure(
        "debug" if options(context).debug else read.log_level, as_json=read.log_json
    )
    token = _token(token_file)
    traps = (str(read.traps.address), read.traps.port) if read.traps.enabled else None
    ears = Ears(traps, listen, listen_address)
    say(f"Purser collects for {server} - stop with Ctrl-C.")
    place = spool or read.data_dir / "collector.spool"
    try:
        asyncio.run(work(read, server, token, place, ca_file, ears))
    except Revoked:
        say("The centre lets this collector in no more; what it kept is removed.")
        return REVOKED
    except Unknown:
        say(_UNKNOWN.format(file=token_file))
        return REVOKED
    except TooOld:
        say("The centre is newer: install its release here.")
        return TOO_OLD
    return 0


_UNKNOWN = (
    "The centre does not know the token in {file}; what this collector kept stays. Look"
    " whether file and address are the right ones, or enrol it anew at the centre:"
    " `purser collector enrol`."
)


def _token(file: Path) -> str:
    """Read a token.

    Raises:
        Invalid: There is none to read.
    """
    from inventory.kernel.errors import Invalid

    try:
        token = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", "") or "it is no text"
        raise Invalid(f"The token cannot be read: {why}.", where=str(file)) from error
    if not token:
        raise Invalid("The file of the token is empty.", where=str(file))
    return token
