"""The ports through which collectors speak to the world.

Each is a small Protocol with a replay twin in `collectors.recordings.replay`, so that
every parser can be run on a recording. Implementations raise `collectors.errors` only.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from collectors.credentials import SnmpCredential, SshCredential, WinRmCredential
from collectors.facts import ArpEntry, Problem

Oid = tuple[int, ...]
Value = int | bytes | Oid
"""An SMI value: integers, counters, gauges and ticks as int; octet strings, opaque
and IpAddress as bytes; object identifiers as tuples. Absent objects have no value."""


@dataclass(slots=True)
class Table:
    """What a walk of several columns brought.

    Attributes:
        columns: For each column asked, its cells by row index (the OID arcs after
            the column). A column nobody answered is present and empty.
        problem: Why the walk ended early; None when the table is complete.
    """

    columns: dict[Oid, dict[Oid, Value]]
    problem: Problem | None = None

    @property
    def complete(self) -> bool:
        """Whether every row was read."""
        return self.problem is None


class Snmp(Protocol):
    """A session with one SNMP agent under one credential."""

    async def get(self, oids: Sequence[Oid]) -> Mapping[Oid, Value]:
        """Read instances; absent ones are missing from the answer.

        Raises:
            TimedOut: The agent does not answer.
            AuthFailed: The agent refuses the user or the key.
            Malformed: The answers cannot be understood.
        """
        ...

    async def after(self, oids: Sequence[Oid]) -> Mapping[Oid, Oid]:
        """Return the instance that follows each OID, to see what there is.

        Those that nothing follows are missing from the answer.

        Raises:
            CollectError: As `get`.
        """
        ...

    async def walk(self, columns: Sequence[Oid], *, max_rows: int = 0) -> Table:
        """Read whole columns together, in as few messages as the agent allows.

        Never raises for one bad table: loops, endless or malformed answers and
        time-outs end the walk with what was read and a `Table.problem`.

        Args:
            columns: OIDs of the columns, without index.
            max_rows: Bound per column; 0 for the session's default.
        """
        ...

    def with_context(self, context: str) -> Snmp:
        """Return a session to another context of the same agent.

        Under v3 this is the contextName; under v1 and v2c `community@context`
        (Cisco community string indexing).
        """
        ...

    async def close(self) -> None:
        """Free what the session holds."""
        ...


class SnmpEngine(Protocol):
    """Makes sessions; one engine serves any number of devices."""

    def session(self, address: str, port: int, credential: SnmpCredential) -> Snmp:
        """Return a session; sends nothing yet."""
        ...

    async def close(self) -> None:
        """Close the engine's sockets."""
        ...


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What a command printed.

    Attributes:
        truncated: Output went past the bound and was cut.
    """

    stdout: str
    stderr: str = ""
    status: int = 0
    truncated: bool = False


class Shell(Protocol):
    """A logged-in SSH connection to a computer's shell (exec channel)."""

    host_key: str
    """SHA256 fingerprint of the server's key."""

    async def run(
        self, command: str, *, stdin: str = "", timeout: float = 60.0
    ) -> CommandResult:
        """Run one command; output is bounded by the connection's limit."""
        ...

    async def close(self) -> None:
        """Log out."""
        ...


class Cli(Protocol):
    """A logged-in session with a network device's command line (netmiko)."""

    device_type: str
    """The netmiko device type in use."""

    async def run(self, command: str, *, timeout: float = 60.0) -> str:
        """Send a show command, return its text without echo and prompt."""
        ...

    async def close(self) -> None:
        """Log out."""
        ...


class ShellOpener(Protocol):
    """Opens shells."""

    async def open(
        self,
        address: str,
        port: int,
        credential: SshCredential,
        *,
        pinned_key: str | None = None,
    ) -> Shell:
        """Log in.

        Args:
            address: Where.
            port: Port.
            credential: Who.
            pinned_key: Fingerprint seen before; another key stops the login
                before any secret is sent.

        Raises:
            HostKeyChanged: The key differs from `pinned_key`.
            AuthFailed: The account was refused.
            Refused: Nobody listens there.
            TimedOut: No answer.
        """
        ...


class CliOpener(Protocol):
    """Opens command-line sessions of network devices."""

    async def open(
        self,
        address: str,
        port: int,
        credential: SshCredential,
        device_type: str,
        *,
        pinned_key: str | None = None,
    ) -> Cli:
        """Log in and prepare the terminal; raises as `ShellOpener.open`."""
        ...


class Remoting(Protocol):
    """A PowerShell runspace on a Windows computer (WinRM)."""

    host_key: str
    """Fingerprint of the service's certificate; empty over plain HTTP."""

    async def run(self, script: str, *, timeout: float = 60.0) -> CommandResult:
        """Run one script; output is bounded by the session's limit."""
        ...

    async def close(self) -> None:
        """Log out."""
        ...


class RemotingOpener(Protocol):
    """Opens runspaces."""

    async def open(
        self,
        address: str,
        port: int,
        credential: WinRmCredential,
        *,
        pinned_key: str | None = None,
    ) -> Remoting:
        """Log in; raises as `ShellOpener.open`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SipAnswer:
    """The answer to a SIP OPTIONS request (RFC 3261, section 11)."""

    address: str
    port: int
    status: int
    user_agent: str | None = None
    server: str | None = None
    allow: tuple[str, ...] = ()
    contact: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Sip(Protocol):
    """Asks SIP user agents what they are; never registers, never calls."""

    async def options(
        self, address: str, port: int = 5060, *, timeout: float = 2.0
    ) -> SipAnswer:
        """Send OPTIONS, return the final answer.

        Raises:
            TimedOut: No answer.
            Malformed: The answer is not SIP.
        """
        ...


class Link(Protocol):
    """The local segment: raw frames, where the process may send them."""

    async def arp(self, network: str, *, interface: str) -> list[ArpEntry]:
        """Ask who has each address of `network` on `interface`."""
        ...

    def listen(self, *, interface: str, seconds: float) -> AsyncIterator[bytes]:
        """Yield LLDP, CDP and DHCP frames heard within `seconds`."""
        ...
