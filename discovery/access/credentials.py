"""Which secret for which target, in which order; remembers what worked.

A device is asked with the credential that worked there before; only when that fails
are others tried, and logins go through the lock-out guard of
`collectors.ssh.guarded_openers`. Pure but for the secrets it hands on. May import
`collectors.credentials`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar

from collectors.credentials import (
    JumpHost,
    PbxCredential,
    SnmpCredential,
    SshCredential,
    WinRmCredential,
)

Credential = TypeVar(
    "Credential", SnmpCredential, SshCredential, PbxCredential, WinRmCredential
)


@dataclass(frozen=True, slots=True)
class CredentialSet:
    """Credentials that belong to some networks of a site.

    Attributes:
        name: What the administrator calls the set.
        site: Only at this site; None for all.
        networks: Only in these networks, CIDR or `first-last`; empty for all.
        snmp: In the order they are tried.
        ssh: In the order they are tried; those with a `device_type` are for the
            command line of network devices, the others for all that fits them.
        pbx: Of telephone systems, in the order they are tried.
        offer_to_new: Its communities and passwords may go to hosts that nobody has
            logged in to before; see `discovery.access.offering`.
        types: Only for devices of these types or sub-types; empty for all.
        via: Jump hosts through which its networks are reached, the nearest one first.
        winrm: Accounts of Windows computers, in the order they are tried.
    """

    name: str
    site: str | None = None
    networks: tuple[str, ...] = ()
    snmp: tuple[SnmpCredential, ...] = ()
    ssh: tuple[SshCredential, ...] = ()
    pbx: tuple[PbxCredential, ...] = ()
    offer_to_new: bool = False
    types: tuple[str, ...] = ()
    via: tuple[JumpHost, ...] = ()
    winrm: tuple[WinRmCredential, ...] = ()

    def covers(self, site: str, address: str) -> int | None:
        """Return how closely the set fits an address; None if it does not.

        The prefix length of the closest network; the site alone counts less than
        any network, and more than a set for everywhere.
        """
        if self.site is not None and self.site != site:
            return None
        if not self.networks:
            return -1 if self.site is not None else -2
        ip = ipaddress.ip_address(address)
        fits = [
            network.prefixlen
            for text in self.networks
            for network in _networks(text)
            if ip in network
        ]
        return max(fits, default=None)


@dataclass(frozen=True, slots=True)
class Credentials:
    """All sets; the closest one comes first."""

    sets: tuple[CredentialSet, ...] = ()

    @property
    def has_winrm(self) -> bool:
        """Whether any account is for WinRM."""
        return any(each.winrm for each in self.sets)

    def only(self, names: Collection[str]) -> Credentials:
        """Return the sets of these names; all for no names.

        Raises:
            KeyError: There is no set of a name.
        """
        if not names:
            return self
        missing = set(names) - {each.name for each in self.sets}
        if missing:
            raise KeyError(min(missing))
        chosen = [s for name in dict.fromkeys(names) for s in self.sets_of(name)]
        return Credentials(tuple(chosen))

    def sets_of(self, name: str) -> list[CredentialSet]:
        """Return the sets of a name: those stored may differ in their networks."""
        return [each for each in self.sets if each.name == name]

    def snmp(
        self, site: str, address: str, first: Sequence[str] = ()
    ) -> list[SnmpCredential]:
        """Return the SNMP credentials that fit an address, `first` in front by name.

        A scan sends those that `discovery.access.offering` lets through.
        """
        found = [c for each in self.closest(site, address) for c in each.snmp]
        return in_front(found, first)

    def ssh(
        self, site: str, address: str, first: Sequence[str] = (), *, network: bool
    ) -> list[SshCredential]:
        """Return the SSH accounts of computers, or those of network devices."""
        found = [
            account
            for each in self.closest(site, address)
            for account in each.ssh
            if (account.device_type is not None) is network
        ]
        return in_front(found, first)

    def pbx(
        self, site: str, address: str, first: Sequence[str] = ()
    ) -> list[PbxCredential]:
        """Return the accounts of a telephone system, `first` in front by name."""
        found = [c for each in self.closest(site, address) for c in each.pbx]
        return in_front(found, first)

    def via(self, site: str, address: str) -> tuple[JumpHost, ...]:
        """Return the jump hosts on the way to an address; none where it is direct."""
        if not any(each.via for each in self.sets):
            return ()  # the usual case, asked for every address of a sweep
        return next((s.via for s in self.closest(site, address) if s.via), ())

    def closest(self, site: str, address: str) -> list[CredentialSet]:
        """Return the sets that fit an address, the closest one first."""
        fits = [(each.covers(site, address), each) for each in self.sets]
        chosen = [(fit, each) for fit, each in fits if fit is not None]
        return [each for _, each in sorted(chosen, key=lambda item: -item[0])]


@cache
def _networks(
    text: str,
) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """Return a network or a range of addresses (last octets allowed) as networks."""
    first, dash, last = (part.strip() for part in text.partition("-"))
    if not dash:
        return (ipaddress.ip_network(first, strict=False),)
    if "." not in last and ":" not in last:
        last = f"{first.rpartition('.')[0]}.{last}"
    start, end = ipaddress.ip_address(first), ipaddress.ip_address(last)
    return tuple(ipaddress.summarize_address_range(start, end))


def in_front(found: Iterable[Credential], first: Sequence[str]) -> list[Credential]:
    """Return each credential once, those named in `first` in front."""
    by_name: dict[str, Credential] = {}
    for credential in found:
        by_name.setdefault(credential.name, credential)
    names = dict.fromkeys((*(n for n in first if n in by_name), *by_name))
    return [by_name[name] for name in names]


@dataclass(slots=True)
class Memory:
    """What worked before, read from the stored observations when a scan begins.

    Attributes:
        worked: (address, collector) -> name of the credential.
        pins: Address -> fingerprint of the SSH host key seen there.
        platforms: Address -> netmiko device type of the console there.
        changed: Addresses where another SSH host key is shown than the pinned one.
        types: Address -> type and sub-type of the device that was read there.
    """

    worked: dict[tuple[str, str], str] = field(default_factory=dict)
    pins: Mapping[str, str] = field(default_factory=dict)
    platforms: Mapping[str, str] = field(default_factory=dict)
    changed: Set[str] = frozenset()
    types: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def first(self, address: str, collector: str, *also: str | None) -> list[str]:
        """Return the names to try first: what just answered, then what worked."""
        names = [*also, self.worked.get((address, collector))]
        return [name for name in names if name]
