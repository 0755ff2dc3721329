"""`purser token` and `purser user`: who may use the API and the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from api.console.output import Exit, Json, print_json, say
from api.resources.cli.groups import group

Roles = Annotated[
    list[str],
    typer.Option("--role", help="it, hr, accounting or auditor; may be repeated."),
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
    json: Json = False,
) -> int:
    """Make a token and show it, once: only its hash is kept."""
    from api.console.session import actor, opened
    from inventory.people import accounts

    with opened(context) as app, app.work(actor()) as work:
        until = app.clock() + timedelta(days=days) if days else None
        token_id, made = accounts.add_token(work, name, role, expires_at=until)
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
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read it from standard input.")
    ] = False,
    json: Json = False,
) -> int:
    """Add a login. Without a password one is made and shown, once."""
    from api.console.session import actor, opened
    from inventory.people import accounts

    password, made = _password(password_stdin)
    with opened(context) as app, app.work(actor()) as work:
        account_id = accounts.add_account(work, login, password, role, name=name)
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
    json: Json = False,
) -> int:
    """Let a login in no more; this also ends its sessions."""
    from api.console.session import actor, opened
    from inventory.people import accounts

    with opened(context) as app, app.work(actor()) as work:
        worked = accounts.disable_account(work, login)
        work.commit()
    if json:
        print_json({"login": login, "disabled": worked})
    else:
        print(f"The login {login} {'is' if worked else 'was'} disabled.")
    return Exit.OK


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
