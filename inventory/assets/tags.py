"""Series of tags, such as IT-00001, IT-00002. Imports `storage` and `records`."""

from __future__ import annotations

from sqlalchemy import select, update

from inventory.assets import tables
from inventory.assets.records import check_tag
from inventory.errors import Conflict
from inventory.storage.rows import Row, explained, find, table_of
from inventory.storage.work import UnitOfWork

_SERIES = table_of(tables.TagSeries)

TAG_PREFIX = "IT-"
"""The series of an asset that brings no tag."""


def next_tag(work: UnitOfWork, prefix: str = TAG_PREFIX, width: int = 5) -> str:
    """Return a tag that nobody has, and count the series on; safe under parallel use.

    Raises:
        Invalid: The prefix cannot be part of a tag.
    """
    check_tag(prefix)
    series = _series(work, prefix, width)
    number = series["last"]
    while True:
        number += 1
        tag = f"{prefix}{number:0{series['width']}}"
        if find(work.connection, tables.Asset, tag=tag) is None:
            break
    work.connection.execute(
        update(_SERIES).where(_SERIES.c.id == series["id"]).values(last=number)
    )
    return tag


def _series(work: UnitOfWork, prefix: str, width: int) -> Row:
    query = select(_SERIES).where(_SERIES.c.prefix == prefix).with_for_update()
    row = work.connection.execute(query).mappings().one_or_none()
    if row is None:
        taken = Conflict("Somebody else has just begun this series of tags.")
        taken.remedy = "Try again."
        with explained({"tag_series": taken}):
            work.connection.execute(
                _SERIES.insert().values(prefix=prefix, width=width, last=0)
            )
        row = work.connection.execute(query).mappings().one()
    return dict(row)
