"""`purser webhook events`: what webhooks may be told of."""

from __future__ import annotations

import typer

from api.console.output import Exit, Json, print_json, print_table
from api.resources.cli.lists import group


def register(_cli: typer.Typer) -> None:
    """Add the command to those of the webhooks."""
    group("webhook").command("events")(list_events)


def list_events(json: Json = False) -> int:
    """List the events there are."""
    from inventory.outbox.event_catalogue import event_types

    rows = [
        {
            "type": kind.type,
            "fields": sorted(kind.fields),
            "roles": sorted(kind.roles),
            "description": kind.description,
        }
        for kind in event_types()
    ]
    if json:
        print_json(rows)
    else:
        print_table(rows, {"type": "Event", "fields": "Data", "description": "Says"})
    return Exit.OK
