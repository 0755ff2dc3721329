"""`purser token` and `purser user`: who may use the API and the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from api.console.output import Exit, Json, print_json, say
from api.resources.cli.groups import group

if TYPE_CHECKING:
    from sqlalchemy import Connection

Roles = Annotated[
    list[str],
    typer.Option(
        "--role",
        help="it, hr, accounting, auditor; users also manager, employee; tokens also"
        " scim, collector. May be repeated.",
    ),
]
Scoped = Annotated[
    list[str] | None,
    typer.Option(
        "--scope",
        metavar="PART=CODE",
        help="Sees only this: legal_entities=100, sites=HQ, departments=D,"
        " cost_centres=4100. May be repeated.",
    ),
]


def register(_cli: typer.Typer) -> None:
    """Add the commands that show a secret to those of tokens and users."""
    token, user = group("token"), group("user")
    token.command("create")(create_token)
    token.command("revoke")(revoke_token)
    # A password or a token is no option: options show in the list of processes.
    user.command("create")(add_user)
    user.command("set-password")(change_password)
    user.command("disable")(disable_user)


def create_token(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What uses it, for the list.")],
    role: Roles,
    days: Annotated[
        int | None, typer.Option(min=1, max=36500, help="Days until it expires.")
    ] = None,
    scope: Scoped = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="It may change nothing.")
    ] = False,
    network: Annotated[
        list[str] | None,
        typer.Option(help="Addresses it may come from; may be repeated."),
    ] = None,
    json: Json = False,
) -> int:
    """Make a token and show it, once: only its hash is kept."""
    from api.console.session import actor, opened
    from inventory.people import accounts

    with opened(context) as app, app.work(actor()) as work:
        until = app.clock() + timedelta(days=days) if days else None
        token_id, made = accounts.add_token(
            work,
            name,
            role,
            expires_at=until,
            scope=_scope(work.connection, scope),
            writes=not read_only,
            networks=network or (),
        )
        work.commit()
    if json:
        print_json({"id": token_id, "token": made, "expires_at": until})
    else:
        print(made)
        say(f"This is token {token_id}. Keep it now; it cannot be shown again.")
    return Exit.OK


def revoke_token(
    context: typer.Context,
    token_id: Annotated[int, typer.Argument(help="The number `token list` shows.")],
    json: Json = False,
) -> int:
    """Let a token in no more."""
    from api.console.session import actor, opened
    from inventory.people import accounts

    with opened(context) as app, app.work(actor()) as work:
        worked = accounts.revoke_token(work, token_id)
        work.commit()
    if json:
        print_json({"id": token_id, "revoked": worked})
    else:
        print(f"Token {token_id} {'is' if worked else 'was'} revoked.")
    return Exit.OK


def add_user(
    context: typer.Context,
    login: Annotated[str, typer.Argument(help="The login.")],
    role: Roles,
    name: Annotated[str, typer.Option(help="Full name.")] = "",
    person: Annotated[
        str | None, typer.Option(help="The person of the register it is.")
    ] = None,
    scope: Scoped = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read it from standard input.")
    ] = False,
    json: Json = False,
) -> int:
    """Add a login. Without a password one is made and shown, once."""
    from api.console.session import actor, opened
    from api.resources.references import PERSON
    from inventory.people import accounts

    password, made = _password(password_stdin)
    with opened(context) as app, app.work(actor()) as work:
        account_id = accounts.add_account(
            work,
            login,
            password,
            role,
            name=name,
            person_id=PERSON.resolve(work.connection, person) if person else None,
            scope=_scope(work.connection, scope),
        )
        work.commit()
    _tell(account_id, login, password if made else None, as_json=json)
    return Exit.OK


def change_password(
    context: typer.Context,
    login: Annotated[str, typer.Argument(help="The login.")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read it from standard input.")
    ] = False,
    json: Json = False,
) -> int:
    """Give a login another password; this also ends its sessions."""
    from api.console.session import actor, opened
    from inventory.people import accounts

    password, made = _password(password_stdin)
    with opened(context) as app, app.work(actor()) as work:
        accounts.set_password(work, login, password)
        work.commit()
    _tell(None, login, password if made else None, as_json=json)
    return Exit.OK


def disable_user(
    context: typer.Context,
    login: Annotated[str, typer.Argument(help="The login.")],
    tokens: Annotated[
        bool, typer.Option("--tokens", help="Revoke the tokens it made, too.")
    ] = False,
    json: Json = False,
) -> int:
    """Let a login in no more; this also ends its sessions."""
    from api.console.session import actor, opened
    from inventory.people import accounts

    with opened(context) as app, app.work(actor()) as work:
        worked = accounts.disable_account(work, login, tokens=tokens)
        left = len(accounts.tokens_made_by(work, login))
        work.commit()
    if json:
        print_json({"login": login, "disabled": worked, "tokens_left": left})
        return Exit.OK
    print(f"The login {login} {'is' if worked else 'was'} disabled.")
    if left:
        print(f"Tokens that it made still let programs in: {left}. See --tokens.")
    return Exit.OK


def _scope(
    connection: Connection, given: list[str] | None
) -> dict[str, list[str]] | None:
    """Return the scope of `PART=CODE` texts."""
    from api.resources.house.scopes_given import ScopeIn, scope_given
    from api.resources.references import resolved

    parts: dict[str, list[str]] = {}
    for text in given or ():
        part, equals, code = text.partition("=")
        if not equals or part not in ScopeIn.model_fields:
            raise typer.BadParameter(f"Write PART=CODE, not {text}.")
        parts.setdefault(part, []).append(code)
    asked = ScopeIn.model_validate(parts)
    return scope_given(connection, resolved(connection, asked)) if parts else None


def _password(from_input: bool) -> tuple[str, bool]:
    """Return the password, and whether it was made up here."""
    import sys

    from api.compose.keys import new_password

    if from_input:
        return sys.stdin.readline().rstrip("\r\n"), False
    return new_password(), True


def _tell(
    account_id: int | None, login: str, made: str | None, *, as_json: bool
) -> None:
    if as_json:
        told = {"id": account_id, "login": login, "password": made}
        print_json({name: value for name, value in told.items() if value is not None})
        return
    print(f"The login {login} is ready.")
    if made:
        print(f"Password: {made}")
        say("Hand it over now; it cannot be shown again.")
