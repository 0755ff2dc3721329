"""The fixed asset register as of any day, and what is fully depreciated but in use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from inventory.accounting.books.balances_on import Position
from inventory.accounting.books.load import AssetInBook
from inventory.accounting.posting.cost_split import CostShare
from inventory.reports.base import Column, Kind, Parameter, Report, Row, Values
from inventory.reports.parameters import AS_OF, BOOK, CENTRE, CLASS, amounts
from inventory.reports.sources import BookSource, Sources, cost_centre_text

_ALL, _KEPT, _GONE = "all", "held", "disposed"

COLUMNS = (
    Column("asset_id", "Id", Kind.NUMBER),
    Column("tag", "Tag"),
    Column("name", "Name"),
    Column("kind", "Kind"),
    Column("serial", "Serial"),
    Column("asset_class", "Class"),
    Column("legal_entity", "Legal entity"),
    Column("location", "Place"),
    Column("holder", "Holder"),
    Column("cost_centres", "Cost centres"),
    Column("in_service", "In service", Kind.DAY),
    Column("method", "Method"),
    Column("life_months", "Life in months"),
    Column("depreciated_until", "Depreciated until", Kind.DAY),
    *amounts(
        {
            "cost": "Cost",
            "accumulated": "Accumulated depreciation",
            "impairment": "Accumulated impairment",
            "book_value": "Book value",
            "residual_value": "Residual value",
            "surplus": "Revaluation surplus",
        }
    ),
    Column("currency", "Currency"),
    Column("status", "Status"),
)


def line(
    book: BookSource,
    asset: AssetInBook,
    position: Position,
    facts: Mapping[int, Row],
    cost_shares: Sequence[CostShare],
) -> Row:
    """Return the row of one asset."""
    known = facts.get(asset.asset_id, {})
    life = asset.terms.life_months
    names = ("tag", "name", "kind", "serial", "legal_entity", "location", "holder")
    return {
        "asset_id": asset.asset_id,
        **{name: known.get(name) for name in names},
        "asset_class": position.asset_class,
        "cost_centres": cost_centre_text(cost_shares),
        "in_service": asset.terms.in_service,
        "method": position.method,
        "life_months": None if life is None else str(life),
        "depreciated_until": position.until,
        "cost": position.cost,
        "accumulated": position.accumulated,
        "impairment": position.impairment,
        "book_value": position.value,
        "residual_value": position.residual_value,
        "surplus": position.surplus,
        "currency": book.currency,
        "status": position.status,
    }


def lines(sources: Sources, values: Values, day: date) -> Iterator[Row]:
    """Yield a row for each asset that is or was in a book at the end of a day."""
    book = sources.book(values["book"])
    for found, facts in book.positions(day, values.get("class")):
        ids = [asset.asset_id for asset, _ in found]
        cost_shares = sources.cost_shares(ids, day, day + timedelta(days=1))
        for asset, position in found:
            shares = cost_shares.get(asset.asset_id, ())
            centre = values.get("cost_centre")
            if centre and all(b.cost_centre != centre for b in shares):
                continue
            yield line(book, asset, position, facts, shares)


def _register(sources: Sources, values: Values) -> Iterator[Row]:
    include = values["include"]
    for row in lines(sources, values, values["as_of"] or sources.today):
        disposed = row["status"] == "disposed of"
        if include == _ALL or disposed == (include == _GONE):
            yield row


def _fully(sources: Sources, values: Values) -> Iterator[Row]:
    for row in lines(sources, values, values["as_of"] or sources.today):
        if row["status"] == "fully depreciated":
            yield row


REPORTS = (
    Report(
        "register",
        "Fixed asset register as of any day",
        (
            BOOK,
            AS_OF,
            CLASS,
            CENTRE,
            Parameter(
                "include",
                "What is still held, what left, or all",
                default=_KEPT,
                choices=(_KEPT, _GONE, _ALL),
            ),
        ),
        COLUMNS,
        _register,
    ),
    Report(
        "fully-depreciated",
        "Fully depreciated and still in use",
        (BOOK, AS_OF, CLASS, CENTRE),
        COLUMNS,
        _fully,
    ),
)
