"""Which neighbours a scan visits next: the crawl along LLDP and CDP. Pure.

A neighbour is visited only at an address inside the networks the administrator named,
never at an excluded one, and each address once. What is left out has a reason, which
`reasons` shows on the worklist.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterable

from discovery.scan.targets import Targets


def next_addresses(
    announced: Iterable[str],
    allowed: Targets,
    swept: Targets,
    visited: Collection[str],
    *,
    most: int,
) -> list[str]:
    """Return the addresses to visit next, in ascending order.

    Args:
        announced: Management addresses of neighbours that are not known to answer.
        allowed: Where the crawl may go, without the exclusions.
        swept: What the scan asked anyway.
        visited: What the crawl asked already.
        most: At most so many.
    """
    found = {
        address
        for address in announced
        if _is_host(address)
        and address not in visited
        and address not in swept
        and address in allowed
    }
    return sorted(found, key=_order)[: max(most, 0)]


def _is_host(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not (ip.is_unspecified or ip.is_multicast or ip.is_link_local)


def _order(address: str) -> tuple[int, int]:
    ip = ipaddress.ip_address(address)
    return ip.version, int(ip)
