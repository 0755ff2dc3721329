"""`purser device`: what was found, as lists and in detail."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.commands.output import Exit, Json, print_json, print_pairs, print_table, say

device = typer.Typer(help="What is on the network.", no_args_is_help=True)

Limit = Annotated[int, typer.Option(min=1, max=1000, help="Rows on a page.")]
After = Annotated[str | None, typer.Option(help="`next` of the page before.")]
Words = Annotated[str, typer.Option(help="Words, each must occur.")]


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.add_typer(device, name="device")


@device.command("list")
def list_devices(
    context: typer.Context,
    search: Words = "",
    type: Annotated[str | None, typer.Option(help="Only of this type.")] = None,
    site: Annotated[str | None, typer.Option(help="Only of this site.")] = None,
    state: Annotated[
        str | None,
        typer.Option(help="matched, unregistered, missing, misplaced, conflict."),
    ] = None,
    sort: Annotated[
        str, typer.Option(help="name, type, vendor, address, last_seen; - to reverse.")
    ] = "name",
    limit: Limit = 100,
    after: After = None,
    json: Json = False,
) -> int:
    """List devices."""
    from api.commands.session import opened
    from inventory.network.queries import devices as queries

    wanted = queries.DeviceFilter(search=search, type=type, site=site, state=state)
    with opened(context) as app, app.engine.connect() as connection:
        page = queries.list_devices(
            connection, wanted, sort=sort, after=after, limit=limit
        )
    columns = {
        "id": "Id",
        "name": "Name",
        "type": "Type",
        "vendor": "Vendor",
        "model": "Model",
        "serial": "Serial",
        "address": "Address",
        "state": "Register",
        "last_seen": "Last seen",
    }
    return show_page(page, columns, as_json=json)


@device.command("show")
def show_device(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="The number `device list` shows.")],
    json: Json = False,
) -> int:
    """Show a device, its evidence, and where it is plugged in."""
    from api.commands.session import opened
    from inventory.kernel.errors import NotFound
    from inventory.network.queries.devices import device_detail

    with opened(context) as app, app.engine.connect() as connection:
        found = device_detail(connection, number)
    if found is None:
        raise NotFound(f"There is no device {number}.")
    if json:
        print_json(found)
        return Exit.OK
    names = (
        "id name type subtype vendor model serial os version address mac site"
        " location last_user first_seen last_seen merged_into"
    ).split()
    print_pairs([(name.replace("_", " "), found.get(name)) for name in names])
    _places(found)
    print_table(
        [
            row | {"sure": f"{row['confidence']:.0%}", "by": _by(row)}
            for row in found["fields"]
        ],
        {
            "field": "Field",
            "value": "Value",
            "by": "Said by",
            "sure": "Sure",
            "reasons": "Why",
        },
        "Evidence",
    )
    return Exit.OK


def _by(row: dict[str, Any]) -> str:
    return ", ".join(filter(None, (row["origin"], row["source"])))


def _places(found: dict[str, Any]) -> None:
    for row in found["plugged_in"]:
        if row["device_id"] is None:
            print(f"plugged in  {row['reason'] or 'not known where'} ({row['mac']})")
            continue
        via = f", via {row['via']}" if row["via"] else ""
        print(
            f"plugged in  {row['device_name']} port {row['port']}"
            f" VLAN {row['vlan'] or '?'}{via} ({row['mac']})"
        )


def show_page(page: Any, columns: dict[str, str], *, as_json: bool) -> int:  # noqa: ANN401 - Page of any list
    """Print a page of a list."""
    if as_json:
        print_json({"items": page.rows, "next": page.next})
        return Exit.OK
    if not page.rows:
        print("Nothing matches.")
        return Exit.OK
    print_table(page.rows, columns)
    if page.next is not None:
        say(f"There is more: --after {page.next}")
    return Exit.OK
