"""What a scan is asked to do, and how it says how far it is.

Pure. Everything here is a value that may be stored, sent to a page or printed; none
of it holds a secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from collectors.facts import Reason
from collectors.probes.catalogue import ProbeRules
from inventory.kernel.errors import InventoryError
from inventory.kernel.texts import N_, Said

DEFAULT_MAX_ADDRESSES = 262_144
"""Four /14 networks are a typing error more often than a wish."""


WHEREABOUTS = ("system", "arp", "fdb")
"""Topics of SNMP that tell where endpoints are, and whose tables these are."""


class Depth(StrEnum):
    """How much is asked."""

    ALL = "all"
    NEW = "new"
    """Only hosts at whose address nothing was read yet."""
    WHEREABOUTS = "whereabouts"
    """By SNMP only, and only forwarding and address tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanOptions:
    """How a scan goes about it.

    Attributes:
        icmp: Ping. Useless on loopback, where everything answers.
        tcp_ports: Ports tried by connecting.
        snmp_port: UDP port of agents; None to not ask by SNMP.
        ssh_ports: Ports where SSH is spoken; only those that answered are used.
        winrm_port: Port of WinRM over HTTPS, tried where there is an account for it;
            None to not ask.
        winrm_http_port: The same over plain HTTP.
        sip_port: UDP port of SIP OPTIONS; None to not ask.
        page_ports: Where phones show a status page, if these answered.
        rate: Packets a second of the sweep.
        timeout: Seconds to wait for an answer in the sweep.
        retries: Further tries in the sweep.
        collect_timeout: Seconds one collector may take on one host.
        concurrency: Hosts collected at the same time.
        chunk: Addresses swept together; the unit of resuming.
        max_addresses: More than this is refused.
        crawl: Follow neighbours and routing peers within the targets' networks,
            `allowed` and `may_enter`.
        crawl_arp: Follow the addresses of ARP tables as well.
        max_crawl: At most so many neighbours are followed.
        max_depth: At most so many steps from the targets; 1 visits neighbours only.
        missing_after_days: An asset not seen for so long is missing.
        place_days: A place not confirmed for so long is believed no more.
        history_days: Past places of what is no asset are kept for so long.
        depth: How much is asked; see `Depth`.
        offer_to_new: Communities and passwords go to hosts that were never opened
            before, too; see `discovery.access.offering`.
        probes: Ask hosts what they say without a credential; see `collectors.probes`.
        probes_off: Networks whose hosts are not probed.
        passive: Networks of fragile machines, to which nothing is sent.
        industrial: Probe and network, joined by a blank, for protocols of controllers.
        name_servers: Of the site, asked what addresses are called.
        zones: Forward zones that they are asked for where they know no name.
    """

    icmp: bool = True
    tcp_ports: tuple[int, ...] = (22, 80, 443)
    snmp_port: int | None = 161
    ssh_ports: tuple[int, ...] = (22,)
    winrm_port: int | None = 5986
    winrm_http_port: int | None = 5985
    sip_port: int | None = 5060
    page_ports: tuple[int, ...] = (80, 443)
    rate: float = 2000.0
    timeout: float = 1.0
    retries: int = 1
    collect_timeout: float = 120.0
    concurrency: int = 50
    chunk: int = 1024
    max_addresses: int = DEFAULT_MAX_ADDRESSES
    crawl: bool = False
    crawl_arp: bool = False
    max_crawl: int = 10_000
    max_depth: int = 32
    missing_after_days: int = 30
    place_days: int = 90
    history_days: int = 1095
    depth: str = "all"
    offer_to_new: bool = False
    probes: bool = True
    probes_off: tuple[str, ...] = ()
    passive: tuple[str, ...] = ()
    industrial: tuple[str, ...] = ()
    name_servers: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()

    @property
    def inventory_timeout(self) -> float:
        """Seconds for a computer's inventory after the login.

        It ends before the collector is cut off: what was printed until then is kept.
        """
        return self.collect_timeout * 5 / 6

    @property
    def command_timeout(self) -> float:
        """Seconds for one command of it: a few may hang, and the rest is still read."""
        return self.inventory_timeout / 5

    def probe_rules(self) -> ProbeRules:
        """Return what may be sent to whom without a credential."""
        return ProbeRules(
            on=self.probes and self.depth != Depth.WHEREABOUTS,
            off=self.probes_off,
            passive=self.passive,
            industrial=self.industrial,
        )

    def ports_to_connect(self, *, winrm: bool) -> tuple[int, ...]:
        """Return the TCP ports a sweep tries.

        Args:
            winrm: Whether there is an account for WinRM.
        """
        also = (self.winrm_port, self.winrm_http_port) if winrm else ()
        ports = (*self.tcp_ports, *self.ssh_ports, *also)
        return tuple(dict.fromkeys(port for port in ports if port is not None))


def options_for(depth: Depth, options: ScanOptions) -> ScanOptions:
    """Return the options of a scan that asks so much."""
    if depth is not Depth.WHEREABOUTS:
        return replace(options, depth=str(depth))
    return replace(
        options,
        depth=str(depth),
        icmp=False,
        tcp_ports=(),
        ssh_ports=(),
        winrm_port=None,
        winrm_http_port=None,
        sip_port=None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRequest:
    """What to scan.

    Attributes:
        targets: Networks, ranges, addresses, host names; see `discovery.scan.targets`.
        exclude: The same, never contacted.
        site: Site whose addresses these are.
        credential_sets: Names of credential sets to use; empty for those of the site.
        allowed: Networks the targets must lie in and the crawl may enter; empty: the
            targets are anywhere, and the crawl stays within their networks.
        may_enter: Further networks that the crawl may enter.
    """

    targets: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    site: str = ""
    credential_sets: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    may_enter: tuple[str, ...] = ()
    options: ScanOptions = field(default_factory=ScanOptions)

    def as_json(self) -> dict[str, Any]:
        """Return the request as it is stored with the scan."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> ScanRequest:
        """Return a stored request; unknown options of another release are dropped."""
        known = {f.name for f in fields(ScanOptions)}
        options: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in stored.get("options", {}).items()
            if name in known
        }
        lists = ("targets", "exclude", "credential_sets", "allowed", "may_enter")
        return cls(
            **{name: tuple(stored.get(name, ())) for name in lists},
            site=str(stored.get("site", "")),
            options=replace(ScanOptions(), **options),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HostResult:
    """What came of one address: the same as a row of `scan_host`.

    Attributes:
        outcome: `new`, `first-read` (others told of it before), `same`, `conflict`,
            `unidentified`, `silent`, `excluded` or `failed`.
        reason: A `collectors.facts.Reason` where something is missing.
        detail: A sentence for a person.
        collectors: Collector -> `ok` or the reason it brought nothing.
        problems: (where, reason, detail) triples.
    """

    address: str
    outcome: str
    reason: str | None = None
    detail: str = ""
    device_id: int | None = None
    device_name: str = ""
    collectors: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[tuple[str, str, str], ...] = ()


def failed_to_write(address: str, error: Exception) -> HostResult:
    """Return the result of a host that was read but could not be written."""
    if isinstance(error, InventoryError):
        detail = error.problem
    else:
        detail = Said(N_("{error}; please report it"), error=type(error).__name__)
    reason = Reason.INTERNAL.value
    return HostResult(
        address=address,
        outcome="failed",
        reason=reason,
        detail=Said(N_("cannot be written: {why}"), why=detail),
        problems=(("inventory:write", reason, detail),),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a scan is.

    Attributes:
        state: As `scan.state`.
        phase: `sweep`, `collect` or `finish` while it runs.
        total: Addresses to sweep.
        swept: Addresses swept.
        answered: Hosts that answered anything.
        done: Hosts that are in the database, with whatever outcome.
        new: Hosts that became new devices.
        problems: Problems so far, of tables and logins as of hosts.
        whole: 1 if the conclusions were drawn from the whole site, 0 if it was enough
            to look at what was visited.
        missed: What a whole pass changed though nothing new was told.
        compared: 1 if devices were compared with the register.
        for_all: (where, reason, detail) of what did not work for all addresses.
        host: The host just done with, in the event that tells of it.
        error: Why the scan ended early.
    """

    scan_id: int
    state: str
    phase: str = ""
    total: int = 0
    swept: int = 0
    answered: int = 0
    done: int = 0
    new: int = 0
    problems: int = 0
    whole: int = 0
    missed: int = 0
    compared: int = 0
    for_all: tuple[tuple[str, str, str], ...] = ()
    host: HostResult | None = None
    error: str | None = None

    @property
    def running(self) -> bool:
        """Whether more is to come."""
        return self.state in {"queued", "running"}

    def counts(self) -> dict[str, int]:
        """Return the numbers, as they are stored with the scan."""
        names = ("total", "swept", "answered", "done", "new", "problems")
        return {
            name: getattr(self, name)
            for name in (*names, "whole", "missed", "compared")
        }
