"""Components: parts of an asset that are depreciated by themselves (IAS 16.43).

A part is an asset of the register that the whole one holds, so that it bears the cost
centre of the whole, today and later; in the books stand the parts, not the whole. A
part that is replaced is derecognised on that day, whatever is left of it (IAS 16.13,
16.70), and the new one comes in. May import the contexts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from inventory.accounting.books.capitalise import capitalise, record_event
from inventory.accounting.books.load import asset_in_book
from inventory.accounting.books.periods import calendar_of_book
from inventory.accounting.catalogue.asset_classes import Rules
from inventory.accounting.catalogue.class_rules import choose
from inventory.accounting.model.events import DisposalKind, Dispose
from inventory.accounting.model.journal import Accounts
from inventory.accounting.model.terms import DepreciationTerms
from inventory.accounting.model.valid_events import in_force
from inventory.accounting.tables import AssetBook, Component
from inventory.assets.custody.rules import Holder, HolderKind
from inventory.assets.custody.service import check_out
from inventory.assets.register.registration import NewAsset
from inventory.assets.register.service import register_asset
from inventory.assets.register.tables import Asset, Custody
from inventory.assets.register.transitions import end_custody, set_state
from inventory.fixed_assets.rulebooks import rules_of_entity
from inventory.fixed_assets.terms_requested import rule_errors_as_invalid
from inventory.fixed_assets.translated_cost import cost_in
from inventory.kernel.errors import Conflict, Invalid, NotAllowed
from inventory.kernel.money import amount_text, minor_digits
from inventory.kernel.texts import N_
from inventory.queries.money.books import book_of
from inventory.storage.rows import Row, add, change, col, find, get, id_of, table_of
from inventory.storage.work import UnitOfWork

_COMPONENT = table_of(Component)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part to capitalise.

    Attributes:
        name: What it is; unique among the parts in use of the whole.
        cost: In minor units of the books.
        asset_class: Its class; None for that of the whole.
        life_months: Its own useful life, in books whose rule is no law's; None for
            that of the class.
    """

    name: str
    cost: int
    asset_class: str | None = None
    life_months: int | None = None


def componentise(
    work: UnitOfWork,
    rules: Rules,
    whole_id: int,
    books: Sequence[Row],
    parts: Sequence[Part],
    in_service: date,
) -> list[int]:
    """Capitalise an asset as its parts; return the ids of the parts.

    The same again changes nothing.

    Args:
        work: The unit of work.
        rules: Those of the site.
        whole_id: The asset.
        books: Which books, all in one currency.
        parts: Its parts.
        in_service: Day it is available for use.

    Raises:
        Invalid: The parts do not sum to the cost of the whole, or a class is missing.
        Conflict: The whole is in a book already, or a part with other terms.
    """
    whole = get(work.connection, Asset, whole_id, lock=True)
    for book in books:
        _check_whole(work.connection, whole, book, parts, in_service)
    if len({part.name for part in parts}) < len(parts):
        raise Invalid(N_("Two parts have one name."), where="parts")
    known = {row["name"]: row for row in parts_of(work.connection, whole_id)}
    made = []
    for part in parts:
        row = known.get(part.name)
        number = row["part_id"] if row else _register(work, whole, part, in_service)
        for book in books:
            _capitalise(work, rules, whole, number, book, part, in_service)
        made.append(number)
    return made


def _check_whole(
    connection: Connection,
    whole: Row,
    book: Row,
    parts: Sequence[Part],
    in_service: date,
) -> None:
    if whole["legal_entity_id"] != book["legal_entity_id"]:
        raise Invalid(
            N_("The asset belongs to another legal entity than book {code}."),
            where="books",
            remedy=N_("Use a book of its own legal entity."),
            code=book["code"],
        )
    if find(connection, AssetBook, asset_id=whole["id"], book_id=book["id"]):
        raise Conflict(
            N_("The asset is in book {code} as a whole already."),
            remedy=N_("Split it into its parts there."),
            code=book["code"],
        )
    if whole["cost_minor"] is None:
        return
    cost = cost_in(connection, whole, book["currency"], in_service).minor
    total = sum(part.cost for part in parts)
    if total != cost:
        digits = minor_digits(book["currency"])
        raise Invalid(
            N_("The parts cost {total}, the whole {cost}."),
            where="parts",
            remedy=N_("Give every part its share of the cost; what is left is a part."),
            total=amount_text(total, digits),
            cost=amount_text(cost, digits),
        )


def parts_of(connection: Connection, whole_id: int) -> list[Row]:
    """Return the parts in use of an asset, in the order they came."""
    query = (
        select(_COMPONENT)
        .where(
            col(Component.whole_id) == whole_id, col(Component.replaced_on).is_(None)
        )
        .order_by(id_of(Component))
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _register(work: UnitOfWork, whole: Row, part: Part, day: date) -> int:
    """Take a part into the register, held by the whole; return its id."""
    query = select(id_of(Component)).where(col(Component.whole_id) == whole["id"])
    number = len(work.connection.execute(query).all()) + 1
    part_id = register_asset(
        work,
        NewAsset(
            kind=whole["kind"],
            since=day,
            tag=f"{whole['tag']}.{number}",
            name=part.name,
            legal_entity_id=whole["legal_entity_id"],
            parent_id=whole["id"],
            asset_class=part.asset_class or whole["asset_class"],
            supplier=whole["supplier"],
            invoice_number=whole["invoice_number"],
        ),
    )
    check_out(work, part_id, Holder(HolderKind.ASSET, whole["id"]), day)
    values = {"whole_id": whole["id"], "part_id": part_id, "name": part.name}
    add(work, Component, {**values, "since": day})
    return part_id


def _capitalise(
    work: UnitOfWork,
    rules: Rules,
    whole: Row,
    part_id: int,
    book: Row,
    part: Part,
    day: date,
) -> None:
    name = part.asset_class or whole["asset_class"]
    if name is None:
        raise Invalid(
            N_("The class of the part {name} is not known."),
            where="parts",
            remedy=N_("Give it, or the class of the whole."),
            name=part.name,
        )
    with rule_errors_as_invalid("parts"):
        terms, accounts = _terms(work.connection, rules, book, name, part, day)
    capitalise(
        work,
        asset_id=part_id,
        book_id=book["id"],
        asset_class=name,
        terms=terms,
        accounts=accounts,
    )


def _terms(
    connection: Connection, rules: Rules, book: Row, name: str, part: Part, day: date
) -> tuple[DepreciationTerms, Accounts]:
    own = rules_of_entity(connection, rules, book["legal_entity_id"])
    code, currency = book["code"], book["currency"]
    terms, accounts = own.terms(name, code, part.cost, day, currency)
    rule = choose(own.classes[name, code], part.cost, day, currency)
    if part.life_months and rule is not None and not rule.preset:
        terms = replace(terms, life_months=part.life_months)
    return own.complete(terms, calendar_of_book(connection, book["id"])), accounts


def replace_part(
    work: UnitOfWork,
    rules: Rules,
    component_id: int,
    new: Part,
    on: date,
    proceeds: int = 0,
) -> int:
    """Derecognise a part in all its books and capitalise another; return its id.

    The same again changes nothing.

    Args:
        work: The unit of work.
        rules: Those of the site.
        component_id: The part that goes.
        new: The part that comes.
        on: The day.
        proceeds: Received for the old one, minor units.

    Raises:
        NotAllowed: It was replaced already, on another day.
        Invalid: An event breaks a rule of a book.
    """
    connection = work.connection
    row = get(connection, Component, component_id, lock=True)
    whole = get(connection, Asset, row["whole_id"], lock=True)
    if row["replaced_on"] is not None:
        known = find(connection, Component, whole_id=whole["id"], replaces_id=row["id"])
        if row["replaced_on"] == on and known and known["name"] == new.name:
            return int(known["part_id"])
        raise NotAllowed(
            N_("The part was replaced on {day} already."), day=row["replaced_on"]
        )
    books = _leave_books(work, row["part_id"], on, proceeds)
    change(work, Component, component_id, {"replaced_on": on}, action="replace")
    _leave_register(work, row["part_id"], on)
    made = _register(work, whole, new, on)
    came = find(connection, Component, part_id=made)
    assert came is not None
    change(work, Component, came["id"], {"replaces_id": component_id})
    for book in books:
        _capitalise(work, rules, whole, made, book, new, on)
    return made


def _leave_books(work: UnitOfWork, part_id: int, on: date, proceeds: int) -> list[Row]:
    query = select(id_of(AssetBook), col(AssetBook.book_id)).where(
        col(AssetBook.asset_id) == part_id
    )
    books = []
    for number, book_id in work.connection.execute(query).all():
        asset, _ = asset_in_book(work.connection, number)
        left = (e for e in in_force(asset.events) if isinstance(e, Dispose) and e.whole)
        if next(left, None) is None:
            kind = DisposalKind.SALE if proceeds else DisposalKind.SCRAP
            event = Dispose(
                id=f"replaced-{on}", effective=on, kind=kind, proceeds=proceeds
            )
            record_event(work, number, event)
        books.append(book_of(work.connection, str(book_id)))
    return books


def _leave_register(work: UnitOfWork, part_id: int, on: date) -> None:
    asset = get(work.connection, Asset, part_id, lock=True)
    held = find(work.connection, Custody, asset_id=part_id, valid_to=None)
    if held:
        end_custody(work, held, max(on, held["valid_from"]))
    reason = "replaced by another part"
    set_state(work, asset, "disposed", on=on, reason=reason, action="dispose")


def whole_of(connection: Connection, asset_ids: Collection[int]) -> dict[int, Any]:
    """Return the component row of each asset that is a part."""
    query = select(_COMPONENT).where(col(Component.part_id).in_(list(asset_ids)))
    return {row["part_id"]: row for row in connection.execute(query).mappings()}
