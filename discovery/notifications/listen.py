"""Hears phones and other machines as they start, and writes what they say.

Passive and asked for by name: DHCP on an interface, and SIP plug-and-play on its
address. Nothing is sent but the join of a multicast group. Servers of DHCP are heard
where they answer to everybody, and where a client names the one it chose.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from collectors.errors import CollectError
from collectors.facts import Observation, Problem
from collectors.link.dhcp_observation import dhcp_client_observation
from collectors.link.frames import DhcpServerSign, DhcpSign, Sign, parse_frame
from collectors.phones.plug_and_play_listener import hear_phones, phone_observation
from collectors.ports import Link
from discovery.observations.apply import apply_visit
from discovery.observations.fields import IdentifyDevice
from discovery.observations.visit import make_visit
from inventory.network.findings.dhcp_servers import HeardServer, write_servers
from inventory.network.findings.write import look_for_findings
from inventory.storage.work import Clock, UnitOfWork

MOST = 10_000
"""Machines kept from one listening."""
MOST_SERVERS = 64


@dataclass(frozen=True, slots=True)
class Listened:
    """What was heard, each once, and what could not be listened to."""

    seen: tuple[Observation, ...] = ()
    servers: tuple[HeardServer, ...] = ()
    problems: tuple[Problem, ...] = ()


async def listen(
    link: Link,
    *,
    interface: str,
    interface_ip: str | None,
    seconds: float,
    clock: Clock,
    site: str = "",
) -> Listened:
    """Listen on an interface.

    Args:
        link: Raw frames.
        interface: Name of the interface.
        interface_ip: Its address; None to leave plug-and-play out.
        seconds: How long.
        clock: Present moment as aware UTC.
        site: Of the interface.
    """
    found: dict[tuple[str, str], Observation] = {}
    servers: dict[str, HeardServer] = {}
    problems: list[Problem] = []

    async def dhcp() -> None:
        try:
            async for frame in link.listen(interface=interface, seconds=seconds):
                sign = parse_frame(frame, interface)
                _note_server(servers, sign, interface)
                if isinstance(sign, DhcpSign) and len(found) < MOST:
                    observation = dhcp_client_observation(sign, clock(), site)
                    if observation is not None:
                        found["dhcp", sign.mac] = observation
        except CollectError as error:
            problems.append(error.as_problem("link:dhcp"))

    async def phones() -> None:
        if interface_ip is None:
            return
        try:
            for sign in await hear_phones(interface_ip=interface_ip, seconds=seconds):
                found["pnp", sign.mac] = phone_observation(sign, clock, site)
        except CollectError as error:
            problems.append(error.as_problem("sip:plug-and-play"))

    await asyncio.gather(dhcp(), phones())
    seen = tuple(found[key] for key in sorted(found))
    return Listened(seen, tuple(servers.values()), tuple(problems))


def _note_server(
    servers: dict[str, HeardServer], sign: Sign | None, interface: str
) -> None:
    """Note who gives addresses away; what itself says goes before what clients say."""
    if isinstance(sign, DhcpServerSign):
        address, more = sign.address, asdict(sign)
    elif isinstance(sign, DhcpSign) and sign.server not in (None, *servers):
        address, more = str(sign.server), {"address": sign.server}
    else:
        return
    if address in servers or len(servers) < MOST_SERVERS:
        servers[address] = HeardServer(segment=interface, **more)


def write_dhcp_servers(
    work: UnitOfWork, site: str, servers: Sequence[HeardServer]
) -> list[str]:
    """Write who gives addresses away, and what is to be looked at by that.

    Returns:
        Addresses of the servers.
    """
    write_servers(work, site, servers)
    look_for_findings(work)
    return sorted(each.address for each in servers)


def write_machines(
    work: UnitOfWork, observations: Sequence[Observation], identify: IdentifyDevice
) -> list[int]:
    """Write heard machines; return the devices they are, without doubles."""
    by_mac: dict[str, list[Observation]] = {}
    for each in observations:
        mac = next(clue.value for clue in each.clues if clue.kind == "mac")
        by_mac.setdefault(mac, []).append(each)
    devices = []
    for _, group in sorted(by_mac.items()):
        first = _together(group)
        address = "" if first.address.count(":") == 5 else first.address
        visit = make_visit([first], identify, address=address)
        outcome = apply_visit(work, visit, identify)
        if outcome.device_id is not None:
            devices.append(outcome.device_id)
    return sorted(set(devices))


def _together(group: Sequence[Observation]) -> Observation:
    """Return what DHCP and plug-and-play say of one machine as one observation."""
    best = next((o for o in group if o.phones), group[0])
    clues = dict.fromkeys(clue for o in group for clue in o.clues)
    address = next((o.address for o in group if o.address.count(":") != 5), "")
    return replace(best, address=address or best.address, clues=tuple(clues))
