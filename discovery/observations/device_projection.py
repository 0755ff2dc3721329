"""All observations of one device to what the device looks like. Pure.

A function of the set of stored observations: the order in which they came does not
matter, and what no newer observation contradicts stays.
"""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from collectors.facts import Observation
from discovery.matching import placeholders
from discovery.matching.identifiers import Identifier
from discovery.observations import part_rows
from discovery.observations.fields import Described, IdentifyDevice, describe
from discovery.observations.overlay import fold
from discovery.observations.part_rows import UNMANAGED
from inventory.network.device_state import DeviceState

RANK = tuple("snmp ssh winrm netmiko http pbx sip probe link sweep heard seen".split())
"""Collectors, the one that knows most about parts first."""

_TABLES = {
    "interfaces": "interface",
    "addresses": "device_address",
    "components": "component",
    "neighbours": "neighbour",
    "services": "device_service",
    "modems": "device_modem",
}


def project(
    observations: Sequence[Observation],
    identifiers: Iterable[Identifier],
    identify: IdentifyDevice,
    given_up: frozenset[tuple[str, str]] = frozenset(),
) -> DeviceState:
    """Return what the observations of one device amount to.

    Args:
        observations: The latest ones of each collector and address; at least one.
        identifiers: All identifiers found in them.
        identify: Identification of one device.
        given_up: (site, address) at which another device answered since.
    """
    folded = fold_collectors(observations)
    reached = [o for o in observations if (o.site, o.address) not in given_up]
    described = Described(
        observations=tuple(folded.values()),
        address=primary_address(reached),
        mac=primary_mac(folded.values()),
    )
    complete = {
        _TABLES[table]
        for observation in folded.values()
        for table in {name.partition("/")[0] for name in observation.reads}
        if table in _TABLES and getattr(observation, table)
    }
    newest = max(observations, key=lambda o: (o.seen_at, o.address))
    return DeviceState(
        site=newest.site,
        managed=any(o.collector not in UNMANAGED for o in observations),
        fields=describe(described, identify),
        parts={
            "identifier": part_rows.identifier_rows(identifiers),
            "interface": part_rows.interface_rows(folded),
            "device_address": part_rows.address_rows(
                reached, _by_site(reached, given_up)
            ),
            "component": part_rows.component_rows(folded),
            "neighbour": part_rows.neighbour_rows(folded),
            "device_service": part_rows.service_rows(folded),
            "device_modem": part_rows.modem_rows(folded),
        },
        complete=frozenset(complete | {"identifier"}),
    )


def _by_site(
    observations: Iterable[Observation], given_up: frozenset[tuple[str, str]]
) -> dict[str, dict[str, Observation]]:
    """Return site -> collector -> what it read there, without addresses given up."""
    sites: dict[str, list[Observation]] = defaultdict(list)
    for observation in observations:
        own = tuple(
            a for a in observation.addresses if (observation.site, a.ip) not in given_up
        )
        sites[observation.site].append(replace(observation, addresses=own))
    return {site: fold_collectors(each) for site, each in sites.items()}


def fold_collectors(observations: Iterable[Observation]) -> dict[str, Observation]:
    """Return one observation per collector, in the order of `RANK`."""
    by_collector: dict[str, list[Observation]] = defaultdict(list)
    for observation in observations:
        by_collector[observation.collector].append(observation)
    found = {name: fold(each) for name, each in by_collector.items()}
    return {
        name: observation
        for name, observation in sorted(found.items(), key=lambda item: _rank(item[0]))
        if observation is not None
    }


def _rank(collector: str) -> tuple[int, str]:
    known = RANK.index(collector) if collector in RANK else len(RANK)
    return known, collector


def primary_address(observations: Iterable[Observation]) -> str | None:
    """Return the address a device is reached at: the best collector's, the lowest.

    Addresses not seen with the newest visit of the same day are left out, so that a
    device that moved to another address is shown at the new one.
    """
    visited = [o for o in observations if o.collector not in UNMANAGED]
    if visited:
        newest = max(o.seen_at for o in visited)
        visited = [o for o in visited if (newest - o.seen_at).days < 1]
        best = min(visited, key=lambda o: (_rank(o.collector), _order(o.address)))
        return best.address
    addresses = [a.ip for o in observations for a in o.addresses]
    addresses += [
        ip for o in observations for n in o.neighbours for ip in n.management_addresses
    ]
    usable = [ip for ip in addresses if not _is_no_address(ip)]
    return min(usable, key=_order, default=None)


def _is_no_address(ip: str) -> bool:
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return True
    return address.is_unspecified or address.is_link_local or address.is_multicast


def _order(ip: str) -> tuple[int, int, str]:
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return 99, 0, ip
    return address.version, int(address), ip


def primary_mac(observations: Iterable[Observation]) -> str | None:
    """Return the MAC shown for a device: of its bridge, else its first card."""
    for observation in observations:
        if observation.system is not None and observation.system.base_mac:
            return observation.system.base_mac
        cards = [
            i
            for i in observation.interfaces
            if i.mac and not placeholders.is_shared_mac(i.mac)
        ]
        if cards:
            first = min(cards, key=lambda i: (i.physical is False, i.if_index))
            return first.mac
        for mac in _announced_macs(observation):
            return mac
    return None


def _announced_macs(observation: Observation) -> Iterable[str]:
    for phone in observation.phones if observation.collector == "sip" else ():
        if phone.mac:
            yield phone.mac
    for clue in observation.clues:
        if clue.kind == "mac":
            yield clue.value
    for neighbour in observation.neighbours if observation.collector == "heard" else ():
        for kind, text in (
            (neighbour.port_id_type, neighbour.port_id),
            (neighbour.chassis_id_type, neighbour.chassis_id),
        ):
            if kind == "mac" and text:
                yield text
