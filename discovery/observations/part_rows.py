"""The parts of a device as rows: interfaces, addresses, neighbours, services, ...

Pure.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from collectors.facts import (
    AnnouncedPort,
    Component,
    Interface,
    Neighbour,
    Observation,
    Poe,
    Service,
    Vlan,
)
from discovery.matching.identifiers import Identifier
from inventory.network.device_state import Key, Row
from inventory.network.port_order import positions

UNMANAGED = frozenset(("heard", "seen", "registered"))
"""Observations made of what others know of a device, not of its own answers."""

LAG_TYPE = 161
"""IANAifType ieee8023adLag."""


def identifier_rows(identifiers: Iterable[Identifier]) -> dict[Key, Row]:
    """Return the identifiers, each with its best strength.

    That the same was said at an address is no identifier for people.
    """
    found: dict[Key, Row] = {}
    shown = (i for i in identifiers if i.kind != "said")
    for i in sorted(shown, key=lambda i: (i.strength, i.source)):
        found[i.kind, i.value, i.scope] = {"strength": i.strength, "source": i.source}
    return found


def interface_rows(folded: Mapping[str, Observation]) -> dict[Key, Row]:
    """Return the interfaces by name; a better collector's values come first."""
    found: dict[Key, Row] = {}
    for observation in _own(folded):
        power = {p.if_index: p for p in observation.poe if p.if_index is not None}
        announced = {each.if_index: each for each in observation.announced_ports}
        tagged = _tagged(observation.vlans)
        for name, card in named_interfaces(observation):
            row = _interface(card) | _power(power.get(card.if_index))
            row |= _announced(announced.get(card.if_index))
            row["tagged_vlans"] = (
                _vlan_list(tagged.get(card.if_index, ())) if tagged else None
            )
            old = found.get((name,))
            found[name,] = _filled(old, row) if old is not None else row
    order = positions({name: row["if_index"] for (name,), row in found.items()})
    return {key: {**row, "position": order[key[0]]} for key, row in found.items()}


def named_interfaces(observation: Observation) -> Iterator[tuple[str, Interface]]:
    """Yield the interfaces under the names they are stored by, no name twice."""
    names: set[str] = set()
    for card in observation.interfaces:
        name = card.name or str(card.if_index)
        if name in names:
            name = f"{name} ({card.if_index})"
        names.add(name)
        yield name, card


def _tagged(vlans: Iterable[Vlan]) -> dict[int, list[int]]:
    """Return the VLANs that each interface carries with a tag, or without one."""
    found: dict[int, list[int]] = defaultdict(list)
    for vlan in vlans:
        for if_index in vlan.tagged:
            found[if_index].append(vlan.vlan)
        for if_index in vlan.untagged:
            found.setdefault(if_index, [])
    return found


def _vlan_list(vlans: Sequence[int]) -> str:
    return f",{','.join(map(str, sorted(vlans)))}," if vlans else ""


def _power(told: Poe | None) -> dict[str, Any]:
    return {
        "poe_enabled": told.enabled if told else None,
        "poe_delivering": told.delivering if told else None,
        "poe_class": told.device_class if told else None,
    }


def _announced(told: AnnouncedPort | None) -> dict[str, Any]:
    return {
        "lldp_id": told.port_id if told else None,
        "lldp_id_type": told.port_id_type if told else None,
    }


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
        "lower_if_index": _lower(card),
        "physical": card.physical,
        "pvid": card.pvid,
        "voice_vlan": card.voice_vlan,
    }


def _lower(card: Interface) -> int | None:
    """A logical unit lies on one port; an aggregate on its members."""
    is_unit = len(card.lower) == 1 and card.type != LAG_TYPE
    return card.lower[0] if is_unit else None


def _filled(better: Row, worse: Row) -> dict[str, Any]:
    return {n: v if v is not None else worse[n] for n, v in better.items()}


def address_rows(
    observations: Iterable[Observation],
    by_site: Mapping[str, Mapping[str, Observation]],
) -> dict[Key, Row]:
    """Return the addresses a device holds or is reached at, by site.

    Args:
        observations: Those whose address the device still has.
        by_site: Site -> collector -> everything it read there.
    """
    found: dict[Key, Row] = {}
    for site, folded in by_site.items():
        for observation in folded.values():
            for own in observation.addresses:
                key = (site, own.vrf, own.ip)
                row = {"prefix_length": own.prefix_length, "if_index": own.if_index}
                old = found.get(key)
                found[key] = _filled(old, row) if old is not None else row
    known = {(site, ip) for site, _, ip in found}
    for each in observations:
        if each.collector not in UNMANAGED and (each.site, each.address) not in known:
            nothing = {"prefix_length": None, "if_index": None}
            found[each.site, "", each.address] = nothing
    return found


def component_rows(folded: Mapping[str, Observation]) -> dict[Key, Row]:
    """Return the physical parts by collector and index."""
    found: dict[Key, Row] = {}
    for observation in _own(folded):
        for part in observation.components:
            found[f"{observation.collector}:{part.index}",] = _component(
                observation.collector, part
            )
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


def service_rows(folded: Mapping[str, Observation]) -> dict[Key, Row]:
    """Return the services by transport, port and protocol."""
    found: dict[Key, Row] = {}
    for observation in _own(folded):
        for service in observation.services:
            key = (service.transport, service.port, service.protocol)
            found.setdefault(key, _service(service))
    return found


def modem_rows(folded: Mapping[str, Observation]) -> dict[Key, Row]:
    """Return the cellular modems by collector and index."""
    found: dict[Key, Row] = {}
    for collector, observation in folded.items():
        if collector in UNMANAGED:
            continue
        for modem in observation.modems:
            row = asdict(modem)
            part = f"{collector}:{row['source'].partition(' ')[0]}:{row.pop('index')}"
            found[part,] = row
    return found


def _service(service: Service) -> dict[str, Any]:
    shown = service.certificate
    return {
        "product": service.product,
        "subject": shown.subject if shown else None,
        "issuer": shown.issuer if shown else None,
        "not_before": shown.not_before if shown else None,
        "not_after": shown.not_after if shown else None,
        "key": shown.key if shown else None,
        "self_signed": shown.self_signed if shown else None,
    }


def neighbour_rows(folded: Mapping[str, Observation]) -> dict[Key, Row]:
    """Return the neighbours by port."""
    found: dict[Key, Row] = {}
    for observation in _own(folded):
        ports = {card.if_index: card.name for card in observation.interfaces}
        for neighbour in observation.neighbours:
            port = (
                ports.get(neighbour.local_if_index or -1) or neighbour.local_port or "?"
            )
            found[port, neighbour_key(neighbour)] = _neighbour(neighbour)
    return found


def neighbour_key(neighbour: Neighbour) -> str:
    """Return what tells neighbours on one port apart, whatever their row number."""
    named = neighbour.chassis_id or neighbour.sys_name or ""
    text = "\0".join((neighbour.protocol, named, neighbour.port_id or ""))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _neighbour(neighbour: Neighbour) -> dict[str, Any]:
    return {
        "if_index": neighbour.local_if_index,
        "protocol": neighbour.protocol,
        "chassis_id": neighbour.chassis_id,
        "chassis_id_type": neighbour.chassis_id_type,
        "port_id": neighbour.port_id,
        "port_id_type": neighbour.port_id_type,
        "port_descr": neighbour.port_descr,
        "sys_name": neighbour.sys_name,
        "sys_descr": neighbour.sys_descr or neighbour.version,
        "platform": neighbour.platform,
        "capabilities": list(neighbour.capabilities),
        "addresses": list(neighbour.management_addresses),
        "med": _med(neighbour),
    }


def _med(neighbour: Neighbour) -> dict[str, Any] | None:
    if neighbour.med is None:
        return None
    return {
        name: [list(pair) for pair in value] if name == "policies" else value
        for name, value in asdict(neighbour.med).items()
        if value not in (None, ())
    }


def _own(folded: Mapping[str, Observation]) -> Iterable[Observation]:
    return (
        observation for name, observation in folded.items() if name not in UNMANAGED
    )
