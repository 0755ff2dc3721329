"""Reads Wi-Fi clients from what access points and controllers told.

May import `inventory.network.tables`, SQLAlchemy and the pure modules of `discovery`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import Connection, select

from collectors.facts import WirelessClient
from discovery.observations.damage import facts_or_none
from discovery.topology.model import RADIOS, Node, Station
from inventory.network.scan_tables import StoredObservation
from inventory.storage.rows import table_of

_observation = table_of(StoredObservation)


def read_stations(
    connection: Connection,
    site: str,
    nodes: Mapping[int, Node],
    known: Mapping[str, set[int]],
) -> tuple[list[Station], dict[int, set[str]]]:
    """Read Wi-Fi clients, and which collectors know each device.

    Args:
        connection: Where.
        site: Whose clients.
        nodes: The devices of the site.
        known: MAC -> the devices that hold it.
    """
    c = _observation.c
    collectors: dict[int, set[str]] = defaultdict(set)
    radios: list[int] = []
    who = select(c.id, c.device_id, c.site, c.collector)
    for number, device, place, collector in connection.execute(who):
        if device in nodes:
            collectors[device].add(collector)
            radio = nodes[device].kind in RADIOS and collector != "seen"
            if radio and place == site:
                radios.append(number)
    stations = []
    for start in range(0, len(radios), 400):
        query = select(c.device_id, c.facts, c.last_seen)
        query = query.where(c.id.in_(radios[start : start + 400])).order_by(c.id)
        for row in connection.execute(query):
            seen = facts_or_none(row.facts, seen_at=row.last_seen)
            for client in seen.wireless_clients if seen is not None else ():
                node = _radio_of(client, row.device_id, nodes, known)
                stations.append(Station(client.mac, node, client.ip, client.ssid))
    return stations, collectors


def _radio_of(
    client: WirelessClient,
    reporter: int,
    nodes: Mapping[int, Node],
    known: Mapping[str, set[int]],
) -> int:
    """Return the access point of a client; the controller if it is not known."""
    owners = known.get(client.ap_mac or "", set())
    if len(owners) == 1:
        return next(iter(owners))
    named = [
        n.id for n in nodes.values() if client.ap_name and n.name == client.ap_name
    ]
    return named[0] if len(named) == 1 else reporter
