"""Series of tags, such as IT-00001, IT-00002. Imports `storage` and `records`."""

from __future__ import annotations

from sqlalchemy import select, text, update

from inventory.assets import tables
from inventory.assets.records import check_tag
from inventory.storage.rows import Row, find, table_of
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
    # Two may begin a series at once; the second then waits for the first, here.
    work.connection.execute(
        text(
            "INSERT INTO tag_series (prefix, width, last) VALUES (:prefix, :width, 0)"
            " ON CONFLICT (prefix) DO NOTHING"
        ),
        {"prefix": prefix, "width": width},
    )
    query = select(_SERIES).where(_SERIES.c.prefix == prefix).with_for_update()
    return dict(work.connection.execute(query).mappings().one())
