"""`purser credential`: try one, see and lift locks, host keys. Beside `credential`."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.credential import credential
from api.commands.output import Exit, Json, print_json, print_table, say

Address = Annotated[str, typer.Argument(help="Address of the device.")]
Site = Annotated[str, typer.Option(help="Site of the address.")]


def register(cli: typer.Typer) -> None:
    """The commands are added to `purser credential` when this module is loaded."""


@credential.command("test")
def try_one(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name of the credential.")],
    address: Address,
    site: Site = "",
    port: Annotated[int | None, typer.Option(min=1, max=65535)] = None,
    json: Json = False,
) -> int:
    """Log in to one device with one credential, once."""
    import asyncio

    from api.commands.session import opened
    from api.diagnose.try_credential import try_credential

    with opened(context) as app:
        told = asyncio.run(try_credential(app, name, address, port=port, site=site))
    if json:
        print_json(told)
    elif told["worked"]:
        print(f"{name} opens {address} ({told['way']}): {told['detail']}")
    else:
        say(f"{name} does not open {address} ({told['reason']}): {told['detail']}")
    return Exit.OK if told["worked"] else Exit.FAILED


@credential.command("locks")
def locks(
    context: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="Those too that may still log in.")
    ] = False,
    json: Json = False,
) -> int:
    """List accounts and devices where logins were stopped, with reason and time."""
    from api.commands.session import opened
    from inventory.vault import lockout

    with opened(context) as app, app.engine.connect() as connection:
        rows = lockout.list_failures(connection, off_only=not everything)
    if json:
        print_json(rows)
        return Exit.OK
    columns = {
        "kind": "What",
        "subject": "Which",
        "failures": "Failures",
        "off_at": "Off since",
        "reason": "Last reason",
    }
    print_table(rows, columns)
    return Exit.OK


@credential.command("unlock")
def unlock(
    context: typer.Context,
    subject: Annotated[
        str, typer.Argument(help="Name of a credential, or address of a device.")
    ],
    json: Json = False,
) -> int:
    """Let logins of an account, or at a device, begin again."""
    from api.commands.session import actor, opened
    from inventory.vault import lockout

    with opened(context) as app, app.work(actor()) as work:
        unlocked = lockout.unlock_named(work, subject)
        work.commit()
    if json:
        print_json({"unlocked": unlocked})
    else:
        say(f"Unlocked: {', '.join(unlocked)}.")
    return Exit.OK


@credential.command("host-keys")
def host_keys(
    context: typer.Context,
    changed: Annotated[
        bool, typer.Option("--changed", help="Only those that are not the same now.")
    ] = False,
    json: Json = False,
) -> int:
    """List the SSH host keys that are pinned, and what they changed to."""
    from api.commands.session import opened
    from inventory.vault import uses

    with opened(context) as app, app.engine.connect() as connection:
        rows = uses.list_host_keys(connection, changed_only=changed)
    if json:
        print_json(rows)
        return Exit.OK
    columns = {
        "address": "Address",
        "port": "Port",
        "site": "Site",
        "fingerprint": "Pinned",
        "first_at": "Since",
        "changed_to": "Now shows",
        "changed_at": "Changed",
    }
    print_table(rows, columns)
    return Exit.OK


@credential.command("forget-host-key")
def forget_host_key(
    context: typer.Context,
    address: Address,
    site: Annotated[str | None, typer.Option(help="Only at this site.")] = None,
    json: Json = False,
) -> int:
    """Forget the host key of a machine that was replaced; the next one is pinned."""
    from api.commands.session import actor, opened
    from inventory.vault import uses

    with opened(context) as app, app.work(actor()) as work:
        number = uses.forget_host_key(work, address, site)
        work.commit()
    if json:
        print_json({"address": address, "forgotten": number})
    else:
        say(f"{number} host key(s) of {address} forgotten.")
    return Exit.OK
