"""`purser map`, `where`, `expire`: the network, and where things are on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.console.output import Exit, Json, print_json, print_table, say

if TYPE_CHECKING:
    from sqlalchemy import Connection

Site = Annotated[str | None, typer.Option(help="Only of this site.")]
At = Annotated[
    str | None, typer.Option(help="A day (2026-03-17) or a moment; else ever.")
]
_PLACE = {
    "mac": "MAC",
    "ip": "Address",
    "endpoint_name": "Device",
    "device_name": "Plugged into",
    "port": "Port",
    "vlan": "VLAN",
    "via": "Through",
    "first_seen": "From",
    "last_seen": "Last seen",
    "closed_at": "Until",
    "reason": "Remark",
}


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.command("map")(draw)
    cli.command()(where)
    cli.command()(expire)


def draw(
    context: typer.Context,
    site: Site = None,
    format: Annotated[str, typer.Option(help="graphml, dot or json.")] = "graphml",
    endpoints: Annotated[
        bool, typer.Option("--endpoints", help="With what is plugged in.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option(help="Where to write; else standard output.")
    ] = None,
    json: Json = False,
) -> int:
    """Write the topology of a site, or of all, for other programs."""
    import json as js

    from inventory.network.queries import map as map_queries
    from inventory.network.queries import map_export

    form = "json" if json else format
    if form not in {*map_export.FORMATS, "json"}:
        raise typer.BadParameter("Use graphml, dot or json.", param_hint="--format")
    drawn = read(
        context, lambda c: map_queries.network_map(c, site, endpoints=endpoints)
    )
    text = (
        js.dumps(drawn, indent=2, ensure_ascii=False) + "\n"
        if form == "json"
        else map_export.export(drawn, form)
    )
    if output is None:
        print(text, end="")
    else:
        output.write_text(text, encoding="utf-8")
    say(f"{len(drawn['nodes'])} devices, {len(drawn['edges'])} connections.")
    return Exit.OK


def where(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="A MAC or an IP address.")],
    at: At = None,
    json: Json = False,
) -> int:
    """Tell where a MAC or an address is and was, the newest first."""
    from api.http.parse_days import moment_of
    from collectors import macs
    from inventory.network.queries.topology import where_was

    mac = macs.from_text(what)
    span = moment_of(at) if at else None
    rows = read(
        context,
        lambda c: where_was(c, mac=mac, ip=None if mac else what, during=span),
    )
    return _show_places(rows, json)


def _show_places(rows: list[dict[str, Any]], as_json: bool) -> int:
    if as_json:
        print_json({"items": rows})
    elif not rows:
        print("Nothing is known of that.")
    else:
        print_table(rows, _PLACE)
    return Exit.OK


def expire(
    context: typer.Context,
    site: Site = None,
    place_days: Annotated[
        int | None, typer.Option(min=1, help="As scan.place_days of the settings.")
    ] = None,
    json: Json = False,
) -> int:
    """End places that nobody confirmed for long; every scan does so for its site."""
    from api.console.session import opened
    from api.jobs.housekeeping import expire_places

    days = timedelta(days=place_days) if place_days else None
    with opened(context) as app:
        counts = expire_places(app, site=site, place=days)
    if json:
        print_json(counts)
    else:
        print(f"{counts['closed']} places ended, {counts['forgotten']} forgotten.")
    return Exit.OK


def read(context: typer.Context, query: Callable[[Connection], Any]) -> Any:  # noqa: ANN401
    """Run a query on the database of the settings."""
    from api.console.session import opened

    with opened(context) as app, app.engine.connect() as connection:
        return query(connection)
