"""All observations of one device to what the device looks like. Pure.

A function of the set of stored observations: the order in which they came does not
matter, and what no newer observation contradicts stays.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from collectors.facts import Component, Interface, Neighbour, Observation
from discovery import bogus
from discovery.identifiers import Identifier
from discovery.merging import fold
from discovery.verdicts import Described, IdentifyDevice, describe
from inventory.network.state import DeviceState, Key, Row

RANK = ("snmp", "ssh", "netmiko", "pbx", "sip", "link", "sweep", "heard", "seen")
"""Collectors, the one that knows most about parts first."""

UNMANAGED = frozenset(("heard", "seen"))
"""Observations made of what others know of a device, not of its own answers."""

_TABLES = {
    "interfaces": "interface",
    "addresses": "device_address",
    "components": "component",
    "neighbours": "neighbour",
}


def project(
    observations: Sequence[Observation],
    identifiers: Iterable[Identifier],
    identify: IdentifyDevice,
) -> DeviceState:
    """Return what the observations of one device amount to.

    Args:
        observations: The latest ones of each collector and address; at least one.
        identifiers: All identifiers found in them.
        identify: Identification of one device.
    """
    folded = fold_collectors(observations)
    described = Described(
        observations=tuple(folded.values()),
        address=primary_address(observations),
        mac=primary_mac(folded.values()),
    )
    complete = {
        _TABLES[name]
        for seen in folded.values()
        for name in seen.reads
        if name in _TABLES and getattr(seen, name)
    }
    newest = max(observations, key=lambda o: (o.seen_at, o.address))
    return DeviceState(
        site=newest.site,
        managed=any(o.collector not in UNMANAGED for o in observations),
        fields=describe(described, identify),
        parts={
            "identifier": _identifiers(identifiers),
            "interface": _interfaces(folded),
            "device_address": _addresses(observations, folded),
            "component": _components(folded),
            "neighbour": _neighbours(folded),
        },
        complete=frozenset(complete | {"identifier"}),
    )


def fold_collectors(observations: Iterable[Observation]) -> dict[str, Observation]:
    """Return one observation per collector, in the order of `RANK`."""
    by_collector: dict[str, list[Observation]] = defaultdict(list)
    for seen in observations:
        by_collector[seen.collector].append(seen)
    found = {name: fold(each) for name, each in by_collector.items()}
    return {
        name: seen
        for name, seen in sorted(found.items(), key=lambda item: _rank(item[0]))
        if seen is not None
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
    heard = [a.ip for o in observations for a in o.addresses]
    heard += [
        ip for o in observations for n in o.neighbours for ip in n.management_addresses
    ]
    usable = [ip for ip in heard if not _is_no_address(ip)]
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
    for seen in observations:
        if seen.system is not None and seen.system.base_mac:
            return seen.system.base_mac
        cards = [i for i in seen.interfaces if i.mac and not bogus.is_shared_mac(i.mac)]
        if cards:
            first = min(cards, key=lambda i: (i.physical is False, i.if_index))
            return first.mac
        for mac in _announced_macs(seen):
            return mac
    return None


def _announced_macs(seen: Observation) -> Iterable[str]:
    for phone in seen.phones if seen.collector == "sip" else ():
        if phone.mac:
            yield phone.mac
    for clue in seen.clues:
        if clue.kind == "mac":
            yield clue.value
    for neighbour in seen.neighbours if seen.collector == "heard" else ():
        for kind, text in (
            (neighbour.port_id_type, neighbour.port_id),
            (neighbour.chassis_id_type, neighbour.chassis_id),
        ):
            if kind == "mac" and text:
                yield text


def _identifiers(identifiers: Iterable[Identifier]) -> dict[Key, Row]:
    found: dict[Key, Row] = {}
    for i in sorted(identifiers, key=lambda i: (i.strength, i.source)):
        found[i.kind, i.value, i.scope] = {"strength": i.strength, "source": i.source}
    return found


def _interfaces(folded: Mapping[str, Observation]) -> dict[Key, Row]:
    found: dict[Key, Row] = {}
    for seen in _own(folded):
        names: set[str] = set()
        for card in seen.interfaces:
            name = card.name or str(card.if_index)
            if name in names:
                name = f"{name} ({card.if_index})"
            names.add(name)
            row = _interface(card)
            old = found.get((name,))
            found[name,] = _filled(old, row) if old is not None else row
    return found


def _interface(card: Interface) -> dict[str, Any]:
    return {
        "if_index": card.if_index,
        "descr": card.descr,
        "alias": card.alias,
        "type": card.type,
        "mtu": card.mtu,
        "speed": card.speed,
        "mac": card.mac,
        "admin_up": card.admin_up,
        "oper_up": card.oper_up,
        "duplex": card.duplex,
        "lag_if_index": card.lag_if_index,
        "physical": card.physical,
        "pvid": card.pvid,
        "voice_vlan": card.voice_vlan,
    }


def _filled(better: Row, worse: Row) -> dict[str, Any]:
    return {n: v if v is not None else worse[n] for n, v in better.items()}


def _addresses(
    observations: Iterable[Observation], folded: Mapping[str, Observation]
) -> dict[Key, Row]:
    found: dict[Key, Row] = {}
    for seen in folded.values():
        for own in seen.addresses:
            row = {"prefix_length": own.prefix_length, "if_index": own.if_index}
            old = found.get((own.ip, own.vrf))
            found[own.ip, own.vrf] = _filled(old, row) if old is not None else row
    known = {ip for ip, _ in found}
    for seen in observations:
        if seen.collector not in UNMANAGED and seen.address not in known:
            found[seen.address, ""] = {"prefix_length": None, "if_index": None}
    return found


def _components(folded: Mapping[str, Observation]) -> dict[Key, Row]:
    found: dict[Key, Row] = {}
    for seen in _own(folded):
        for part in seen.components:
            found[f"{seen.collector}:{part.index}",] = _component(seen.collector, part)
    return found


def _component(collector: str, part: Component) -> dict[str, Any]:
    parent = None if part.parent is None else f"{collector}:{part.parent}"
    return {
        "parent": parent,
        "kind": part.kind,
        "position": part.position,
        "name": part.name,
        "descr": part.descr,
        "manufacturer": part.manufacturer,
        "model": part.model,
        "serial": part.serial,
        "hardware_rev": part.hardware_rev,
        "firmware_rev": part.firmware_rev,
        "software_rev": part.software_rev,
        "asset_tag": part.asset_id,
        "size": part.size,
    }


def _neighbours(folded: Mapping[str, Observation]) -> dict[Key, Row]:
    found: dict[Key, Row] = {}
    for seen in _own(folded):
        ports = {card.if_index: card.name for card in seen.interfaces}
        for heard in seen.neighbours:
            port = ports.get(heard.local_if_index or -1) or heard.local_port or "?"
            found[port, neighbour_key(heard)] = _neighbour(heard)
    return found


def neighbour_key(heard: Neighbour) -> str:
    """Return what tells neighbours on one port apart, whatever their row number."""
    named = heard.chassis_id or heard.sys_name or ""
    text = "\0".join((heard.protocol, named, heard.port_id or ""))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _neighbour(heard: Neighbour) -> dict[str, Any]:
    return {
        "if_index": heard.local_if_index,
        "protocol": heard.protocol,
        "chassis_id": heard.chassis_id,
        "chassis_id_type": heard.chassis_id_type,
        "port_id": heard.port_id,
        "port_id_type": heard.port_id_type,
        "port_descr": heard.port_descr,
        "sys_name": heard.sys_name,
        "sys_descr": heard.sys_descr or heard.version,
        "platform": heard.platform,
        "capabilities": list(heard.capabilities),
        "addresses": list(heard.management_addresses),
        "med": _med(heard),
    }


def _med(heard: Neighbour) -> dict[str, Any] | None:
    if heard.med is None:
        return None
    return {
        name: [list(pair) for pair in value] if name == "policies" else value
        for name, value in asdict(heard.med).items()
        if value not in (None, ())
    }


def _own(folded: Mapping[str, Observation]) -> Iterable[Observation]:
    return (seen for name, seen in folded.items() if name not in UNMANAGED)
