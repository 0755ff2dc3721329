"""What a device was like before it is visited again, as far as its place may matter.

Links, and which port leads where, follow from what devices say of themselves and of
their neighbours. As long as none of that differs, only what forwarding and address
tables say of others can be new. May import `inventory.network.tables` and SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, select

import inventory.network.tables  # noqa: F401  (fills the metadata)
from discovery.observations.part_rows import UNMANAGED
from discovery.observations.table_reads import Reads
from discovery.topology.model import RADIOS
from inventory.network.scan_tables import StoredObservation
from inventory.network.tables import Device, DeviceAddress, Identifier, Interface
from inventory.network.topology_tables import DeviceNeighbour
from inventory.storage.rows import table_of

_device = table_of(Device)
_observation = table_of(StoredObservation)

Told = Mapping[str, frozenset[tuple[Any, ...]]]
"""Table -> what it says of a device that links and directions follow from."""

_KINDS = ("mac", "serial", "name", "ip")
_TOLD: tuple[tuple[Table, tuple[str, ...], str], ...] = (
    (table_of(Identifier), ("kind", "value", "scope"), "ended_at"),
    (table_of(DeviceAddress), ("ip", "site"), "removed_at"),
    (
        table_of(Interface),
        tuple(
            "id name if_index descr alias mac lag_if_index lower_if_index"
            " voice_vlan lldp_id lldp_id_type".split()
        ),
        "removed_at",
    ),
    (
        table_of(DeviceNeighbour),
        tuple(
            "id port protocol chassis_id port_id port_descr sys_name remote_device_id"
            " capabilities addresses med".split()
        ),
        "removed_at",
    ),
)
_SELF = ("type", "name", "managed", "site", "address", "merged_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """A device that was visited again, and its tables as they were until then.

    Attributes:
        fdb, arp: As stored, None for none.
        fdb_at: When the forwarding table was read.
        at: When it was visited again.
        reads: How each table was read until then.
        seen_at: When the device was seen last, until then.
        down: The ifIndexes of its ports that had no link.
        told: What it said of itself and of its neighbours.
    """

    device_id: int
    fdb: bytes | None
    arp: bytes | None
    fdb_at: datetime | None
    at: datetime
    reads: Reads = field(default_factory=dict)
    seen_at: datetime | None = None
    down: frozenset[int] = frozenset()
    told: Told = field(default_factory=dict)

    @property
    def is_radio(self) -> bool:
        """Whether it may tell of Wi-Fi clients."""
        return any(row[0] in RADIOS for row in self.told[_device.name])


def before_visit(
    connection: Connection, site: str, address: str, at: datetime
) -> list[Before]:
    """Return what is stored of who answered at an address, before it is written over.

    Args:
        connection: Where.
        site: Of the address.
        address: Where it is visited.
        at: When.
    """
    c = _observation.c
    query = select(c.device_id, c.fdb, c.arp, c.fdb_at, c.table_reads).where(
        c.site == site,
        c.address == address,
        c.device_id.is_not(None),
        c.collector.not_in(UNMANAGED),
    )
    rows = connection.execute(query).all()
    # Of several collectors, the one that reads tables is meant.
    found = [row for row in rows if row.fdb or row.arp] or rows[:1]
    return [
        Before(
            device_id=row.device_id,
            fdb=row.fdb,
            arp=row.arp,
            fdb_at=row.fdb_at,
            at=at,
            reads=row.table_reads,
            seen_at=connection.scalar(
                select(_device.c.last_seen).where(_device.c.id == row.device_id)
            ),
            down=ports_down(connection, row.device_id),
            told=told_of(connection, row.device_id),
        )
        for row in found
    ]


def ports_down(connection: Connection, device: int) -> frozenset[int]:
    """Return the ifIndexes of a device's ports that have no link."""
    c = table_of(Interface).c
    query = select(c.if_index).where(
        c.device_id == device,
        c.removed_at.is_(None),
        c.oper_up.is_(False),
        c.if_index.is_not(None),
    )
    return frozenset(connection.scalars(query))


def told_of(connection: Connection, device: int) -> Told:
    """Return what is stored of a device that links and directions follow from."""
    found: dict[str, frozenset[tuple[Any, ...]]] = {}
    for table, columns, end in _TOLD:
        query = select(*(table.c[name] for name in columns)).where(
            table.c.device_id == device, table.c[end].is_(None)
        )
        if "kind" in columns:
            query = query.where(table.c.kind.in_(_KINDS))
        rows = connection.execute(query).all()
        found[table.name] = frozenset(tuple(map(_plain, row)) for row in rows)
    itself = select(*(_device.c[name] for name in _SELF)).where(_device.c.id == device)
    found[_device.name] = frozenset(map(tuple, connection.execute(itself).all()))
    by = select(_observation.c.collector, _observation.c.site)
    readers = connection.execute(by.where(_observation.c.device_id == device)).all()
    found[_observation.name] = frozenset(map(tuple, readers))
    return found


def _plain(value: object) -> object:
    """Return a value that can be compared in a set."""
    return repr(value) if isinstance(value, list | dict) else value
