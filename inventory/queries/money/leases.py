"""Leases as they are shown: liability of a day, schedule, maturities (IFRS 16.53, 58).

May import every context.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select

from inventory.accounting.books.book_state import BookState, book_state_of
from inventory.accounting.leases.load import LeaseInBook, leases_where
from inventory.accounting.leases.measure import Treatment
from inventory.accounting.leases.tables import Lease, LeaseBooked, LeaseChangeRow
from inventory.accounting.tables import AssetBook, Book
from inventory.assets.register.tables import Asset
from inventory.kernel.money import amount_text, minor_digits
from inventory.storage.rows import Row, col, get, id_of, table_of

_DAY = timedelta(days=1)
_BOOKED, _CHANGE = table_of(LeaseBooked), table_of(LeaseChangeRow)


def liabilities_on(
    connection: Connection, ids: list[int], day: date
) -> dict[int, tuple[LeaseInBook, int]]:
    """Return leases with their liability at the end of a day, by id."""
    return {
        lease.id: (lease, _liability(lease, day + _DAY))
        for lease in leases_where(connection, id_of(Lease).in_(ids))
    }


def _liability(lease: LeaseInBook, end: date) -> int:
    measured = lease.measured
    if measured.terms.treatment is not Treatment.RIGHT_OF_USE:
        return 0
    return measured.liability(end) if end > measured.terms.commences else 0


def lease_shown(connection: Connection, lease_id: int, day: date) -> Row | None:
    """Return a lease as a whole, as of a day; None if there is none."""
    found = list(leases_where(connection, id_of(Lease) == lease_id))
    if not found:
        return None
    lease = found[0]
    row = get(connection, AssetBook, lease.asset_book_id)
    book = get(connection, Book, row["book_id"])
    digits = minor_digits(book["currency"])
    state = book_state_of(connection, book["id"])
    terms, measured = lease.measured.terms, lease.measured
    exempt = terms.treatment is not Treatment.RIGHT_OF_USE
    within, middle, later = measured.maturities(day + _DAY)
    return {
        "id": lease.id,
        "asset_id": lease.asset_id,
        "tag": get(connection, Asset, lease.asset_id)["tag"],
        "book": book["code"],
        "schedule_id": lease.asset_book_id,
        "reference": lease.reference,
        "treatment": terms.treatment.value,
        "commences_on": terms.commences,
        "last_day": measured.ends - _DAY,
        "rate": percent_text(measured.rate()),
        "compounding": terms.compounding.value,
        "currency": book["currency"],
        "recognised": amount_text(0 if exempt else measured.recognised, digits),
        "right_of_use": amount_text(0 if exempt else measured.right_of_use, digits),
        "liability": amount_text(_liability(lease, day + _DAY), digits),
        "due_within_a_year": amount_text(within, digits),
        "due_in_one_to_five_years": amount_text(middle, digits),
        "due_later": amount_text(later, digits),
        "taken_over_on": lease.taken_over,
        "payments": [
            {"on": one.on, "amount": amount_text(one.amount, digits)}
            for one in terms.payments
        ],
        "changes": list(_changes(connection, lease.id)),
        "rows": list(schedule_rows(connection, lease, state, digits)),
    }


def percent_text(rate: Any) -> str:  # noqa: ANN401 - a Decimal
    """Return a rate as percent, without needless zeros."""
    text = f"{100 * rate:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _changes(connection: Connection, lease_id: int) -> Iterator[Row]:
    query = select(_CHANGE).where(col(LeaseChangeRow.lease_id) == lease_id)
    for row in connection.execute(query.order_by(id_of(LeaseChangeRow))).mappings():
        rate = row["data"]["rate"]
        yield {
            "name": row["name"],
            "effective": row["effective"],
            "rate": rate,
            "given_up": row["data"]["given_up"],
            "reason": row["reason"],
        }


def schedule_rows(
    connection: Connection, lease: LeaseInBook, state: BookState, digits: int
) -> Iterator[Row]:
    """Yield the liability period by period, with what each posting booked of it."""
    booked: dict[str, int] = {}
    query = select(col(LeaseBooked.period), col(LeaseBooked.posting_id)).where(
        col(LeaseBooked.lease_id) == lease.id
    )
    for key, posting in connection.execute(query):
        if state.postings.get(key) == posting:
            booked[key] = posting
    measured = lease.measured
    exempt = measured.terms.treatment is not Treatment.RIGHT_OF_USE
    for period in state.calendar.periods:
        if period.end <= lease.since or period.start >= measured.ends:
            continue
        start = max(period.start, lease.since)
        moved = measured.moved(start, period.end)
        charge = measured.expensed(period.end) - measured.expensed(start)
        amounts = {
            "opening": moved.opening,
            "recognised": moved.recognised,
            "remeasured": moved.remeasured,
            "interest": moved.interest,
            "paid": moved.paid,
            "closing": moved.closing,
        }
        if exempt:
            paid = measured.paid(start, period.end)
            amounts = dict.fromkeys(amounts, 0) | {"paid": paid}
        yield {
            "period": period.id,
            "first_day": period.start,
            "last_day": period.last,
            **{name: amount_text(value, digits) for name, value in amounts.items()},
            "expense": amount_text(charge if exempt else 0, digits),
            "posting_id": booked.get(period.id),
        }
