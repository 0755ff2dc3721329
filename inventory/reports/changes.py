"""What came in, moved and left: additions, transfers, disposals with gain or loss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from inventory.accounting.books.roll_forward import class_of
from inventory.accounting.books.row_range import Stretch
from inventory.accounting.posting.cost_split import Bearing
from inventory.reports.base import Column, Kind, Report, Row, Values
from inventory.reports.register import centres
from inventory.reports.sources import (
    BOOK,
    CLASS,
    FROM,
    TO,
    BookSource,
    Sources,
    amounts,
)

_ASSET = (
    Column("asset_id", "Id", Kind.NUMBER),
    Column("tag", "Tag"),
    Column("name", "Name"),
    Column("asset_class", "Class"),
)
_CURRENCY = Column("currency", "Currency")
_POSTED = Column("posted", "Posted", Kind.YES)


def _told(book: BookSource, stretch: Stretch, facts: Mapping[int, Row]) -> Row:
    known = facts.get(stretch.kept.asset_id, {})
    return {
        "asset_id": stretch.kept.asset_id,
        "tag": known.get("tag"),
        "name": known.get("name"),
        "asset_class": stretch.kept.asset_class,
        "supplier": known.get("supplier"),
        "invoice": known.get("invoice_number"),
        "currency": book.currency,
    }


def _each(
    sources: Sources, values: Values
) -> Iterator[tuple[BookSource, Stretch, Mapping[int, Row]]]:
    book = sources.book(values["book"])
    start, end = book.span(values["from"], values["to"])
    for chunk in book.chunks(values["class"]):
        facts = sources.facts([kept.asset_id for kept in chunk])
        for stretch in book.stretches(chunk, start, end):
            yield book, stretch, facts


def _additions(sources: Sources, values: Values) -> Iterator[Row]:
    for book, stretch, facts in _each(sources, values):
        for row in stretch.rows:
            if row.additions:
                yield {
                    **_told(book, stretch, facts),
                    "period": row.period,
                    "amount": row.additions,
                    "events": " ".join(row.events),
                    "posted": row.posted,
                }


def _disposals(sources: Sources, values: Values) -> Iterator[Row]:
    for book, stretch, facts in _each(sources, values):
        for row in stretch.rows:
            for gone in stretch.derecognised:
                if gone.event in row.events and gone.kind != "transfer":
                    yield {
                        **_told(book, stretch, facts),
                        "period": row.period,
                        "day": gone.effective,
                        "kind": str(gone.kind),
                        "event": gone.event,
                        "cost": gone.cost,
                        "accumulated": gone.accumulated,
                        "impairment": gone.impairment,
                        "book_value": gone.cost - gone.accumulated - gone.impairment,
                        "proceeds": gone.proceeds,
                        "gain": gone.gain,
                        "surplus": gone.surplus,
                        "posted": row.posted,
                    }


def _transfers(sources: Sources, values: Values) -> Iterator[Row]:
    book = sources.book(values["book"])
    start, end = book.span(values["from"], values["to"])
    for chunk in book.chunks(values["class"]):
        ids = [kept.asset_id for kept in chunk]
        facts, borne = sources.facts(ids), sources.bearers(ids, start, end)
        for stretch in book.stretches(chunk, start, end):
            told = _told(book, stretch, facts)
            for moved in _class_moves(stretch):
                yield {**told, **moved}
            value = stretch.last.closing if stretch.last else 0
            for moved in _centre_moves(borne.get(stretch.kept.asset_id, ())):
                yield {**told, **moved, "book_value": value}


def _class_moves(stretch: Stretch) -> Iterator[Row]:
    """Yield changes of class, of being for sale, and moves within the group."""
    original = stretch.kept.asset_class
    rows = [*([stretch.before] if stretch.before else ()), *stretch.rows]
    for before, row in pairwise(rows):
        one, two = class_of(before, original), class_of(row, original)
        if one != two:
            yield _move("class", row.start, one, two, row.opening)
    for row in stretch.rows:
        value = (
            row.transferred_cost
            - row.transferred_accumulated
            - row.transferred_impairment
        )
        if row.transferred_cost:
            inward = row.transferred_cost > 0
            ends = ("elsewhere", "here") if inward else ("here", "elsewhere")
            yield _move("group", row.start, *ends, abs(value))


def _centre_moves(bearings: Sequence[Bearing]) -> Iterator[Row]:
    """Yield changes of the cost centres."""
    days = sorted({b.start for b in bearings})
    for before, day in pairwise(days):
        one = centres([b for b in bearings if b.start == before])
        two = centres([b for b in bearings if b.start == day])
        if one != two:
            yield _move("cost centre", day, one, two, 0)


def _move(kind: str, day: object, one: str, two: str, value: int) -> Row:
    return {
        "kind": kind,
        "day": day,
        "from": one,
        "to": two,
        "book_value": value,
    }


REPORTS = (
    Report(
        "additions",
        "What was capitalised",
        (BOOK, FROM, TO, CLASS),
        (
            *_ASSET,
            Column("period", "Period"),
            Column("supplier", "Supplier"),
            Column("invoice", "Invoice"),
            *amounts({"amount": "Amount"}),
            _CURRENCY,
            Column("events", "Events"),
            _POSTED,
        ),
        _additions,
    ),
    Report(
        "disposals",
        "What left, with gain or loss",
        (BOOK, FROM, TO, CLASS),
        (
            *_ASSET,
            Column("period", "Period"),
            Column("day", "Day", Kind.DAY),
            Column("kind", "How"),
            *amounts(
                {
                    "cost": "Cost",
                    "accumulated": "Accumulated depreciation",
                    "impairment": "Accumulated impairment",
                    "book_value": "Book value",
                    "proceeds": "Proceeds",
                    "gain": "Gain (loss)",
                    "surplus": "Surplus to retained earnings",
                }
            ),
            _CURRENCY,
            Column("event", "Event"),
            _POSTED,
        ),
        _disposals,
    ),
    Report(
        "transfers",
        "What moved between cost centres, classes and legal entities",
        (BOOK, FROM, TO, CLASS),
        (
            *_ASSET,
            Column("kind", "What changed"),
            Column("day", "Day", Kind.DAY),
            Column("from", "From"),
            Column("to", "To"),
            *amounts({"book_value": "Book value"}),
            _CURRENCY,
        ),
        _transfers,
    ),
)
