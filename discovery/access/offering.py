"""Which secrets a host may be sent. Pure.

A community and a password are given away by being tried: whoever puts a machine on the
network and waits for the next scan would have them. SNMPv3 users and SSH keys prove
that we know a secret without telling it, so they are tried freely. The others go to a
host only if

- a credential opened it before (for a password: by SSH, so that its key is pinned),
- or its set, or the scan, says that new hosts are offered them (`offer_to_new`),

and never to a host that shows another SSH key than the pinned one. May import
`collectors.credentials`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from collectors.credentials import SnmpCredential, SshCredential, WinRmCredential
from discovery.access.credentials import (
    Credentials,
    CredentialSet,
    Memory,
    in_front,
)

BY_SSH = ("ssh", "netmiko")

WITHHELD = (
    "communities and passwords are not offered to a host that no credential opened"
    " before; scan it with `--offer-to-new`, or give its credential set offer_to_new"
)


Tried = SnmpCredential | SshCredential | WinRmCredential


def gives_away(credential: Tried) -> bool:
    """Whether the host learns the secret when the credential is tried.

    From what NTLM sends a password can be guessed without end, so it counts as well.
    """
    if isinstance(credential, SnmpCredential):
        return credential.version != "3"
    if isinstance(credential, WinRmCredential):
        return credential.auth not in ("kerberos", "certificate")
    # The second secret is sent to whoever accepted the first.
    return credential.password is not None or credential.enable_secret is not None


@dataclass(frozen=True, slots=True)
class Offering:
    """The credentials of a scan, as far as a host may be sent them.

    Attributes:
        credentials: Those that fit, by network and site.
        memory: What opened which address before.
        to_new: The scan says that new hosts are offered everything that fits.
    """

    credentials: Credentials
    memory: Memory
    to_new: bool = False

    def snmp(
        self, site: str, address: str, first: Sequence[str] = ()
    ) -> list[SnmpCredential]:
        """Return the SNMP credentials for an address, `first` in front by name."""
        found = (
            credential
            for each in self.credentials.closest(site, address)
            for credential in each.snmp
            if self._may_have(each, credential, address)
        )
        return in_front(found, first)

    def ssh(
        self,
        site: str,
        address: str,
        first: Sequence[str] = (),
        *,
        network: bool | None = None,
    ) -> list[SshCredential]:
        """Return the SSH accounts for an address, `first` in front by name.

        Args:
            site: Where the address is.
            address: The address.
            first: Names of those to try first.
            network: Only those with a device type, or only those without.
        """
        found = (
            account
            for each in self.credentials.closest(site, address)
            for account in each.ssh
            if network in (None, account.device_type is not None)
            and self._may_have(each, account, address)
        )
        return in_front(found, first)

    def winrm(
        self, site: str, address: str, first: Sequence[str] = ()
    ) -> list[WinRmCredential]:
        """Return the WinRM accounts for an address, `first` in front by name."""
        found = (
            account
            for each in self.credentials.closest(site, address)
            for account in each.winrm
            if self._may_have(each, account, address)
        )
        return in_front(found, first)

    def of_known(
        self, site: str, address: str, what: str, names: Sequence[str]
    ) -> list[Any]:
        """Return the accounts that opened a known machine, at its new address.

        Args:
            site: Where the address is.
            address: The new address; the sets of accounts have to fit it.
            what: `ssh` or `winrm`.
            names: Which opened the machine, the latest first.
        """
        if address in self.memory.changed:
            return []
        found = (
            account
            for each in self.credentials.closest(site, address)
            for account in getattr(each, what)
            if account.name in names
        )
        return in_front(found, names)

    def snmp_groups(
        self, site: str, addresses: Sequence[str]
    ) -> list[tuple[tuple[SnmpCredential, ...], list[str]]]:
        """Return the credentials for a sweep, each with the addresses they are for.

        Addresses without any are there too, with none.
        """
        groups: dict[tuple[str, ...], tuple[tuple[SnmpCredential, ...], list[str]]]
        groups = {}
        for address in addresses:
            found = tuple(self.snmp(site, address))
            names = tuple(credential.name for credential in found)
            groups.setdefault(names, (found, []))[1].append(address)
        return list(groups.values())

    def withholds(self, site: str, address: str, what: str) -> bool:
        """Whether something that fits is not sent: `snmp`, `ssh` or `winrm`."""
        return any(
            not self._may_have(each, credential, address)
            for each in self.credentials.closest(site, address)
            for credential in getattr(each, what)
        )

    def opened_by(self, address: str, collector: str) -> bool:
        """Whether a login of a collector succeeded there before."""
        return self._opened(address, collector)

    def opened_by_ssh(self, address: str) -> bool:
        """Whether a login by SSH succeeded there before, so that its key is pinned."""
        return self._opened(address, *BY_SSH)

    def _may_have(
        self,
        each: CredentialSet,
        credential: Tried,
        address: str,
    ) -> bool:
        types = self.memory.types.get(address)
        if each.types and types is not None and not set(types) & set(each.types):
            return False
        if not gives_away(credential):
            return True
        if address in self.memory.changed or (each.types and types is None):
            return False
        if isinstance(credential, SshCredential):
            known = self.opened_by_ssh(address)
        elif isinstance(credential, WinRmCredential):
            known = self._opened(address, "winrm")
        else:
            known = self._opened(address, "snmp", *BY_SSH)
        return known or each.offer_to_new or self.to_new

    def _opened(self, address: str, *collectors: str) -> bool:
        return any((address, name) in self.memory.worked for name in collectors)
