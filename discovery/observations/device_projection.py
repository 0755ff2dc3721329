"""All observations of one device to what the device looks like. Pure.

A function of the set of stored observations: the order in which they came does not
matter, and what no newer observation contradicts stays.
"""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

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

_DAY = timedelta(days=1)

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
    since: datetime | None = None,
) -> DeviceState:
    """Return what the observations of one device amount to.

    Args:
        observations: The latest ones of each collector and address; at least one.
        identifiers: All identifiers found in them.
        identify: Identification of one device.
        given_up: (site, address) at which another device answered since.
        since: When the scan began that confirmed the newest of several addresses.
    """
    folded = fold_collectors(observations)
    reached = [o for o in observations if (o.site, o.address) not in given_up]
    described = Described(
        observations=tuple(folded.values()),
        address=primary_address(reached, since),
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


def primary_address(
    observations: Sequence[Observation], since: datetime | None = None
) -> str | None:
    """Return the address a device is reached at: the newest one that was confirmed.

    It is confirmed where the device answers, and wherever it says that it has it. Of
    what one scan confirmed, it is by chance which part was visited last: of that, the
    device's own address comes first, then the best collector's, then the lowest. An
    address that a later reading of the device itself no longer has counts no more.
    Of who never answered, tables of addresses say it before announcements, and what
    is less than a day older than the newest counts as well.

    Args:
        observations: Of one device.
        since: When the scan began that confirmed the newest one.
    """
    visited = [o for o in observations if o.collector not in UNMANAGED]
    if visited:
        kept = [o for o in visited if not _is_left(o, visited)]
        confirmed = {(o.site, o.address): _confirmed_at(o, visited) for o in kept}
        newest = max(confirmed.values())
        begin = newest if since is None else min(since, newest)
        best = min(
            (o for o in kept if confirmed[o.site, o.address] >= begin),
            key=lambda o: (*_standing(o, _is_own(o, visited)), o.site),
        )
        return best.address
    telling = [(o.seen_at, o) for o in observations if _told_addresses(o)]
    ranked = (
        (_TOLD.index(o.collector), _order(ip), ip)
        for o in _of_one_day(telling)
        for ip in _told_addresses(o)
    )
    best_told = min(ranked, default=None)
    return None if best_told is None else best_told[2]


def _standing(at: Reached, is_own: bool) -> tuple[object, ...]:
    return not is_own, _rank(at.collector), _order(at.address)


class Reached(Protocol):
    """Where a device answered, and to whom."""

    @property
    def address(self) -> str:
        """Its address."""

    @property
    def collector(self) -> str:
        """Who was there."""


def stays_shown(
    reached: Iterable[Reached], told: Iterable[Observation], shown: str | None
) -> bool:
    """Whether a device is surely shown at the same address after a visit.

    Args:
        reached: Every place where it ever answered.
        told: What the visit brought, the same as before.
        shown: Its address.
    """
    own = frozenset[str]().union(*(_own_addresses(o, o) for o in told))
    places = list(reached)
    if not own >= {each.address for each in places}:
        return False
    return min(places, key=lambda at: _standing(at, is_own=True)).address == shown


_TOLD = ("seen", "registered", "heard")
"""Who tells addresses of devices that never answered, the best first."""


def _of_one_day(dated: Sequence[tuple[datetime, Observation]]) -> list[Observation]:
    newest = max((at for at, _ in dated), default=None)
    return [o for at, o in dated if newest and newest - at < _DAY]


def _confirmed_at(old: Observation, visited: Iterable[Observation]) -> datetime:
    """Return when a device was last reached at an address, or told that it has it."""
    place = (old.site, old.address)
    return max(
        o.seen_at
        for o in visited
        if (o.site, o.address) == place or old.address in _own_addresses(o, old)
    )


def _is_own(old: Observation, visited: Iterable[Observation]) -> bool:
    return any(old.address in _own_addresses(o, old) for o in visited)


def _is_left(old: Observation, visited: Iterable[Observation]) -> bool:
    """Whether a device told that an address is its own, and later that it is not.

    Behind a translation, or a virtual router, the address it is reached at is never
    among its own.
    """
    if old.address not in _own_addresses(old, old):
        return False
    return any(
        new.seen_at > old.seen_at
        and new.address in (own := _own_addresses(new, old))
        and old.address not in own
        for new in visited
    )


def _own_addresses(observation: Observation, other: Observation) -> frozenset[str]:
    """Return the addresses that a device told of at the site of another reading."""
    if observation.site != other.site or "addresses" not in observation.reads:
        return frozenset()
    return frozenset(address.ip for address in observation.addresses)


def _told_addresses(observation: Observation) -> list[str]:
    """Return the addresses that others tell of a device."""
    found = [a.ip for a in observation.addresses]
    found += [ip for n in observation.neighbours for ip in n.management_addresses]
    return [ip for ip in found if not _is_no_address(ip)]


@dataclass(frozen=True, slots=True)
class Dated:
    """A stored row of what others tell of the addresses of a device, and when."""

    row: int
    addresses: frozenset[str]
    at: datetime


def may_show_another(rows: Sequence[Dated], moved: Mapping[int, datetime]) -> bool:
    """Whether a device that never answered may be shown at another address.

    Args:
        rows: Of the device.
        moved: Row -> when it was told again.
    """
    if len(frozenset[str]().union(*(row.addresses for row in rows))) < 2:
        return False
    later = [replace(r, at=max(r.at, moved.get(r.row, r.at))) for r in rows]
    return _newest_rows(rows) != _newest_rows(later)


def _newest_rows(rows: Sequence[Dated]) -> set[int]:
    newest = max(row.at for row in rows if row.addresses)
    return {r.row for r in rows if r.addresses and newest - r.at < _DAY}


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
