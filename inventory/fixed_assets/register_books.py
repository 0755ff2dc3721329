"""Capitalising assets of the register, and the cost centres they are charged to.

May import the contexts and `queries`; the contexts know nothing of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, ScalarSelect, select

from inventory.accounting.books.book_state import book_state_of
from inventory.accounting.books.capitalise import capitalise, record_event
from inventory.accounting.books.load import assets_of_book
from inventory.accounting.books.periods import (
    calendar_of_book,
    close_before,
    create_book,
)
from inventory.accounting.books.roll_forward import row_before
from inventory.accounting.catalogue.asset_classes import BookRule, Rules, RulesError
from inventory.accounting.engine.schedule import schedule
from inventory.accounting.model.events import Opening
from inventory.accounting.model.terms import TermsError
from inventory.accounting.posting.cost_split import (
    CostShare,
    CostSharesOf,
    with_default,
)
from inventory.accounting.posting.post import due, post_period
from inventory.accounting.tables import AssetBook, Book
from inventory.assets.register.tables import Asset, AssetState
from inventory.fixed_assets.rulebooks import default_cost_centre, rules_of_entity
from inventory.fixed_assets.translated_cost import cost_in
from inventory.kernel.errors import Invalid, InventoryError
from inventory.kernel.periods import Calendar, fiscal_calendar
from inventory.kernel.spans import Span
from inventory.kernel.texts import N_
from inventory.people.tables import LegalEntity
from inventory.queries.money.charged import cost_shares
from inventory.storage.rows import col, get, id_of, table_of
from inventory.storage.work import UnitOfWork

_ASSET = table_of(Asset)
_ENTITY = table_of(LegalEntity)

YEARS_BEFORE, YEARS_AFTER = 15, 45
"""How far the calendar of a new book reaches back and ahead."""

_IN_USE = ("in_use",)


def open_books(
    work: UnitOfWork,
    rules: Rules,
    year: int,
    *,
    before: int = YEARS_BEFORE,
    after: int = YEARS_AFTER,
) -> dict[tuple[int, str], int]:
    """Open the books of the rules for every legal entity that lacks them.

    Args:
        work: The unit of work.
        rules: The rules.
        year: The present year.
        before: Years that calendars reach back.
        after: Years that they reach ahead.

    Returns:
        (legal entity id, book code) -> book id.
    """
    found = {}
    for entity in work.connection.execute(select(_ENTITY)).mappings().all():
        for rule in rules.books.values():
            found[entity["id"], rule.code] = create_book(
                work,
                code=rule.code,
                name=rule.name,
                legal_entity_id=entity["id"],
                currency=entity["currency"],
                calendar=_calendar(rule, year - before, year + after),
                to_ledger=rule.to_ledger,
            )
    return found


def _calendar(rule: BookRule, first: int, last: int) -> Calendar:
    return fiscal_calendar(
        first,
        last,
        year_end_month=rule.year_end_month,
        months_per_period=rule.months_per_period,
    )


@dataclass(frozen=True, slots=True)
class Refusal:
    """An asset that was not capitalised, and why."""

    tag: str
    book: str
    problem: str


def capitalise_register(
    work: UnitOfWork, rules: Rules, books: Mapping[tuple[int, str], int]
) -> tuple[int, list[Refusal]]:
    """Add every asset with cost and class that is in use to its entity's books.

    An asset is in service from the day it first went into use, or from its purchase
    where that day is not known (IAS 16.55). What is in the books already stays.

    Returns:
        Number of asset-book pairs added, and those that were refused.
    """
    added, refused = 0, []
    calendars = {
        book_id: calendar_of_book(work.connection, book_id)
        for book_id in books.values()
    }
    for row in _candidates(work.connection):
        for (entity, code), book_id in books.items():
            if entity != row["legal_entity_id"] or _is_in(
                work.connection, row["id"], book_id
            ):
                continue
            try:
                _capitalise(work, rules, row, code, book_id, calendars[book_id])
                added += 1
            except (RulesError, TermsError, InventoryError) as error:
                refused.append(Refusal(str(row["tag"]), code, str(error)))
    return added, refused


def first_use_of(asset_id: object) -> ScalarSelect[Any]:
    """Return a subquery of the day on which an asset first went into use."""
    return (
        select(col(AssetState.since))
        .where(col(AssetState.asset_id) == asset_id, col(AssetState.state).in_(_IN_USE))
        .order_by(col(AssetState.since))
        .limit(1)
        .scalar_subquery()
    )


def first_use(connection: Connection, asset_id: int) -> date | None:
    """Return the day on which an asset first went into use; None if it never did."""
    found: date | None = connection.execute(select(first_use_of(asset_id))).scalar()
    return found


def _candidates(connection: Connection) -> list[dict[str, object]]:
    query = select(_ASSET, first_use_of(id_of(Asset)).label("first_use")).where(
        col(Asset.cost_minor).is_not(None),
        col(Asset.asset_class).is_not(None),
        col(Asset.legal_entity_id).is_not(None),
    )
    rows = connection.execute(query.order_by(id_of(Asset))).mappings()
    return [dict(row) for row in rows]


def _is_in(connection: Connection, asset_id: object, book_id: int) -> bool:
    query = select(id_of(AssetBook)).where(
        col(AssetBook.asset_id) == asset_id, col(AssetBook.book_id) == book_id
    )
    return connection.execute(query).first() is not None


def _capitalise(
    work: UnitOfWork,
    rules: Rules,
    row: Mapping[str, object],
    code: str,
    book_id: int,
    calendar: Calendar,
) -> None:
    day = row["first_use"] or row["purchased_on"]
    if not isinstance(day, date):
        raise Invalid(
            N_("Asset {tag} has no day of first use and no purchase date."),
            remedy=N_("Enter one of them."),
            tag=row["tag"],
        )
    book = get(work.connection, Book, book_id)
    cost = cost_in(work.connection, row, book["currency"], day)
    name = str(row["asset_class"])
    rules = rules_of_entity(work.connection, rules, book["legal_entity_id"])
    terms, accounts = rules.terms(name, code, cost.minor, day, book["currency"])
    capitalise(
        work,
        asset_id=int(str(row["id"])),
        book_id=book_id,
        asset_class=name,
        terms=rules.complete(terms, calendar),
        accounts=accounts,
        calendar=calendar,
        origin=cost.origin,
    )


def cost_shares_of(connection: Connection, book_id: int | None = None) -> CostSharesOf:
    """Return the function that finds the cost shares of assets in a period.

    Args:
        connection: Where to look.
        book_id: What nobody bears goes to the default cost centre of its legal entity,
            if that has one; None: it stays unallocated.
    """
    default = None
    if book_id is not None:
        entity = get(connection, Book, book_id)["legal_entity_id"]
        default = default_cost_centre(connection, entity)

    def found(
        ids: Collection[int], calendar: Calendar, key: str
    ) -> Mapping[int, Sequence[CostShare]]:
        period = next(p for p in calendar.periods if p.id == key)
        known = cost_shares(connection, ids, period.start, period.end)
        if default is None:
            return known
        span = Span(period.start, period.end)
        return {
            asset_id: with_default(known.get(asset_id, ()), default, span)
            for asset_id in ids
        }

    return found


def load_books(
    work: UnitOfWork, rules: Rules, today: date
) -> tuple[int, list[Refusal]]:
    """Open the books, take the register over at the year's start, post what is due.

    What was in service before this fiscal year is taken over with its depreciation so
    far, as from another system; earlier periods are closed. Doing it again posts what
    became due since.

    Returns:
        Number of postings made, and assets that were refused.
    """
    books = open_books(work, rules, today.year)
    _, refused = capitalise_register(work, rules, books)
    posted = 0
    for book_id in books.values():
        book_state = book_state_of(work.connection, book_id)
        present = book_state.calendar.at(today)
        start, _ = book_state.calendar.year_span(present.year)
        if not book_state.postings:
            _take_over(work, book_id, book_state.calendar, start)
            close_before(work, book_id, start, "before the books began")
        before = book_state.calendar.index_at(present.start) - 1
        for key in due(
            work.connection, book_id, book_state.calendar.periods[before].id
        ):
            post_period(work, book_id, key, cost_shares_of(work.connection, book_id))
            posted += 1
    return posted, refused


def _take_over(work: UnitOfWork, book_id: int, calendar: Calendar, start: date) -> None:
    """Take over what was charged before a day, as if another system had done it."""
    for chunk in assets_of_book(work.connection, book_id):
        for asset in chunk:
            known = any(isinstance(event, Opening) for event in asset.events)
            if known or asset.terms.in_service >= start:
                continue
            row = row_before(schedule(asset.terms, asset.events, calendar), start)
            opening = Opening(
                id="opening", effective=start, accumulated=row.accumulated if row else 0
            )
            record_event(work, asset.id, opening, calendar)
