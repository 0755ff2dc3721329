"""Whose row comes next: the rows of a period, with as little reading as possible.

Imports `storage` and the modules beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from inventory.accounting.books.book_state import Window
from inventory.accounting.books.load import Kept, made, posted_rows
from inventory.accounting.books.unchanged import alone
from inventory.accounting.engine.straight_line import Line
from inventory.accounting.model.rows import Flows, Row


@dataclass(frozen=True, slots=True)
class Turn:
    """The row of an asset that is to be booked now.

    Attributes:
        row: The row.
        before: The row before it, booked or not.
        moved: What each event moved.
        skipped: Rows of closed periods before the asset's first posting.
    """

    row: Row
    before: Row | None = None
    moved: Mapping[str, Flows] = field(default_factory=dict)
    skipped: tuple[Row, ...] = ()


Make = Callable[[], Turn | None]


def turns(
    connection: Connection, window: Window, key: str, chunk: Sequence[Kept]
) -> Iterator[tuple[Kept, Make]]:
    """Yield each asset of a chunk with a function that makes its row of a period.

    Args:
        connection: Where booked rows are.
        window: The book.
        key: The period.
        chunk: Assets without their booked rows.
    """
    place = window.place(key)
    plain = alone(connection, window, place, chunk)
    history = posted_rows(connection, [k.id for k in chunk if k.id not in plain])
    for kept in chunk:
        line = plain.get(kept.id)
        if line is not None:
            yield kept, _next_plain(line, place)
        else:
            full = replace(kept, posted=tuple(history.get(kept.id, ())))
            yield full, _next(full, window, key)


def _next_plain(line: Line, place: int) -> Make:
    def make() -> Turn | None:
        row = line.row(place)
        if row is None:
            return None
        return Turn(replace(row, posted=True), line.row(place - 1))

    return make


def _next(kept: Kept, window: Window, key: str) -> Make:
    def make() -> Turn | None:
        whole = made(kept, window)
        earlier: list[Row] = []
        for row in whole.rows:
            if row.period == key:
                skipped = () if kept.posted else tuple(earlier)
                return Turn(
                    replace(row, posted=True),
                    earlier[-1] if earlier else None,
                    whole.moved,
                    skipped,
                )
            earlier.append(row)
        return None

    return make
