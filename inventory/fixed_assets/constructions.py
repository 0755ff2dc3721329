"""Assets under construction: their cost is gathered, then they are put into service.

Until then nothing is depreciated (IAS 16.55) and the cost stands in an account of its
own (IAS 16.74(b)); then it moves to the accounts of the class, whose rules hold from
that day. May import the contexts.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date
from fractions import Fraction

from sqlalchemy import Connection

from inventory.accounting.books.capitalise import capitalise, record_event
from inventory.accounting.books.load import AssetInBook, asset_in_book
from inventory.accounting.books.periods import calendar_of_book
from inventory.accounting.catalogue.asset_classes import Rules
from inventory.accounting.engine.service_time import ServiceClock
from inventory.accounting.model.events import AddCost, Reclassify
from inventory.accounting.model.terms import (
    Conventions,
    DepreciationTerms,
    EventTiming,
    Start,
)
from inventory.accounting.model.valid_events import in_force
from inventory.accounting.tables import AssetBook
from inventory.assets.register.tables import Asset
from inventory.fixed_assets.rulebooks import rules_of_entity
from inventory.fixed_assets.terms_requested import rule_errors_as_invalid
from inventory.fixed_assets.waiting import books_of_entity, bring_in
from inventory.kernel.errors import Invalid, NotAllowed
from inventory.kernel.texts import N_
from inventory.queries.money.books import book_of
from inventory.storage.rows import Row, change, get
from inventory.storage.work import UnitOfWork

CONSTRUCTION = "construction"
"""Class of what is under construction; rules give it accounts and no method."""

_COMPLETED = "completed"
"""Id of the event that puts it into service."""

_LARGE = 10**14
"""Above every threshold of a class: what is built is no low-value asset."""

_BY_DAY = frozenset(
    {
        *(Start.DAY, Start.MONTH, Start.NEXT_MONTH, Start.MID_MONTH),
        *(Start.PERIOD, Start.NEXT_PERIOD, Start.NEXT_YEAR),
    }
)
"""Rules that say on which day depreciation begins, and nothing else."""


@dataclass(frozen=True, slots=True)
class Construction:
    """An asset under construction in a book.

    Attributes:
        asset: With its events.
        gathered: Cost so far, minor units.
        completed: Day from which it is depreciated; None while it is built.
        asset_class: Its class since then; empty before.
    """

    asset: AssetInBook
    gathered: int
    completed: date | None
    asset_class: str


def construction_of(asset: AssetInBook) -> Construction:
    """Return how far an asset under construction is."""
    done: Reclassify | None = None
    gathered = asset.terms.cost
    counted = in_force(asset.events)
    for event in (one for one in asset.events if one in counted):
        if isinstance(event, AddCost) and done is None:
            gathered += event.amount
        if isinstance(event, Reclassify) and event.id == _COMPLETED:
            done = event
    if done is None:
        return Construction(asset, gathered, None, "")
    return Construction(asset, gathered, done.effective, done.asset_class)


def begin_construction(
    work: UnitOfWork,
    rules: Rules,
    asset_id: int,
    book_name: str,
    started: date,
    asset_class: str | None = None,
) -> int:
    """Let a book gather the cost of an asset; return the id of its row there.

    Args:
        work: The unit of work.
        rules: Those of the site.
        asset_id: The asset.
        book_name: The book.
        started: First day on which a cost may come.
        asset_class: What it will be, whose conventions it has from the start; None
            for its class in the register.

    Raises:
        NotFound: There is no such asset or book.
        Invalid: The book has no account for it, or belongs to another legal entity.
        Conflict: The asset is in the book already.
    """
    connection = work.connection
    asset, book = get(connection, Asset, asset_id), book_of(connection, book_name)
    if asset["legal_entity_id"] != book["legal_entity_id"]:
        raise Invalid(
            N_("The asset belongs to another legal entity than book {code}."),
            where="book",
            remedy=N_("Use a book of its own legal entity."),
            code=book["code"],
        )
    own = rules_of_entity(connection, rules, book["legal_entity_id"])
    accounts = own.accounts.get(CONSTRUCTION)
    if accounts is None:
        raise Invalid(
            N_("The rules have no class {name} with an account for it."),
            where="book",
            remedy=N_("Open the book with a class of that name."),
            name=CONSTRUCTION,
        )
    name = asset_class or asset["asset_class"]
    return capitalise(
        work,
        asset_id=asset_id,
        book_id=book["id"],
        asset_class=CONSTRUCTION,
        terms=_terms_meanwhile(own, book, name, started),
        accounts=accounts,
    )


def _terms_meanwhile(
    rules: Rules, book: Row, name: str | None, started: date
) -> DepreciationTerms:
    if name is None:
        raise Invalid(
            N_("The class that it will have is not known."),
            where="asset_class",
            remedy=N_("Give it, or enter it in the register first."),
        )
    with rule_errors_as_invalid("asset_class"):
        later, _ = rules.terms(name, book["code"], _LARGE, started, book["currency"])
    return DepreciationTerms(
        cost=0,
        in_service=started,
        method="manual",
        params={"amounts": (Fraction(0),)},
        conventions=_meanwhile(later.conventions),
    )


def _meanwhile(later: Conventions) -> Conventions:
    """Return the conventions of a class for what has no service time yet."""
    by_day = later.start is Start.DAY
    timing = EventTiming.DAY if by_day else later.event_timing
    return replace(later, start=Start.DAY, event_timing=timing, start_table=())


def _construction(connection: Connection, row_id: int) -> tuple[Construction, Row]:
    """Return a construction and its book; nobody else changes it."""
    get(connection, AssetBook, row_id, lock=True)
    asset, book_id = asset_in_book(connection, row_id)
    if asset.asset_class != CONSTRUCTION:
        raise _no_construction()
    return construction_of(asset), book_of(connection, str(book_id))


def _no_construction() -> NotAllowed:
    return NotAllowed(
        N_("The asset is not under construction."),
        remedy=N_("Record an addition of cost instead (IAS 16.13)."),
    )


def gather_cost(
    work: UnitOfWork, row_id: int, document: str, day: date, amount: int
) -> None:
    """Add a cost to what is under construction; the same document is added once.

    Raises:
        NotAllowed: It is not under construction.
        Conflict: The document was added with another amount or day.
        Invalid: A credit is above what was gathered.
    """
    found, _ = _construction(work.connection, row_id)
    event = AddCost(id=document, effective=day, amount=amount)
    if found.completed is not None and event not in found.asset.events:
        raise _no_construction()
    record_event(work, row_id, event)


def complete_construction(
    work: UnitOfWork, rules: Rules, row_id: int, day: date, asset_class: str | None
) -> int:
    """Put what was under construction into service; return the number of books.

    Its class gives method, life and residual value from the day on which its rule lets
    depreciation begin. The other books of the legal entity take it in, too. The same
    again changes nothing.

    Args:
        work: The unit of work.
        rules: Those of the site.
        row_id: Its row in the book.
        day: It is available for use (IAS 16.55).
        asset_class: Its class; None for that of the register.

    Raises:
        NotAllowed: It is not under construction.
        Invalid: Nothing was gathered, or the class has no rule for it.
    """
    connection = work.connection
    found, book = _construction(connection, row_id)
    register = get(connection, Asset, found.asset.asset_id)
    name = asset_class or register["asset_class"]
    if name is None or not found.gathered:
        raise Invalid(
            N_("To put it into service, its class and a cost must be known."),
            where="asset_class" if name is None else "cost",
            remedy=N_("Give the class, and add what it cost."),
        )
    _reclassify(work, rules, found, book, str(name), day)
    values: dict[str, object] = {}
    if register["cost_minor"] is None:
        values |= {"cost_minor": found.gathered, "currency": book["currency"]}
    if register["asset_class"] is None:
        values["asset_class"] = name
    if values:
        change(work, Asset, register["id"], values)
    others = books_of_entity(connection, register["legal_entity_id"])
    came, _ = bring_in(work, rules, others, [register["id"]], in_service=day)
    return 1 + len(came)


def _reclassify(
    work: UnitOfWork,
    rules: Rules,
    found: Construction,
    book: Row,
    name: str,
    day: date,
) -> None:
    connection = work.connection
    own = rules_of_entity(connection, rules, book["legal_entity_id"])
    calendar = calendar_of_book(connection, book["id"])
    with rule_errors_as_invalid("asset_class"):
        terms, accounts = own.terms(
            name, book["code"], found.gathered, day, book["currency"]
        )
        terms = own.complete(terms, calendar)
        begins = ServiceClock.of(terms, calendar).begin
    if terms.conventions.start not in _BY_DAY:
        raise Invalid(
            N_("Depreciation of {name} begins by shares of the year ({rule})."),
            where="asset_class",
            remedy=N_("Add it to this book once it is in service instead."),
            name=name,
            rule=terms.conventions.start.value,
        )
    event = Reclassify(
        id=_COMPLETED,
        effective=max(begins, found.asset.terms.in_service),
        asset_class=name,
        accounts=asdict(accounts),
        method=terms.method,
        params=terms.params,
        remaining_months=terms.life_months,
        residual_value=terms.residual_value,
    )
    record_event(work, found.asset.id, event)
