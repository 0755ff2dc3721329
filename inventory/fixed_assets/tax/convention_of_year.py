"""The convention that the purchases of a tax year have: half-year or mid-quarter.

Which one holds is known when the year is over: one purchase in its last quarter may
change it for all of them (IRC section 168(d)(3)). Setting it changes the terms of the
property placed in service in that year; what is booked stays booked, and the first open
period catches up. May import the contexts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, String, cast, func, select

from inventory.accounting.books.book_state import book_state_of
from inventory.accounting.books.load import CHUNK, AssetInBook, assets_of_rows
from inventory.accounting.books.periods import calendar_of_book
from inventory.accounting.catalogue.asset_classes import Rules
from inventory.accounting.methods.macrs import split_cost
from inventory.accounting.model.events import Dispose
from inventory.accounting.model.terms import DepreciationTerms, Disposal, Param, Start
from inventory.accounting.model.terms_codec import terms_to_json
from inventory.accounting.model.valid_events import in_force
from inventory.accounting.tables import AssetBook, Book
from inventory.accounting.tax.macrs import PlacedInService, QuarterTest, quarter_test
from inventory.fixed_assets.rulebooks import rules_of_entity
from inventory.fixed_assets.terms_requested import rule_errors_as_invalid
from inventory.kernel.errors import Invalid
from inventory.kernel.periods import Calendar
from inventory.kernel.texts import N_
from inventory.storage.rows import change, col, get, id_of, table_of
from inventory.storage.work import UnitOfWork

_ASSET_BOOK = table_of(AssetBook)
_UNDER_MACRS = cast(col(AssetBook.terms), String).contains('"macrs"')
_CONVENTIONS = {
    True: (Start.MID_QUARTER, Disposal.MID_QUARTER),
    False: (Start.HALF_YEAR, Disposal.HALF_YEAR),
}
"""By whether the mid-quarter convention applies."""


@dataclass(frozen=True, slots=True)
class TestedYear:
    """The property placed in service in a tax year, and what the test says.

    Attributes:
        counted: As the test counts it.
        test: Its result.
        wrong: Property that has the other convention.
    """

    counted: Sequence[PlacedInService]
    test: QuarterTest
    wrong: Sequence[AssetInBook]


def tested_year(
    connection: Connection, book_id: int, calendar: Calendar, year: str
) -> TestedYear:
    """Test the purchases of a tax year of a book."""
    start, end = calendar.year_span(year)
    placed = _placed(connection, book_id, start, end)
    counted = [_counted(asset) for asset in placed]
    test = quarter_test(counted, calendar, year)
    right = _CONVENTIONS[test.applies]
    wrong = [
        asset
        for asset in placed
        if asset.terms.conventions.start in (Start.HALF_YEAR, Start.MID_QUARTER)
        and (asset.terms.conventions.start, asset.terms.conventions.disposal) != right
    ]
    return TestedYear(counted, test, wrong)


def _placed(
    connection: Connection, book_id: int, start: date, end: date
) -> list[AssetInBook]:
    """Return the property under MACRS placed in service between two days."""
    query = (
        select(_ASSET_BOOK)
        .where(
            col(AssetBook.book_id) == book_id,
            col(AssetBook.in_service) >= start,
            col(AssetBook.in_service) < end,
            _UNDER_MACRS,
        )
        .order_by(id_of(AssetBook))
    )
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return [
        asset
        for first in range(0, len(rows), CHUNK)
        for asset in assets_of_rows(
            connection, rows[first : first + CHUNK], history=False
        )
        if asset.terms.method == "macrs"
    ]


def _counted(asset: AssetInBook) -> PlacedInService:
    """Return an asset as the test counts it: after section 179, before bonus."""
    split = split_cost(asset.terms.cost, asset.terms.params)
    left = [e for e in in_force(asset.events) if isinstance(e, Dispose) and e.whole]
    return PlacedInService(
        basis=split.bonus + split.basis,
        in_service=asset.terms.in_service,
        real=asset.terms.conventions.start is Start.HALF_MONTH,
        disposed=left[0].effective if left else None,
    )


def years_to_mend(connection: Connection, book_id: int, today: date) -> list[str]:
    """Return the tax years, ended or not, whose purchases have the wrong convention."""
    query = select(func.min(col(AssetBook.in_service))).where(
        col(AssetBook.book_id) == book_id, _UNDER_MACRS
    )
    first = connection.execute(query).scalar()
    if first is None:
        return []
    calendar = calendar_of_book(connection, book_id)
    spans = {year: calendar.year_span(year) for year in calendar.years}
    return [
        year
        for year, (start, end) in spans.items()
        if first < end
        and start <= today
        and tested_year(connection, book_id, calendar, year).wrong
    ]


def set_convention(
    work: UnitOfWork, rules: Rules, book_id: int, year: str
) -> tuple[QuarterTest, int]:
    """Give the purchases of a tax year the convention that its test asks for.

    Returns:
        The test, and how many assets changed.

    Raises:
        Invalid: The book has no such year, or printed tables do not reach so far.
    """
    connection = work.connection
    book = get(connection, Book, book_id, lock=True)
    calendar = calendar_of_book(connection, book_id)
    if year not in calendar.years:
        raise Invalid(
            N_("The book has no fiscal year {year}."), where="year", year=year
        )
    own = rules_of_entity(connection, rules, book["legal_entity_id"])
    found = tested_year(connection, book_id, calendar, year)
    start, disposal = _CONVENTIONS[found.test.applies]
    state = book_state_of(connection, book_id)
    for asset in found.wrong:
        terms = asset.terms
        conventions = replace(terms.conventions, start=start, disposal=disposal)
        if asset.booked_from is not None:
            conventions = replace(
                conventions,
                start_before=terms.conventions.start,
                changed_from=calendar.periods[state.first_unposted].start,
            )
        changed = replace(terms, conventions=conventions, params=_params(terms))
        with rule_errors_as_invalid("year"):
            changed = own.complete(changed, calendar)
        values = {"terms": terms_to_json(changed), "revised_at": work.clock()}
        change(work, AssetBook, asset.id, values, action="set-convention")
    return found.test, len(found.wrong)


def _params(terms: DepreciationTerms) -> dict[str, Param]:
    """Return the parameters without printed percentages, which are looked up anew."""
    table = terms.params.get("mode") == "table"
    return {
        name: value
        for name, value in terms.params.items()
        if not (table and name == "rates")
    }
