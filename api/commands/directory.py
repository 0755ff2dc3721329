"""`purser directory`: what identity providers brought by SCIM."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Literal

import typer

from api.commands.output import Exit, Json, print_json, print_table

directory = typer.Typer(
    help="Users and groups of identity providers (SCIM).", no_args_is_help=True
)

Limit = Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")]
Source = Annotated[
    str | None, typer.Option(help="Only of this provider, such as scim:okta.")
]


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.add_typer(directory, name="directory")


@directory.command("users")
def users(
    context: typer.Context,
    source: Source = None,
    limit: Limit = 1000,
    json: Json = False,
) -> int:
    """List users, with the person each belongs to."""
    columns = {
        "id": "Id",
        "source": "Provider",
        "name": "User",
        "active": "Active",
        "number": "Number",
        "person": "Person",
    }
    return _list(context, "User", columns, source, limit, json)


@directory.command("groups")
def groups(
    context: typer.Context,
    source: Source = None,
    limit: Limit = 1000,
    json: Json = False,
) -> int:
    """List groups, with the team or kit each stands for."""
    columns = {
        "id": "Id",
        "source": "Provider",
        "name": "Group",
        "team": "Team",
        "kit": "Kit",
    }
    return _list(context, "Group", columns, source, limit, json)


@directory.command("differences")
def different(context: typer.Context, limit: Limit = 1000, json: Json = False) -> int:
    """List what providers say otherwise than the register."""
    from api.commands.session import opened
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


def _list(
    context: typer.Context,
    kind: Literal["User", "Group"],
    columns: dict[str, str],
    source: str | None,
    limit: int,
    as_json: bool,
) -> int:
    from api.commands.session import opened
    from inventory.directory.queries import list_records

    with opened(context) as app, app.engine.connect() as connection:
        page = list_records(connection, kind, source=source, limit=limit)
    if as_json:
        print_json(list(page.rows))
    else:
        print_table(list(page.rows), columns)
    return Exit.OK
