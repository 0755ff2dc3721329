"""Logging in over SSH, for shells and consoles alike.

The host key is compared before any secret leaves; one password is sent once per login,
by whichever method the server offers; the user's own configuration and keys are not
consulted, the agent only for credentials that say so. Jump hosts are passed by `jumps`.
Time and the number of logins under way are bounded.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncssh

from collectors.credentials import JumpHost, SshCredential
from collectors.errors import (
    HostKeyChanged,
    Malformed,
    Refused,
    TimedOut,
    Unreachable,
    Unsupported,
)
from collectors.patience import listening
from collectors.sentences import N_
from collectors.ssh.algorithms import CURRENT, LEGACY, Algorithms, families
from collectors.ssh.failures import translated
from collectors.ssh.guarded_openers import LoginGate
from collectors.ssh.jumps import Tunnels
from collectors.ssh.secrets import client_keys

Allows = Callable[[str], bool]

GREETING_WAIT = 1.0
"""Seconds for a server behind a jump host to speak first."""

MAX_GREETING = 1_024


@dataclass(frozen=True, slots=True)
class Login:
    """A connection on which the server has accepted the account.

    Attributes:
        connection: asyncssh's connection.
        host_key: SHA256 fingerprint of the server's key.
        version: The server's version string, without `SSH-2.0-`.
        secret_sent: Whether the server has asked for the password.
    """

    connection: asyncssh.SSHClientConnection
    host_key: str
    version: str
    secret_sent: bool = True

    async def close(self) -> None:
        """Log out, without waiting long for a peer that does not follow."""
        self.connection.close()
        with suppress(TimeoutError, asyncssh.Error, OSError):
            await asyncio.wait_for(self.connection.wait_closed(), 2)
        self.connection.abort()


@dataclass(frozen=True, slots=True)
class _Target:
    """Where to log in, as whom, and through which connection."""

    address: str
    port: int
    credential: SshCredential
    tunnel: asyncssh.SSHClientConnection | None


class _Client(asyncssh.SSHClient):
    """Answers the server's questions: is this key yours, what is the password."""

    def __init__(self, credential: SshCredential, pins: frozenset[str]) -> None:
        self.pins = pins
        self.seen: str | None = None
        self._password = credential.password

    def validate_host_public_key(
        self, host: str, addr: str, port: int, key: asyncssh.SSHKey
    ) -> bool:
        """Compare the key with the pinned ones; the first one seen is accepted."""
        self.seen = key.get_fingerprint()
        return not self.pins or self.seen in self.pins

    @property
    def unknown_key(self) -> str | None:
        """The key that was shown, where another was pinned."""
        unknown = self.seen and self.pins and self.seen not in self.pins
        return self.seen if unknown else None

    @property
    def secret_sent(self) -> bool:
        """Whether the password has been sent."""
        return self._password is None

    def _spend(self) -> str | None:
        secret, self._password = self._password, None
        return secret.get_secret_value() if secret else None

    def password_auth_requested(self) -> str | None:
        """Give the password, once."""
        return self._spend()

    def kbdint_auth_requested(self) -> str | None:
        """Take part only while the password has not been sent."""
        return "" if self._password is not None else None

    def kbdint_challenge_received(
        self,
        name: str,
        instructions: str,
        lang: str,
        prompts: Any,  # noqa: ANN401
    ) -> list[str] | None:
        """Answer one hidden prompt with the password; anything else is refused."""
        if not prompts:
            return []
        if len(prompts) == 1 and not prompts[0][1] and (secret := self._spend()):
            return [secret]
        return None


class Connector:
    """Logs in anywhere.

    Args:
        legacy: Says for which addresses outdated algorithms may be negotiated.
        connect_timeout: Seconds until the server must have accepted the connection.
        login_timeout: Seconds until the login must be over, banner included.
        in_flight: Logins under way at once; the rest wait.
        agent: Path of the socket of the running ssh-agent.
        gate: Guards the accounts at jump hosts.
    """

    def __init__(
        self,
        *,
        legacy: Allows = lambda _: False,
        connect_timeout: float = 10.0,
        login_timeout: float = 20.0,
        in_flight: int = 32,
        agent: str | None = None,
        gate: LoginGate | None = None,
    ) -> None:
        self._legacy = legacy
        self._agent = agent
        self._tunnels = Tunnels(self._direct, gate)
        self._connect_timeout = connect_timeout
        self._login_timeout = login_timeout
        self._slots = asyncio.Semaphore(in_flight)

    async def close(self) -> None:
        """Leave the jump hosts."""
        await self._tunnels.close()

    async def login(
        self,
        address: str,
        port: int,
        credential: SshCredential,
        *,
        pinned_key: str | None = None,
    ) -> Login:
        """Log in; `pinned_key` may hold several fingerprints, blank-separated.

        Raises:
            HostKeyChanged: The server shows none of the pinned keys.
            AuthFailed: It refuses the account.
            Refused: Nobody listens there.
            TimedOut: No answer, or none in time.
            Unsupported: No common algorithm, or a key that cannot be read.
            Malformed: The peer does not speak SSH.
            Unreachable: A jump host does not let us through.
        """
        async with self._slots:
            # A jump host is not reached through itself.
            target = (address, port)
            way = takewhile(lambda j: (j.host, j.port) != target, credential.jumps)
            tunnel = await self._tunnels.through(tuple(way))
            return await self._direct(address, port, credential, pinned_key, tunnel)

    async def host_key(
        self, address: str, port: int, jumps: Sequence[JumpHost] = ()
    ) -> str:
        """Return the fingerprint of the host key a server proves to have.

        The key exchange is signed with it (RFC 4253, 8); nobody logs in.

        Raises:
            CollectError: As `login`.
        """
        offer = LEGACY if self._legacy(address) else CURRENT
        async with self._slots:
            tunnel = await self._tunnels.through(tuple(jumps))
            try:
                async with listening(self._connect_timeout + self._login_timeout):
                    key = await asyncssh.get_server_host_key(
                        address,
                        port,
                        tunnel=tunnel or (),
                        config=None,
                        kex_algs=offer.kex,
                        server_host_key_algs=offer.host_keys,
                    )
            except Exception as error:  # the peer decides what is raised
                raise translated(error) from error
        if key is None:
            raise Malformed(N_("the peer shows no host key"))
        return key.get_fingerprint()

    async def greet(
        self, jumps: Sequence[JumpHost], address: str, port: int, timeout: float
    ) -> bytes:
        """Connect to a port out of the last jump host; return what is said at once.

        Raises:
            Refused: Nobody listens there, as far as the jump host can tell.
            TimedOut: Nothing answers in `timeout` seconds.
            Unreachable: A jump host refuses us, or forwards no connections.
        """
        tunnel = await self._tunnels.through(tuple(jumps))
        if tunnel is None:
            raise Unreachable(N_("there is no jump host on this way"))
        try:
            async with listening(timeout):
                reader, writer = await tunnel.open_connection(address, port)
        except TimeoutError as error:
            raise TimedOut(N_("nothing answers behind the jump host")) from error
        except asyncssh.ChannelOpenError as error:
            if error.code == asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED:
                name = jumps[-1].login.name
                raise Unreachable(
                    N_(
                        "the jump host {name} forwards no connections for this"
                        " account: see AllowTcpForwarding and PermitOpen of its"
                        " sshd"
                    ),
                    name=repr(name),
                ) from error
            raise Refused(N_("nobody listens there")) from error
        except (asyncssh.Error, OSError) as error:
            raise Unreachable(
                N_("the jump host broke off: {error}"), error=error
            ) from error
        try:
            async with listening(min(timeout, GREETING_WAIT)):
                data: bytes = await reader.read(MAX_GREETING)
                return data
        except (TimeoutError, asyncssh.Error, OSError):
            return b""
        finally:
            writer.close()

    @asynccontextmanager
    async def way_to(
        self, jumps: Sequence[JumpHost], address: str, port: int
    ) -> AsyncIterator[str]:
        """Lead a socket file through the jump hosts to a port behind them.

        Whatever connects to the file is connected to the port. Only this account may:
        the file lies in a folder of its own, where a local port would be open to all.

        Yields:
            The path of the file; empty where there are no jump hosts.

        Raises:
            Unreachable: A jump host refuses us.
        """
        tunnel = await self._tunnels.through(tuple(jumps))
        if tunnel is None:
            yield ""
            return
        with TemporaryDirectory(prefix="purser-") as folder:
            file = str(Path(folder, "way"))
            try:
                way = await tunnel.forward_local_path_to_port(file, address, port)
            except (asyncssh.Error, OSError) as error:
                raise Unreachable(
                    N_("the jump host broke off: {error}"), error=error
                ) from error
            try:
                yield file
            finally:
                way.close()

    async def _direct(
        self,
        address: str,
        port: int,
        credential: SshCredential,
        pinned_key: str | None,
        tunnel: asyncssh.SSHClientConnection | None,
    ) -> Login:
        """Log in without looking at the credential's jump hosts."""
        target = _Target(address, port, credential, tunnel)
        offer = LEGACY if self._legacy(address) else CURRENT
        client = _Client(credential, frozenset((pinned_key or "").split()))
        try:
            return await self._attempt(target, client, offer)
        except HostKeyChanged:
            return await self._by_another_key(target, client, offer)

    async def _by_another_key(
        self, target: _Target, refused: _Client, offer: Algorithms
    ) -> Login:
        """Ask whether the server still has the pinned key of another family.

        A server that was given a further, preferred key has not changed; no secret
        is sent unless the pinned key is shown.
        """
        for group in families(offer):
            client = _Client(target.credential, refused.pins)
            narrowed = offer.only_host_keys(group)
            with suppress(HostKeyChanged, Unsupported, Malformed):
                return await self._attempt(target, client, narrowed)
        raise HostKeyChanged(
            N_(
                "the host key is {seen}, pinned was {pins}; if the machine was"
                " replaced, `purser host-key delete {address}`"
            ),
            refused.seen or "",
            seen=refused.seen,
            pins=" ".join(sorted(refused.pins)),
            address=target.address,
        )

    async def _attempt(
        self, target: _Target, client: _Client, offer: Algorithms
    ) -> Login:
        async with AsyncExitStack() as stack:
            keys = await client_keys(target.credential, self._agent, stack)
            try:
                async with listening(self._connect_timeout + self._login_timeout):
                    connection, _ = await asyncssh.create_connection(
                        lambda: client,
                        target.address,
                        target.port,
                        tunnel=target.tunnel or (),
                        config=None,
                        known_hosts=b"",
                        username=target.credential.user,
                        client_keys=keys,
                        agent_path=None,
                        gss_auth=False,
                        gss_kex=False,
                        x509_trusted_certs=None,
                        kex_algs=offer.kex,
                        server_host_key_algs=offer.host_keys,
                        encryption_algs=offer.ciphers,
                        mac_algs=offer.macs,
                        compression_algs=None,
                        connect_timeout=self._connect_timeout,
                        login_timeout=self._login_timeout,
                        keepalive_interval=15,
                    )
            except Exception as error:  # the peer decides what is raised
                raise translated(error, client.unknown_key) from error
        server_version = connection.get_extra_info("server_version", "")
        return Login(
            connection,
            client.seen or "",
            str(server_version).removeprefix("SSH-2.0-"),
            client.secret_sent,
        )
