"""Whether the mid-quarter convention applies to a tax year (section 168(d)(3))."""

from __future__ import annotations

from collections.abc import Iterator

from inventory.accounting.books.load import Kept
from inventory.accounting.methods.macrs import split_cost
from inventory.accounting.model.events import Dispose
from inventory.accounting.model.terms import Start
from inventory.accounting.model.valid_events import in_force
from inventory.accounting.tax.macrs import Placed, quarter_test
from inventory.kernel.errors import Invalid
from inventory.kernel.periods import quarter_of
from inventory.reports.base import Column, Kind, Parameter, Report, Row, Values
from inventory.reports.sources import BOOK, Sources, amounts


def placed(kept: Kept) -> Placed:
    """Return an asset as the test counts it: after section 179, before bonus."""
    split = split_cost(kept.terms.cost, kept.terms.params)
    left = [e for e in in_force(kept.events) if isinstance(e, Dispose) and e.whole]
    return Placed(
        basis=split.bonus + split.basis,
        in_service=kept.terms.in_service,
        real=kept.terms.conventions.start is Start.HALF_MONTH,
        disposed=left[0].effective if left else None,
    )


def _rows(sources: Sources, values: Values) -> Iterator[Row]:
    book, year = sources.book(values["book"]), values["year"]
    calendar = book.window.calendar
    if year not in calendar.years:
        raise Invalid(f"The book has no fiscal year {year}.", where="year")
    start, end = calendar.year_span(year)
    counted = [
        placed(kept)
        for chunk in book.chunks()
        for kept in chunk
        if kept.terms.method == "macrs" and start <= kept.terms.in_service < end
    ]
    test = quarter_test(counted, calendar, year)
    for quarter in range(4):
        mine = [
            one
            for one in counted
            if quarter_of(calendar, one.in_service) == quarter
            and not one.real
            and not (one.disposed and start <= one.disposed < end)
        ]
        basis = sum(one.basis for one in mine)
        yield _row(str(quarter + 1), len(mine), basis, test.total, None, book.currency)
    yield _row(
        "last quarter above 40 %",
        len(counted),
        test.last,
        test.total,
        test.applies,
        book.currency,
    )


def _row(
    name: str, assets: int, basis: int, total: int, applies: bool | None, currency: str
) -> Row:
    percent = f"{100 * basis / total:.2f}" if total else None
    return {
        "quarter": name,
        "assets": assets,
        "basis": basis,
        "percent": percent,
        "applies": applies,
        "currency": currency,
    }


REPORT = Report(
    "mid-quarter",
    "Mid-quarter test of a tax year",
    (BOOK, Parameter("year", "The tax year", required=True)),
    (
        Column("quarter", "Quarter"),
        Column("assets", "Assets", Kind.NUMBER),
        *amounts({"basis": "Depreciable basis"}),
        Column("percent", "Percent of the year"),
        Column("applies", "Mid-quarter convention applies", Kind.YES),
        Column("currency", "Currency"),
    ),
    _rows,
)
