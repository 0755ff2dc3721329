"""Order and pages of a search: by index, and by cursor (RFC 9865), in SQL.

A cursor names the sort value and id of the row a page ends at, so that pages stay
the same while others add and remove. Records without a value come last; descending
turns the whole order round, ids included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scim2_models import InvalidCursorException, Resource, SearchRequest
from sqlalchemy import ColumnElement, Text, and_, cast, null, or_, select

from api.scim.values import attr_of, sub_of
from inventory.directory.tables import DirectoryRecord, DirectoryValue
from inventory.storage.rows import col, id_of, table_of

_VALUE = table_of(DirectoryValue)


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a page begins after, or ends before.

    Attributes:
        back: Whether the page lies before the row.
        value: Sort value of the row; None if it has none.
        uid: Its id.
    """

    back: bool
    value: str | None
    uid: str


def anchor_of(position: Any) -> Anchor | None:  # noqa: ANN401 - from a sealed cursor
    """Read the position of a cursor.

    Raises:
        InvalidCursorException: It is none of ours.
    """
    if position is None:
        return None
    match position:
        case [bool(back), (str() | None) as value, str(uid)]:
            return Anchor(back, value, uid)
    raise InvalidCursorException


def position_of(row: Any, *, back: bool) -> list[Any]:  # noqa: ANN401
    """Return the position before or after a row of the search."""
    return [back, row.sort_value, row.uid]


class Order:
    """The order of one search.

    Args:
        request: The search.
        models: Models of the kinds of resources searched, by kind.
    """

    def __init__(
        self, request: SearchRequest[Any], models: dict[str, type[Resource[Any]]]
    ) -> None:
        self._descending = (
            request.sort_by is not None
            and request.sort_order == SearchRequest.SortOrder.descending
        )
        self.value: ColumnElement[Any] = self._sort_value(request, models)

    @staticmethod
    def _sort_value(
        request: SearchRequest[Any], models: dict[str, type[Resource[Any]]]
    ) -> ColumnElement[Any]:
        rows = _VALUE.alias()
        wanted = []
        for kind, model in models.items():
            binding = request.sort_binding(model)
            if binding is not None:
                wanted.append(
                    and_(
                        col(DirectoryRecord.kind) == kind,
                        rows.c.attr == attr_of(binding),
                        rows.c.sub == sub_of(binding),
                    )
                )
        if not wanted:
            return cast(null(), Text)
        return (
            select(rows.c.value)
            .where(
                rows.c.record_id == id_of(DirectoryRecord), rows.c.lead, or_(*wanted)
            )
            .scalar_subquery()
        )

    def columns(self, rows: Any, *, back: bool) -> Sequence[ColumnElement[Any]]:  # noqa: ANN401
        """Return what to order by.

        Args:
            rows: What is searched, with `sort_value` and `uid`.
            back: Whether to walk from the end.
        """
        keys = (rows.c.sort_value.is_(None), rows.c.sort_value, rows.c.uid)
        if self._descending != back:
            return [key.desc() for key in keys]
        return list(keys)

    def beyond(self, rows: Any, anchor: Anchor) -> ColumnElement[bool]:  # noqa: ANN401
        """Return the condition for rows after the anchor, or before it going back."""
        upwards = self._descending == anchor.back
        value = rows.c.sort_value
        uid = rows.c.uid > anchor.uid if upwards else rows.c.uid < anchor.uid
        if anchor.value is None:
            same = and_(value.is_(None), uid)
            return same if upwards else or_(value.is_not(None), same)
        same = and_(value == anchor.value, uid)
        if upwards:
            return or_(value > anchor.value, value.is_(None), same)
        return or_(value < anchor.value, same)
