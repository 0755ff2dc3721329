"""Which addresses a scan visits next: the crawl along what devices tell. Pure.

A neighbour is visited only at an address inside the networks the administrator named,
never at an excluded one, and each address once. What is left out has a reason: that of
a neighbour by LLDP or CDP stands on the worklist, that of others with the scan.
"""

from __future__ import annotations

import ipaddress
from collections.abc import (
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
)

from collectors.facts import Reason
from discovery.access.leads import NEIGHBOUR, Lead
from discovery.scan.requests import HostResult, ScanOptions
from discovery.scan.targets import Targets
from inventory.kernel.texts import N_, Said

MOST_TOLD = 1000
"""Addresses of one scan that are told as left out."""


async def follow(
    look: Callable[[], Awaitable[Mapping[str, Lead]]],
    visit: Callable[[list[str]], Awaitable[None]],
    allowed: Targets,
    swept: Targets,
    options: ScanOptions,
) -> set[str]:
    """Visit what devices tell of, and what those tell of, until nothing is new.

    Args:
        look: Returns address -> who told of it, as it is known by then.
        visit: Asks some addresses.
        allowed: Where the crawl may go, without the exclusions.
        swept: What the scan asked anyway.
        options: How far and how much.

    Returns:
        What was asked.
    """
    visited: set[str] = set()
    for _ in range(options.max_depth):
        most = min(options.chunk, options.max_crawl - len(visited))
        found = (
            next_addresses(await look(), allowed, swept, visited, most=most)
            if most > 0
            else []
        )
        if not found:
            break
        visited.update(found)
        await visit(found)
    return visited


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


def left_out(
    found: Mapping[str, Lead],
    allowed: Targets,
    excluded: Targets | None,
    swept: Targets,
    visited: Collection[str],
) -> Iterator[HostResult]:
    """Yield why addresses were not read that no neighbour row stands for.

    Args:
        found: Address -> who told of it.
        allowed: Where the crawl may go, without the exclusions.
        excluded: What is never asked; None for nothing.
        swept: What the scan asked anyway.
        visited: What the crawl asked.
    """
    others = (a for a, lead in found.items() if lead.how != NEIGHBOUR)
    for address in sorted(others, key=_order)[:MOST_TOLD]:
        outcome, reason = "silent", Reason.TIMED_OUT.value
        if address in visited or address in swept:
            detail = Said(N_("nothing answered"))
        elif excluded is not None and address in excluded:
            outcome, reason = "excluded", Reason.EXCLUDED.value
            detail = Said(N_("excluded"))
        elif address not in allowed:
            outcome, reason = "excluded", "outside"
            detail = Said(N_("in no network that is scanned or allowed"))
        else:
            outcome, reason = "excluded", "limit"
            detail = Said(N_("not followed: the crawl had reached its limit"))
        yield HostResult(
            address=address,
            outcome=outcome,
            reason=reason,
            detail=Said(N_("{detail} ({how})"), detail=detail, how=found[address]),
        )


def _is_host(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not (ip.is_unspecified or ip.is_multicast or ip.is_link_local)


def _order(address: str) -> tuple[int, int]:
    ip = ipaddress.ip_address(address)
    return ip.version, int(ip)
