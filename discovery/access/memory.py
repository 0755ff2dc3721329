"""What a scan remembers: credentials that worked, neighbours that were announced.

May import `inventory.network.tables` and SQLAlchemy.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, select
from sqlmodel import SQLModel

from collectors.facts import Observation
from discovery.access.account_history import AccountHistory
from discovery.access.credentials import Memory
from discovery.access.offering import BY_SSH
from discovery.observations import codec
from discovery.observations.damage import entries_or_none, facts_or_none
from inventory.network.scan_tables import StoredObservation
from inventory.network.tables import Device, Identifier
from inventory.storage.engine import writing
from inventory.storage.rows import AnySelect, chunks, col, id_of, table_of
from inventory.vault import uses


@dataclass(frozen=True, slots=True)
class KnownHost:
    """How a host was opened that is known by its host key.

    Attributes:
        collector: `ssh` or `netmiko`.
        credentials: Names, the latest first.
        platform: Device type of its console, empty for none.
    """

    device_id: int
    collector: str
    credentials: tuple[str, ...]
    platform: str = ""


_TALKATIVE = ("heard", "seen", "sweep", "dns")
"""Collectors that do not mean that a device was read itself."""


def remember(
    engine: Engine, site: str, addresses: Sequence[str], *, keys: bool = True
) -> Memory:
    """Return what worked before at some addresses, and the SSH keys seen there.

    Args:
        engine: The database.
        site: Whose addresses these are.
        addresses: Those asked about.
        keys: Read the SSH keys too, which lie among all facts of a computer.
    """
    worked: dict[tuple[str, str], str] = {}
    pins: dict[str, str] = {}
    platforms: dict[str, str] = {}
    types: dict[str, tuple[str, ...]] = {}
    with engine.connect() as connection:
        for row in _rows_at(connection, site, addresses):
            types[row.address] = tuple(filter(None, (row.type, row.subtype)))
            if row.credential:
                worked[row.address, row.collector] = row.credential
        if keys:
            for row in _keys_at(connection, site, addresses):
                seen = facts_or_none(row.facts, seen_at=row.last_seen)
                if seen is not None and seen.host_keys:
                    pins[row.address] = seen.host_keys[0].fingerprint
                platforms.pop(row.address, None)
                if seen is not None and (platform := platform_of(seen)):
                    platforms[row.address] = platform
        changed = uses.changed_keys(connection, site)
    return Memory(worked, pins, platforms, changed, types)


def account_history(engine: Engine) -> AccountHistory:
    """Return with which collectors each account has opened hosts so far."""
    history = AccountHistory()
    with engine.connect() as connection:
        for account, collector in uses.collectors_by_account(connection):
            if collector in BY_SSH:
                history.kinds[account].add(collector)
    return history


def whose_key(
    engine: Engine,
    site: str,
    fingerprint: str,
    collectors: Sequence[str] = BY_SSH,
) -> KnownHost | None:
    """Return the one device of a site that has shown a host key, and how it is opened.

    None where nobody has, or several have: a key of cloned disks names no machine.

    Args:
        engine: The database.
        site: The site.
        fingerprint: Of the key.
        collectors: Whose logins are asked about.
    """
    rows, holder = table_of(StoredObservation), table_of(Identifier)
    query = (
        select(rows)
        .join(holder, holder.c.device_id == rows.c.device_id)
        .where(
            holder.c.kind == "host-key",
            holder.c.value == fingerprint,
            holder.c.ended_at.is_(None),
            rows.c.site == site,
            rows.c.collector.in_(collectors),
            rows.c.credential.is_not(None),
        )
        .order_by(rows.c.last_seen.desc())
    )
    with engine.connect() as connection:
        found = list(connection.execute(query))
    if len({row.device_id for row in found}) != 1:
        return None
    seen = facts_or_none(found[0].facts, seen_at=found[0].last_seen)
    return KnownHost(
        device_id=found[0].device_id,
        collector=found[0].collector,
        credentials=tuple(dict.fromkeys(row.credential for row in found)),
        platform=platform_of(seen) if seen is not None else "",
    )


def prove(
    engine: Engine,
    site: str,
    address: str,
    port: int,
    fingerprint: str,
    collectors: Sequence[str],
    at: datetime,
) -> KnownHost | None:
    """Return the known machine that has just shown its key at a new address.

    The key is pinned there, so that the login meets the machine that was asked. An
    agent that answers SNMPv3 proves less: its messages may be passed on by another
    machine, which then is sent the password.
    """
    known = whose_key(engine, site, fingerprint, collectors)
    if known is None:
        return None
    with writing(engine) as connection:
        uses.note_host_key(
            connection, fingerprint, site=site, address=address, port=port, at=at
        )
        pinned = uses.pinned(connection, site, address, port)
    return known if fingerprint in pinned.split() else None


def platform_of(seen: Observation) -> str:
    """Return the device type of the console that was read, empty for none."""
    kinds = (clue.value for clue in seen.clues if clue.kind == "cli-platform")
    return next(kinds, "")


def _rows_at(
    connection: Connection, site: str, addresses: Sequence[str]
) -> Iterable[Any]:
    columns = (
        col(StoredObservation.address),
        col(StoredObservation.collector),
        col(StoredObservation.credential),
        col(Device.type),
        col(Device.subtype),
    )
    for query in _at(select(*columns), site, addresses):
        yield from connection.execute(query)


def _keys_at(
    connection: Connection, site: str, addresses: Sequence[str]
) -> Iterable[Any]:
    columns = (
        col(StoredObservation.address),
        col(StoredObservation.facts),
        col(StoredObservation.last_seen),
    )
    for query in _at(select(*columns), site, addresses):
        yield from connection.execute(
            query.where(col(StoredObservation.collector).in_(BY_SSH))
        )


def _at(query: AnySelect, site: str, addresses: Sequence[str]) -> Iterable[AnySelect]:
    """Yield a query for some addresses at a time, what was seen last at the end."""
    for start in range(0, len(addresses), 400):
        yield (
            query.join(Device, id_of(Device) == col(StoredObservation.device_id))
            .where(col(StoredObservation.site) == site)
            .where(col(StoredObservation.address).in_(addresses[start : start + 400]))
            .order_by(col(StoredObservation.last_seen))
        )


def unanswered_neighbours(engine: Engine, site: str) -> list[str]:
    """Return the management addresses of neighbours where nothing was read yet."""
    neighbour, device = (SQLModel.metadata.tables[n] for n in ("neighbour", "device"))
    read = select(col(StoredObservation.address)).where(
        col(StoredObservation.site) == site,
        col(StoredObservation.collector).not_in(_TALKATIVE),
    )
    query = (
        select(neighbour.c.addresses)
        .join(device, device.c.id == neighbour.c.device_id)
        .where(device.c.site == site, neighbour.c.removed_at.is_(None))
    )
    with engine.connect() as connection:
        known = set(connection.scalars(read))
        found = {ip for ips in connection.scalars(query) for ip in ips}
    return sorted(found - known)


def known_in(engine: Engine, site: str, network: str) -> list[str]:
    """Return the IPv6 addresses of a site that are known in a network.

    From what devices say of themselves, and from the tables of neighbours that routers
    and hosts keep (RFC 4861).
    """
    wanted = ipaddress.ip_network(network, strict=False)
    device, address, sighting = (
        SQLModel.metadata.tables[n] for n in ("device", "device_address", "sighting")
    )
    own = (
        select(address.c.ip)
        .join(device, device.c.id == address.c.device_id)
        .where(device.c.site == site, address.c.removed_at.is_(None))
        .where(address.c.ip.contains(":"))
    )
    heard = select(sighting.c.ip).where(
        sighting.c.site == site,
        sighting.c.closed_at.is_(None),
        sighting.c.ip.contains(":"),
    )
    tables = select(col(StoredObservation.arp)).where(
        col(StoredObservation.site) == site, col(StoredObservation.arp).is_not(None)
    )
    found: set[str] = set()
    with engine.connect() as connection:
        for query in (own, heard):
            found.update(connection.scalars(query.distinct()))
        for stored in connection.scalars(tables):
            entries = entries_or_none(codec.decode_arp, stored) if stored else None
            found.update(entry.ip for entry in entries or () if ":" in entry.ip)
    return sorted(
        ip for ip in found if "%" not in ip and ipaddress.ip_address(ip) in wanted
    )


def read_before(engine: Engine, site: str, addresses: Sequence[str]) -> set[str]:
    """Return at which of some addresses something was read before."""
    found: set[str] = set()
    with engine.connect() as connection:
        for some in chunks(addresses):
            query = select(col(StoredObservation.address)).where(
                col(StoredObservation.site) == site,
                col(StoredObservation.address).in_(some),
                col(StoredObservation.collector).not_in(_TALKATIVE),
            )
            found.update(connection.scalars(query))
    return found


def managed_addresses(engine: Engine, site: str) -> list[str]:
    """Return where the devices of a site answered to SNMP."""
    query = (
        select(col(StoredObservation.address))
        .join(Device, id_of(Device) == col(StoredObservation.device_id))
        .where(
            col(StoredObservation.site) == site,
            col(StoredObservation.collector) == "snmp",
            col(Device.merged_at).is_(None),
        )
        .distinct()
    )
    with engine.connect() as connection:
        return sorted(connection.scalars(query))
