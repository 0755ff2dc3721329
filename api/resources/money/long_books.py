"""When what is done with a whole book takes longer than a request."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from inventory.accounting.tables import AssetBook
from inventory.assets.register.tables import Asset
from inventory.storage.rows import col, id_of

MANY = 2_000
"""Assets; posting so many takes about a second."""


def has_many_assets(reading: Connection, book_id: int) -> bool:
    """Whether a book has many assets."""
    some = select(id_of(AssetBook)).where(col(AssetBook.book_id) == book_id)
    counted = select(func.count()).select_from(some.limit(MANY + 1).subquery())
    return reading.execute(counted).scalar_one() > MANY


def has_large_register(reading: Connection) -> bool:
    """Whether there are many assets at all."""
    some = select(id_of(Asset)).limit(MANY + 1).subquery()
    return reading.execute(select(func.count()).select_from(some)).scalar_one() > MANY
