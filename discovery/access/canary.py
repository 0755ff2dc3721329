"""A login that must fail, before a password goes to a host that is new.

Who accepts an account that nobody has is no device of ours, but something that
collects passwords. The account is made up, so no account of ours is locked by it.
"""

from __future__ import annotations

import secrets

from pydantic import SecretStr

from collectors.credentials import JumpHost, SshCredential
from collectors.errors import CollectError
from collectors.ports import ShellOpener

ACCEPTS_ANYTHING = "it lets in whoever comes; no password was sent to it"


async def accepts_anything(
    opener: ShellOpener, address: str, port: int, jumps: tuple[JumpHost, ...] = ()
) -> bool:
    """Whether a host lets in an account that was made up on the spot.

    One that asks for no password at all accepts none: consoles of some kinds ask for
    it after the login.
    """
    account = SshCredential(
        name="canary",
        user=f"u{secrets.token_hex(4)}",
        password=SecretStr(secrets.token_urlsafe(18)),
        jumps=jumps,
    )
    try:
        shell = await opener.open(address, port, account)
    except CollectError:
        return False
    await shell.close()
    return bool(getattr(shell, "secret_sent", True))
