"""`purser worklist`, `purser neighbour`: what wants a person, and what he decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.lists import After, Limit, show_page
from api.commands.network import Site, read
from api.commands.output import Exit, Json, print_json

if TYPE_CHECKING:
    from inventory.storage.work import UnitOfWork

worklist = typer.Typer(
    help="Where network and register do not agree.", no_args_is_help=True
)
neighbour = typer.Typer(
    help="What was heard but not visited, and why.", no_args_is_help=True
)

Row = Annotated[int, typer.Argument(help="The number the list shows.")]
Note = Annotated[str, typer.Option(help="Why, for the history.")]
Handled = Annotated[
    bool, typer.Option("--handled", help="Those that somebody dealt with instead.")
]


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.add_typer(worklist, name="worklist")
    cli.add_typer(neighbour, name="neighbour")


@worklist.command("list")
def list_work(
    context: typer.Context,
    state: Annotated[
        str | None,
        typer.Option(help="unregistered, missing, misplaced, conflict, matched."),
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="Such as in-stock, holder-left, serial.")
    ] = None,
    site: Site = None,
    handled: Handled = False,
    limit: Limit = 100,
    after: After = None,
    json: Json = False,
) -> int:
    """List where network and register do not agree."""
    from inventory.network.queries import worklist as work_queries

    page = read(
        context,
        lambda c: work_queries.worklist(
            c,
            state=state,
            reason=reason,
            site=site,
            acknowledged=handled,
            after=after,
            limit=limit,
        ),
    )
    columns = {
        "id": "Row",
        "state": "State",
        "reason": "Because",
        "device_id": "Device",
        "device_name": "Name",
        "tag": "Asset",
        "vendor": "Vendor",
        "model": "Model",
        "serial": "Serial",
        "detail": "Detail",
        "note": "Note",
    }
    return show_page(page, columns, as_json=json)


@worklist.command()
def adopt(
    context: typer.Context,
    row: Row,
    tag: Annotated[str, typer.Option(help="Its tag; else the next.")] = "",
    kind: Annotated[str | None, typer.Option(help="Else as the device says.")] = None,
    json: Json = False,
) -> int:
    """Register the device of a row as a new asset."""
    from discovery.reconciliation.worklist_actions import adopt_row

    more = {"kind": kind} if kind else {}
    device, asset = _change(context, lambda work: adopt_row(work, row, tag=tag, **more))
    return _told(f"Device {device} is asset {asset} now.", {"asset_id": asset}, json)


@worklist.command("link")
def link_work(
    context: typer.Context,
    row: Row,
    asset: Annotated[int | None, typer.Option(help="The asset's number.")] = None,
    device: Annotated[int | None, typer.Option(help="The device's number.")] = None,
    note: Note = "",
    json: Json = False,
) -> int:
    """Say that a device is an asset, whatever their serial numbers say."""
    from discovery.reconciliation.worklist_actions import link_row

    found = _change(
        context,
        lambda work: link_row(work, row, asset_id=asset, device_id=device, note=note),
    )
    return _told(
        f"Device {found[0]} is asset {found[1]}.", {"asset_id": found[1]}, json
    )


@worklist.command("ignore")
def ignore_work(
    context: typer.Context, row: Row, note: Note = "", json: Json = False
) -> int:
    """Say why a difference may stay."""
    from inventory.network.worklist_decisions import acknowledge

    _change(context, lambda work: acknowledge(work, row, note))
    return _told(f"Row {row} is off the list.", {"id": row}, json)


@neighbour.command("list")
def list_neighbours(
    context: typer.Context,
    handled: Handled = False,
    limit: Limit = 100,
    after: After = None,
    json: Json = False,
) -> int:
    """List neighbours that were not visited, with the reason."""
    from inventory.network.queries.topology import list_unknown_neighbours

    page = read(
        context,
        lambda c: list_unknown_neighbours(
            c, acknowledged=handled, after=after, limit=limit
        ),
    )
    columns = {
        "id": "Row",
        "device_name": "Heard by",
        "port": "On port",
        "sys_name": "Name",
        "addresses": "Addresses",
        "platform": "Says it is",
        "reason": "Not visited because",
        "note": "Note",
    }
    return show_page(page, columns, as_json=json)


@neighbour.command("acknowledge")
def acknowledge_neighbour(
    context: typer.Context, row: Row, note: Note = "", json: Json = False
) -> int:
    """Say that a neighbour is known and why it need not be visited."""
    from inventory.network.worklist_decisions import (
        acknowledge_neighbour as acknowledge,
    )

    _change(context, lambda work: acknowledge(work, row, note))
    return _told(f"Neighbour {row} is off the list.", {"id": row}, json)


def _told(text: str, value: dict[str, Any], as_json: bool) -> int:
    if as_json:
        print_json(value)
    else:
        print(text)
    return Exit.OK


def _change(context: typer.Context, what: Callable[[UnitOfWork], Any]) -> Any:  # noqa: ANN401
    from api.commands.session import actor, opened

    with opened(context) as app, app.work(actor()) as work:
        result = what(work)
        work.commit()
    return result
