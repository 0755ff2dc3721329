"""What came in, moved and left: additions, transfers, disposals with gain or loss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from inventory.accounting.books.roll_forward import class_of
from inventory.accounting.books.row_range import RowRange
from inventory.accounting.posting.cost_split import CostShare
from inventory.reports.base import Column, Kind, Report, Row, Values
from inventory.reports.parameters import BOOK, CLASS, FROM, TO, amounts
from inventory.reports.sources import BookSource, Sources, cost_centre_text

_ASSET = (
    Column("asset_id", "Id", Kind.NUMBER),
    Column("tag", "Tag"),
    Column("name", "Name"),
    Column("asset_class", "Class"),
)
_CURRENCY = Column("currency", "Currency")
_POSTED = Column("posted", "Posted", Kind.BOOLEAN)


def _asset_columns(
    book: BookSource, row_range: RowRange, facts: Mapping[int, Row]
) -> Row:
    known = facts.get(row_range.asset.asset_id, {})
    return {
        "asset_id": row_range.asset.asset_id,
        "tag": known.get("tag"),
        "name": known.get("name"),
        "asset_class": row_range.asset.asset_class,
        "supplier": known.get("supplier"),
        "invoice": known.get("invoice_number"),
        "currency": book.currency,
    }


def _each(
    sources: Sources, values: Values
) -> Iterator[tuple[BookSource, RowRange, Mapping[int, Row]]]:
    book = sources.book(values["book"])
    start, end = book.span(values["from"], values["to"])
    for chunk in book.chunks(values["class"]):
        facts = sources.facts([asset.asset_id for asset in chunk])
        for row_range in book.row_ranges(chunk, start, end):
            yield book, row_range, facts


def _additions(sources: Sources, values: Values) -> Iterator[Row]:
    for book, row_range, facts in _each(sources, values):
        for row in row_range.rows:
            if row.additions:
                yield {
                    **_asset_columns(book, row_range, facts),
                    "period": row.period,
                    "amount": row.additions,
                    "events": " ".join(row.events),
                    "posted": row.posted,
                }


def _disposals(sources: Sources, values: Values) -> Iterator[Row]:
    for book, row_range, facts in _each(sources, values):
        for row in row_range.rows:
            for disposal in row_range.derecognised:
                if disposal.event in row.events and disposal.kind != "transfer":
                    yield {
                        **_asset_columns(book, row_range, facts),
                        "period": row.period,
                        "day": disposal.effective,
                        "kind": str(disposal.kind),
                        "event": disposal.event,
                        "cost": disposal.cost,
                        "accumulated": disposal.accumulated,
                        "impairment": disposal.impairment,
                        "book_value": disposal.cost
                        - disposal.accumulated
                        - disposal.impairment,
                        "proceeds": disposal.proceeds,
                        "gain": disposal.gain,
                        "surplus": disposal.surplus,
                        "posted": row.posted,
                    }


def _transfers(sources: Sources, values: Values) -> Iterator[Row]:
    book = sources.book(values["book"])
    start, end = book.span(values["from"], values["to"])
    for chunk in book.chunks(values["class"]):
        ids = [asset.asset_id for asset in chunk]
        facts, shares_by_asset = (
            sources.facts(ids),
            sources.cost_shares(ids, start, end),
        )
        for row_range in book.row_ranges(chunk, start, end):
            shown = _asset_columns(book, row_range, facts)
            for moved in _class_moves(row_range):
                yield {**shown, **moved}
            value = row_range.last.closing if row_range.last else 0
            for moved in _centre_moves(
                shares_by_asset.get(row_range.asset.asset_id, ())
            ):
                yield {**shown, **moved, "book_value": value}


def _class_moves(row_range: RowRange) -> Iterator[Row]:
    """Yield changes of class, of being for sale, and moves within the group."""
    original = row_range.asset.asset_class
    rows = [*([row_range.before] if row_range.before else ()), *row_range.rows]
    for before, row in pairwise(rows):
        one, two = class_of(before, original), class_of(row, original)
        if one != two:
            yield _move("class", row.start, one, two, row.opening)
    for row in row_range.rows:
        value = (
            row.transferred_cost
            - row.transferred_accumulated
            - row.transferred_impairment
        )
        if row.transferred_cost:
            inward = row.transferred_cost > 0
            ends = ("elsewhere", "here") if inward else ("here", "elsewhere")
            yield _move("group", row.start, *ends, abs(value))


def _centre_moves(cost_shares: Sequence[CostShare]) -> Iterator[Row]:
    """Yield changes of the cost centres."""
    days = sorted({b.start for b in cost_shares})
    for before, day in pairwise(days):
        one = cost_centre_text([b for b in cost_shares if b.start == before])
        two = cost_centre_text([b for b in cost_shares if b.start == day])
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
