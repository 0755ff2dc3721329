"""Series of tags, such as IT-00001, IT-00002. Imports `storage` and `records`."""

from __future__ import annotations

from collections.abc import Container

from sqlalchemy import select, text, update

from inventory.assets.register import tables
from inventory.assets.register.registration import check_tag
from inventory.storage.rows import Row, chunks, col, id_of, table_of
from inventory.storage.work import UnitOfWork

_SERIES = table_of(tables.TagSeries)

TAG_PREFIX = "IT-"
"""The series of an asset that brings no tag."""


def next_tag(work: UnitOfWork, prefix: str = TAG_PREFIX, width: int = 5) -> str:
    """Return a tag that nobody has, and count the series on; safe under parallel use.

    Raises:
        Invalid: The prefix cannot be part of a tag.
    """
    return next_tags(work, 1, prefix, width)[0]


def next_tags(
    work: UnitOfWork,
    count: int,
    prefix: str = TAG_PREFIX,
    width: int = 5,
    taken: Container[str] = (),
) -> list[str]:
    """Return tags that nobody has, as `next_tag` does, in one go.

    Args:
        work: The unit of work.
        count: How many.
        prefix: Name of the series.
        width: Digits, if the series is new.
        taken: Tags that are about to be used.

    Raises:
        Invalid: The prefix cannot be part of a tag.
    """
    check_tag(prefix)
    series = _series(work, prefix, width)
    number = series["last"]
    tags: list[str] = []
    while len(tags) < count:
        first, number = number + 1, number + count - len(tags)
        candidates = [
            f"{prefix}{n:0{series['width']}}" for n in range(first, number + 1)
        ]
        used: set[str] = set()
        for part in chunks(candidates):
            query = select(col(tables.Asset.tag)).where(col(tables.Asset.tag).in_(part))
            used.update(work.connection.execute(query).scalars())
        tags += [tag for tag in candidates if tag not in used and tag not in taken]
    work.connection.execute(
        update(_SERIES)
        .where(id_of(tables.TagSeries) == series["id"])
        .values(last=number)
    )
    return tags


def _series(work: UnitOfWork, prefix: str, width: int) -> Row:
    # Two may begin a series at once; the second then waits for the first, here.
    work.connection.execute(
        text(
            "INSERT INTO tag_series (prefix, width, last) VALUES (:prefix, :width, 0)"
            " ON CONFLICT (prefix) DO NOTHING"
        ),
        {"prefix": prefix, "width": width},
    )
    query = (
        select(_SERIES).where(col(tables.TagSeries.prefix) == prefix).with_for_update()
    )
    return dict(work.connection.execute(query).mappings().one())
