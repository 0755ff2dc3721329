"""The assets behind members of pools, and whatever else stands in a book by its row."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from inventory.accounting.tables import AssetBook
from inventory.assets.register.tables import Asset
from inventory.storage.rows import col, id_of, table_of

_ASSET_BOOK, _ASSET = table_of(AssetBook), table_of(Asset)


def members_of(
    connection: Connection, row_ids: Collection[int]
) -> dict[int, tuple[int, str]]:
    """Return id and tag of the assets of some rows in books, by the id of the row."""
    query = (
        select(id_of(AssetBook), id_of(Asset), col(Asset.tag))
        .join(_ASSET, id_of(Asset) == col(AssetBook.asset_id))
        .where(id_of(AssetBook).in_(sorted(set(row_ids))))
        .select_from(_ASSET_BOOK)
    )
    return {row: (asset, tag) for row, asset, tag in connection.execute(query)}
