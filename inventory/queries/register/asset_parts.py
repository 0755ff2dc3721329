"""What belongs to an asset and what it is on the network. May import every context."""

from __future__ import annotations

from sqlalchemy import Connection, select, union

from inventory.assets.register import tables as assets
from inventory.network import tables as network
from inventory.storage.dated import still_open
from inventory.storage.rows import AnySelect, Row, col, id_of, table_of

_ASSET = table_of(assets.Asset)
_MATCH = table_of(network.Reconciliation)
_DEVICE = table_of(network.Device)


def parts_of(connection: Connection, asset_id: int) -> list[Row]:
    """Return the assets that this one holds, or that belong to it, by tag."""
    held = select(col(assets.Custody.asset_id)).where(
        col(assets.Custody.holder_asset_id) == asset_id,
        still_open(assets.Custody),
    )
    below = select(id_of(assets.Asset)).where(col(assets.Asset.parent_id) == asset_id)
    # A union of two look-ups uses both indexes; OR would read the whole table.
    query = (
        select(*(_ASSET.c[name] for name in ("id", "tag", "kind", "model", "serial")))
        .where(id_of(assets.Asset).in_(union(held, below)))
        .order_by(col(assets.Asset.tag))
    )
    return _rows(connection, query)


def devices_of(connection: Connection, asset_id: int) -> list[Row]:
    """Return what an asset was matched with on the network."""
    query = (
        select(
            col(network.Reconciliation.device_id),
            col(network.Reconciliation.state),
            col(network.Reconciliation.reason),
            col(network.Reconciliation.detail),
            col(network.Reconciliation.since),
            col(network.Device.name),
            col(network.Device.address),
            col(network.Device.last_seen),
        )
        .select_from(
            _MATCH.outerjoin(
                _DEVICE, id_of(network.Device) == col(network.Reconciliation.device_id)
            ),
        )
        .where(
            col(network.Reconciliation.asset_id) == asset_id,
            col(network.Reconciliation.closed_at).is_(None),
        )
        .order_by(id_of(network.Reconciliation))
    )
    return _rows(connection, query)


def _rows(connection: Connection, query: AnySelect) -> list[Row]:
    return [dict(row) for row in connection.execute(query).mappings()]
