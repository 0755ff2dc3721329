"""Projections of very many assets: straight-line ones as columns, others by id.

The row engine explains each figure and takes about 0.2 ms an asset; a straight-line
asset whose booked rows are what its terms give needs none of it. Here such assets are
read as numbers and nothing else, so that a million of them are projected in seconds.
Imports `storage` and the modules beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Text,
    cast,
    func,
    literal,
    select,
)

from inventory.accounting.books.book_state import BookState
from inventory.accounting.books.unchanged import last_booked_rows
from inventory.accounting.engine import straight_line
from inventory.accounting.engine.straight_line import (
    charged_of,
    first_month,
    month_number,
)
from inventory.accounting.model import terms_codec
from inventory.accounting.model.terms import Deviation, TermsError
from inventory.accounting.projection.arrays import LARGEST, Ints
from inventory.accounting.tables import AssetBook, BookEvent
from inventory.storage.rows import col, id_of

CHUNK = 20_000
"""Assets in memory at once."""


_KINDS = 100_000
"""Different terms that are remembered."""


class _Kind(NamedTuple):
    """Straight-line terms without their amounts; months are indexes of periods."""

    life: int
    first: int
    begin: int


class _Line(NamedTuple):
    """A straight-line asset; months are indexes of the calendar's periods."""

    number: int
    cost: int
    base: int
    life: int
    first: int
    begin: int


@dataclass(frozen=True, slots=True)
class ProjectionColumns:
    """Some assets of a book.

    Attributes:
        lines: Columns of the straight-line ones: id, cost, base, life, index of the
            first row, index of the first month charged.
        rest: Ids of the rows in the book of all others.
    """

    lines: Ints
    rest: Sequence[int]

    def charged(self, index: int) -> Ints:
        """Return what each straight-line asset was charged before a period begins."""
        return _charged(self.lines, np.asarray(index))

    def value(self, index: int) -> int:
        """Return the book value of the straight-line assets before a period begins."""
        there = self.lines[4] < index
        return int((self.lines[1] - self.charged(index))[there].sum())

    def added(self, index: int) -> int:
        """Return the cost of the straight-line assets that come in a period."""
        return int(self.lines[1][self.lines[4] == index].sum())


def _charged(lines: Ints, indexes: Ints) -> Ints:
    base, life, begin = lines[2], lines[3], lines[5]
    served = np.clip(indexes - begin, 0, life)
    return charged_of(base, served, life)


def projection_columns(
    connection: Connection,
    book_state: BookState,
    book_id: int,
    start: int,
    asset_class: str | None,
) -> Iterator[ProjectionColumns]:
    """Yield the assets of a book for a projection, chunk by chunk.

    Args:
        connection: Where to look.
        book_state: The book; its calendar has months.
        book_id: The book.
        start: Index of the first period projected; nothing is booked from there on.
        asset_class: Only of this class when they were capitalised, or later.
    """
    reader, after = _Reader(book_state, start, asset_class), 0
    parts = _parts(connection.dialect.name)
    while True:
        query = (
            select(id_of(AssetBook), col(AssetBook.asset_class), *parts)
            .where(col(AssetBook.book_id) == book_id, id_of(AssetBook) > after)
            .order_by(id_of(AssetBook))
            .limit(CHUNK)
        )
        rows = connection.execute(query).all()
        if not rows:
            return
        yield reader.columns(connection, [tuple(row) for row in rows])
        after = rows[-1][0]


def _parts(dialect: str) -> tuple[ColumnElement[Any], ...]:
    """Return cost and residual value of the terms, and the text of the rest.

    Amounts differ from asset to asset, the rest is the same for many: the database
    takes them apart, and each kind of terms is read once.
    """
    terms = col(AssetBook.terms)
    if dialect == "sqlite":
        whole = cast(terms, Text)
        return (
            func.json_extract(whole, "$.cost"),
            func.json_extract(whole, "$.residual_value"),
            func.json_remove(whole, "$.cost", "$.residual_value"),
        )
    cost, residual = literal("cost", Text), literal("residual_value", Text)
    rest = terms.op("-")(cost).op("-")(residual)
    return (
        cast(terms["cost"], Text).cast(BigInteger),
        cast(terms["residual_value"], Text).cast(BigInteger),
        cast(rest, Text),
    )


class _Reader:
    """Separates straight-line assets from others; remembers the terms it has judged."""

    def __init__(
        self, book_state: BookState, start: int, asset_class: str | None
    ) -> None:
        self.book_state, self.start, self.asset_class = book_state, start, asset_class
        self.origin = month_number(book_state.calendar.start)
        self.indexes = len(book_state.calendar.periods)
        self.kinds: dict[str, _Kind | None] = {}

    def columns(
        self, connection: Connection, rows: Sequence[tuple[Any, ...]]
    ) -> ProjectionColumns:
        events = _events(connection, rows[0][0], rows[-1][0])
        found: list[tuple[int, ...]] = []
        rest: list[int] = []
        for number, asset_class, cost, residual, text in rows:
            happened = events.get(number)
            if self.asset_class not in (None, asset_class):
                # It may have gone over to the class that is wanted.
                if happened is not None:
                    rest.append(number)
                continue
            kind = self._kind(text)
            line = None
            if kind is not None:
                line = _line(number, cost, residual, kind)
                if line is not None and happened is not None:
                    line = self._taken_over(_Line(*line), happened)
            if line is None:
                rest.append(number)
            else:
                found.append(line)
        lines = np.array(found, np.int64).reshape(-1, 6).T
        sure = self._sure(connection, lines)
        rest.extend(lines[0][~sure].tolist())
        return ProjectionColumns(lines[:, sure], sorted(rest))

    def _kind(self, text: str) -> _Kind | None:
        """Return straight-line terms that can be computed here, else None."""
        try:
            return self.kinds[text]
        except KeyError:
            if len(self.kinds) >= _KINDS:
                self.kinds.clear()
        kind = self.kinds[text] = self._read(orjson.loads(text))
        return kind

    def _read(self, terms: dict[str, Any]) -> _Kind | None:
        """Return terms whose amounts may be any."""
        try:
            read = terms_codec.terms_from_json(terms | {"cost": 1, "residual_value": 0})
        except TermsError:  # left to the row engine, which reports it
            return None
        conventions = read.conventions
        usual = conventions.deviation is Deviation.CATCH_UP
        if not (usual and straight_line.covers(read)):
            return None
        day = read.depreciate_from or read.in_service
        first = month_number(read.in_service) - self.origin
        begin = first_month(day, conventions.start) - self.origin
        if first < 0 or first >= self.indexes or begin >= self.indexes:
            return None
        return _Kind(int(read.life_months or 1), first, begin)

    def _taken_over(self, line: _Line, events: list[str]) -> _Line | None:
        """Return a line whose one event says what its terms say."""
        data = orjson.loads(events[0])
        more = any(
            data.get(name) not in (None, 0, "0", False)
            for name in ("impairment", "surplus", "units", "transfer", "posting")
        )
        if len(events) > 1 or data["type"] != "opening" or more:
            return None
        effective = date.fromisoformat(data["effective"])
        index = month_number(effective) - self.origin
        served = min(max(index - line.begin, 0), line.life)
        charged = charged_of(line.base, served, line.life)
        if (
            effective.day != 1
            or not line.first <= index < self.start
            or data["accumulated"] != charged
        ):
            return None
        return line._replace(first=index)

    def _sure(self, connection: Connection, lines: Ints) -> npt.NDArray[np.bool_]:
        """Return which straight-line assets have no period to catch up."""
        number, cost, base, life, first, begin = lines
        months = np.minimum(life, self.indexes - begin)
        charged = charged_of(base, months, life)
        spread = np.where(base > 0, 2 * base, 1)
        last = begin - (life - 2 * life * charged) // spread - 1
        last = np.maximum(first, np.where(charged > 0, last, first))
        skipped_indexes = np.array(self.book_state.skipped_indexes, np.int64)
        sure: npt.NDArray[np.bool_] = np.equal(
            np.searchsorted(skipped_indexes, first),
            np.searchsorted(skipped_indexes, last, "right"),
        )
        index = self.book_state.first_unposted
        waiting = first < index
        booked = last_booked_rows(
            connection, self.book_state, index, number[waiting].tolist()
        )
        reached = np.minimum(index - 1, last)
        closing = cost - _charged(lines, reached + 1)
        keys = [period.id for period in self.book_state.calendar.periods]
        for n in np.flatnonzero(waiting & sure).tolist():
            asset_class = (keys[reached[n]], closing[n])
            sure[n] = booked.get(int(number[n])) == asset_class
        return sure


def _line(
    number: int, cost: object, residual: object, kind: _Kind
) -> tuple[int, ...] | None:
    """Return what `_Line` holds, as a plain tuple: there are millions of them."""
    if not isinstance(cost, int) or not isinstance(residual, int):
        return None
    base = cost - residual
    if 2 * base * kind.life >= LARGEST:
        return None
    return (number, cost, base, *kind)


def _events(connection: Connection, first: int, last: int) -> dict[int, list[str]]:
    query = select(col(BookEvent.asset_book_id), cast(col(BookEvent.data), Text)).where(
        col(BookEvent.asset_book_id) >= first, col(BookEvent.asset_book_id) <= last
    )
    found: dict[int, list[str]] = {}
    for number, data in connection.execute(query):
        found.setdefault(number, []).append(data)
    return found
