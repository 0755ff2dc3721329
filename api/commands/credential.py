"""`purser credential`: what logs in to devices, and how it is kept.

Secrets come from a prompt, a file or standard input; an argument would show in the
process list.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from api.console.output import Exit, Json, print_json, say
from api.resources.cli.groups import group

Name = Annotated[str, typer.Argument(help="Name of the credential.")]
Set = Annotated[str | None, typer.Option("--set", help="Scans may name this set.")]
Site = Annotated[str | None, typer.Option(help="Only at this site.")]
Network = Annotated[
    list[str] | None,
    typer.Option("--network", help="Only in this network; may be repeated."),
]
From = Annotated[datetime | None, typer.Option("--from", help="First moment, UTC.")]
Until = Annotated[datetime | None, typer.Option("--until", help="End, UTC.")]
Position = Annotated[
    int | None, typer.Option(help="Lower numbers are tried first; 0 at the start.")
]
ToNew = Annotated[
    bool | None,
    typer.Option(
        "--offer-to-new/--only-known",
        help="Whether a community or password goes to hosts that none opened before.",
    ),
]
Types = Annotated[
    list[str] | None,
    typer.Option("--type", help="Only for devices of this type; may be repeated."),
]
Field = Annotated[
    list[str] | None,
    typer.Option(
        "--field",
        help="NAME=VALUE of what is no secret: user, auth, priv, context, device_type,"
        " jumps (comma-separated), agent, agent_key, host, port, tenant.",
    ),
]
SecretsFile = Annotated[
    Path | None,
    typer.Option(
        help='File with the secrets as JSON, {"password": "..."}; - reads'
        " standard input. Without it they are asked for."
    ),
]
KeyFile = Annotated[
    Path | None, typer.Option("--private-key", help="File of a private key to store.")
]


def register(_cli: typer.Typer) -> None:
    """Add the commands that ask for secrets, or print them, to the others."""
    credential = group("credential")
    credential.command("create")(add)
    credential.command("edit")(change)
    credential.command("remove")(remove)
    credential.command("rotate")(rotate)
    credential.command("test")(try_one)
    credential.command("new-key")(new_key)


def add(
    context: typer.Context,
    name: Name,
    kind: Annotated[
        str, typer.Option(help="snmp-v1, snmp-v2c, snmp-v3, ssh, jump, winrm or pbx.")
    ],
    user: Annotated[str | None, typer.Option(help="Account or USM user.")] = None,
    field: Field = None,
    set_name: Set = None,
    site: Site = None,
    network: Network = None,
    valid_from: From = None,
    valid_until: Until = None,
    position: Position = None,
    offer_to_new: ToNew = None,
    types: Types = None,
    private_key: KeyFile = None,
    secrets_file: SecretsFile = None,
    json: Json = False,
) -> int:
    """Store a credential, sealed."""
    from api.compose.device_logins import master_source
    from api.console.secrets import fields_of, given_secrets
    from api.console.session import actor, opened
    from inventory.vault import credentials
    from inventory.vault.credential_kinds import kind_of
    from inventory.vault.rotation import masters_to_write

    public = fields_of(field, user)
    secret = given_secrets(kind_of(kind).secret, secrets_file, private_key)
    scope = _scope(set_name, site, network, valid_from, valid_until, position)
    scope |= _offer(offer_to_new, types)
    with opened(context) as app, app.work(actor()) as work:
        masters = masters_to_write(work.connection, master_source(app.settings))
        row_id = credentials.add_credential(
            work,
            masters,
            name,
            kind,
            public=public,
            secret=secret,
            scope=credentials.Scope(**scope),
        )
        work.commit()
    _tell(json, {"id": row_id, "name": name}, f"The credential {name} is stored.")
    return Exit.OK


def change(
    context: typer.Context,
    name: Name,
    user: Annotated[str | None, typer.Option(help="Account or USM user.")] = None,
    field: Field = None,
    secret: Annotated[
        bool, typer.Option("--secret", help="Ask for new secrets.")
    ] = False,
    set_name: Set = None,
    site: Site = None,
    network: Network = None,
    valid_from: From = None,
    valid_until: Until = None,
    position: Position = None,
    offer_to_new: ToNew = None,
    types: Types = None,
    private_key: KeyFile = None,
    secrets_file: SecretsFile = None,
    json: Json = False,
) -> int:
    """Change a stored credential; what is not given stays."""
    from api.compose.device_logins import master_source
    from api.console.secrets import fields_of, given_secrets
    from api.console.session import actor, opened
    from inventory.vault import credentials
    from inventory.vault.credential_kinds import kind_of

    with opened(context) as app, app.work(actor()) as work:
        kind = credentials.get_credential(work.connection, name)["kind"]
        hidden = {}
        if secret or secrets_file or private_key:
            hidden = given_secrets(kind_of(kind).secret, secrets_file, private_key)
        worked = credentials.change_credential(
            work,
            master_source(app.settings).read(),
            name,
            public=fields_of(field, user),
            secret=hidden,
            scope=_scope(set_name, site, network, valid_from, valid_until, position)
            | _offer(offer_to_new, types),
        )
        work.commit()
    said = f"The credential {name} {'is' if worked else 'was'} changed."
    _tell(json, {"name": name, "changed": worked}, said)
    return Exit.OK


def remove(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="Name of the credential.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Empty the vault, its keys included.")
    ] = False,
    json: Json = False,
) -> int:
    """Remove a credential with its secrets; works without the master key."""
    from api.console.session import actor, opened
    from inventory.vault import credentials

    if (name is None) is not everything:
        raise typer.BadParameter("Give a name, or --all.")
    with opened(context) as app, app.work(actor()) as work:
        if name is None:
            number = credentials.remove_all(work)
        else:
            credentials.remove_credential(work, name)
            number = 1
        work.commit()
    _tell(json, {"removed": number}, f"{number} credential(s) removed.")
    return Exit.OK


def rotate(
    context: typer.Context,
    new_master: Annotated[
        bool, typer.Option("--new-master", help="Make a fresh master key as well.")
    ] = False,
    json: Json = False,
) -> int:
    """Seal all secrets anew under a fresh key, all or none."""
    from api.compose.device_logins import master_source
    from api.console.session import actor, opened
    from inventory.vault import rotation

    with opened(context) as app, app.work(actor()) as work:
        source = master_source(app.settings)
        number = rotation.rotate(work, source, new_master=new_master)
    said = f"{number} credential(s) sealed anew under a fresh key."
    _tell(json, {"sealed": number, "new_master": new_master}, said)
    return Exit.OK


def new_key() -> int:
    """Print a fresh master key, for PURSER_VAULT__KEY or a keyring. Stores nothing."""
    from inventory.vault.envelope import new_master_text

    print(new_master_text())
    return Exit.OK


def try_one(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name of the credential.")],
    address: Annotated[str, typer.Argument(help="Address of the device.")],
    site: Annotated[str, typer.Option(help="Site of the address.")] = "",
    port: Annotated[int | None, typer.Option(min=1, max=65535)] = None,
    json: Json = False,
) -> int:
    """Log in to one device with one credential, once."""
    import asyncio

    from api.console.session import opened
    from api.diagnose.try_credential import try_credential

    with opened(context) as app:
        tried = asyncio.run(try_credential(app, name, address, port=port, site=site))
    if json:
        print_json(tried)
    elif tried["worked"]:
        print(f"{name} opens {address} ({tried['way']}): {tried['detail']}")
    else:
        say(f"{name} does not open {address} ({tried['reason']}): {tried['detail']}")
    return Exit.OK if tried["worked"] else Exit.FAILED


def _scope(
    set_name: str | None,
    site: str | None,
    network: list[str] | None,
    valid_from: datetime | None,
    valid_until: datetime | None,
    position: int | None,
) -> dict[str, Any]:
    from datetime import UTC

    given = {
        "set_name": set_name,
        "site": site,
        "networks": None if network is None else tuple(network),
        "valid_from": valid_from and valid_from.replace(tzinfo=UTC),
        "valid_until": valid_until and valid_until.replace(tzinfo=UTC),
        "position": position,
    }
    return {name: value for name, value in given.items() if value is not None}


def _offer(offer_to_new: bool | None, types: list[str] | None) -> dict[str, Any]:
    given = {
        "offer_to_new": offer_to_new,
        "types": None if types is None else tuple(types),
    }
    return {name: value for name, value in given.items() if value is not None}


def _tell(as_json: bool, value: dict[str, Any], sentence: str) -> None:
    if as_json:
        print_json(value)
    else:
        say(sentence)
