"""Keys to log in with: from the credential itself, or from the running ssh-agent.

Private keys stay in memory; an agent never gives its keys away, it signs.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import threading
from contextlib import AsyncExitStack
from functools import lru_cache

import asyncssh

from collectors.credentials import SshCredential
from collectors.errors import UnusableCredential
from collectors.sentences import N_
from collectors.ssh.failures import one_line

MAX_AGENT_KEYS = 5
"""Each key offered counts as a try; OpenSSH ends the connection after six."""

Keys = list[asyncssh.SSHKey | asyncssh.SSHKeyPair]


async def client_keys(
    credential: SshCredential, agent: str | None, stack: AsyncExitStack
) -> Keys | None:
    """Return the keys to offer, None for none at all.

    Args:
        credential: The account.
        agent: Path of the socket of the running ssh-agent, if there is one.
        stack: Closes the agent's connection after the login.

    Raises:
        UnusableCredential: The key cannot be read, or the agent has none that fits.
    """
    if credential.trouble:
        raise UnusableCredential(credential.trouble)
    keys: Keys = []
    if credential.private_key is not None:
        keys.append(await asyncio.to_thread(_own, credential))
    if credential.agent:
        keys += await _of_agent(credential, agent, stack)
    return keys or None


_one_at_a_time = threading.Lock()


@lru_cache(maxsize=32)
def _read(text: str, phrase: str | None) -> asyncssh.SSHKey:
    """Read a private key; one with a pass phrase takes seconds (bcrypt), so once."""
    return asyncssh.import_private_key(text, phrase)


def _own(credential: SshCredential) -> asyncssh.SSHKey:
    text, phrase = credential.private_key, credential.key_secret
    try:
        with _one_at_a_time:
            return _read(
                text.get_secret_value() if text else "",
                phrase.get_secret_value() if phrase else None,
            )
    except (asyncssh.KeyImportError, ValueError) as error:
        raise UnusableCredential(
            N_(
                "the private key of credential {name} cannot be read: it is no"
                " OpenSSH or PEM key, or its pass phrase is missing or wrong"
            ),
            name=repr(credential.name),
        ) from error


async def _of_agent(
    credential: SshCredential, path: str | None, stack: AsyncExitStack
) -> list[asyncssh.SSHKeyPair]:
    if not path:
        raise UnusableCredential(
            N_(
                "credential {name} wants the ssh-agent, but none runs: start"
                " one, and start Purser with its SSH_AUTH_SOCK"
            ),
            name=repr(credential.name),
        )
    try:
        agent = await stack.enter_async_context(asyncssh.connect_agent(path))
        found = list(await agent.get_keys())
    except (asyncssh.Error, OSError, ValueError) as error:
        raise UnusableCredential(
            N_("the ssh-agent does not answer: {error}"), error=one_line(error)
        ) from error
    fingerprint = credential.agent_key
    fitting = [key for key in found if fingerprint in (None, _fingerprint(key))]
    if not fitting:
        raise UnusableCredential(
            N_(
                "the ssh-agent has {found} keys, none of them {what}: load it"
                " with ssh-add"
            ),
            found=len(found),
            what=fingerprint or N_("usable"),
        )
    return fitting[:MAX_AGENT_KEYS]


def _fingerprint(key: asyncssh.SSHKeyPair) -> str:
    """Return what `ssh-add -l` prints."""
    digest = hashlib.sha256(key.public_data).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")
