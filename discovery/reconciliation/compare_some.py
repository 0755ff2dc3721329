"""Compares a few devices with the register, and whatever they may be.

Devices and assets that have anything in common are compared together, so that what
comes out is what comparing all of them would say. May import the tables of `inventory`
and `inventory.storage`.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, String, cast, func, or_, select

from discovery.matching.identifiers import serial_key, uuid_key
from discovery.reconciliation.records import Finding
from discovery.reconciliation.service import OTHERS, PARTS, find, row_of
from inventory.assets.identifiers.tables import AssetIdentifier
from inventory.assets.register.tables import Asset
from inventory.network.identity_tables import Reconciliation
from inventory.network.tables import Device, DeviceComponent, Identifier
from inventory.network.topology_tables import Sighting
from inventory.network.write_reconciliation import (
    lock_reconciliation,
    write_reconciliation,
)
from inventory.storage.rows import table_of
from inventory.storage.work import UnitOfWork

_asset = table_of(Asset)
_noted = table_of(AssetIdentifier)
_match = table_of(Reconciliation)
_device = table_of(Device)
_identifier = table_of(Identifier)
_component = table_of(DeviceComponent)

MOST = 200
"""Devices or assets that are compared together; of more, all are compared."""


def reconcile_some(
    work: UnitOfWork,
    devices: Iterable[int],
    *,
    missing_after: timedelta,
    forgotten_after: timedelta,
) -> dict[str, int] | None:
    """Reconcile some devices; return how many rows changed, None if all are needed.

    Args:
        work: The transaction; nothing is written if None is returned.
        devices: Those that were seen or placed anew.
        missing_after: As of `service.reconcile_all`.
        forgotten_after: As of `service.reconcile_all`.
    """
    connection, now = work.connection, work.clock()
    lock_reconciliation(connection)
    together = _together(connection, set(devices))
    if together is None:
        return None
    living, assets = together
    found = find(
        connection,
        now,
        missing_after=missing_after,
        forgotten_after=forgotten_after,
        devices=living,
        assets=assets,
    )
    states = _states(connection, living)
    kept = _strangers(connection, found, states)
    if kept is None or _is_place_other(connection, found, states):
        return None
    told = [row for row in found if row.device_id not in kept]
    return write_reconciliation(
        work, map(row_of, told), devices=living - kept, assets=assets
    )


def _together(
    connection: Connection, devices: set[int]
) -> tuple[set[int], set[int]] | None:
    """Return devices and assets that have anything in common with some devices."""
    with_macs = cast(_asset.c.fields, String).ilike("%mac%")
    if connection.execute(select(_asset.c.id).where(with_macs).limit(1)).first():
        # Addresses written into free fields, in any form, are found by reading all.
        return None
    assets: set[int] = set()
    while len(devices) <= MOST and len(assets) <= MOST:
        more_assets = assets | _assets_of(connection, devices)
        more = devices | _devices_of(connection, more_assets)
        if (more, more_assets) == (devices, assets):
            return devices, assets
        devices, assets = more, more_assets
    return None


def _assets_of(connection: Connection, devices: Set[int]) -> set[int]:
    c = _identifier.c
    values = connection.execute(
        select(c.kind, c.value).where(
            c.device_id.in_(devices),
            c.ended_at.is_(None),
            c.kind.in_(("serial", "mac", *OTHERS)),
        )
    ).all()
    serials = {value for kind, value in values if kind == "serial"}
    found = _numbered(connection, serials | _parts(connection, devices), devices)
    found |= _noted_with(connection, {(kind, value) for kind, value in values})
    of_devices = select(_match.c.asset_id).where(
        _match.c.device_id.in_(devices),
        _match.c.closed_at.is_(None),
        _match.c.asset_id.is_not(None),
    )
    return found | set(connection.scalars(of_devices))


def _parts(connection: Connection, devices: Set[int]) -> set[str]:
    """Return the serials of what is an asset of its own in some devices."""
    c = _component.c
    query = select(c.serial).where(
        c.device_id.in_(devices),
        c.removed_at.is_(None),
        c.serial.is_not(None),
        c.kind.in_(PARTS),
    )
    return {serial_key(serial) for serial in connection.scalars(query)}


def _numbered(connection: Connection, serials: Set[str], devices: Set[int]) -> set[int]:
    """Return the assets with a serial, or with a tag that stands in a device."""
    a, d = _asset.c, _device.c
    stored = connection.scalars(select(d.asset_tag).where(d.id.in_(devices)))
    tags = {tag.strip().lower() for tag in stored if tag}
    # What stands before a serial number on a label is part of its key in the register.
    labelled = a.serial_key.like("S%N%")
    query = select(a.id, a.serial, a.tag).where(
        or_(a.serial_key.in_(serials), labelled, func.lower(a.tag).in_(tags))
    )
    return {
        row.id
        for row in connection.execute(query)
        if (row.serial and serial_key(row.serial) in serials) or row.tag.lower() in tags
    }


def _noted_with(connection: Connection, values: Set[tuple[str, str]]) -> set[int]:
    """Return the assets of which a MAC, an IMEI or a UUID is noted."""
    n = _noted.c
    query = select(n.asset_id, n.kind, n.value).where(n.ended_at.is_(None))
    macs = {value for kind, value in values if kind == "mac"}
    others = {value for kind, value in values if kind in OTHERS}
    found = {row.asset_id for row in connection.execute(query.where(n.value.in_(macs)))}
    if others:
        rows = connection.execute(query.where(n.kind.in_(OTHERS)))
        found |= {row.asset_id for row in rows if _key(row.kind, row.value) in others}
    return found


def _key(kind: str, value: str) -> str:
    return (uuid_key(value) if kind == "uuid" else value) or value


def _devices_of(connection: Connection, assets: Set[int]) -> set[int]:
    if not assets:
        return set()
    a, n = _asset.c, _noted.c
    rows = connection.execute(
        select(a.serial, func.lower(a.tag).label("tag")).where(a.id.in_(assets))
    ).all()
    noted = connection.execute(
        select(n.kind, n.value).where(n.asset_id.in_(assets), n.ended_at.is_(None))
    ).all()
    values = {serial_key(row.serial) for row in rows if row.serial}
    values |= {_key(kind, value) for kind, value in noted}
    queries: tuple[Any, ...] = (
        select(_identifier.c.device_id).where(
            _identifier.c.kind.in_(("serial", "mac", *OTHERS)),
            _identifier.c.value.in_(values),
            _identifier.c.ended_at.is_(None),
        ),
        select(_device.c.id).where(
            func.lower(_device.c.asset_tag).in_([row.tag for row in rows])
        ),
        select(_match.c.device_id).where(
            _match.c.asset_id.in_(assets),
            _match.c.closed_at.is_(None),
            _match.c.device_id.is_not(None),
        ),
    )
    return {device for query in queries for device in connection.scalars(query)}


def _states(connection: Connection, devices: Set[int]) -> dict[int, set[str]]:
    """Return device -> the states of its rows that are not over."""
    found: dict[int, set[str]] = {device: set() for device in devices}
    query = select(_match.c.device_id, _match.c.state).where(
        _match.c.device_id.in_(devices), _match.c.closed_at.is_(None)
    )
    for device, state in connection.execute(query):
        found[device].add(state)
    return found


def _strangers(
    connection: Connection, found: list[Finding], states: dict[int, set[str]]
) -> set[int] | None:
    """Return the devices that stay strangers; None if one with a serial became one.

    Which asset has almost its serial number is only known when all are looked at.
    """
    strange = {row.device_id for row in found if row.asset_id is None} - {None}
    numbered = set(
        connection.scalars(
            select(_identifier.c.device_id).where(
                _identifier.c.device_id.in_(strange),
                _identifier.c.kind == "serial",
                _identifier.c.ended_at.is_(None),
            )
        )
    )
    if any(states[device] != {"unregistered"} for device in numbered):
        return None
    return numbered


def _is_place_other(
    connection: Connection, found: list[Finding], states: dict[int, set[str]]
) -> bool:
    """Whether a device at which others are seen agrees otherwise than before.

    Then all of them may be in another building.
    """
    now: dict[int, set[str]] = {device: set() for device in states}
    for row in found:
        if row.device_id is not None:
            now[row.device_id].add(row.state)
    changed = {device for device, before in states.items() if now[device] != before}
    c = table_of(Sighting).c
    query = select(c.id).where(c.device_id.in_(changed), c.closed_at.is_(None))
    return connection.execute(query.limit(1)).first() is not None
