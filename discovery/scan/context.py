"""Everything a scan needs from outside, in one frozen bundle.

The database, the clock and the network are arguments: tests hand in fakes and
replays, `api.compose.wiring` the real ones.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import Engine

from collectors.credentials import JumpHost
from collectors.facts import Observation, Problem
from collectors.phones.sip_over_udp import collect_sip
from collectors.phones.status_page_client import PhoneWeb, collect_page
from collectors.ports import CliOpener, RemotingOpener, ShellOpener, Sip, SnmpEngine
from collectors.snmp.collect import collect_snmp
from collectors.snmp.identity_reading import AsksForObjects
from collectors.ssh.computers.read import collect_shell
from collectors.sweep.sweep import Answer, SweepPlan
from collectors.sweep.through import Reach
from collectors.winrm.read import collect_winrm
from discovery.access.credentials import Credentials, Memory
from discovery.observations.fields import IdentifyDevice
from discovery.reconciliation.adoption_rules import AdoptionRule
from discovery.scan.hosts import Host
from discovery.scan.read_pbx import PbxSystems
from discovery.scan.requests import ScanRequest
from discovery.scan.targets import Resolve
from inventory.storage.work import Clock


class Sweep(Protocol):
    """Asks many addresses; see `collectors.sweep.sweep.sweep`."""

    def __call__(
        self,
        addresses: Sequence[str],
        plan: SweepPlan,
        *,
        on_problem: Callable[[Problem], None],
    ) -> AsyncIterator[Answer]:
        """Yield answers as they come."""
        ...


class TellsPlatforms(Protocol):
    """Tells kinds of consoles apart; see `collectors.ssh.consoles.platforms`."""

    def detect(self, banner: str = "") -> str | None:
        """Return the device type that an SSH banner shows."""
        ...

    def described(self, text: str) -> str | None:
        """Return the device type that a sysDescr shows."""
        ...

    def same(self, one: str, other: str) -> bool:
        """Whether two device types are of one platform."""
        ...


class Identification(IdentifyDevice, AsksForObjects, Protocol):
    """Identification, and what it wants to know beside the usual tables."""


Collect = Callable[..., Awaitable[Observation]]
Probe = Callable[..., Awaitable[Observation | None]]
"""Asks one device what it says without a credential; see `collectors.probes`."""
ShowsKey = Callable[[str, int, Sequence[JumpHost]], Awaitable[str]]
"""(address, port, way there) -> fingerprint of the key a server proves to have."""


class NotVisited(Exception):
    """Nobody could visit some addresses; those who ask have to do it themselves.

    Attributes:
        hosts: Who was brought all the same.
        addresses: Whom nobody visited, or nobody could tell of.
    """

    def __init__(self, hosts: list[Host], addresses: list[str]) -> None:
        super().__init__(f"{len(addresses)} addresses were not visited")
        self.hosts = hosts
        self.addresses = addresses


Counted = Callable[[int], None]
Failed = Callable[[Problem], None]
VisitElsewhere = Callable[
    [int, Sequence[str], ScanRequest, Memory, Counted, Failed], Awaitable[list[Host]]
]
"""(scan, addresses, request, memory, told of hosts that came, told what did not work
for all) -> hosts with what was read of them; see `discovery.remote`."""


@dataclass(frozen=True, slots=True)
class Collectors:
    """The collectors, each a function from a port to an observation."""

    snmp: Collect = collect_snmp
    shell: Collect = collect_shell
    cli: Collect | None = None
    sip: Collect = collect_sip
    page: Collect = collect_page
    remoting: Collect = collect_winrm


def resolve_by_system(name: str) -> Sequence[str]:
    """Return the addresses of a host name, as this machine resolves it."""
    try:
        found = socket.getaddrinfo(name, None, proto=socket.IPPROTO_TCP)
    except OSError:
        return ()
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanContext:
    """What a scan works with; belongs to one event loop.

    Attributes:
        engine: The database.
        clock: Present moment as aware UTC.
        identify: Identification with its knowledge.
        credentials: All sets.
        sweep: Who answers.
        snmp: None where SNMP is not used; likewise the other ports.
        canary: Opens hosts for the login that must fail (`access.canary`); outside of
            the guard, for it locks no account. None: hosts are not put to that test.
        host_key: Asks an SSH server for its key, `certificate` a WinRM service: a known
            machine at a new address is told by it. None: it is not.
        remotings: PowerShell on Windows by WinRM; `winrm_canary` as `canary`.
        sip_tcp: The same over TCP; `sip_tls` over TLS.
        web: Status pages of phones.
        probe: Asks hosts what they say without a credential.
        names: Asks the site's name servers what an address is called.
        resolve: Looks up host names.
        pbx_systems: Telephone systems; None where there are none.
        reach: Connects from behind jump hosts; None where there are none.
        consoles: Tells platforms of consoles apart; None where none are asked.
        visit_elsewhere: Visits addresses by collectors of the site, or by all processes
            that work; None: from here.
        here_too: What `visit_elsewhere` does can be done from here as well.
        adoption: Which unregistered devices become assets at the end of a scan.
    """

    engine: Engine
    clock: Clock
    identify: Identification
    credentials: Credentials
    sweep: Sweep
    snmp: SnmpEngine | None = None
    shells: ShellOpener | None = None
    clis: CliOpener | None = None
    canary: ShellOpener | None = None
    host_key: ShowsKey | None = None
    certificate: ShowsKey | None = None
    remotings: RemotingOpener | None = None
    winrm_canary: RemotingOpener | None = None
    sip: Sip | None = None
    sip_tcp: Sip | None = None
    sip_tls: Sip | None = None
    web: PhoneWeb | None = None
    probe: Probe | None = None
    names: Probe | None = None
    collectors: Collectors = field(default_factory=Collectors)
    resolve: Resolve = resolve_by_system
    pbx_systems: PbxSystems | None = None
    reach: Reach | None = None
    consoles: TellsPlatforms | None = None
    visit_elsewhere: VisitElsewhere | None = None
    here_too: bool = False
    adoption: Sequence[AdoptionRule] = ()
