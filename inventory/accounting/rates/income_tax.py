"""Income tax rates of legal entities, by the day from which they are enacted to hold.

Deferred tax is measured at them (IAS 12.47). Imports `kernel` and `storage`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from sqlalchemy import Connection, select

from inventory.accounting.rates.tables import IncomeTaxRate
from inventory.kernel.errors import Conflict, Invalid
from inventory.kernel.texts import N_
from inventory.storage.rows import add, col, find
from inventory.storage.work import UnitOfWork


def keep_tax_rate(
    work: UnitOfWork, legal_entity_id: int, since: date, percent: str, source: str = ""
) -> int:
    """Keep the rate that holds from a day on; the same again changes nothing.

    Raises:
        Invalid: It is not a percentage.
        Conflict: Another rate holds from that day on.
    """
    try:
        value = Decimal(percent if percent.isascii() else "NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not 0 <= value <= 100:
        raise Invalid(
            N_("{percent!r} is not a percentage."),
            where="percent",
            remedy=N_("Write a number from 0 to 100, such as 22 or 25.825."),
            percent=percent[:40],
        )
    place = {"legal_entity_id": legal_entity_id, "since": since}
    known = find(work.connection, IncomeTaxRate, **place)
    if known is not None:
        if Decimal(known["percent"]) == value:
            return int(known["id"])
        raise Conflict(
            N_("From {day} on, {percent} percent holds already."),
            day=since,
            percent=known["percent"],
        )
    values = {**place, "percent": format(value.normalize(), "f"), "source": source}
    return add(work, IncomeTaxRate, values)


def tax_rate_on(
    connection: Connection, legal_entity_id: int, day: date
) -> Fraction | None:
    """Return the rate of an entity on a day, as a share; None if none is known."""
    query = (
        select(col(IncomeTaxRate.percent))
        .where(
            col(IncomeTaxRate.legal_entity_id) == legal_entity_id,
            col(IncomeTaxRate.since) <= day,
        )
        .order_by(col(IncomeTaxRate.since).desc())
        .limit(1)
    )
    found = connection.execute(query).scalar()
    return None if found is None else Fraction(Decimal(found)) / 100
