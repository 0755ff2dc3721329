"""Deferred tax of a pair of books, booked on request: an act of books."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection

from api.compose.rulebooks import rules_of
from api.http.actions import Act, Acting, Given
from api.resources.declare import DetailModel, Input, Number
from api.resources.money.roles import WRITERS
from api.resources.references import BookRef
from inventory.accounting.books.periods import period_row
from inventory.accounting.catalogue.ruleset import Rules
from inventory.accounting.rates.income_tax import tax_rate_on
from inventory.fixed_assets.rulebooks import rules_of_entity
from inventory.fixed_assets.tax.deferred import TaxAccounts, book_deferred_tax
from inventory.kernel.errors import Invalid
from inventory.kernel.money import amount_text, minor_digits
from inventory.kernel.texts import N_
from inventory.queries.money.books import book_of
from inventory.reports import report_named
from inventory.reports.sources import Sources

_ACCOUNT = Field(min_length=1, max_length=40)


class DeferredTaxIn(Given):
    """Which differences are booked, and where."""

    tax_book: Annotated[BookRef, Input("Tax book", pick="books")]
    period: Annotated[
        str, Field(max_length=40), Input("Period", hint="Differences at its end.")
    ]
    liability: Annotated[str, _ACCOUNT, Input("Account of deferred tax liabilities")]
    asset: Annotated[str, _ACCOUNT, Input("Account of deferred tax assets")]
    expense: Annotated[str, _ACCOUNT, Input("Account of deferred tax expense")]


class DeferredTaxBooked(DetailModel):
    """Deferred tax at the end of a period."""

    posting_id: Number = Field(description="Null: nothing had changed.")
    period: str
    rate: str = Field(description="Percent.")
    taxable: str = Field(description="Taxable differences; decimal.")
    deductible: str = Field(description="Deductible differences; decimal.")
    liability: str
    asset: str
    expense: str = Field(description="Charge of the period; negative for income.")
    currency: str


def _book(acting: Acting, given: DeferredTaxIn) -> dict[str, Any]:
    connection = acting.work.connection
    book = book_of(connection, str(acting.id))
    tax_book = book_of(connection, str(given.tax_book))
    rules = rules_of(acting.app.settings)
    accounts = _accounts(
        given, rules_of_entity(connection, rules, book["legal_entity_id"])
    )
    day = period_row(connection, book["id"], given.period)["ends_on"] - timedelta(1)
    rate = _rate(connection, book["legal_entity_id"], day)
    sources = Sources(connection, acting.work.clock().date(), rules)
    taxable, deductible = _differences(sources, book["id"], tax_book["id"], day)
    done = book_deferred_tax(
        acting.work,
        book,
        tax_book,
        given.period,
        (taxable, deductible),
        rate,
        accounts,
    )
    amounts = {
        "taxable": taxable,
        "deductible": deductible,
        "liability": done.liability,
        "asset": done.asset,
        "expense": done.expense,
    }
    digits = minor_digits(book["currency"])
    return {
        "posting_id": done.posting_id,
        "period": given.period,
        "rate": f"{float(rate * 100):g}",
        **{name: amount_text(amount, digits) for name, amount in amounts.items()},
        "currency": book["currency"],
    }


def _rate(connection: Connection, legal_entity_id: int, day: date) -> Fraction:
    rate = tax_rate_on(connection, legal_entity_id, day)
    if rate is None:
        raise Invalid(
            N_("The tax rate of {day} is not known."),
            where="period",
            remedy=N_("Enter an income tax rate of the legal entity."),
            day=day,
        )
    return rate


def _accounts(given: DeferredTaxIn, rules: Rules) -> TaxAccounts:
    for code in (given.liability, given.asset, given.expense):
        if code not in rules.kinds:
            raise Invalid(
                N_("The account {code} is not in the chart of accounts."),
                where="accounts",
                remedy=N_(
                    "Use one of the chart, or add it to the rules of accounting."
                ),
                code=code,
            )
    return TaxAccounts(
        liability=given.liability, asset=given.asset, expense=given.expense
    )


def _differences(
    sources: Sources, book_id: int, tax_book_id: int, day: date
) -> tuple[int, int]:
    """Return taxable and deductible differences at the end of a day, both positive."""
    asked = {
        "book": str(book_id),
        "tax_book": str(tax_book_id),
        "as_of": day.isoformat(),
    }
    report = report_named("book-tax")
    found = [row["difference"] for row in report.rows(sources, report.read(asked))]
    taxable = sum(one for one in found if one > 0)
    return taxable, -sum(one for one in found if one < 0)


BOOK_DEFERRED_TAX = Act(
    "book-deferred-tax",
    DeferredTaxIn,
    _book,
    WRITERS,
    about="Book the deferred tax of the differences to a tax book.",
    said=N_("Deferred tax of {period}: {expense} {currency}."),
    title=N_("Book deferred tax in {code}"),
    answer=DeferredTaxBooked,
)
