"""What the site's own name servers call an address (RFC 1035, RFC 5936).

The reverse zone is asked for each address; its name counts for more where the forward
zone leads back to the address, and for nothing where it leads elsewhere: then somebody
forgot to take it out. Where the reverse zone knows nothing, the forward zones are read
whole, once, if the server hands them over.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from collectors.facts import Clue, Observation
from collectors.pacing import Pace
from collectors.probes.parsers import dns
from collectors.probes.parsers.mdns import reverse
from collectors.probes.wire import Log, Wire
from collectors.text import printable

PORT = 53
MOST_NAMES = 3
"""Names of one address that are looked at."""
MOST_ZONE_BYTES, ZONE_SECONDS = 16_000_000, 30.0
GIVES_UP = 4
"""Silences in a row after which a name server is asked no more in this scan."""
CONFIRMED, ALONE, IN_ZONE = "dns PTR", "dns PTR alone", "dns zone"
"""Where a name stands: in both zones; in the reverse one, the forward one says nothing;
in the forward zone only."""
_random = random.SystemRandom()


@dataclass(slots=True)
class _Server:
    """What is known of a name server, and what it handed over."""

    silent: int = 0
    zones: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class SiteNames:
    """Asks name servers at one pace.

    Args:
        rate: Questions a second.
        timeout: Seconds to wait for an answer.
        offset: Added to the port; for a simulated network.
        log: Told of everything that is sent.
    """

    def __init__(
        self,
        *,
        rate: float = 200.0,
        timeout: float = 1.0,
        offset: int = 0,
        log: Log = lambda _: None,
    ) -> None:
        self._pace = Pace(rate)
        self._timeout = timeout
        self._offset = offset
        self._log = log
        self._servers: dict[str, _Server] = {}

    async def collect(
        self,
        servers: Sequence[str],
        zones: Sequence[str],
        *,
        address: str,
        site: str = "",
        seen_at: datetime,
    ) -> Observation | None:
        """Return what an address is called; None where it has no name.

        Args:
            servers: Addresses of the site's name servers, asked in this order.
            zones: Forward zones of the site.
            address: Of the device; nothing is sent to it.
            site: Whose address it is.
            seen_at: When the device answered.
        """
        found = await self._names(servers, zones, address)
        clues = tuple(Clue("name", name, source) for name, source in found)
        if not clues:
            return None
        return Observation(
            address=address, collector="dns", seen_at=seen_at, site=site, clues=clues
        )

    async def _names(
        self, servers: Sequence[str], zones: Sequence[str], address: str
    ) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for name in (await self._ask(servers, reverse(address), dns.PTR))[:MOST_NAMES]:
            if is_generated(name, address):
                continue
            kind = dns.AAAA if ":" in address else dns.A
            leads_to = await self._ask(servers, name, kind)
            if address in leads_to:
                found.append((name, CONFIRMED))
            elif not leads_to:
                found.append((name, ALONE))
        if not found:
            for zone in zones:
                known = await self._zone(servers, zone)
                names = known.get(address, ())[:MOST_NAMES]
                names = [each for each in names if not is_generated(each, address)]
                found += [(each, IN_ZONE) for each in names]
        found.sort(key=lambda each: each[1] == ALONE)
        return found

    async def _ask(self, servers: Sequence[str], name: str, kind: int) -> list[str]:
        """Return what a name leads to, by the first server that answers."""
        for server in servers:
            known = self._servers.setdefault(server, _Server())
            if known.silent >= GIVES_UP:
                continue
            number = _random.randrange(1 << 16)
            packet = dns.lookup(number, name, kind)
            answers = await self._wire(server).ask("dns", PORT, packet, self._timeout)
            answer = next((a for a in answers if dns.answers(a, number, name)), None)
            if answer is None:
                known.silent += 1
                continue
            known.silent = 0
            return dns.values_of(dns.records(answer), kind)
        return []

    async def _zone(self, servers: Sequence[str], zone: str) -> dict[str, list[str]]:
        """Return the names of a forward zone by address; empty where it is kept."""
        for server in servers:
            known = self._servers.setdefault(server, _Server())
            async with known.lock:
                if zone not in known.zones:
                    known.zones[zone] = await self._transfer(server, zone)
            if known.zones[zone]:
                return known.zones[zone]
        return {}

    async def _transfer(self, server: str, zone: str) -> dict[str, list[str]]:
        transfer = dns.Transfer(zone)
        wire = self._wire(server)
        async with wire.connect(
            "dns-zone", PORT, most=MOST_ZONE_BYTES, seconds=ZONE_SECONDS
        ) as talk:
            if talk is None:
                return {}
            packet = dns.lookup(_random.randrange(1 << 16), zone, dns.AXFR)
            await talk.send(len(packet).to_bytes(2) + packet)
            while not transfer.ended:
                length = int.from_bytes(await talk.exactly(2))
                transfer.take(await talk.exactly(length))
        return transfer.names if transfer.ended else {}

    def _wire(self, server: str) -> Wire:
        return Wire(
            server,
            self._pace,
            patience=1.5 * self._timeout,
            offset=self._offset,
            log=self._log,
        )


def is_generated(name: str, address: str) -> bool:
    """Whether a name is the address again, as pools of addresses have it."""
    if ":" in address or not printable(name):
        return not printable(name)
    numbers = [str(int(each)) for each in re.findall(r"\d+", name)]
    octets = address.split(".")
    runs = [numbers[at : at + 4] for at in range(len(numbers) - 3)]
    return octets in runs or octets[::-1] in runs
