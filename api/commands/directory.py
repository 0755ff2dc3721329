"""`purser directory differences`: where identity providers (SCIM) differ."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

import typer

from api.console.output import Exit, Json, print_json, print_table

directory = typer.Typer(
    help="Users and groups of identity providers (SCIM).", no_args_is_help=True
)

Limit = Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")]


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.add_typer(directory, name="directory")


@directory.command("differences")
def different(context: typer.Context, limit: Limit = 1000, json: Json = False) -> int:
    """List what providers say otherwise than the register."""
    from api.console.session import opened
    from inventory.directory.queries import differences

    with opened(context) as app, app.engine.connect() as connection:
        found = differences(connection, app.clock().date())
        rows = list(islice(found, limit))
    if json:
        print_json(rows)
    else:
        columns = ("source", "user", "person_id", "field", "known", "said")
        print_table(rows, {name: name.replace("_", " ") for name in columns})
    return Exit.OK
