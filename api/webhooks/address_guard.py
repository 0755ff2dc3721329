"""Which addresses a webhook may be sent to. Pure: addresses in, a refusal out.

A subscriber chooses the address and we call it from inside the network: without a
guard he could make us call what he cannot reach (server-side request forgery). Names
are resolved once, every address is judged, and the one judged is the one called.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = IPv6Network("64:ff9b::/96")
_NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")


class AddressRefused(Exception):
    """A webhook may not be sent there; the text says why."""


class Guard:
    """Judges addresses.

    Args:
        allowed: Networks that may be called although they are private.
    """

    def __init__(self, allowed: Sequence[str] = ()) -> None:
        self._allowed = [network for text in allowed for network in _networks(text)]

    def judge(self, address: str, *, secure: bool) -> None:
        """Refuse an address that is not public and not allowed.

        Args:
            address: As the resolver returned it.
            secure: Whether it will be called by TLS.

        Raises:
            AddressRefused: It may not be called.
        """
        found = embedded(ip_address(address.partition("%")[0]))
        if any(found in each for each in self._allowed):
            return
        if not _is_public(found):
            raise AddressRefused(
                f"{found} is not a public address;"
                " webhooks.allowed_networks can allow it."
            )
        if not secure:
            raise AddressRefused("A public receiver needs https.")

    def judge_all(self, addresses: Sequence[str], *, secure: bool) -> str:
        """Return the address to call; one bad address makes the whole name bad.

        Raises:
            AddressRefused: There is none, or one may not be called.
        """
        if not addresses:
            raise AddressRefused("The host has no address.")
        for address in addresses:
            self.judge(address, secure=secure)
        return addresses[0]


def embedded(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address leads to, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    number = int(address)
    if address in _NAT64 or (number >> 32 == 0 and number > 1):
        return IPv4Address(number & 0xFFFFFFFF)
    return address


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address in _NAT64_LOCAL:
        return False
    if isinstance(address, IPv6Address) and address.is_site_local:
        return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified
    )


def _networks(text: str) -> list[Network]:
    """Return the networks of a text such as 10.0.0.0/24 or 10.0.0.1-10.0.0.9."""
    from ipaddress import summarize_address_range

    first, dash, last = text.partition("-")
    if not dash:
        return [ip_network(text.strip(), strict=False)]
    low, high = ip_address(first.strip()), ip_address(last.strip())
    return list(summarize_address_range(low, high))
