"""What is drawn of a site, as rows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from collectors.facts import MedInventory, Neighbour
from discovery.topology.compute import Topology
from discovery.topology.load_site import SiteNetwork
from inventory.network.write_topology import LinkRow, NeighbourFound, SightingRow


def as_neighbour(row: Mapping[str, Any]) -> Neighbour:
    """Return a stored announcement as the fact it was, without the local port."""
    med = row["med"]
    if med is not None:
        pairs = tuple((int(a), int(b)) for a, b in med.get("policies", ()))
        med = MedInventory(**(med | {"policies": pairs}))
    return Neighbour(
        protocol=row["protocol"],
        chassis_id=row["chassis_id"],
        chassis_id_type=row["chassis_id_type"],
        port_id=row["port_id"],
        port_id_type=row["port_id_type"],
        port_descr=row["port_descr"],
        sys_name=row["sys_name"],
        sys_descr=row["sys_descr"],
        platform=row["platform"],
        capabilities=tuple(row["capabilities"]),
        management_addresses=tuple(row["addresses"]),
        med=med,
    )


def link_rows(found: SiteNetwork, drawn: Topology, now: datetime) -> Iterator[LinkRow]:
    """Yield the links that were drawn."""
    for link in drawn.links:
        yield LinkRow(
            a_device_id=link.a.node,
            a_interface_id=link.a.port,
            b_device_id=link.b.node,
            b_interface_id=link.b.port,
            kind=link.kind,
            evidence=link.evidence,
            members=link.members,
            seen_at=found.told_at(link) or now,
        )


def sighting_rows(
    found: SiteNetwork, drawn: Topology, now: datetime
) -> Iterator[SightingRow]:
    """Yield where each address was found."""
    for mac, place in drawn.places.items():
        holders = found.known.get(mac, frozenset())
        endpoint = next(iter(holders)) if len(holders) == 1 else None
        ips = found.addresses.get(mac, ())
        if not ips and endpoint is not None and endpoint in found.primary:
            ips = (found.primary[endpoint],)
        yield SightingRow(
            mac=mac,
            ips=ips,
            device_id=place.node,
            interface_id=place.port,
            also=(place.also.node, place.also.port) if place.also else None,
            behind_id=place.behind,
            vlan=place.vlan,
            ssid=place.ssid,
            via=place.via,
            reason=place.reason,
            endpoint_id=endpoint,
            seen_at=place.read_at or now,
        )


def neighbours_found(
    found: SiteNetwork,
    drawn: Topology,
    reasons: Mapping[int, str | None],
) -> Iterable[NeighbourFound]:
    """Yield who each neighbour was, or why that is not known."""
    for key, row_id in found.heard.items():
        remote = drawn.remotes.get(key)
        yield NeighbourFound(
            row_id,
            remote.node if remote else None,
            remote.port if remote else None,
            reasons.get(row_id),
        )
