"""What belongs to an asset and what it is on the network. May import every context."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, select, union

from inventory.assets.register import tables as assets
from inventory.network import tables as network
from inventory.storage.rows import Row, table_of

_ASSET = table_of(assets.Asset)
_CUSTODY = table_of(assets.Custody)
_MATCH = table_of(network.Reconciliation)
_DEVICE = table_of(network.Device)


def parts_of(connection: Connection, asset_id: int) -> list[Row]:
    """Return the assets that this one holds, or that belong to it, by tag."""
    held = select(_CUSTODY.c.asset_id).where(
        _CUSTODY.c.holder_asset_id == asset_id, _CUSTODY.c.valid_to.is_(None)
    )
    below = select(_ASSET.c.id).where(_ASSET.c.parent_id == asset_id)
    # A union of two look-ups uses both indexes; OR would read the whole table.
    query = (
        select(*(_ASSET.c[name] for name in ("id", "tag", "kind", "model", "serial")))
        .where(_ASSET.c.id.in_(union(held, below)))
        .order_by(_ASSET.c.tag)
    )
    return _rows(connection, query)


def devices_of(connection: Connection, asset_id: int) -> list[Row]:
    """Return what an asset was matched with on the network."""
    query = (
        select(
            _MATCH.c.device_id,
            _MATCH.c.state,
            _MATCH.c.reason,
            _MATCH.c.detail,
            _MATCH.c.since,
            _DEVICE.c.name,
            _DEVICE.c.address,
            _DEVICE.c.last_seen,
        )
        .select_from(
            _MATCH.outerjoin(_DEVICE, _DEVICE.c.id == _MATCH.c.device_id),
        )
        .where(_MATCH.c.asset_id == asset_id, _MATCH.c.closed_at.is_(None))
        .order_by(_MATCH.c.id)
    )
    return _rows(connection, query)


def _rows(connection: Connection, query: Select[Any]) -> list[Row]:
    return [dict(row) for row in connection.execute(query).mappings()]
