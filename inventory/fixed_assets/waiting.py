"""Assets that wait to come into a book, why they wait, and bringing them in.

An asset comes into every book of its legal entity that has a rule for its class when it
is put into service (IAS 16.55), by itself. What keeps it out is a sentence. May import
the contexts, `rulebooks` and `register_books`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select

from inventory.accounting.books.capitalise import capitalise
from inventory.accounting.books.periods import calendar_of_book
from inventory.accounting.catalogue.asset_classes import Rules, RulesError
from inventory.accounting.model.journal import Accounts
from inventory.accounting.model.terms import DepreciationTerms, TermsError
from inventory.accounting.tables import AssetBook, Book, Component
from inventory.assets.register.tables import Asset
from inventory.fixed_assets.register_books import first_use_of
from inventory.fixed_assets.rulebooks import rules_of_entity
from inventory.fixed_assets.translated_cost import BookCost, cost_in
from inventory.kernel.errors import Invalid, InventoryError
from inventory.kernel.money import Money
from inventory.kernel.periods import Calendar, CalendarError
from inventory.storage.rows import Row, col, id_of, table_of
from inventory.storage.work import UnitOfWork

_ASSET, _BOOK, _IN_BOOK = table_of(Asset), table_of(Book), table_of(AssetBook)
GONE = ("disposed", "lost", "stolen", "retired")
"""States of the register of what is no longer used."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An asset that is in no schedule of a book yet, and why.

    Attributes:
        asset_id: The asset.
        tag: Its tag.
        name: Its name.
        book_id: The book.
        book: Its code.
        in_service: Day it went into use, where that is known.
        cost: As text with its currency; empty where it is not known.
        reason: What keeps it out; empty: nothing, it can come in.
    """

    asset_id: int
    tag: str
    name: str
    book_id: int
    book: str
    in_service: date | None
    cost: str
    reason: str


@dataclass(frozen=True, slots=True)
class _BookRules:
    """A book with what its assets are depreciated by."""

    row: Row
    rules: Rules
    calendar: Calendar
    classes: frozenset[str]


def waiting(
    connection: Connection,
    rules: Rules,
    book_ids: Collection[int],
    asset_ids: Collection[int] | None = None,
) -> Iterator[Waiting]:
    """Yield what waits for some books, by book and asset.

    Args:
        connection: Where to look.
        rules: Those of the site.
        book_ids: Which books.
        asset_ids: Only these assets; None for all that were not disposed of.
    """
    for book in _books(connection, rules, book_ids):
        for row in _outside(connection, book.row, asset_ids):
            yield _waiting(connection, book, row, row["first_use"])


def count_waiting(connection: Connection, book_id: int) -> int:
    """Return how many assets `waiting` would yield for a book."""
    entity = select(col(Book.legal_entity_id)).where(id_of(Book) == book_id)
    where = _not_inside(book_id, connection.execute(entity).scalar_one())
    query = select(func.count()).select_from(_ASSET)
    query = query.where(*where, col(Asset.state).not_in(GONE))
    return int(connection.execute(query).scalar_one())


def bring_in(
    work: UnitOfWork,
    rules: Rules,
    book_ids: Collection[int],
    asset_ids: Collection[int] | None = None,
    *,
    in_service: date | None = None,
    until: date | None = None,
) -> tuple[list[Waiting], list[Waiting]]:
    """Bring into books what can come in.

    Args:
        work: The unit of work; the caller commits.
        rules: Those of the site.
        book_ids: Which books.
        asset_ids: Only these assets; None for all.
        in_service: Day they are available for use, instead of that of first use.
        until: Only what is in service by this day; None for all.

    Returns:
        What came in, and what waits.
    """
    came: list[Waiting] = []
    waits: list[Waiting] = []
    for book in _books(work.connection, rules, book_ids):
        for row in _outside(work.connection, book.row, asset_ids):
            day = in_service or row["first_use"]
            if day is not None and until is not None and day > until:
                continue
            found = _waiting(work.connection, book, row, day)
            if day is not None and not found.reason:
                found = _come(work, book, row, day, found)
            (waits if found.reason else came).append(found)
    return came, waits


def books_of_entity(connection: Connection, legal_entity_id: int | None) -> list[int]:
    """Return the ids of the books of a legal entity."""
    query = select(id_of(Book)).where(col(Book.legal_entity_id) == legal_entity_id)
    return list(connection.execute(query).scalars())


def _books(
    connection: Connection, rules: Rules, book_ids: Collection[int]
) -> Iterator[_BookRules]:
    query = select(_BOOK).where(id_of(Book).in_(list(book_ids))).order_by(id_of(Book))
    for row in connection.execute(query).mappings().all():
        own = rules_of_entity(connection, rules, row["legal_entity_id"])
        classes = frozenset(name for name, code in own.classes if code == row["code"])
        calendar = calendar_of_book(connection, row["id"])
        yield _BookRules(dict(row), own, calendar, classes)


def _outside(
    connection: Connection, book: Row, asset_ids: Collection[int] | None
) -> list[Row]:
    """Return the assets of the book's legal entity, or of none, that are not in it."""
    where = _not_inside(book["id"], book["legal_entity_id"])
    if asset_ids is None:
        where.append(col(Asset.state).not_in(GONE))
    else:
        where.append(id_of(Asset).in_(list(asset_ids)))
    query = select(_ASSET, first_use_of(id_of(Asset)).label("first_use"))
    found = connection.execute(query.where(*where).order_by(id_of(Asset))).mappings()
    return [dict(row) for row in found]


def _not_inside(book_id: int, legal_entity_id: int) -> list[ColumnElement[bool]]:
    inside = select(col(AssetBook.asset_id)).where(
        col(AssetBook.book_id) == book_id, col(AssetBook.asset_id) == id_of(Asset)
    )
    parts = (
        select(id_of(Component))
        .join(_IN_BOOK, col(AssetBook.asset_id) == col(Component.part_id))
        .where(
            col(Component.whole_id) == id_of(Asset), col(AssetBook.book_id) == book_id
        )
    )
    return [
        ~inside.exists(),
        ~parts.exists(),
        or_(
            col(Asset.legal_entity_id) == legal_entity_id,
            col(Asset.legal_entity_id).is_(None),
        ),
    ]


def _waiting(
    connection: Connection, book: _BookRules, row: Row, day: date | None
) -> Waiting:
    cost = ""
    if row["cost_minor"] is not None:
        cost = str(Money(row["cost_minor"], row["currency"]))
    return Waiting(
        row["id"],
        row["tag"],
        row["name"],
        book.row["id"],
        book.row["code"],
        day,
        cost,
        _reason(connection, book, row, day),
    )


def _reason(
    connection: Connection, book: _BookRules, row: Row, day: date | None
) -> str:
    """Return what keeps an asset out of a book; empty: nothing."""
    if row["legal_entity_id"] is None:
        return "It belongs to no legal entity."
    name = row["asset_class"]
    if name is None:
        return f"It has no class; classes: {', '.join(sorted(book.classes))}."
    if name not in book.classes:
        return f"The book has no rule for its class {name}."
    if row["cost_minor"] is None:
        return "Its cost is not known."
    if day is None:
        return "It was not put into service yet."
    try:
        _terms(book, row, day, cost_in(connection, row, book.row["currency"], day))
    except Invalid as error:
        return str(error)
    except (RulesError, TermsError, CalendarError) as error:
        return f"{str(error)[:1].upper()}{str(error)[1:]}."
    return ""


def _terms(
    book: _BookRules, row: Row, day: date, cost: BookCost
) -> tuple[DepreciationTerms, Accounts]:
    code, currency = book.row["code"], book.row["currency"]
    terms, accounts = book.rules.terms(
        row["asset_class"], code, cost.minor, day, currency
    )
    book.calendar.index_at(day)
    return book.rules.complete(terms, book.calendar), accounts


def _come(
    work: UnitOfWork,
    book: _BookRules,
    row: Row,
    day: date,
    found: Waiting,
) -> Waiting:
    cost = cost_in(work.connection, row, book.row["currency"], day)
    terms, accounts = _terms(book, row, day, cost)
    try:
        capitalise(
            work,
            asset_id=row["id"],
            book_id=book.row["id"],
            asset_class=row["asset_class"],
            terms=terms,
            accounts=accounts,
            calendar=book.calendar,
            origin=cost.origin,
        )
    except InventoryError as error:
        return Waiting(**{**_as_dict(found), "reason": str(error)})
    return found


def _as_dict(found: Waiting) -> dict[str, Any]:
    return {name: getattr(found, name) for name in Waiting.__slots__}


def on_asset_changed(work: UnitOfWork, rules: Rules, asset_id: int) -> None:
    """Bring an asset that went into use, or became known to be, into its books."""
    query = select(col(Asset.legal_entity_id), col(Asset.state)).where(
        id_of(Asset) == asset_id
    )
    entity, state = work.connection.execute(query).one()
    if entity is not None and state == "in_use":
        bring_in(work, rules, books_of_entity(work.connection, entity), [asset_id])
