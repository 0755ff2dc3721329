"""Scans, counts and worklists: what the pages show first.

All functions take a connection and return plain mappings. May import
`inventory.network.tables` and SQLAlchemy.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select
from sqlmodel import SQLModel

import inventory.network.tables  # noqa: F401  (fills the metadata)
from inventory.network.identity_tables import IdentityConflict, Reconciliation
from inventory.network.scan_tables import Scan, ScanHost
from inventory.network.tables import Device
from inventory.network.topology_tables import DeviceNeighbour, Sighting
from inventory.storage.paging import Page, fetch_page
from inventory.storage.rows import table_of

_tables = SQLModel.metadata.tables
_device = table_of(Device)
_scan = table_of(Scan)
_host = table_of(ScanHost)
_match = table_of(Reconciliation)
_conflict = table_of(IdentityConflict)
_neighbour = table_of(DeviceNeighbour)
_sighting = table_of(Sighting)


def list_scans(
    connection: Connection, *, after: str | None = None, limit: int = 50
) -> Page:
    """Return a page of scans, newest first."""
    return fetch_page(
        connection,
        select(_scan),
        keys={"id": _scan.c.id},
        sort="-id",
        row_id=_scan.c.id,
        after=after,
        limit=limit,
    )


def scan_detail(connection: Connection, scan_id: int) -> dict[str, Any] | None:
    """Return a scan with `outcomes`: how many hosts came to what; None if unknown."""
    found = (
        connection.execute(select(_scan).where(_scan.c.id == scan_id))
        .mappings()
        .one_or_none()
    )
    if found is None:
        return None
    outcomes = connection.execute(
        select(_host.c.outcome, func.count())
        .where(_host.c.scan_id == scan_id)
        .group_by(_host.c.outcome)
        .order_by(_host.c.outcome)
    )
    return dict(found) | {"outcomes": {name: count for name, count in outcomes}}


def scan_hosts(
    connection: Connection,
    scan_id: int,
    *,
    outcome: str | None = None,
    after: str | None = None,
    limit: int = 100,
) -> Page:
    """Return a page of the hosts of a scan, each with its outcome and reason."""
    query = (
        select(_host, _device.c.name.label("device_name"))
        .outerjoin(_device, _device.c.id == _host.c.device_id)
        .where(_host.c.scan_id == scan_id)
    )
    if outcome is not None:
        query = query.where(_host.c.outcome == outcome)
    return fetch_page(
        connection,
        query,
        keys={"id": _host.c.id},
        sort="id",
        row_id=_host.c.id,
        after=after,
        limit=limit,
    )


def dashboard(connection: Connection, *, now: datetime) -> dict[str, Any]:
    """Return the counts of the first page.

    `devices`, `managed`, `types` (type -> count), `states` (state of reconciliation
    -> open, not acknowledged rows), `conflicts`, `unknown_neighbours`,
    `unplaced` (sightings without a port), `last_scan` (a row or None), and `as_of`.
    """
    living = _device.c.merged_at.is_(None)
    types = connection.execute(
        select(_device.c.type, func.count()).where(living).group_by(_device.c.type)
    )
    states = connection.execute(
        select(_match.c.state, func.count())
        .where(_match.c.closed_at.is_(None), _match.c.acknowledged_at.is_(None))
        .group_by(_match.c.state)
    )
    last = (
        connection.execute(select(_scan).order_by(_scan.c.id.desc()).limit(1))
        .mappings()
        .one_or_none()
    )
    return {
        "as_of": now,
        "devices": _count(connection, _device, living),
        "managed": _count(connection, _device, living, _device.c.managed),
        "types": {name or "unknown": count for name, count in types},
        "states": {name: count for name, count in states},
        "conflicts": _count(connection, _conflict, _conflict.c.resolution.is_(None)),
        "unknown_neighbours": _count(
            connection,
            _neighbour,
            _neighbour.c.removed_at.is_(None),
            _neighbour.c.reason.is_not(None),
            _neighbour.c.acknowledged_at.is_(None),
        ),
        "unplaced": _count(
            connection,
            _sighting,
            _sighting.c.closed_at.is_(None),
            _sighting.c.interface_id.is_(None),
        ),
        "last_scan": dict(last) if last is not None else None,
    }


WORK_REASONS = {
    "unregistered": ("not-found", "near-miss"),
    "missing": ("not-seen",),
    "misplaced": (
        "other-site",
        "other-building",
        "other-room",
        "holder-left",
        "in-stock",
        "in-repair",
        "lost",
        "stolen",
        "retired",
        "disposed",
    ),
    "conflict": ("serial", "tag", "ambiguous", "twice"),
}
"""State -> the reasons there are for it: what the worklist can be narrowed to."""


def worklist(
    connection: Connection,
    *,
    state: str | None = None,
    reason: str | None = None,
    site: str | None = None,
    acknowledged: bool | None = False,
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """Return a page of open reconciliation rows with device and asset.

    Args:
        connection: Where.
        state: Only this state; None for all but `matched`.
        reason: Only this reason; see `WORK_REASONS`.
        site: Only devices of this site.
        acknowledged: Only those a person has (True) or has not (False) dealt with;
            None for both.
        after: `Page.next` of the page before.
        limit: Rows on a page.
    """
    query = _work_rows().where(_match.c.closed_at.is_(None))
    query = query.where(
        _match.c.state != "matched" if state is None else _match.c.state == state
    )
    if reason is not None:
        query = query.where(_match.c.reason == reason)
    if site is not None:
        query = query.where(_device.c.site == site)
    if acknowledged is not None:
        stamp = _match.c.acknowledged_at
        query = query.where(stamp.is_not(None) if acknowledged else stamp.is_(None))
    return fetch_page(
        connection,
        query,
        keys={"id": _match.c.id},
        sort="id",
        row_id=_match.c.id,
        after=after,
        limit=limit,
    )


def _work_rows() -> Select[Any]:
    """Select rows of reconciliation; what the device does not say, the asset does."""
    asset = _tables["asset"]
    return (
        select(
            _match,
            _device.c.name.label("device_name"),
            _device.c.type.label("device_type"),
            _device.c.site.label("site"),
            _device.c.vendor.label("vendor"),
            func.coalesce(_device.c.model, asset.c.model).label("model"),
            func.coalesce(_device.c.serial, asset.c.serial).label("serial"),
            _device.c.address.label("address"),
            _device.c.last_seen.label("last_seen"),
            asset.c.tag.label("tag"),
            asset.c.kind.label("asset_kind"),
        )
        .outerjoin(_device, _device.c.id == _match.c.device_id)
        .outerjoin(asset, asset.c.id == _match.c.asset_id)
    )


def _count(connection: Connection, table: Any, *where: Any) -> int:  # noqa: ANN401
    query = select(func.count()).select_from(table).where(*where)
    found: int = connection.execute(query).scalar_one()
    return found
