"""Where a crawl may go on: addresses that the devices just read told of, and how.

May import `inventory.network.tables` and SQLAlchemy.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from discovery.access.memory import unanswered_neighbours
from discovery.observations import codec
from discovery.observations.damage import entries_or_none, facts_or_none
from inventory.network.scan_tables import StoredObservation
from inventory.network.tables import Device, DeviceAddress
from inventory.storage.rows import table_of

_observation = table_of(StoredObservation)
_device = table_of(Device)
_address = table_of(DeviceAddress)

NEIGHBOUR = "neighbour"
"""Announced by LLDP or CDP: why it is not visited stands with the neighbour itself."""
ARP = "arp"
_UNREAD = ("heard", "seen", "sweep", "dns")


@dataclass(frozen=True, slots=True)
class Lead:
    """Who told of an address.

    Attributes:
        how: `neighbour`, `arp`, or the protocol of a routing peer.
        told_by: Name or address of the device that told.
    """

    how: str
    told_by: str = ""

    def __str__(self) -> str:
        """Say it to a person."""
        if self.how == ARP:
            return f"in the ARP table of {self.told_by}"
        if self.how == "gateway":
            return f"default gateway of {self.told_by}"
        return f"{self.how.upper()} neighbour of {self.told_by}"


def leads(
    engine: Engine, site: str, *, since: datetime, arp: bool = False
) -> dict[str, Lead]:
    """Return address -> who told of it, of addresses where nothing was read yet.

    Args:
        engine: The database.
        site: Whose network.
        since: Routing peers and ARP tables count if they were read since.
        arp: Addresses of ARP and neighbour discovery tables too.
    """
    found = {ip: Lead(NEIGHBOUR) for ip in unanswered_neighbours(engine, site)}
    with engine.connect() as connection:
        known = _known(connection, site)
        told = list(_peers(connection, site, since))
        if arp:
            told += _bound(connection, site, since)
    for ip, lead in told:
        if ip not in known and _may_be_asked(ip):
            found.setdefault(ip, lead)
    return found


def _known(connection: Connection, site: str) -> set[str]:
    """Return the addresses of devices that were read, wherever they were reached."""
    own = (
        select(_address.c.ip)
        .join(_device, _device.c.id == _address.c.device_id)
        .where(
            _address.c.site == site,
            _address.c.removed_at.is_(None),
            _device.c.managed.is_(True),
        )
    )
    read = select(_observation.c.address).where(
        _observation.c.site == site, _observation.c.collector.not_in(_UNREAD)
    )
    return {*connection.scalars(own), *connection.scalars(read)}


def _peers(
    connection: Connection, site: str, since: datetime
) -> Iterator[tuple[str, Lead]]:
    c = _observation.c
    query = (
        select(c.facts, c.last_seen, c.address, _device.c.name)
        .join(_device, _device.c.id == c.device_id)
        .where(c.site == site, c.last_seen >= since, c.collector.not_in(_UNREAD))
        .order_by(c.address)
    )
    for row in connection.execute(query):
        seen = facts_or_none(row.facts, seen_at=row.last_seen)
        for peer in seen.peers if seen is not None else ():
            if peer.up is not False:
                yield peer.ip, Lead(peer.protocol, row.name or row.address)


def _bound(
    connection: Connection, site: str, since: datetime
) -> Iterator[tuple[str, Lead]]:
    c = _observation.c
    query = (
        select(c.arp, c.address, _device.c.name)
        .join(_device, _device.c.id == c.device_id)
        .where(c.site == site, c.arp_at >= since)
        .order_by(c.address)
    )
    for row in connection.execute(query):
        for entry in entries_or_none(codec.decode_arp, row.arp):
            yield entry.ip, Lead(ARP, row.name or row.address)


def _may_be_asked(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not (ip.is_unspecified or ip.is_multicast or ip.is_link_local)
