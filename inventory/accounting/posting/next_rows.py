"""The row of each asset that a period books, read with as few queries as possible.

Imports `storage` and the modules beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from inventory.accounting.books.book_state import BookState
from inventory.accounting.books.load import AssetInBook, posted_rows, schedule_in_book
from inventory.accounting.books.unchanged import unchanged_assets
from inventory.accounting.engine.straight_line import Line
from inventory.accounting.model.rows import Flows, Row


@dataclass(frozen=True, slots=True)
class NextRow:
    """The row of an asset that is to be booked now.

    Attributes:
        row: The row.
        before: The row before it, booked or not.
        moved: What each event moved.
    """

    row: Row
    before: Row | None = None
    moved: Mapping[str, Flows] = field(default_factory=dict)


MakeRow = Callable[[], NextRow | None]


def next_rows(
    connection: Connection,
    book_state: BookState,
    key: str,
    chunk: Sequence[AssetInBook],
) -> Iterator[tuple[AssetInBook, MakeRow]]:
    """Yield each asset of a chunk with a function that makes its row of a period.

    Args:
        connection: Where booked rows are.
        book_state: The book.
        key: The period.
        chunk: Assets without their booked rows.
    """
    index = book_state.index_of(key)
    plain = unchanged_assets(connection, book_state, index, chunk)
    history = posted_rows(connection, [k.id for k in chunk if k.id not in plain])
    for asset in chunk:
        line = plain.get(asset.id)
        if line is not None:
            yield asset, _next_plain(line, index)
        else:
            full = replace(asset, posted=tuple(history.get(asset.id, ())))
            yield full, _next(full, book_state, key)


def _next_plain(line: Line, index: int) -> MakeRow:
    def make() -> NextRow | None:
        row = line.row(index, posted=True)
        # Nothing but an event changes accounts, and there is none.
        return None if row is None else NextRow(row)

    return make


def _next(asset: AssetInBook, book_state: BookState, key: str) -> MakeRow:
    def make() -> NextRow | None:
        whole = schedule_in_book(asset, book_state)
        before: Row | None = None
        for row in whole.rows:
            if row.period == key:
                return NextRow(replace(row, posted=True), before, whole.moved)
            before = row
        return None

    return make
