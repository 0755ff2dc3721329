"""Reads devices and assets, reconciles them, writes what changed.

May import the tables of `inventory`, its lifecycle and `inventory.storage`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from collectors import macs
from discovery.matching.identifiers import serial_key, uuid_key
from discovery.matching.serial_scope import scope_of
from discovery.reconciliation.records import Finding, OwnedAsset, SeenDevice
from discovery.reconciliation.rules import FORGOTTEN, Rules, reconcile
from discovery.reconciliation.seen_places import (
    NOWHERE,
    among,
    read_locations,
    seen_places,
)
from inventory.assets.identifiers.tables import AssetIdentifier
from inventory.assets.register.lifecycle import DEFAULT, Lifecycle
from inventory.assets.register.tables import Asset, AssetState, Custody, Manufacturer
from inventory.network.identity_tables import Reconciliation
from inventory.network.scan_tables import Scan
from inventory.network.tables import Device, DeviceComponent, Identifier
from inventory.network.write_reconciliation import (
    ReconciliationRow,
    lock_reconciliation,
    write_reconciliation,
)
from inventory.people.tables import Employment, Person
from inventory.storage.rows import table_of
from inventory.storage.work import UnitOfWork

PARTS = frozenset(("monitor", "chassis", "dock"))
"""Kinds of components that are assets of their own."""
OTHERS = ("imei", "uuid")
"""Further identifiers that a device and an asset may have in common."""


def reconcile_all(
    work: UnitOfWork,
    *,
    missing_after: timedelta,
    forgotten_after: timedelta = FORGOTTEN,
    lifecycle: Lifecycle = DEFAULT,
) -> dict[str, int]:
    """Reconcile all devices with the register; return how many rows changed.

    Args:
        work: The transaction.
        missing_after: Unseen for so long, an asset is missing.
        forgotten_after: Unseen for so long, nobody asks any more who owns a device.
        lifecycle: Tells in which states an asset should be seen.
    """
    lock_reconciliation(work.connection)
    found = find(
        work.connection,
        work.clock(),
        missing_after=missing_after,
        forgotten_after=forgotten_after,
        lifecycle=lifecycle,
    )
    return write_reconciliation(work, [row_of(finding) for finding in found])


def find(
    connection: Connection,
    now: datetime,
    *,
    missing_after: timedelta,
    forgotten_after: timedelta,
    lifecycle: Lifecycle = DEFAULT,
    devices: Set[int] | None = None,
    assets: Set[int] | None = None,
) -> list[Finding]:
    """Return how devices and assets agree.

    Args:
        connection: Where.
        now: The moment.
        missing_after: As of `reconcile_all`.
        forgotten_after: As of `reconcile_all`.
        lifecycle: As of `reconcile_all`.
        devices: Those that are compared, all of them if None.
        assets: The same; whatever one of either may be has to be among the other.
    """
    rules = Rules(
        today=now.date(),
        now=now,
        missing_after=missing_after,
        forgotten_after=max(forgotten_after, missing_after),
        scanned_sites=_scanned_sites(connection, now - missing_after),
        by_hand=_by_hand(connection),
    )
    return reconcile(
        read_devices(connection, _kept_at(connection, now.date()), devices),
        read_assets(connection, now, lifecycle, assets),
        rules,
    )


def row_of(finding: Finding) -> ReconciliationRow:
    """Return a finding as the row it is kept in."""
    return ReconciliationRow(
        device_id=finding.device_id,
        asset_id=finding.asset_id,
        state=finding.state,
        reason=finding.reason,
        detail=finding.detail,
    )


def read_devices(
    connection: Connection,
    kept_at: Mapping[int, int] | None = None,
    only: Set[int] | None = None,
) -> list[SeenDevice]:
    """Return all living devices.

    Args:
        connection: Where.
        kept_at: Asset -> location, of those that are handed out to a place.
        only: The devices that are meant, if they are few.
    """
    device = table_of(Device)
    values = _identifiers(connection, only)
    parts = _part_serials(connection, only)
    places = read_locations(connection)
    seen = seen_places(connection, places, kept_at or {}, only)
    query = select(device).where(device.c.merged_at.is_(None))
    query = among(query, device.c.id, only)
    return [
        SeenDevice(
            id=row["id"],
            name=row["name"],
            site=row["site"],
            subtype=row["subtype"],
            vendor=scope_of(row["vendor"]),
            serials=frozenset(values[row["id"], "serial"]),
            parts=frozenset(parts[row["id"]] - values[row["id"], "serial"]),
            tags=frozenset(tag.strip().lower() for tag in (row["asset_tag"],) if tag),
            macs=frozenset(values[row["id"], "mac"]),
            last_seen=row["last_seen"],
            building=seen.get(row["id"], NOWHERE).building,
            room=seen.get(row["id"], NOWHERE).room,
            others=frozenset(
                (kind, value) for kind in OTHERS for value in values[row["id"], kind]
            ),
        )
        for row in connection.execute(query).mappings()
    ]


def _identifiers(
    connection: Connection, only: Set[int] | None
) -> dict[tuple[int, str], set[str]]:
    c = table_of(Identifier).c
    found: dict[tuple[int, str], set[str]] = defaultdict(set)
    query = select(c.device_id, c.kind, c.value).where(
        c.ended_at.is_(None), c.kind.in_(("serial", "mac", *OTHERS))
    )
    for row in connection.execute(among(query, c.device_id, only)):
        found[row.device_id, row.kind].add(row.value)
    return found


def _part_serials(connection: Connection, only: Set[int] | None) -> dict[int, set[str]]:
    c = table_of(DeviceComponent).c
    found: dict[int, set[str]] = defaultdict(set)
    query = select(c.device_id, c.serial).where(
        c.removed_at.is_(None), c.serial.is_not(None), c.kind.in_(PARTS)
    )
    for row in connection.execute(among(query, c.device_id, only)):
        found[row.device_id].add(serial_key(row.serial))
    return found


def read_assets(
    connection: Connection,
    now: datetime,
    lifecycle: Lifecycle,
    only: Set[int] | None = None,
) -> list[OwnedAsset]:
    """Return all assets with where they should be and who should have them.

    Args:
        connection: Where.
        now: The moment.
        lifecycle: Tells in which states an asset should be seen.
        only: The assets that are meant, if they are few.
    """
    asset, maker = table_of(Asset), table_of(Manufacturer)
    places = read_locations(connection)
    custody = _custody(connection, now.date(), only)
    holders = {held["person_id"] for held in custody.values()} - {None}
    left = _leavers(connection, now.date(), None if only is None else holders)
    since = _since(connection, only)
    noted = _noted(connection, only)
    query = select(asset, maker.c.name.label("maker")).outerjoin(
        maker, maker.c.id == asset.c.manufacturer_id
    )
    query = among(query, asset.c.id, only)
    found = []
    for row in connection.execute(query).mappings():
        held = custody.get(row["id"])
        person = held["person_id"] if held else None
        place = held["location_id"] if held else row["location_id"]
        name, gone = left.get(person, ("", None)) if person else ("", None)
        state = lifecycle.states.get(row["state"])
        where = places.get(place or 0, NOWHERE)
        found.append(
            OwnedAsset(
                id=row["id"],
                tag=row["tag"],
                kind=row["kind"],
                serial=serial_key(row["serial"]) if row["serial_key"] else None,
                maker=scope_of(row["maker"]),
                macs=_macs(row["fields"]) | noted[row["id"], "mac"],
                others=_others(noted, row["id"]),
                state=row["state"],
                expected=state.expected if state else False,
                owned=state.owned if state else False,
                since=since.get(row["id"]),
                site=where.site,
                building=where.building,
                room=where.room,
                holder=name,
                holder_left=gone,
            )
        )
    return found


def _others(
    noted: Mapping[tuple[int, str], frozenset[str]], asset: int
) -> frozenset[tuple[str, str]]:
    pairs = ((kind, v) for kind in OTHERS for v in noted[asset, kind])
    return frozenset(pairs)


def _macs(fields: Mapping[str, Any]) -> frozenset[str]:
    """Return the MACs among the free fields of an asset, such as `mac`, `wifi mac`."""
    texts = [str(v) for name, v in fields.items() if "mac" in name.lower().split()]
    return frozenset(m for m in map(macs.from_text, texts) if m is not None)


def _noted(
    connection: Connection, only: Set[int] | None
) -> dict[tuple[int, str], frozenset[str]]:
    """Return (asset, kind) -> the MACs, IMEIs or UUIDs noted of it.

    A UUID may be noted in either byte order, as devices may report it.
    """
    c = table_of(AssetIdentifier).c
    query = select(c.asset_id, c.kind, c.value).where(c.ended_at.is_(None))
    query = among(query, c.asset_id, only)
    found: dict[tuple[int, str], frozenset[str]] = defaultdict(frozenset)
    for asset, kind, value in connection.execute(query):
        key = uuid_key(value) if kind == "uuid" else value
        found[asset, kind] |= {key or value}
    return found


def _kept_at(connection: Connection, today: date) -> dict[int, int]:
    """Return asset -> location, of those that are handed out to a place."""
    c = table_of(Custody).c
    query = select(c.asset_id, c.location_id).where(
        c.location_id.is_not(None),
        c.valid_from <= today,
        c.valid_to.is_(None) | (c.valid_to > today),
    )
    return {row.asset_id: row.location_id for row in connection.execute(query)}


def _custody(
    connection: Connection, today: date, only: Set[int] | None
) -> dict[int, Mapping[str, Any]]:
    c = table_of(Custody).c
    query = select(c.asset_id, c.person_id, c.location_id).where(
        c.valid_from <= today, c.valid_to.is_(None) | (c.valid_to > today)
    )
    query = among(query, c.asset_id, only)
    return {row["asset_id"]: dict(row) for row in connection.execute(query).mappings()}


def _leavers(
    connection: Connection, today: date, only: Set[int] | None
) -> dict[int, tuple[str, date | None]]:
    """Return person -> name and last day, None for who is still employed.

    Employments are half-open: `valid_to` is the first day no more.
    """
    c, person = table_of(Employment).c, table_of(Person).c
    query = select(c.person_id, c.valid_to, person.given_name, person.family_name)
    query = among(query.where(person.id == c.person_id), c.person_id, only)
    ends: dict[int, list[date | None]] = defaultdict(list)
    names: dict[int, str] = {}
    for row in connection.execute(query):
        ends[row.person_id].append(row.valid_to)
        names[row.person_id] = f"{row.given_name} {row.family_name}".strip()
    found: dict[int, tuple[str, date | None]] = {}
    for person_id, days in ends.items():
        known = [day for day in days if day is not None]
        over = len(known) == len(days) and max(known) <= today
        last = max(known) - timedelta(days=1) if over else None
        found[person_id] = (names[person_id], last)
    return found


def _since(connection: Connection, only: Set[int] | None) -> dict[int, date]:
    c = table_of(AssetState).c
    query = select(c.asset_id, func.max(c.since)).group_by(c.asset_id)
    query = among(query, c.asset_id, only)
    return {asset: day for asset, day in connection.execute(query)}


def _scanned_sites(connection: Connection, since: datetime) -> frozenset[str]:
    """Return the sites where a scan came to its end; the running one counts."""
    c = table_of(Scan).c
    query = (
        select(c.site)
        .distinct()
        .where(c.state.in_(("finished", "running")), c.started_at >= since)
    )
    return frozenset(connection.scalars(query))


def _by_hand(connection: Connection) -> dict[int, frozenset[int]]:
    """Return device -> assets that a person linked with it.

    The link is remembered by its row as long as that is open, whatever its state.
    """
    c = table_of(Reconciliation).c
    query = select(c.device_id, c.asset_id).where(
        c.closed_at.is_(None),
        c.by_hand.is_(True),
        c.device_id.is_not(None),
        c.asset_id.is_not(None),
    )
    found: dict[int, set[int]] = defaultdict(set)
    for device, asset in connection.execute(query):
        found[device].add(asset)
    return {device: frozenset(assets) for device, assets in found.items()}
