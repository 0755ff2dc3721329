"""Opening the books of a legal entity from a template, and taking balances over.

May import the contexts, `rulebooks` and `queries`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from inventory.accounting.books.book_state import book_state_of
from inventory.accounting.books.capitalise import record_event
from inventory.accounting.books.load import AssetInBook, assets_of_book
from inventory.accounting.books.opening_calendar import CalendarPlan
from inventory.accounting.books.periods import close_before, create_book
from inventory.accounting.books.roll_forward import row_before
from inventory.accounting.catalogue.asset_classes import Rules, RulesError
from inventory.accounting.catalogue.templates import filled_in
from inventory.accounting.engine.schedule import schedule
from inventory.accounting.model.events import Opening
from inventory.accounting.tables import AssetBook, Book, BookEvent
from inventory.assets.register.tables import Asset
from inventory.fixed_assets.rulebooks import DEFAULT_COST_CENTRE, keep_rulebook
from inventory.kernel.errors import Conflict, Invalid
from inventory.kernel.texts import N_
from inventory.people.organisation import add_unit, ensure
from inventory.people.tables import CostCentre, LegalEntity
from inventory.storage.rows import Row, col, find, get, id_of, table_of
from inventory.storage.work import UnitOfWork

OWN_PARTS = ("accounts", "account_sets", "classes")
"""What a file of the user's may say on top of a template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksPlan:
    """What is opened.

    Attributes:
        entity: Code of the legal entity.
        entity_name: Its name; needed where it is made.
        country: ISO 3166; None for that of the template.
        currency: ISO 4217; None for that of the entity or the template.
        template_name: Name of the template.
        template: The template itself.
        variant: One of its variants.
        books: Codes of books to open; empty for all of the template.
        calendar: Their calendar.
        default_cost_centre: Code of who bears what nobody bears.
        own: Accounts, account sets and classes on top of the template.
    """

    entity: str
    entity_name: str | None = None
    country: str | None = None
    currency: str | None = None
    template_name: str
    template: Mapping[str, Any]
    variant: str | None = None
    books: Sequence[str] = ()
    calendar: CalendarPlan
    default_cost_centre: str | None = None
    own: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenedBooks:
    """What was opened: the legal entity, its books by code, and its classes."""

    legal_entity_id: int
    books: Mapping[str, int]
    classes: tuple[str, ...]


def open_entity_books(work: UnitOfWork, rules: Rules, plan: BooksPlan) -> OpenedBooks:
    """Open books; what is there already stays, so that it can be repeated.

    Args:
        work: The unit of work; the caller commits.
        rules: Those of the site.
        plan: What is opened.

    Raises:
        Invalid: The plan contradicts itself; says where.
        Conflict: A book of that code is there in another currency or calendar.
    """
    entity = _entity(work, plan)
    try:
        document = filled_in(plan.template, plan.variant, plan.books)
    except RulesError as error:
        raise Invalid(f"{error}.", where="template") from error
    for part in OWN_PARTS:
        if plan.own.get(part):
            document[part] = {**document[part], **plan.own[part]}
    if plan.default_cost_centre is not None:
        _default_centre(work, entity["id"], plan.default_cost_centre)
        document[DEFAULT_COST_CENTRE] = plan.default_cost_centre
    kept = keep_rulebook(work, rules, entity["id"], plan.template_name, document)
    calendar = plan.calendar.calendar()
    opened = {}
    for row in document["books"]:
        code = str(row["code"])
        known = find(work.connection, Book, legal_entity_id=entity["id"], code=code)
        opened[code] = create_book(
            work,
            code=code,
            name=str(row["name"]),
            legal_entity_id=entity["id"],
            currency=plan.currency or entity["currency"],
            calendar=calendar,
            to_ledger=bool(row.get("to_ledger", True)),
        )
        if known is None:
            start = calendar.at(plan.calendar.begins_on).start
            close_before(work, opened[code], start, "before the books began")
        elif book_state_of(work.connection, opened[code]).calendar != calendar:
            raise Conflict(
                N_("Book {code} is open already, with another calendar."),
                where="books",
                code=code,
            )
    return OpenedBooks(entity["id"], opened, tuple(kept.accounts))


def _entity(work: UnitOfWork, plan: BooksPlan) -> Row:
    known = find(work.connection, LegalEntity, code=plan.entity)
    if known is not None:
        return known
    if not plan.entity_name:
        raise Invalid(
            N_("There is no legal entity {code}."),
            where="legal_entity",
            remedy=N_("Give `name` to make it."),
            code=plan.entity,
        )
    currency = plan.currency or plan.template.get("currency")
    if not currency:
        raise Invalid(
            N_("The currency of the books must be given."),
            where="currency",
            remedy=N_("ISO 4217, such as EUR."),
        )
    country = plan.country or plan.template.get("country")
    fields = {"name": plan.entity_name, "currency": currency, "country": country}
    return get(
        work.connection,
        LegalEntity,
        add_unit(work, "legal_entity", plan.entity, **fields),
    )


def _default_centre(work: UnitOfWork, entity_id: int, code: str) -> None:
    """Make the default cost centre where there is none of that code."""
    if find(work.connection, CostCentre, code=code) is None:
        ensure(work, "cost_centre", code, name=code, legal_entity_id=entity_id)


def without_balances(
    connection: Connection, book_id: int, posting_id: int | None = None
) -> list[str]:
    """Return the tags of assets that were in service before a book, without a balance.

    Posted so, the depreciation of all past years falls into the first period, which is
    hardly meant. After the first posting there are none: what turns out then is late.

    Args:
        connection: Where to look.
        book_id: The book.
        posting_id: The posting that may be the first; None before there is one.
    """
    state = book_state_of(connection, book_id)
    if any(known != posting_id for known in state.postings.values()):
        return []
    begun = [
        period.start
        for period in state.calendar.periods
        if period.id not in state.locked or period.id in state.postings
    ]
    if not begun:
        return []
    balances = select(id_of(BookEvent)).where(
        col(BookEvent.asset_book_id) == id_of(AssetBook),
        col(BookEvent.kind) == "opening",
    )
    query = (
        select(col(Asset.tag))
        .join(table_of(AssetBook), col(AssetBook.asset_id) == id_of(Asset))
        .where(
            col(AssetBook.book_id) == book_id,
            col(AssetBook.in_service) < begun[0],
            ~balances.exists(),
        )
        .order_by(col(Asset.tag))
    )
    return [str(tag) for tag in connection.execute(query).scalars()]


@dataclass(frozen=True, slots=True)
class TakenOver:
    """The balance of an asset at the start of its book, given and by its terms.

    Attributes:
        asset: The asset in the book.
        given: Accumulated depreciation taken over, minor units.
        theory: What its terms give, minor units.
    """

    asset: AssetInBook
    given: int
    theory: int

    @property
    def difference(self) -> int:
        """What is given above what the terms give."""
        return self.given - self.theory


def take_over(
    work: UnitOfWork, book_id: int, given: Mapping[int, int]
) -> Iterator[TakenOver]:
    """Take over what was depreciated before a book begins; yield each balance.

    Assets in service before the first open period of the book that have no balances
    yet get those that are given, or else those that their terms give.

    Args:
        work: The unit of work; the caller commits.
        book_id: The book.
        given: Accumulated depreciation by asset id, minor units.

    Raises:
        Invalid: An asset that is given is not in the book, or was not in service.
        NotAllowed: The book has posted already.
    """
    state = book_state_of(work.connection, book_id)
    if state.postings:
        raise Conflict(
            N_("The book has postings; balances are taken over before the first one."),
            remedy=N_("Record an event of the asset instead."),
        )
    start = next(p.start for p in state.calendar.periods if p.id not in state.locked)
    left = set(given)
    for chunk in assets_of_book(work.connection, book_id):
        for asset in chunk:
            left.discard(asset.asset_id)
            if asset.terms.in_service >= start:
                if asset.asset_id in given:
                    raise _not_before(work, asset, start)
                continue
            known = next((e for e in asset.events if isinstance(e, Opening)), None)
            row = row_before(
                schedule(asset.terms, _without(asset), state.calendar), start
            )
            theory = row.accumulated if row else 0
            amount = known.accumulated if known else theory
            if known is None:
                amount = given.get(asset.asset_id, theory)
                event = Opening(id="opening", effective=start, accumulated=amount)
                record_event(work, asset.id, event, state.calendar)
            elif given.get(asset.asset_id, amount) != amount:
                raise Conflict(
                    N_("The balances of asset {asset} were taken over already."),
                    where="balances",
                    remedy=N_("Cancel the event `opening` first."),
                    asset=_tag(work, asset.asset_id),
                )
            yield TakenOver(asset, amount, theory)
    if left:
        raise Invalid(
            N_("Asset {asset} is not in the book."),
            where="balances",
            remedy=N_("Capitalise it first."),
            asset=_tag(work, min(left)),
        )


def _tag(work: UnitOfWork, asset_id: int) -> str:
    return str(get(work.connection, Asset, asset_id)["tag"])


def _without(asset: AssetInBook) -> list[Any]:
    return [event for event in asset.events if not isinstance(event, Opening)]


def _not_before(work: UnitOfWork, asset: AssetInBook, start: date) -> Invalid:
    return Invalid(
        N_("Asset {asset} is in service since {day}, not before the book ({start})."),
        where="balances",
        asset=_tag(work, asset.asset_id),
        day=asset.terms.in_service,
        start=start,
    )
