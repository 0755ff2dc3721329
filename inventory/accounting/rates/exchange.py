"""The exchange rate of a day, what it makes of an amount, and rates of a file.

A purchase in a foreign currency is booked once, at the spot rate of the day of the
transaction, and its cost is not translated again (IAS 21.21-23). On days without a rate
(weekends, holidays) the last one before holds. Imports `kernel` and `storage`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from inventory.accounting.rates.tables import ExchangeRate
from inventory.kernel.errors import Conflict, Invalid
from inventory.kernel.money import Money, MoneyError, minor_digits, round_half_up
from inventory.kernel.texts import N_
from inventory.storage.rows import add, col, find, table_of
from inventory.storage.work import UnitOfWork

_RATE = table_of(ExchangeRate)

OLDEST = 7
"""Days after which a rate no longer stands for a day: no market is closed longer."""


@dataclass(frozen=True, slots=True)
class SpotRate:
    """What one unit of a currency is worth in another.

    Attributes:
        currency: ISO 4217 code of the amount.
        into: ISO 4217 code of what it becomes.
        on: Day of the rate, at most `OLDEST` days before the day that was asked for.
        value: Whole units of `into` for a whole unit of `currency`.
        text: As it was published, e.g. `1 USD = 16250.00 IDR`.
    """

    currency: str
    into: str
    on: date
    value: Fraction
    text: str


@dataclass(frozen=True, slots=True)
class Translated:
    """An amount in the currency of a book, and what it was made of.

    Attributes:
        minor: Minor units of the book's currency.
        amount: What was paid.
        rate: At which rate.
    """

    minor: int
    amount: Money
    rate: SpotRate

    def as_json(self) -> dict[str, Any]:
        """Return where the cost comes from, as it is kept with the asset."""
        return {
            "amount": self.amount.amount,
            "currency": self.amount.currency,
            "rate": self.rate.text,
            "on": self.rate.on.isoformat(),
        }


def read_rate(text: str) -> Fraction:
    """Read a rate, exactly.

    Raises:
        Invalid: It is not a number above 0.
    """
    try:
        value = Decimal(text if text.isascii() else "NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value <= 0 or abs(value.adjusted()) > 12:
        raise Invalid(
            N_("{rate!r} is not an exchange rate."),
            where="rate",
            remedy=N_("Write a number above 0 with a point, such as 16250.50."),
            rate=text[:40],
        )
    return Fraction(value)


def spot_rate(
    connection: Connection, currency: str, into: str, day: date
) -> SpotRate | None:
    """Return the rate of a day; None if none is known of it or the week before.

    A rate that is quoted the other way round is turned. Of one day, the rate quoted
    from `currency` comes first.
    """
    pairs = or_(
        and_(col(ExchangeRate.currency) == currency, col(ExchangeRate.into) == into),
        and_(col(ExchangeRate.currency) == into, col(ExchangeRate.into) == currency),
    )
    query = (
        select(_RATE)
        .where(
            pairs,
            col(ExchangeRate.on) <= day,
            col(ExchangeRate.on) >= day - timedelta(days=OLDEST),
        )
        .order_by(
            col(ExchangeRate.on).desc(), (col(ExchangeRate.currency) == into).asc()
        )
        .limit(1)
    )
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    value = read_rate(row["rate"]) / row["units"]
    value = value if row["currency"] == currency else 1 / value
    text = f"{row['units']} {row['currency']} = {row['rate']} {row['into']}"
    return SpotRate(currency, into, row["on"], value, text)


def translated(amount: Money, rate: SpotRate) -> Translated:
    """Return an amount at a rate, rounded half up to a minor unit."""
    scale = Fraction(10) ** (minor_digits(rate.into) - minor_digits(amount.currency))
    return Translated(round_half_up(amount.minor * rate.value * scale), amount, rate)


def keep_rate(
    work: UnitOfWork,
    *,
    currency: str,
    into: str,
    on: date,
    rate: str,
    units: int = 1,
    source: str = "",
) -> int:
    """Keep a rate; return its id. The same again changes nothing.

    Raises:
        Invalid: It is not a rate, or of a currency to itself.
        Conflict: Another rate of the day is known; change that one.
    """
    read_rate(rate)
    for name, code in (("currency", currency), ("into", into)):
        try:
            minor_digits(code)
        except MoneyError as error:
            raise Invalid(str(error), where=name) from error
    if currency == into:
        raise Invalid(
            N_("A rate is between two currencies, not from {currency} to itself."),
            where="into",
            currency=currency,
        )
    known = find(work.connection, ExchangeRate, currency=currency, into=into, on=on)
    if known is None:
        values = {"currency": currency, "into": into, "on": on}
        values |= {"rate": rate, "units": units, "source": source}
        return add(work, ExchangeRate, values)
    if read_rate(known["rate"]) / known["units"] != read_rate(rate) / units:
        raise Conflict(
            N_("The rate of {currency} on {on} is {rate} {into} for {units}."),
            where="rate",
            remedy=N_("Edit that rate if it is wrong."),
            currency=currency,
            on=on,
            rate=known["rate"],
            into=into,
            units=known["units"],
        )
    return int(known["id"])


def rates_of_file(text: str) -> Iterator[dict[str, Any]]:
    """Yield the rates of a CSV file: a row a rate, or a column a currency.

    A row a rate has the columns `currency`, `into`, `on`, `rate` and perhaps `units`
    and `source`. A column a currency is how the European Central Bank publishes its
    reference rates (`eurofxref-hist.csv`): `Date`, then units of each for 1 EUR.

    Raises:
        Invalid: It is neither, or a value cannot be read; names the line.
    """
    table = csv.DictReader(text.lstrip("\ufeff").splitlines())
    names = [name.strip() for name in table.fieldnames or ()]
    table.fieldnames = names
    wide = bool(names) and names[0] == "Date"
    if not wide and not {"currency", "into", "on", "rate"} <= set(names):
        raise Invalid(
            N_("The file has the columns {names}."),
            where="file",
            remedy=N_("It needs currency, into, on and rate; or Date and currencies."),
            names=", ".join(names)[:200] or "-",
        )
    for number, row in enumerate(table, 2):
        yield from _wide(number, row) if wide else (_narrow(number, row),)


def _narrow(number: int, row: dict[str, Any]) -> dict[str, Any]:
    values = {name: (row.get(name) or "").strip() for name in row if name}
    units = values.get("units") or "1"
    if not (units.isascii() and units.isdigit() and 0 < int(units) < 10**6):
        raise _unread(number, "units", units)
    return {
        "currency": values["currency"],
        "into": values["into"],
        "on": _day(number, values["on"]),
        "rate": values["rate"],
        "units": int(units),
        "source": values.get("source", "")[:200],
    }


def _wide(number: int, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    day = _day(number, (row.get("Date") or "").strip())
    for name, text in row.items():
        rate = (text or "").strip() if isinstance(text, str) else ""
        if not name or name == "Date" or rate in ("", "N/A"):
            continue
        values = {"currency": "EUR", "into": name, "on": day, "rate": rate}
        yield {**values, "units": 1, "source": "ECB"}


def _day(number: int, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _unread(number, "on", text) from None


def _unread(number: int, column: str, text: str) -> Invalid:
    return Invalid(
        N_("Line {line}: {column} is {value!r}."),
        where="file",
        remedy=N_("Write days as YYYY-MM-DD and units as a whole number."),
        line=number,
        column=column,
        value=text[:40],
    )
