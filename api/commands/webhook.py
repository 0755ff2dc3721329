"""`purser webhook`: other programs that are told what happens."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.commands.output import Exit, Json, print_json, print_table, say

webhook = typer.Typer(help="Programs that are told what happens.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(help="The number `webhook list` shows.")]
Patterns = Annotated[
    list[str] | None,
    typer.Option("--event", help="Such as asset.* or case.changed; may be repeated."),
]
Codes = Annotated[
    list[str] | None, typer.Option("--site", help="Only of this site; repeatable.")
]
Companies = Annotated[
    list[str] | None,
    typer.Option("--legal-entity", help="Only of this company; repeatable."),
]
Roles = Annotated[
    list[str] | None,
    typer.Option("--role", help="What it may see: it, hr, accounting; all without."),
]

_WEBHOOKS = {
    "id": "Id",
    "name": "Name",
    "url": "Address",
    "events": "Events",
    "waiting": "Waiting",
    "failing_since": "Failing since",
    "disabled_reason": "Disabled",
}
_DELIVERIES = {
    "id": "Id",
    "message": "Message",
    "type": "Event",
    "state": "State",
    "attempts": "Tries",
    "last_status": "Status",
    "last_problem": "Problem",
    "due_at": "Next try",
}


def register(cli: typer.Typer) -> None:
    """Add the commands to the command line."""
    cli.add_typer(webhook, name="webhook")


@webhook.command("events")
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


@webhook.command("add")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What it is, for the list.")],
    url: Annotated[str, typer.Argument(help="https://host/path")],
    event: Patterns = None,
    site: Codes = None,
    legal_entity: Companies = None,
    role: Roles = None,
    json: Json = False,
) -> int:
    """Add a webhook and show its signing key, once."""
    from api.commands.session import actor, opened
    from api.webhooks import manage
    from inventory.people.accounts import check_roles

    roles = check_roles(role or ("it", "hr", "accounting"))
    wanted = {
        "name": name,
        "url": url,
        "events": event or ["*"],
        "sites": site or [],
        "legal_entities": legal_entity or [],
    }
    with opened(context) as app:
        made, key = manage.create_webhook(app, actor(), roles, wanted)
    if json:
        print_json({"id": made, "signing_key": key})
    else:
        print(key)
        say(f"This is webhook {made}. Keep the key; it cannot be shown again.")
    return Exit.OK


@webhook.command("list")
def list_all(context: typer.Context, json: Json = False) -> int:
    """List the webhooks."""
    from api.commands.session import opened
    from inventory.outbox.queries import list_webhooks

    with opened(context) as app, app.engine.connect() as connection:
        _show(list_webhooks(connection), _WEBHOOKS, as_json=json)
    return Exit.OK


@webhook.command("deliveries")
def deliveries(
    context: typer.Context,
    number: Number,
    state: Annotated[str | None, typer.Option(help="Only in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 50,
    json: Json = False,
) -> int:
    """List what was and is to be delivered, the newest first."""
    from api.commands.session import opened
    from inventory.outbox.queries import list_deliveries

    with opened(context) as app, app.engine.connect() as connection:
        page = list_deliveries(connection, number, state=state, limit=limit)
    _show(list(page.rows), _DELIVERIES, as_json=json)
    return Exit.OK


@webhook.command("ping")
def ping(context: typer.Context, number: Number, json: Json = False) -> int:
    """Send a message to try out the receiver; `purser serve` delivers it."""
    from inventory.outbox import subscriptions

    made = _done(context, lambda work: subscriptions.ping(work, number))
    return _told({"delivery_id": made[0], "message": made[1]}, json)


@webhook.command("replay")
def replay(
    context: typer.Context,
    number: Number,
    delivery: Annotated[int, typer.Argument(help="As `deliveries` shows it.")],
    json: Json = False,
) -> int:
    """Send a message again, with the same id."""
    from inventory.outbox import retention

    message = _done(context, lambda work: retention.replay(work, number, delivery))
    return _told({"delivery_id": delivery, "message": message}, json)


@webhook.command("rotate")
def rotate(context: typer.Context, number: Number, json: Json = False) -> int:
    """Make a new signing key and show it, once; for a day both sign."""
    from api.commands.session import actor, opened
    from api.webhooks import manage

    with opened(context) as app:
        key, until = manage.rotate_key(app, actor(), number)
    if json:
        print_json({"id": number, "signing_key": key, "old_until": until})
    else:
        print(key)
        say(f"The old key signs along until {until:%Y-%m-%d %H:%M} UTC.")
    return Exit.OK


@webhook.command("enable")
def enable(context: typer.Context, number: Number, json: Json = False) -> int:
    """Send again; what waits is tried at once."""
    from inventory.outbox import subscriptions

    done = _done(context, lambda work: subscriptions.enable(work, number))
    return _told({"id": number, "changed": done}, json)


@webhook.command("disable")
def disable(
    context: typer.Context,
    number: Number,
    reason: Annotated[str, typer.Option(help="Why.")] = "Disabled by hand.",
    json: Json = False,
) -> int:
    """Send nothing more until it is enabled."""
    from inventory.outbox import subscriptions

    done = _done(context, lambda work: subscriptions.disable(work, number, reason))
    return _told({"id": number, "changed": done}, json)


@webhook.command("remove")
def remove(context: typer.Context, number: Number, json: Json = False) -> int:
    """Remove a webhook; what waits for it is withdrawn."""
    from inventory.outbox import subscriptions

    _done(context, lambda work: subscriptions.remove(work, number))
    return _told({"id": number, "removed": True}, json)


def _done(context: typer.Context, act: Any) -> Any:  # noqa: ANN401 - what is done
    from api.commands.session import actor, opened

    with opened(context) as app, app.work(actor()) as work:
        result = act(work)
        work.commit()
    return result


def _told(row: dict[str, Any], as_json: bool) -> int:
    if as_json:
        print_json(row)
    else:
        print(", ".join(f"{name}: {value}" for name, value in row.items()))
    return Exit.OK


def _show(rows: list[Any], columns: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        print_json(rows)
    else:
        print_table(rows, columns)
