"""Services for a single asset: add it to a book, record an event, preview a schedule.

May import the contexts, `queries`, `register_books` and `terms_requested`; they know
nothing of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from typing import Any

from sqlalchemy import Connection, select

from inventory.accounting.books.book_state import book_state_of
from inventory.accounting.books.capitalise import capitalise, pool_of, record_event
from inventory.accounting.books.load import AssetInBook, asset_in_book, schedule_in_book
from inventory.accounting.books.periods import calendar_of_book
from inventory.accounting.catalogue.api_form import event_from_wire
from inventory.accounting.catalogue.asset_classes import Rules
from inventory.accounting.engine.schedule import schedule
from inventory.accounting.model.events import Event, Reclassify
from inventory.accounting.model.journal import Accounts
from inventory.accounting.model.rows import Schedule
from inventory.accounting.model.terms_codec import terms_to_json
from inventory.accounting.model.valid_events import check_held
from inventory.accounting.tables import AssetBook
from inventory.assets.register.tables import Asset
from inventory.fixed_assets.rulebooks import rules_of_entity
from inventory.fixed_assets.tax.tax_elections import check_section_179
from inventory.fixed_assets.terms_requested import (
    RequestedTerms,
    requested_accounts,
    requested_terms,
    rule_errors_as_invalid,
)
from inventory.kernel.errors import Invalid, NotAllowed, NotFound
from inventory.kernel.money import amount_text, minor_digits
from inventory.kernel.texts import N_
from inventory.queries.money.books import book_of
from inventory.storage.rows import Row, change, col, find, get, id_of
from inventory.storage.work import UnitOfWork

NO_ACCOUNTS = Accounts(**dict.fromkeys((f.name for f in fields(Accounts)), ""))
"""For schedules that are never posted."""


def add_to_book(
    work: UnitOfWork,
    rules: Rules,
    asset_id: int,
    book_name: str,
    requested: RequestedTerms,
) -> tuple[AssetInBook, Row]:
    """Add an asset to a book; doing it again changes nothing.

    Returns:
        The asset in the book, and the book.

    Raises:
        NotFound: There is no such asset or book.
        Invalid: The terms are incomplete or contradict themselves.
        Conflict: It is in the book with other terms.
    """
    connection = work.connection
    register_row, book = (
        get(connection, Asset, asset_id),
        book_of(connection, book_name),
    )
    rules = rules_of_entity(connection, rules, book["legal_entity_id"])
    entity = register_row["legal_entity_id"]
    if entity is not None and entity != book["legal_entity_id"]:
        raise Invalid(
            N_("The asset belongs to another legal entity than book {code}."),
            where="book",
            remedy=N_("Use a book of its own legal entity."),
            code=book["code"],
        )
    name, terms, origin = requested_terms(
        connection, rules, book, requested, register_row
    )
    calendar = calendar_of_book(connection, book["id"])
    known = find(connection, AssetBook, asset_id=asset_id, book_id=book["id"])
    without = known["id"] if known else 0
    check_section_179(connection, rules.limits, book, calendar, terms, without)
    row_id = capitalise(
        work,
        asset_id=asset_id,
        book_id=book["id"],
        asset_class=name,
        terms=terms,
        accounts=requested_accounts(rules, name, requested.accounts or {}),
        origin=origin,
    )
    asset, _ = asset_in_book(connection, row_id)
    return asset, book


def correct_in_book(
    work: UnitOfWork, rules: Rules, row_id: int, requested: RequestedTerms
) -> None:
    """Correct class, cost or day of an asset that no posting of its book has yet.

    Args:
        work: The unit of work; the caller commits.
        rules: Those of the site.
        row_id: Id of the asset's row in the book.
        requested: What is right; what is left out stays as it is.

    Raises:
        NotAllowed: It is booked; an event corrects it then.
        Invalid: The terms contradict themselves, or its events.
    """
    connection = work.connection
    asset, book_id = asset_in_book(connection, row_id)
    if asset.booked_from is not None:
        raise NotAllowed(
            N_("The asset is booked since {day}."),
            remedy=N_("Record an event: a correction of cost, estimate or class."),
            day=asset.booked_from,
        )
    book = book_of(connection, str(book_id))
    rules = rules_of_entity(connection, rules, book["legal_entity_id"])
    if requested.cost is None:
        text = amount_text(asset.terms.cost, minor_digits(book["currency"]))
        requested = replace(requested, cost=text)
        kept = {}
    else:  # a cost that is given was not translated
        kept = {"origin": None}
    requested = replace(
        requested,
        asset_class=requested.asset_class or asset.asset_class,
        in_service=requested.in_service or asset.terms.in_service,
    )
    name, terms, _ = requested_terms(connection, rules, book, requested, None)
    calendar = calendar_of_book(connection, book_id)
    check_section_179(connection, rules.limits, book, calendar, terms, row_id)
    with rule_errors_as_invalid("terms"):
        schedule(terms, asset.events, calendar)
    accounts = requested_accounts(rules, name, requested.accounts or {})
    values = {
        "pool_id": pool_of(work, book_id, terms),
        "asset_class": name,
        "in_service": terms.in_service,
        "terms": terms_to_json(terms),
        "accounts": asdict(accounts),
        "revised_at": work.clock(),
        **kept,
    }
    change(work, AssetBook, row_id, values, action="correct")


def books_of_asset(
    connection: Connection, asset_id: int, name: str | None
) -> list[Row]:
    """Return the books that an asset is in, or the one that is named.

    Args:
        connection: Where to look.
        asset_id: The asset.
        name: A book; `*` for all; None where there is one only.

    Returns:
        Books, each with `asset_book_id`.

    Raises:
        NotFound: There is no such asset or book, or it is not in it.
        Invalid: It is in several books and none is named.
    """
    tag = get(connection, Asset, asset_id)["tag"]
    query = select(id_of(AssetBook), col(AssetBook.book_id)).where(
        col(AssetBook.asset_id) == asset_id
    )
    rows = {book: number for number, book in connection.execute(query)}
    if name not in (None, "*"):
        book = book_of(connection, str(name))
        if book["id"] not in rows:
            raise NotFound(
                N_("Asset {asset} is not in book {name}."),
                where="book",
                remedy=N_("Add it to the book first."),
                asset=tag,
                name=name,
            )
        return [book | {"asset_book_id": rows[book["id"]]}]
    found = [
        book_of(connection, str(book)) | {"asset_book_id": number}
        for book, number in sorted(rows.items())
    ]
    if not found:
        raise NotFound(
            N_("Asset {asset} is in no book."),
            remedy=N_("Add it to one first."),
            asset=tag,
        )
    if name is None and len(found) > 1:
        codes = ", ".join(book["code"] for book in found)
        raise Invalid(
            N_("Asset {asset} is in several books: {codes}."),
            where="book",
            remedy=N_("Name one of them, or * for all."),
            asset=tag,
            codes=codes,
        )
    return found


def record_in_books(
    work: UnitOfWork,
    rules: Rules,
    asset_id: int,
    book_name: str | None,
    data: Mapping[str, Any],
) -> tuple[Event, list[Row]]:
    """Record an event of an asset; the same again changes nothing.

    Returns:
        The event, and the books it was recorded in.

    Raises:
        NotFound: There is no such asset or book.
        Invalid: The event breaks a rule.
        Conflict: Another event has its id.
        NotAllowed: Its dates lie in periods that take no postings.
    """
    books = books_of_asset(work.connection, asset_id, book_name)
    event: Event | None = None
    for book in books:
        own = rules_of_entity(work.connection, rules, book["legal_entity_id"])
        event = requested_event(own, book, data)
        record_event(work, book["asset_book_id"], event)
    assert event is not None
    return event, books


def requested_event(rules: Rules, book: Row, data: Mapping[str, Any]) -> Event:
    """Return an event from outside values; a new class brings its accounts.

    Raises:
        Invalid: It cannot be read.
    """
    with rule_errors_as_invalid("event"):
        event = event_from_wire(data, book["currency"])
    if isinstance(event, Reclassify) and not event.accounts:
        accounts = requested_accounts(rules, event.asset_class, {})
        named = {f.name: getattr(accounts, f.name) for f in fields(Accounts)}
        return replace(event, accounts=named)
    return event


def preview_schedule(
    connection: Connection,
    rules: Rules,
    book_name: str,
    requested: RequestedTerms,
    events: Sequence[Mapping[str, Any]],
    asset_id: int | None = None,
) -> tuple[Row, AssetInBook, Schedule]:
    """Return the schedule that would be; nothing is written.

    Args:
        connection: Where to look.
        rules: Asset classes.
        book_name: Its calendar, currency and booked periods count.
        requested: Terms, unless the asset is in the book already.
        events: Further events as outside values.
        asset_id: An asset in the book; None for an asset that does not exist yet.

    Raises:
        NotFound, Invalid: As `add_to_book` and `record_in_books`.
    """
    book = book_of(connection, book_name)
    rules = rules_of_entity(connection, rules, book["legal_entity_id"])
    further_events = [requested_event(rules, book, data) for data in events]
    if asset_id is not None and requested.terms is None:
        (row,) = books_of_asset(connection, asset_id, str(book["id"]))
        asset, _ = asset_in_book(connection, row["asset_book_id"])
        asset = replace(asset, events=(*asset.events, *further_events))
        with rule_errors_as_invalid("events"):
            check_held(asset.events)
            return (
                book,
                asset,
                schedule_in_book(asset, book_state_of(connection, book["id"])),
            )
    name, terms, _ = requested_terms(connection, rules, book, requested, None)
    asset = AssetInBook(0, 0, name, terms, NO_ACCOUNTS, tuple(further_events))
    calendar = book_state_of(connection, book["id"]).calendar
    with rule_errors_as_invalid("events"):
        check_held(further_events)
        return book, asset, schedule(terms, further_events, calendar)
