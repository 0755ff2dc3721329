"""Hosts that had nothing but an address, and are in an address table read since.

May import `inventory.network.tables`, SQLAlchemy and the pure modules of `discovery`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from collectors.facts import Clue, Observation
from discovery.matching.match import WINDOW
from discovery.observations import codec
from discovery.observations.damage import entries_or_none
from discovery.observations.fact_rows import read_facts
from discovery.observations.store import unpack
from discovery.observations.visit import OUTSIDE
from inventory.network.scan_tables import StoredObservation
from inventory.storage.rows import table_of

_rows = table_of(StoredObservation)
_FEW = 400
"""Addresses that are asked for by themselves; of more, all rows are read."""


def named_later(
    connection: Connection, site: str, addresses: Mapping[str, Sequence[str]]
) -> list[list[Observation]]:
    """Return the visits to hosts of which the MAC is known by now, with that MAC.

    A host that answers a ping, and was visited before the router that knows it, would
    stay a device beside the one that switches list. Tables of another day say nothing
    of who was there.

    Args:
        connection: Where.
        site: Whose hosts.
        addresses: MAC -> its addresses, without those it answers for others.
    """
    holders = {ip: mac for mac, ips in addresses.items() for ip in ips}
    weak = _nameless(connection, site, holders.keys())
    if not weak:
        return []
    listed = _listed(connection, site, weak.keys())
    found = []
    for address, rows in sorted(weak.items()):
        seen_at = max(row.last_seen for row in rows)
        beside = {m for m, at in listed[address] if abs(at - seen_at) <= WINDOW}
        if beside == {holders[address]}:
            told = read_facts(
                connection, [row.id for row in rows if row.last_seen == seen_at]
            )
            clue = Clue("mac", holders[address], "arp")
            found.append([replace(o, clues=(*o.clues, clue)) for o in told])
    return [visit for visit in found if visit]


def _nameless(
    connection: Connection, site: str, among: Set[str]
) -> dict[str, list[Any]]:
    """Return address -> rows of a visit which told nothing that joins."""
    c = _rows.c
    query = select(c.id, c.address, c.collector, c.identifiers, c.last_seen).where(
        c.site == site, c.device_id.is_not(None), c.collector.in_(OUTSIDE)
    )
    if len(among) <= _FEW:
        query = query.where(c.address.in_(among))
    found: dict[str, list[Any]] = defaultdict(list)
    told: set[str] = set()
    for row in connection.execute(query):
        if row.address not in among:
            continue
        found[row.address].append(row)
        if any(each.joins for each in unpack(row.identifiers)):
            told.add(row.address)
    return {at: rows for at, rows in found.items() if at not in told}


def _listed(
    connection: Connection, site: str, among: Set[str]
) -> dict[str, list[tuple[str, datetime]]]:
    """Return address -> the MACs that tables list it with, and when."""
    found: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    c = _rows.c
    query = select(c.arp, c.arp_at).where(c.site == site, c.arp_at.is_not(None))
    for stored, at in connection.execute(query):
        for entry in entries_or_none(codec.decode_arp, stored):
            if entry.ip in among:
                found[entry.ip].append((entry.mac, at))
    return found
