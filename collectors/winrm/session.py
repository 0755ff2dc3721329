"""Logs in to Windows by WinRM and runs scripts in a PowerShell runspace.

HTTPS is the default. Over plain HTTP only methods are used that encrypt the messages
(NTLM, Kerberos: MS-WSMV 2.2.9.1). pypsrp blocks, so each step runs in a thread.
"""

from __future__ import annotations

import asyncio
import socket
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    ExitStack,
    suppress,
)
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pypsrp.complex_objects import PSInvocationState
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from collectors.credentials import JumpHost, WinRmCredential
from collectors.errors import (
    CollectError,
    HostKeyChanged,
    TimedOut,
    UnusableCredential,
)
from collectors.ports import CommandResult, Remoting
from collectors.sentences import N_
from collectors.ssh.guarded_openers import GuardedOpener
from collectors.winrm.connection import BoundedAdapter, certificate_of
from collectors.winrm.failures import translated

T = TypeVar("T")

LOGIN = 30.0
"""Seconds to log in and to open the runspace."""

POLL = 10
"""Seconds a service may hold back an answer that says nothing new."""

MAX_OUTPUT = 16 << 20
"""Characters of output kept per script."""


class PowerShellSession:
    """A runspace on one computer; see `collectors.ports.Remoting`.

    Attributes:
        way: What ends with it: the way through jump hosts.
    """

    def __init__(
        self,
        pool: RunspacePool,
        adapter: BoundedAdapter,
        host_key: str,
        ended: ExitStack,
    ) -> None:
        self.host_key = host_key
        self.way = AsyncExitStack()
        self._pool = pool
        self._adapter = adapter
        self._ended = ended

    async def run(self, script: str, *, timeout: float = 60.0) -> CommandResult:
        """Run one script; raises `CollectError`, with what was printed until then."""
        printed: list[str] = []
        try:
            return await _in_thread(lambda: self._run(script, timeout, printed))
        except CollectError as error:
            error.printed = "\n".join(printed)
            raise

    def _run(self, script: str, timeout: float, printed: list[str]) -> CommandResult:
        until = time.monotonic() + timeout
        self._adapter.deadline = until
        shell = PowerShell(self._pool)
        shell.add_script(script)
        shell.begin_invoke()
        size, cut = 0, False
        while shell.state == PSInvocationState.RUNNING and not cut:
            if time.monotonic() >= until:
                self._stop(shell)
                raise TimedOut(
                    N_("the script ran longer than {timeout} s"), timeout=f"{timeout:g}"
                )
            shell.poll_invoke(timeout=POLL)
            lines, shell.output = [str(each) for each in shell.output], []
            size += sum(map(len, lines))
            cut = size > MAX_OUTPUT
            printed += lines
        if cut:
            self._stop(shell)
        failed = shell.state == PSInvocationState.FAILED
        errors = "\n".join(str(error) for error in shell.streams.error[:20])
        return CommandResult(
            "\n".join(printed), errors, status=int(failed), truncated=cut
        )

    def _stop(self, shell: PowerShell) -> None:
        self._adapter.deadline = time.monotonic() + 2
        with suppress(Exception):
            shell.stop()

    async def close(self) -> None:
        """End the runspace, without waiting long for a peer that does not answer."""

        def end() -> None:
            self._adapter.deadline = time.monotonic() + 2
            with suppress(Exception):
                self._pool.close()
            self._ended.close()

        async with self.way:
            await asyncio.to_thread(end)


class LeadsThere(Protocol):
    """Leads through jump hosts; see `collectors.ssh.connection.Connector.way_to`."""

    def __call__(
        self, jumps: Sequence[JumpHost], address: str, port: int, /
    ) -> AbstractAsyncContextManager[str]:
        """Give the path of a socket file, empty where there are no jump hosts."""
        ...


class PowerShellOpener:
    """Opens runspaces; see `collectors.ports.RemotingOpener`.

    Args:
        lead: Leads through jump hosts.
    """

    def __init__(self, lead: LeadsThere) -> None:
        self._lead = lead

    async def certificate(
        self, address: str, port: int, jumps: Sequence[JumpHost] = ()
    ) -> str:
        """Return the fingerprint of the certificate a port shows.

        Raises:
            CollectError: As `certificate_of`, or a jump host refuses us.
        """
        async with self._lead(jumps, address, port) as way:
            return await certificate_of(address, port, way)

    async def open(
        self,
        address: str,
        port: int,
        credential: WinRmCredential,
        *,
        pinned_key: str | None = None,
    ) -> PowerShellSession:
        """Log in.

        Raises:
            HostKeyChanged: The certificate is not the pinned one.
            UnusableCredential: The account cannot be used this way.
            CollectError: No login.
        """
        _check(credential)
        async with AsyncExitStack() as stack:
            way = await stack.enter_async_context(
                self._lead(credential.jumps, address, port)
            )
            key = "" if credential.http else await certificate_of(address, port, way)
            pins = (pinned_key or "").split()
            if key and pins and key not in pins:
                told = N_("the certificate is {key}, another was pinned")
                raise HostKeyChanged(told, key, key=key)
            session = await _in_thread(
                lambda: _log_in(address, port, credential, key, way)
            )
            session.way = stack.pop_all()
        return session


class GuardedRemotingOpener(GuardedOpener[WinRmCredential, Remoting]):
    """A `RemotingOpener` that asks the gate first."""


def _check(credential: WinRmCredential) -> None:
    """Refuse what would show a secret, or cannot work."""
    if credential.trouble:
        raise UnusableCredential(credential.trouble)
    if credential.http and credential.auth in ("basic", "certificate"):
        raise UnusableCredential(
            N_("{auth} over plain HTTP would show the account: use HTTPS"),
            auth=credential.auth,
        )
    missing = None
    if credential.auth == "certificate":
        if credential.certificate is None or credential.private_key is None:
            missing = "a certificate and its private_key"
    elif credential.password is None and credential.auth != "kerberos":
        missing = "a password"
    if missing:
        raise UnusableCredential(
            N_("{auth} needs {missing}"), auth=credential.auth, missing=missing
        )


def _log_in(
    address: str, port: int, credential: WinRmCredential, key: str, way: str
) -> PowerShellSession:
    adapter = BoundedAdapter(key, way)
    adapter.deadline = time.monotonic() + LOGIN
    password = credential.password
    with ExitStack() as files:
        wsman = WSMan(
            address,
            port=port,
            username=credential.user or None,
            password=password.get_secret_value() if password else None,
            ssl=not credential.http,
            auth=credential.auth,
            cert_validation=False,  # the adapter compares the certificate itself
            no_proxy=True,
            connection_timeout=int(LOGIN),
            read_timeout=int(LOGIN),
            operation_timeout=POLL,
            **_of_method(address, credential, files),
        )
        # Made here, so that no message goes past the bounds.
        session = wsman.transport._build_session()
        session.trust_env = False
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        wsman.transport.session = session
        files.callback(session.close)
        pool = RunspacePool(wsman, no_profile=True)
        pool.open()
        return PowerShellSession(pool, adapter, key, files.pop_all())


def _of_method(
    address: str, credential: WinRmCredential, files: ExitStack
) -> dict[str, Any]:
    """Return the arguments of one method of authentication."""
    if credential.auth == "kerberos":
        return {"negotiate_hostname_override": _name_of(address)}
    if credential.auth != "certificate":
        return {}
    folder = Path(files.enter_context(tempfile.TemporaryDirectory(prefix="purser-")))
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    certificate.write_text(credential.certificate or "", "ascii")
    if credential.private_key is not None:
        key.touch(mode=0o600)
        key.write_text(credential.private_key.get_secret_value(), "ascii")
    return {"certificate_pem": str(certificate), "certificate_key_pem": str(key)}


def _name_of(address: str) -> str:
    """Return the host name a Kerberos ticket is asked for (RFC 4120, 6.2.1)."""
    try:
        return socket.gethostbyaddr(address)[0]
    except OSError as error:
        raise UnusableCredential(
            N_("Kerberos needs a host name, and {address} has none in the DNS"),
            address=address,
        ) from error


async def _in_thread(step: Callable[[], T]) -> T:
    try:
        return await asyncio.to_thread(step)
    except Exception as error:  # the peer decides what is raised
        raise translated(error) from error
