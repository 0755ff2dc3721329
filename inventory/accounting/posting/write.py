"""Writing booked rows, entries and lines, many at once.

Imports `storage` and the modules beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, update

from inventory.accounting.model.journal import Entry
from inventory.accounting.model.row_codec import row_to_text
from inventory.accounting.model.rows import Row
from inventory.accounting.tables import AssetBook, JournalEntry, JournalLine, PostedRow
from inventory.storage.rows import id_of, table_of

_ROW = table_of(PostedRow)
_ENTRY = table_of(JournalEntry)
_LINE = table_of(JournalLine)


@dataclass(frozen=True, slots=True)
class Booking:
    """What is booked for one asset in one period.

    Attributes:
        asset_book_id: The asset's row in the book.
        row: The row.
        entries: Its entries.
        first: It is the first row of the asset in the book.
    """

    asset_book_id: int
    row: Row
    entries: Sequence[Entry]
    first: bool = False


class Booker:
    """Writes what a posting books.

    Args:
        connection: Where, within the transaction of the posting.
        posting_id: The posting.
    """

    def __init__(self, connection: Connection, posting_id: int) -> None:
        self._connection = connection
        self._posting = posting_id

    def write(self, booked: Sequence[Booking]) -> None:
        """Write rows, entries and lines of some assets."""
        if not booked:
            return
        connection = self._connection
        connection.execute(insert(_ROW), [self._row(one) for one in booked])
        first = [one.asset_book_id for one in booked if one.first]
        if first:
            connection.execute(
                update(table_of(AssetBook))
                .where(id_of(AssetBook).in_(first))
                .values(booked_from=booked[0].row.start)
            )
        self.write_entries(
            [(one.asset_book_id, entry) for one in booked for entry in one.entries]
        )

    def write_entries(self, entries: Sequence[tuple[int | None, Entry]]) -> None:
        """Write entries, each with the id of the asset's row in the book, if any."""
        if not entries:
            return
        connection = self._connection
        numbers = connection.execute(
            insert(_ENTRY).returning(id_of(JournalEntry), sort_by_parameter_order=True),
            [self._entry(number, entry) for number, entry in entries],
        ).scalars()
        lines: list[dict[str, Any]] = []
        for number, (_, entry) in zip(numbers, entries, strict=True):
            lines += _lines(number, entry)
        connection.execute(insert(_LINE), lines)

    def _row(self, one: Booking) -> dict[str, Any]:
        row = one.row
        return {
            "posting_id": self._posting,
            "asset_book_id": one.asset_book_id,
            "period": row.period,
            "starts_on": row.start,
            "depreciation_minor": row.depreciation,
            "closing_minor": row.closing,
            "row": row_to_text(row),
        }

    def _entry(self, asset_book_id: int | None, entry: Entry) -> dict[str, Any]:
        return {
            "posting_id": self._posting,
            "asset_book_id": asset_book_id,
            "day": entry.day,
            "period": entry.period,
            "memo": entry.memo,
            "reference": entry.reference,
        }


def _lines(entry_id: int, entry: Entry) -> list[dict[str, Any]]:
    return [
        {
            "entry_id": entry_id,
            "position": position,
            "account": line.account,
            "amount_minor": line.amount,
            "currency": line.currency,
            "cost_centre": line.cost_centre,
        }
        for position, line in enumerate(entry.lines, 1)
    ]
