"""Transfers at book value: split, merge, move to another legal entity.

What leaves one asset's schedule enters another's on the next day, with the original
in-service day and without gain or loss. May import the contexts, `queries`,
`asset_books` and `register_books`; they know nothing of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from inventory.accounting.books.book_state import book_state_of
from inventory.accounting.books.capitalise import capitalise, record_event
from inventory.accounting.books.load import AssetInBook, asset_in_book, schedule_in_book
from inventory.accounting.books.roll_forward import row_before
from inventory.accounting.engine.split import points
from inventory.accounting.engine.terms_in_force import terms_at
from inventory.accounting.model.events import (
    DisposalKind,
    Dispose,
    EventError,
    Merge,
    Opening,
    Usage,
)
from inventory.accounting.model.rows import Flows, Schedule
from inventory.accounting.model.rows import Row as Booked
from inventory.accounting.model.terms import DepreciationTerms
from inventory.accounting.model.valid_events import in_force
from inventory.assets.register.tables import Asset
from inventory.fixed_assets.asset_books import books_of_asset
from inventory.fixed_assets.terms_requested import rule_errors_as_invalid
from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.queries.money.books import book_of
from inventory.storage.rows import Row, get
from inventory.storage.work import UnitOfWork

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LeavingAsset:
    """An asset that leaves its place in a book.

    Attributes:
        book: The book.
        asset: The asset.
        terms: Terms in force.
        row: The row of its last period.
        units: Units of production used.
    """

    book: Row
    asset: AssetInBook
    terms: DepreciationTerms
    row: Booked
    units: Fraction

    def opening(self, name: str, day: date) -> Opening:
        """Return its balances as they enter elsewhere on the next day."""
        return Opening(
            id=name,
            effective=day + _DAY,
            accumulated=self.row.accumulated,
            impairment=self.row.impairment,
            surplus=self.row.surplus,
            units=self.units,
            transfer=True,
        )


def _leave(work: UnitOfWork, book: Row, name: str, day: date) -> LeavingAsset:
    """Take an asset out of its place at book value."""
    asset, _ = asset_in_book(work.connection, book["asset_book_id"])
    book_state = book_state_of(work.connection, book["id"])
    period = book_state.calendar.at(day)
    if day != period.last:
        raise Invalid(
            N_("{day} lies inside period {period} of book {code}."),
            where="day",
            remedy=N_("Assets move at the end of a period: {last}."),
            day=day,
            period=period.id,
            code=book["code"],
            last=period.last,
        )
    # Booked on the next day, on which the balances enter elsewhere: they are in the
    # books on every day.
    event = Dispose(
        id=name, effective=day, posting=day + _DAY, kind=DisposalKind.TRANSFER
    )
    with rule_errors_as_invalid("day"):
        row = row_before(schedule_in_book(asset, book_state), day + _DAY)
        if row is None or row.cost == 0:
            raise EventError(f"the asset is not in book {book['code']} on {day}")
        moved = replace(asset, events=(*asset.events, event))
        row = _as_it_leaves(schedule_in_book(moved, book_state), row, name)
        terms = terms_at(asset.terms, asset.events, book_state.calendar, day)
        # To the cent as it stands: a part was rounded with the parts beside it.
        terms = replace(terms, cost=row.cost, residual_value=row.residual_value)
    record_event(work, asset.id, event, book_state.calendar)
    used = (e.units for e in in_force(asset.events) if isinstance(e, Usage | Opening))
    return LeavingAsset(book, asset, terms, row, sum(used, Fraction(0)))


def _as_it_leaves(schedule: Schedule, row: Booked, name: str) -> Booked:
    """Return a row with the balances that an event moves out, to the cent.

    A part of a whole has rows of its own from the event on, which may be rounded
    otherwise than its share of those of the whole.
    """
    left: Flows | None = schedule.moved.get(name)
    if left is None:
        rows = (one for one in schedule.rows if name in one.events)
        left = next(rows, None)
    if left is None or not left.transferred_cost:
        return row
    cost, accumulated = -left.transferred_cost, -left.transferred_accumulated
    impairment = -left.transferred_impairment
    closing = cost - accumulated - impairment
    return replace(
        row,
        cost=cost,
        accumulated=accumulated,
        impairment=impairment,
        surplus=-left.transferred_surplus,
        residual_value=min(row.residual_value, closing),
        closing=closing,
    )


def _enter(
    work: UnitOfWork,
    leaving: LeavingAsset,
    asset_id: int,
    book: Row,
    terms: DepreciationTerms,
    day: date,
) -> int:
    """Take what left into another place; return the id of its row there."""
    later = leaving.row.asset_class
    row_id = capitalise(
        work,
        asset_id=asset_id,
        book_id=book["id"],
        asset_class=later or leaving.asset.asset_class,
        terms=terms,
        accounts=leaving.asset.accounts_of(later),
    )
    record_event(work, row_id, leaving.opening("transfer-in", day))
    return row_id


def split(
    work: UnitOfWork, asset_id: int, parts: Sequence[tuple[int, int]], day: date
) -> list[str]:
    """Split an asset into parts in every book, at the end of a day.

    The parts sum to the whole in every row until something happens to one of them.

    Args:
        work: The unit of work; the caller commits.
        asset_id: The asset.
        parts: (asset, weight): assets of the register, with quantities or costs.
        day: Last day of the asset; the last of a period.

    Returns:
        Codes of the books.

    Raises:
        NotFound: There is no such asset, or it is in no book.
        Invalid: The parts or the day do not do.
        Conflict: A part is in a book already, with other terms.
    """
    numbers = [number for number, _ in parts]
    if len(set(numbers)) < len(parts) or asset_id in numbers or len(parts) < 2:
        raise Invalid(
            N_("A split needs two or more different new assets."), where="parts"
        )
    try:
        shares = points([weight for _, weight in parts])
    except ValueError as error:
        raise Invalid(str(error), where="parts") from error
    for number in numbers:
        get(work.connection, Asset, number)
    books = books_of_asset(work.connection, asset_id, "*")
    for book in books:
        leaving = _leave(work, book, f"split-{day}", day)
        for (number, _), share in zip(parts, shares, strict=True):
            terms = replace(leaving.terms, share=share)
            _enter(work, leaving, number, book, terms, day)
    return [book["code"] for book in books]


def merge(work: UnitOfWork, asset_id: int, into: int, day: date) -> list[str]:
    """Merge an asset into another in every book, at the end of a day.

    Args:
        work: The unit of work; the caller commits.
        asset_id: The asset that ends.
        into: The asset that goes on, with its own life and method.
        day: Last day; the last of a period.

    Returns:
        Codes of the books.

    Raises:
        NotFound: There is no such asset, or it is not in the same books.
        Invalid: The day does not do.
    """
    if asset_id == into:
        raise Invalid(N_("An asset cannot be merged into itself."), where="into")
    books = books_of_asset(work.connection, asset_id, "*")
    for book in books:
        (target,) = books_of_asset(work.connection, into, str(book["id"]))
        leaving = _leave(work, book, f"merge-{day}", day)
        row = leaving.row
        event = Merge(
            id=f"merge-{asset_id}-{day}",
            effective=day + _DAY,
            cost=row.cost,
            accumulated=row.accumulated,
            impairment=row.impairment,
            residual_value=min(row.residual_value, row.closing),
            surplus=row.surplus,
        )
        record_event(work, target["asset_book_id"], event)
    return [book["code"] for book in books]


def transfer(
    work: UnitOfWork, asset_id: int, book_name: str, to_book: str, day: date
) -> Row:
    """Transfer an asset to a book of another legal entity, at book value.

    Args:
        work: The unit of work; the caller commits.
        asset_id: The asset.
        book_name: The book it is in.
        to_book: A book of the other legal entity.
        day: Its last day; the last of a period.

    Returns:
        The other book.

    Raises:
        NotFound: There is no such asset or book.
        Invalid: The books or the day do not do.
    """
    (book,) = books_of_asset(work.connection, asset_id, book_name)
    other = book_of(work.connection, to_book)
    if other["legal_entity_id"] == book["legal_entity_id"]:
        raise Invalid(
            N_("The books {code} and {other} belong to one legal entity."),
            where="to_book",
            remedy=N_("Within one legal entity nothing has to be transferred."),
            code=book["code"],
            other=other["code"],
        )
    if other["currency"] != book["currency"]:
        raise Invalid(
            N_("The books are kept in {currency} and {other_currency}."),
            where="to_book",
            remedy=N_("Dispose of it here, and add it there at its converted cost."),
            currency=book["currency"],
            other_currency=other["currency"],
        )
    leaving = _leave(work, book, f"transfer-{day}", day)
    _enter(work, leaving, asset_id, other, leaving.terms, day)
    return other
