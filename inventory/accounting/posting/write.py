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
from inventory.accounting.posting.account_sums import Sums, add_to_sums
from inventory.accounting.posting.journal_digest import JournalDigest, note_journal
from inventory.accounting.tables import AssetBook, JournalEntry, JournalLine, PostedRow
from inventory.storage.rows import id_of, next_ids, table_of
from inventory.storage.work import UnitOfWork

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
    """Writes what a posting books; sums and digest of its journal grow with it.

    Args:
        connection: Where, within the transaction of the posting, which holds the book.
        posting_id: The posting, which is written.
    """

    def __init__(self, connection: Connection, posting_id: int) -> None:
        self._connection = connection
        self._posting = posting_id
        self._sums: Sums = {}
        self._digest = JournalDigest()

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
        ids = next_ids(self._connection, _ENTRY, len(entries))
        heads, lines = [], []
        for entry_id, (asset_book_id, entry) in zip(ids, entries, strict=True):
            head = self._entry(entry_id, asset_book_id, entry)
            own = _lines(entry_id, entry)
            heads.append(head)
            lines += own
            self._count(head, own)
        self._connection.execute(insert(_ENTRY), heads)
        self._connection.execute(insert(_LINE), lines)

    def finish(self, work: UnitOfWork, book_id: int, **values: int) -> None:
        """Add what was written to the sums of the book; note it in the audit trail.

        Args:
            work: The unit of work that posts.
            book_id: The book.
            values: Columns of the posting that were filled after it was made.
        """
        add_to_sums(self._connection, book_id, self._sums)
        note_journal(work, self._posting, self._digest, **values)

    def _count(self, head: dict[str, Any], lines: Sequence[dict[str, Any]]) -> None:
        for line in lines:
            self._digest.add(head, line)
            place, amount = (line["account"], line["cost_centre"]), line["amount_minor"]
            debit, credit = self._sums.get(place, (0, 0))
            self._sums[place] = (
                (debit + amount, credit) if amount > 0 else (debit, credit - amount)
            )

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

    def _entry(
        self, entry_id: int, asset_book_id: int | None, entry: Entry
    ) -> dict[str, Any]:
        return {
            "id": entry_id,
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
