"""Leases of books, read with their changes and what was booked of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, func, select

from inventory.accounting.books.book_state import postings_in_force
from inventory.accounting.books.load import CHUNK, assets_by_id
from inventory.accounting.leases.lease_codec import change_from_json, lease_from_json
from inventory.accounting.leases.measure import Measured, Treatment
from inventory.accounting.leases.tables import Lease, LeaseBooked, LeaseChangeRow
from inventory.accounting.model.events import Opening
from inventory.accounting.model.valid_events import in_force
from inventory.accounting.tables import AssetBook
from inventory.storage.rows import Row, col, id_of, table_of

_LEASE, _CHANGE = table_of(Lease), table_of(LeaseChangeRow)

COMPONENTS = ("opening", "initial", "interest", "paid", "expense")
"""What the books show of a lease beside its right-of-use asset."""


@dataclass(frozen=True, slots=True)
class LeaseInBook:
    """A lease in a book.

    Attributes:
        id: Of the lease.
        asset_book_id: Its right-of-use asset in the book.
        asset_id: That asset in the register.
        reference: Number of the contract.
        measured: Its terms and changes.
        accounts: Account codes by use.
        taken_over: Day from which this book has it, where another system had it
            before; None: from its commencement.
    """

    id: int
    asset_book_id: int
    asset_id: int
    reference: str
    measured: Measured
    accounts: Mapping[str, str]
    taken_over: date | None

    @property
    def since(self) -> date:
        """First day that the book shows."""
        return self.taken_over or self.measured.terms.commences

    def components(self, day: date) -> dict[str, int]:
        """Return what the books show before a day, by `COMPONENTS`."""
        found = dict.fromkeys(COMPONENTS, 0)
        if day <= self.since:
            return found
        measured = self.measured
        if measured.terms.treatment is not Treatment.RIGHT_OF_USE:
            charged = measured.expensed(day) - measured.expensed(self.since)
            return found | {"expense": charged}
        moved = measured.moved(self.since, day)
        if self.taken_over is None:
            found["initial"] = measured.right_of_use - measured.recognised
        return found | {
            "opening": moved.opening,
            "interest": moved.interest,
            "paid": moved.paid,
        }


def leases_where(
    connection: Connection, *where: ColumnElement[bool]
) -> Iterator[LeaseInBook]:
    """Yield leases by conditions on them or on their assets in books."""
    query = (
        select(_LEASE, col(AssetBook.asset_id))
        .join(table_of(AssetBook), id_of(AssetBook) == col(Lease.asset_book_id))
        .where(*where)
        .order_by(id_of(Lease))
    )
    rows = [dict(row) for row in connection.execute(query).mappings()]
    for start in range(0, len(rows), CHUNK):
        yield from _with_changes(connection, rows[start : start + CHUNK])


def _with_changes(connection: Connection, rows: list[Row]) -> Iterator[LeaseInBook]:
    query = (
        select(_CHANGE)
        .where(col(LeaseChangeRow.lease_id).in_([row["id"] for row in rows]))
        .order_by(col(LeaseChangeRow.effective), id_of(LeaseChangeRow))
    )
    changes: dict[int, list[Row]] = {}
    for change in connection.execute(query).mappings():
        changes.setdefault(change["lease_id"], []).append(dict(change))
    numbers = [row["asset_book_id"] for row in rows]
    opened = {
        asset.id: event.effective
        for some in assets_by_id(connection, numbers)
        for asset in some
        for event in in_force(asset.events)
        if isinstance(event, Opening)
    }
    for row in rows:
        of_lease = changes.get(row["id"], ())
        yield LeaseInBook(
            row["id"],
            row["asset_book_id"],
            row["asset_id"],
            row["reference"],
            Measured(
                lease_from_json(row["terms"]),
                tuple(change_from_json(change["data"]) for change in of_lease),
            ),
            row["accounts"],
            opened.get(row["asset_book_id"]),
        )


def booked_of_leases(connection: Connection, book_id: int) -> dict[int, dict[str, int]]:
    """Return what postings in force booked of the leases of a book, by component."""
    sums = [func.sum(col(getattr(LeaseBooked, f"{name}_minor"))) for name in COMPONENTS]
    query = (
        select(col(LeaseBooked.lease_id), *sums)
        .join(_LEASE, id_of(Lease) == col(LeaseBooked.lease_id))
        .join(table_of(AssetBook), id_of(AssetBook) == col(Lease.asset_book_id))
        .where(
            col(AssetBook.book_id) == book_id,
            col(LeaseBooked.posting_id).in_(postings_in_force()),
        )
        .group_by(col(LeaseBooked.lease_id))
    )
    return {
        number: dict(zip(COMPONENTS, map(int, amounts), strict=True))
        for number, *amounts in connection.execute(query)
    }
