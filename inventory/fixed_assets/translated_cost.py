"""The cost of an asset in the currency of a book, whatever it was bought in.

The day of the transaction is that of the purchase; where it is not known, the day the
asset went into service (IAS 21.22). May import the contexts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from inventory.accounting.rates.exchange import OLDEST, spot_rate, translated
from inventory.kernel.errors import Invalid
from inventory.kernel.money import Money
from inventory.kernel.texts import N_


@dataclass(frozen=True, slots=True)
class BookCost:
    """The cost of an asset in a book.

    Attributes:
        minor: Minor units of the book's currency.
        origin: Amount, currency and rate that it was made of; None where it was paid
            in the currency of the book.
    """

    minor: int
    origin: Mapping[str, Any] | None = None


def cost_in(
    connection: Connection, asset: Mapping[str, Any], currency: str, in_service: date
) -> BookCost:
    """Return the cost of an asset of the register in a currency.

    Args:
        connection: Where rates are.
        asset: A row of the register with a cost.
        currency: ISO 4217 code of the book.
        in_service: The day of the transaction, where no purchase date is known.

    Raises:
        Invalid: No rate of the day is known; says of which.
    """
    paid = Money(int(asset["cost_minor"]), str(asset["currency"]))
    if paid.currency == currency:
        return BookCost(paid.minor)
    day = asset["purchased_on"] or in_service
    rate = spot_rate(connection, paid.currency, currency, day)
    if rate is None:
        raise Invalid(
            N_(
                "It was bought in {currency}, the book is kept in {book_currency}, and "
                "no rate of {day} or the {days} days before is known."
            ),
            where="cost",
            remedy=N_("Add the rate under exchange rates, or give its cost."),
            currency=paid.currency,
            book_currency=currency,
            day=day,
            days=OLDEST,
        )
    found = translated(paid, rate)
    return BookCost(found.minor, found.as_json())
